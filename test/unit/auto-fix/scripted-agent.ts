// An agent whose turns are written down: each says what it changes, and auto-fix is called as the loop calls it. The
// files, the programs and their output are real; only the model is not there.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { AutoFix } from '../../../extension/auto-fix/auto-fix';
import type { AutoFixRun } from '../../../extension/auto-fix/auto-fix-run';
import type { AutoFixPorts, AutoFixStep, CheckAnswer, CheckQuestion } from '../../../extension/auto-fix/ports';
import { defaultAutoFixSettings, type AutoFixSettings } from '../../../extension/auto-fix/settings';
import { autoFixShapes, type AutoFixEvent } from '../../../shared/auto-fix';
import type { CommandRunner } from '../../../extension/platform/command-runner';
import type { TemporaryWorkspace } from '../../../extension/platform/testing/temporary-workspace';

/** Files by their paths; null deletes one. */
export type Edits = Readonly<Record<string, string | null>>;

export type ScriptedAgentOptions = {
  settings?: Partial<AutoFixSettings>;
  /** Allows everything when left out. */
  approve?: (question: CheckQuestion) => CheckAnswer | Promise<CheckAnswer>;
  onReport?: (event: AutoFixEvent) => void | Promise<void>;
  commands?: CommandRunner;
};

export class ScriptedAgent {
  readonly events: AutoFixEvent[] = [];
  readonly questions: CheckQuestion[] = [];
  readonly #workspace: TemporaryWorkspace;
  readonly #autoFix: AutoFix;
  readonly #stop = new AbortController();
  #run: AutoFixRun;

  constructor(workspace: TemporaryWorkspace, { settings, approve = () => 'allow', onReport, commands }: ScriptedAgentOptions = {}) {
    this.#workspace = workspace;
    const ports: AutoFixPorts = {
      files: workspace.files(),
      commands: commands ?? workspace.commands(),
      settings: () => ({ ...defaultAutoFixSettings, mode: 'on', ...settings }),
      approve: async (question) => {
        this.questions.push(question);
        return approve(question);
      },
      report: async (event) => {
        z.strictObject({ type: z.literal(event.type), ...autoFixShapes[event.type] }).parse(event);
        this.events.push(event);
        await onReport?.(event);
      },
      output: () => undefined,
      newId: randomUUID,
    };
    this.#autoFix = new AutoFix(ports);
    this.#run = this.#autoFix.startRun();
  }

  /** One turn: each write with what auto-fix does before it, and what it answers after them all. */
  async turn(edits: Edits): Promise<AutoFixStep> {
    const paths = Object.keys(edits);
    for (const [path, text] of Object.entries(edits)) {
      await this.#run.beforeWrite([path], this.#stop.signal);
      if (text === null) await rm(this.#workspace.at(path));
      else await this.#workspace.put(path, text);
    }
    return this.#run.afterWrites(paths, this.#stop.signal);
  }

  /** The agent ends without changing anything more. */
  async done(): Promise<AutoFixStep> {
    return this.#run.afterWrites([], this.#stop.signal);
  }

  /** The next message of the user. */
  nextRun(): void {
    this.#run = this.#autoFix.startRun();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The checks so far: `ROUND COMMAND: RESULT`. */
  get checks(): string[] {
    return this.events.flatMap((event) => {
      if (event.type !== 'auto_fix:complete') return [];
      const start = this.events.find((other) => other.type === 'auto_fix:start' && other.check_id === event.check_id);
      assert.ok(start?.type === 'auto_fix:start', 'what ended has started');
      return [`${start.round} ${start.argv.join(' ')}: ${event.result}`];
    });
  }

  /** The problems of the last check: `FILE:LINE CODE`. */
  get problems(): string[] {
    const last = this.events.findLast((event) => event.type === 'auto_fix:complete');
    return last?.problems.map(({ file, line, code }) => `${file}:${line}${code === null ? '' : ` ${code}`}`) ?? [];
  }
}

/** `again 1`, `end passed`, `idle`. */
export function named(step: AutoFixStep): string {
  return step.kind === 'again' ? `again ${step.round}` : step.kind === 'end' ? `end ${step.reason}` : 'idle';
}
