// The limit that ended a run, beside what was used of it.
import type { BudgetScope, ReachedLimit } from '../../shared/budgets';
import { amount, exactAmount } from './limits';

const scopeWords: Record<BudgetScope, string> = { turn: 'a turn', run: 'a run', chat: 'a chat', day: 'a day' };
const unitWords: Record<ReachedLimit['unit'], string> = { tokens: ' tokens', usd: '', turns: ' turns' };

export function RunLimit({ limit: { scope, unit, limit, used } }: { limit: ReachedLimit }) {
  const shown = `${amount(unit, used)} of ${amount(unit, limit)}${unitWords[unit]} used`;
  return (
    <div class="run-limit" title={`${exactAmount(unit, used)} of ${exactAmount(unit, limit)}`}>
      Limit for {scopeWords[scope]}: <span class="number">{shown}</span>
    </div>
  );
}

/** A run and its turns begin to count anew; what a chat or a day used stays used, and a turn would come to the same. */
export function canGoOn({ scope }: ReachedLimit): boolean {
  return scope === 'run';
}
