// What a tool is, and all that a tool can reach. A tool has no other way to the disk or to processes than its
// context, so the path guard and the approval cannot be forgotten: there is nothing to forget them with.
import type * as z from 'zod';
import type { Json } from '../../shared/ids';
import type { ApprovalSubject } from '../../shared/events';
import type { WorkspaceFiles } from '../platform/workspace-files';
import type { CommandRunner } from '../platform/command-runner';
import type { Editor } from './editor';
import type { AskUser } from './user-questions';

export type ToolContext = {
  files: WorkspaceFiles;
  commands: CommandRunner;
  /** The chat whose background commands a tool sees; left out for the window's own. */
  chatId?: string;
  /** Aborted by a stop; a tool ends at once then, and leaves no process. */
  signal: AbortSignal;
  /** Live output for the card; may be dropped, never awaited. */
  progress(chunk: string): void;
  /** Left out where there is no editor. */
  editor?: Editor;
  /** Left out where nobody can be asked. */
  ask?: AskUser;
};

export type ToolResult = {
  /** What the model reads. Bounded by the tool itself, saying how to get the rest. */
  text: string;
  /** An expected failure (no such file, no match; an exit code of 1 is none): the model reads `text` and goes on. */
  is_error: boolean;
  /** For a one-line card: `80 lines`, `+1 −1`, `exit 0`. */
  summary: string;
  /** More for the trace; JSON. */
  details?: Json;
};

/** What a call would do, worked out before anyone is asked and before anything is done. */
export type ToolPlan<Prepared> =
  | { kind: 'ready'; prepared: Prepared }
  /** `protected_reason` is set when this must be asked in every mode, and says why. */
  | {
      kind: 'needs_approval';
      title: string;
      subject: ApprovalSubject;
      protected_reason: string | null;
      /** An approval is good for a later call with an equal binding; null or left out: for this call alone. */
      binding?: string | null;
      prepared: Prepared;
    }
  /** It cannot work (bad path, no match): the model gets this and nobody is asked. */
  | { kind: 'refused'; result: ToolResult };

export interface Tool<Input = unknown, Prepared = unknown> {
  readonly name: string;
  /** For the model: what it does, when to use it, limits. Stable text, it is part of the cached prefix. */
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** `read` runs without asking and beside others; `write` and `command` run alone, in order. */
  readonly access: 'read' | 'write' | 'command';
  /** Set for a read that waits for a person: it is never run beside another call. */
  readonly alone?: boolean;
  /** One line about a call for its card; must not throw and reads nothing. */
  subject(input: Input): string;
  plan(input: Input, context: ToolContext): Promise<ToolPlan<Prepared>>;
  /** Paths whose content running this may change. Left out: none. */
  changes?(prepared: Prepared): readonly string[];
  /**
   * What was planned without some of its changes, by their numbers as in shared/edit-hunks.ts; only for plans whose
   * subject is an edit. Left out: all or nothing.
   */
  narrow?(prepared: Prepared, rejectedHunks: readonly number[]): Prepared;
  /**
   * Does what was planned. `prepared` binds what was approved: a file that changed since then is not written.
   * Throws only for bugs; everything expected is a result.
   */
  run(prepared: Prepared, context: ToolContext): Promise<ToolResult>;
}

/**
 * Checks a tool's input and plan types against each other before it joins a list of tools of every type; each is
 * only ever called with what its own schema parsed.
 */
export function defineTool<Input, Prepared>(tool: Tool<Input, Prepared>): Tool {
  return tool;
}
