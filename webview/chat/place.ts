// A place of the conversation that a link from elsewhere leads to: a call, or the beginning of a turn. Pure.
import type { SequencedEvent } from '../../shared/events';
import type { Item } from './items';
import type { GroupRow, Row } from './rows';
import type { Problem } from './state';

/** `trace_id` null: where the turn begins. */
export type Place = { turn_number: number; trace_id: string | null };

/** The item to show, null when it is not among these. `isWhole`: there is nothing before them. */
export function itemAt(items: readonly Item[], { turn_number, trace_id }: Place, isWhole: boolean): Item | null {
  if (trace_id !== null) return items.find((item) => isCall(item, trace_id)) ?? null;
  const at = items.findIndex((item) => 'turn_number' in item && item.turn_number === turn_number);
  // Of the first item there is the turn may have begun before it.
  return at > 0 || isWhole ? (items[at] ?? null) : null;
}

function isCall(item: Item, traceId: string): boolean {
  if (item.kind === 'tool') return item.trace_id === traceId;
  return item.kind === 'auto_fix' && item.checks.some((check) => check.check_id === traceId);
}

/** Whether older events need not be looked through any further. */
export function isPlace(event: SequencedEvent, { turn_number, trace_id }: Place): boolean {
  if (trace_id !== null && event.type === 'tool_trace:start') return event.trace_id === trace_id;
  return 'turn_number' in event && (event.turn_number < turn_number || (event.type === 'turn:start' && event.turn_number === turn_number));
}

/** The group that folds the call, null where the row stands for itself. */
export function groupOf(rows: readonly Row[], itemId: string): GroupRow | null {
  const group = rows.find((row) => row.kind === 'group' && row.calls.some(({ id }) => id === itemId));
  return group?.kind === 'group' ? group : null;
}

export function placeProblem(isChatShown: boolean, isMoreAbove: boolean): Problem {
  const code = 'place_not_found';
  if (!isChatShown) return { code, message: 'The chat of this place is not shown any more.', next_step: 'Open the chat, then try again from Traces.' };
  if (isMoreAbove) return { code, message: 'This place is too far up in the conversation to be loaded here.', next_step: 'Traces shows the call with all that it was given and gave back.' };
  return { code, message: 'This place has no row in the conversation.', next_step: 'Traces shows all that is stored of it.' };
}
