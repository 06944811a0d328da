// How answers name calls, turns and texts of a trace, and how they point at them.
import type { TraceRef, TraceRow, Turn, Wait } from '../../../shared/trace-parts';
import type { ChatPart } from './scoped-trace';

const namedCharacters = 80;
/** Rows that a finding points at. */
export const mostRefs = 5;

/** In one line, cut to `most` characters. */
export function shortText(text: string, most = namedCharacters): string {
  // Long texts are cut first, so that their whole length is not searched.
  const line = text.slice(0, most * 4).replace(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  const head = line.slice(0, most);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`;
}

/** `run_command npm test`. */
export function nameOfCall({ tool_name, subject }: Pick<TraceRow, 'tool_name' | 'subject'>): string {
  return `${tool_name} ${shortText(subject)}`.trim();
}

/** `turn 3`, and of an agent whose. */
export function nameOfTurn({ agent }: Pick<ChatPart, 'agent'>, turn: number): string {
  return agent === null ? `turn ${turn}` : `turn ${turn} of “${shortText(agent.label, 40)}”`;
}

export function startingBig(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With a full stop, unless it ends as a sentence does. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

export function refOfRow(chat_id: string, row: Pick<TraceRow, 'id' | 'turn_number' | 'tool_name' | 'subject'>, more = ''): TraceRef {
  return { chat_id, turn_number: row.turn_number, trace_id: row.id, label: [nameOfCall(row), more].filter(Boolean).join(', ') };
}

export function refOfTurn(part: Pick<ChatPart, 'chat_id' | 'agent'>, turn: Pick<Turn, 'turn_number'>, more = ''): TraceRef {
  return { chat_id: part.chat_id, turn_number: turn.turn_number, trace_id: null, label: [startingBig(nameOfTurn(part, turn.turn_number)), more].filter(Boolean).join(', ') };
}

/** The call that a wait was for, or its turn. `rows`: of that turn at least. */
export function refOfWait(part: Pick<ChatPart, 'chat_id' | 'rows'>, turn_number: number, { tool_call_id, title }: Wait, more: string): TraceRef {
  const row = part.rows.find((candidate) => candidate.turn_number === turn_number && candidate.tool_call_id === tool_call_id);
  return { chat_id: part.chat_id, turn_number, trace_id: row?.id ?? null, label: `${shortText(title)}, ${more}` };
}
