// What auto-fix needs from outside, and what it answers.
import type { CommandRunner } from '../platform/command-runner';
import type { WorkspaceFiles } from '../platform/workspace-files';
import type { Check } from './check';
import type { ApprovalBinding } from './detect/approval-binding';
import type { EndReason } from './rounds';
import type { AutoFixSettings } from './settings';
import type { AutoFixEvent } from '../../shared/auto-fix';

export type CheckQuestion = {
  check: Check;
  /** What the answer is good for: no more than this. */
  binding: ApprovalBinding;
  /** `baseline`: before the first write, to see what is wrong already. */
  purpose: 'baseline' | 'check';
  mode: 'ask' | 'on';
};

/** `later`: it would have to be asked, and now is not the time; only a baseline takes this for an answer. */
export type CheckAnswer = 'allow' | 'deny' | 'later' | 'cancelled';

export interface AutoFixPorts {
  files: WorkspaceFiles;
  commands: CommandRunner;
  /** Read anew for each run. */
  settings(): AutoFixSettings;
  /** Decides by policy, by what was allowed before, or by asking. Resolves `cancelled` when the signal aborts. */
  approve(question: CheckQuestion, signal: AbortSignal): Promise<CheckAnswer>;
  /** Resolves when it is stored: a check starts only then, and the model reads only what came after. */
  report(event: AutoFixEvent): Promise<void>;
  /** Live output of a check, for showing only. */
  output(checkId: string, chunk: string): void;
  newId(): string;
}

export type AutoFixStep =
  /** Nothing to do: it is off, over for this run, or nothing was changed that a check could look at. */
  | { kind: 'idle' }
  /** The model is to be called again and to read this first. */
  | { kind: 'again'; round: number; userText: string; modelText: string }
  /** The model need not be called for this; `modelText` is for the next time it is. */
  | { kind: 'end'; reason: EndReason; userText: string; modelText: string | null };
