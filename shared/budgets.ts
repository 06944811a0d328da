// What model calls used and cost, and the limits set on it.
import * as z from 'zod';

/** `turn`: one model call and the tool calls it asked for; `run`: since the message that is answered, interruptions included; `day`: all chats of the workspace since local midnight. */
export const budgetScope = z.enum(['turn', 'run', 'chat', 'day']);
export type BudgetScope = z.infer<typeof budgetScope>;

export const budgetUnit = z.enum(['tokens', 'usd', 'turns']);
export type BudgetUnit = z.infer<typeof budgetUnit>;

/** A limit that ended a run. `used` is what was used before the request that was not made. */
export const reachedLimit = z.object({ scope: budgetScope, unit: budgetUnit, limit: z.number(), used: z.number() });
export type ReachedLimit = z.infer<typeof reachedLimit>;

export const spent = z.object({
  /** Of all kinds, estimates included. */
  tokens: z.int().nonnegative(),
  /** Of the calls whose price is known; US dollars. */
  cost_usd: z.number().nonnegative(),
  calls: z.int().nonnegative(),
  /** Calls whose price is unknown: the cost is then at least `cost_usd`. */
  unpriced_calls: z.int().nonnegative(),
  /** Calls whose API did not say what they used. */
  estimated_calls: z.int().nonnegative(),
});
export type Spent = z.infer<typeof spent>;

/** Limits that a person set; null: none. */
export type Budgets = Readonly<Record<BudgetScope, { tokens: number | null; usd: number | null }>>;
