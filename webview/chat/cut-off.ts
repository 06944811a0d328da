// How a chat looks whose run nobody drives any more: what was open when it ended is shown as interrupted, and at the
// end stands why, and the way on. Only for show: the host records the same when the chat goes on.
import type { RunError } from '../../shared/events';
import { closeLoop } from './auto-fix-item';
import type { Item, RunEndItem } from './items';

const runEnd: RunEndItem = { kind: 'run_end', id: 'cut-off', outcome: 'interrupted', error: null, usage: null, turns: 0, duration_ms: null, tool_calls: 0 };

/** `error`: how the run ended although the store has no end of it. */
export function cutOff(items: readonly Item[], error: RunError | null = null): readonly Item[] {
  const closed = closeTools(items);
  if (closed.at(-1)?.kind === 'run_end') return closed;
  return [...closed, error === null ? runEnd : { ...runEnd, outcome: 'failed', error }];
}

/** For a chat that nobody can go on with. */
export function closeTools(items: readonly Item[]): readonly Item[] {
  return items.map((item): Item => {
    if (item.kind === 'auto_fix') return closeLoop(item);
    return item.kind === 'tool' && item.outcome === null ? { ...item, outcome: 'interrupted' } : item;
  });
}
