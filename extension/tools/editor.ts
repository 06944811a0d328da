// What tools may ask an editor, where there is one. Implemented inside VS Code; without an editor the port is left out.

export type ProblemSeverity = 'error' | 'warning' | 'information' | 'hint';

export type EditorProblem = {
  severity: ProblemSeverity;
  /** Both counted from 1. */
  line: number;
  column: number;
  message: string;
  /** Who says so, and its own name for it: `ts`, `2304`. Empty when unknown. */
  source: string;
  code: string;
};

export type FileProblems = {
  /** Absolute. */
  path: string;
  /** True when the editor has changes of this file that are not on disk: its problems are those of the changed text. */
  unsaved: boolean;
  /** False when no tab shows it: many languages look at files in tabs only. Left out: unknown. */
  open?: boolean;
  problems: readonly EditorProblem[];
};

export interface Editor {
  /**
   * The problems the editor knows of in a file, below a folder, or (null) anywhere; paths absolute. Waits, not for
   * long, until those of files that were just changed have settled. Files without problems may be left out.
   */
  diagnostics(path: string | null, signal: AbortSignal): Promise<readonly FileProblems[]>;
}
