// What one side of a comparison came to. Times and calls are those of the chat itself; tokens and cost are those of its
// agents too, for they were used for it.
import { formatExact } from '../../../shared/format';
import { addSpent, costOfCall, nothingSpent, spentByCall } from '../../../shared/spent-math';
import type { CompareTotals } from '../../../shared/trace-answers';
import { addTime, noTime, turnTime } from '../../../shared/turn-time';
import { addUsage, cacheHitRate, noUsage } from '../../../shared/usage-math';
import type { Store } from '../../store/store';
import { shortText } from '../why/place-words';
import type { ScopedTrace } from '../why/scoped-trace';
import { byTurn } from '../why/slow-facts';

export async function totalsOf(store: Store, trace: ScopedTrace): Promise<CompareTotals> {
  const { own, agents, runs, run } = trace;
  const chat = await store.read('chats.get', { chat_id: own.chat_id });
  const title = shortText(chat?.title ?? '') || 'Untitled chat';
  const rows = byTurn(own.rows);
  const time = own.turns.map((turn) => turnTime(turn, rows.get(turn.turn_number) ?? [], null)).reduce(addTime, noTime);
  const calls = [own, ...agents].flatMap(({ turns }) => turns.flatMap((turn) => turn.calls));
  const spent = calls.map((call) => spentByCall(costOfCall(call))).reduce(addSpent, nothingSpent);
  const usage = calls.map((call) => call.usage ?? noUsage).reduce(addUsage, noUsage);
  return {
    title: run === null ? title : `${title}, run ${formatExact(runs.indexOf(run) + 1)} of ${formatExact(runs.length)}`,
    turns: own.turns.length,
    calls: own.rows.length,
    failed: own.rows.filter(({ outcome }) => outcome === 'error' || outcome === 'interrupted').length,
    wall_ms: time.whole,
    model_ms: time.retry + time.first_token + time.generation,
    tool_ms: time.tool,
    waiting_ms: time.approval,
    tokens: spent.tokens,
    cost_usd: spent.unpriced_calls > 0 ? null : spent.cost_usd,
    hit_rate: cacheHitRate(usage),
  };
}
