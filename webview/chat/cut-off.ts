// How a chat looks whose run nobody drives any more: what was open when its process died is shown as interrupted, and
// at the end stands the way on. Only for show: the host records the same when the chat goes on.
import type { Item, RunEndItem } from './items';

const runEnd: RunEndItem = { kind: 'run_end', id: 'cut-off', outcome: 'interrupted', error: null, usage: null, turns: 0, duration_ms: null, tool_calls: 0 };

export function cutOff(items: readonly Item[]): readonly Item[] {
  const closed = items.map((item): Item => (item.kind === 'tool' && item.outcome === null ? { ...item, outcome: 'interrupted' } : item));
  return closed.at(-1)?.kind === 'run_end' ? closed : [...closed, runEnd];
}
