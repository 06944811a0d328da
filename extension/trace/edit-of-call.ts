// The edit of a tool call as it was asked about: both texts, and what was left out of it. Read through the call's turn,
// since a chat may be long.
import { withoutHunks } from '../../shared/edit-hunks';
import type { ApprovalDecision } from '../../shared/events';
import type { ToolTrace } from '../../shared/traces';
import type { Store } from '../store/store';
import { eventOf } from './event-rows';

export type EditOfCall = {
  path: string;
  /** Empty for a file that was not there. */
  before: string;
  /** As it was allowed: without the changes that were left out. */
  after: string;
  /** Null while nobody has decided. */
  decision: ApprovalDecision | null;
};

export type NoEdit = { code: 'no_edit' | 'no_texts' };

const eventsOfTurn = 2_000;

/** What the call changed; why not, when there is no such thing or its texts were too long to be kept. */
export async function editOfCall(store: Store, trace: Pick<ToolTrace, 'chat_id' | 'turn_number' | 'tool_call_id'>): Promise<EditOfCall | NoEdit> {
  const { chat_id, turn_number, tool_call_id } = trace;
  const rows = await store.read('events.of_turns', { chat_id, after_turn: turn_number - 1, to_turn: turn_number, limit: eventsOfTurn });
  const events = rows.map(eventOf);
  const asked = events.findLast((event) => event.type === 'approval:request' && event.tool_call_id === tool_call_id);
  if (asked?.type !== 'approval:request' || asked.subject.kind !== 'edit') return { code: 'no_edit' };
  // Events of turns come without the texts of edits.
  const [row] = await store.read('events.after', { chat_id, after_seq: asked.seq - 1, limit: 1 });
  const whole = row && eventOf(row);
  if (whole?.type !== 'approval:request' || whole.subject.kind !== 'edit') return { code: 'no_edit' };
  const { path, before, after } = whole.subject;
  if (after === null) return { code: 'no_texts' };
  const decided = events.find((event) => event.type === 'approval:decision' && event.approval_id === whole.approval_id);
  const { decision, rejected_hunks = [] } = decided?.type === 'approval:decision' ? decided : { decision: null };
  return { path, before: before ?? '', after: rejected_hunks.length === 0 ? after : (withoutHunks(before ?? '', after, rejected_hunks) ?? after), decision };
}
