// What the chat and the traces are told of auto-fix, in the form in which it is stored. Three events: a check starts,
// it ends, and what follows from the round.
import * as z from 'zod';
import { durationMs, uuid } from './ids';

export const checkProblem = z.object({
  /** Opens in the editor; null when no place is known. */
  file: z.nullable(z.string()),
  line: z.nullable(z.int()),
  column: z.nullable(z.int()),
  severity: z.enum(['error', 'warning']),
  code: z.nullable(z.string()),
  message: z.string(),
  source: z.string(),
});
export type CheckProblem = z.infer<typeof checkProblem>;

export const autoFixShapes = {
  'auto_fix:start': {
    check_id: uuid,
    /** Counted from 1; 0 for the look at what was wrong before the first write. */
    round: z.int().nonnegative(),
    purpose: z.enum(['baseline', 'check']),
    step: z.enum(['check', 'tests']),
    argv: z.array(z.string()),
    /** As shown. */
    cwd: z.string(),
    covers: z.string(),
  },
  'auto_fix:complete': {
    check_id: uuid,
    result: z.enum(['passed', 'failed', 'unread', 'timed_out', 'stopped', 'broken']),
    exit_code: z.nullable(z.int()),
    duration_ms: durationMs,
    /** Those the agent is sent after; of a baseline those that were there. Bounded, `more` says by how many. */
    problems: z.array(checkProblem),
    more: z.int().nonnegative(),
    /** Counts of what it is not sent after. */
    old: z.int().nonnegative(),
    unclear: z.int().nonnegative(),
    full_output: z.nullable(z.string()),
    /** One sentence for people. */
    text: z.string(),
  },
  'auto_fix:step': {
    round: z.int().nonnegative(),
    outcome: z.enum(['again', 'passed', 'only_old', 'repeated', 'round_limit', 'left_open', 'timed_out', 'stopped', 'not_approved', 'no_check', 'broken']),
    /** For people. */
    text: z.string(),
    /** What the model reads next; null when it is told nothing. */
    model_text: z.nullable(z.string()),
  },
} as const;

type Shapes = typeof autoFixShapes;
export type AutoFixEvent = { [T in keyof Shapes]: { type: T } & z.infer<z.ZodObject<Shapes[T]>> }[keyof Shapes];

export const shownProblems = 50;
