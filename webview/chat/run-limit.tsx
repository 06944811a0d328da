// The limit that ended a run, beside what was used of it.
import type { BudgetScope, ReachedLimit } from '../../shared/budgets';
import { MeterBar } from '../kit/meter';
import { amount, exactAmount } from './limits';

const scopeWords: Record<BudgetScope, string> = { turn: 'in this turn', run: 'in this run', chat: 'in this chat', day: 'today' };
const unitWords: Record<ReachedLimit['unit'], string> = { tokens: ' tokens', usd: '', turns: ' turns' };

export function RunLimit({ limit: { scope, unit, limit, used } }: { limit: ReachedLimit }) {
  const shown = `${amount(unit, used)} of ${amount(unit, limit)}${unitWords[unit]} ${scopeWords[scope]}`;
  return (
    <div class="run-limit" title={`${exactAmount(unit, used)} of ${exactAmount(unit, limit)}`}>
      <MeterBar share={limit === 0 ? 1 : used / limit} />
      <span class="muted number">{shown}</span>
    </div>
  );
}

/** Turns begin to count anew; what was used for a message, in a chat or on a day stays used, and a turn would come to the same. */
export function canGoOn({ unit }: ReachedLimit): boolean {
  return unit === 'turns';
}
