import type { PrintedProblem } from '../../problem';

/** The output of a program and what it says is wrong. */
export type Sample = { tool: string; output: string; problems: readonly PrintedProblem[] };
