// Limits on what a run may use, kept before each request is made: what it may come to at most is set aside first.
import type { RunError } from '../../shared/events';
import type { Spent } from '../../shared/budgets';
import type { RunPorts } from './ports';

export type BudgetRequest = {
  /** What the chat had spent when the run began. */
  spentBefore: Spent;
  /** What the request is estimated to come to, without its answer. */
  tokens: number;
};

export type Reserved =
  /** `release` gives back what was set aside, once the call is recorded or has failed. */
  | { kind: 'granted'; maxOutputTokens: number | null; release(): void }
  | { kind: 'refused'; error: RunError };

export async function reserveBudget(ports: RunPorts, { spentBefore }: BudgetRequest): Promise<Reserved> {
  const limit = ports.limits().budgets.run.tokens;
  const used = ports.spentInChat().tokens - spentBefore.tokens;
  if (limit === null || used < limit) return { kind: 'granted', maxOutputTokens: null, release: () => undefined };
  return {
    kind: 'refused',
    error: {
      code: 'budget',
      message: `The run used ${used} tokens of its budget of ${limit}.`,
      next_step: 'Raise the token budget to go on.',
      limit: { scope: 'run', unit: 'tokens', limit, used },
    },
  };
}
