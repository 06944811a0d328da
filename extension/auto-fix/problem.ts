// What a check found wrong, in one shape for every tool.

export type Severity = 'error' | 'warning';

/** As a tool printed it. */
export type PrintedProblem = {
  /** Relative to `base` or to the folder the tool ran in, absolute, or a file: address; null when no place was named. */
  file: string | null;
  /** The folder `file` is relative to, where the tool said so. */
  base?: string;
  line: number | null;
  column: number | null;
  severity: Severity;
  code: string | null;
  message: string;
  /** Which parser found it. */
  source: string;
};

export type Problem = {
  /** As paths are shown and taken by tools; absolute when it lies outside the workspace; null when no place is known. */
  file: string | null;
  /** Counted from 1. */
  line: number | null;
  column: number | null;
  severity: Severity;
  code: string | null;
  message: string;
  source: string;
  /** That line of the file, without the blanks around it; null when it could not be read. */
  text: string | null;
};
