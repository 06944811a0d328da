// Sums over Spent. Kept apart from the schema so that webviews carry no validator.
import type { Budgets, Spent } from './budgets';
import type { Usage } from './usage';
import { totalTokens } from './usage-math';

export const nothingSpent: Spent = { tokens: 0, cost_usd: 0, calls: 0, unpriced_calls: 0, estimated_calls: 0 };

export function addSpent(a: Spent, b: Spent): Spent {
  return {
    tokens: a.tokens + b.tokens,
    cost_usd: a.cost_usd + b.cost_usd,
    calls: a.calls + b.calls,
    unpriced_calls: a.unpriced_calls + b.unpriced_calls,
    estimated_calls: a.estimated_calls + b.estimated_calls,
  };
}

export type CallCost = { tokens: number; cost_usd: number | null; is_estimate: boolean };

/** What a model call came to. One that was never sent used nothing, which is no estimate. */
export function costOfCall({ usage, cost_usd = null, estimated_tokens = 0 }: { usage: Usage | null; cost_usd?: number | null | undefined; estimated_tokens?: number | undefined }): CallCost {
  return { tokens: usage === null ? estimated_tokens : totalTokens(usage), cost_usd, is_estimate: usage === null && estimated_tokens > 0 };
}

/** One model call. */
export function spentByCall({ tokens, cost_usd, is_estimate }: CallCost): Spent {
  return { tokens, cost_usd: cost_usd ?? 0, calls: 1, unpriced_calls: cost_usd === null ? 1 : 0, estimated_calls: is_estimate ? 1 : 0 };
}

const none = { tokens: null, usd: null };
export const noBudgets: Budgets = { turn: none, run: none, chat: none, day: none };
