// The events table: the stored events of a chat in their order. The input and output of a tool call are not
// stored here a second time; they are joined from tool_traces by trace_id.
import { isDeleted } from './deleted-chats';
import { keepDisplaced } from './displaced-events';
import type { Connection, Table } from './table';

export type EventRow = {
  chat_id: string;
  /** From 1, without gaps, given by the one run that owns the chat. */
  seq: number;
  session_id: string;
  at: number;
  type: string;
  /** JSON text of the event without its place (and without `input` / `output` when `trace_id` is set). */
  body: string;
  trace_id: string | null;
};

/** `trace_input` comes with tool_trace:start, `trace_output` with tool_trace:complete; both are JSON text. */
export type StoredEvent = EventRow & { trace_input: string | null; trace_output: string | null };

export interface EventWrites {
  'events.append': EventRow;
}

export interface EventReads {
  /** Ascending by seq. */
  'events.after': [params: { chat_id: string; after_seq: number; limit: number }, result: StoredEvent[]];
  /** The last `limit` events before `before_seq`, ascending by seq. */
  'events.before': [params: { chat_id: string; before_seq: number; limit: number }, result: StoredEvent[]];
  /** 0 when the chat has no event. */
  'events.last_seq': [params: { chat_id: string }, result: number];
}

const place = 'chat_id = ? AND seq = ?';

/** Two processes that gave the same place to different events: the earlier one stays, the other is kept aside. */
function append(db: Connection, row: EventRow): void {
  if (isDeleted(db, row.chat_id)) return;
  const values = [row.chat_id, row.seq, row.session_id, row.at, row.type, row.body, row.trace_id];
  const inserted = db.run(
    `INSERT INTO events (chat_id, seq, session_id, at, type, body, trace_id) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (chat_id, seq) DO NOTHING`,
    values,
  );
  if (inserted > 0) return;
  const there = db.first<EventRow>(`SELECT * FROM events WHERE ${place}`, [row.chat_id, row.seq]);
  if (there === null || (there.at === row.at && there.body === row.body)) return;
  const newcomerIsFirst = row.at < there.at || (row.at === there.at && row.body < there.body);
  keepDisplaced(db, newcomerIsFirst ? there : row);
  if (!newcomerIsFirst) return;
  db.run(`UPDATE events SET session_id = ?, at = ?, type = ?, body = ?, trace_id = ? WHERE ${place}`, [
    row.session_id,
    row.at,
    row.type,
    row.body,
    row.trace_id,
    row.chat_id,
    row.seq,
  ]);
}

const selection = `
  SELECT e.chat_id, e.seq, e.session_id, e.at, e.type, e.body, e.trace_id,
    CASE WHEN e.type = 'tool_trace:start' THEN t.input END AS trace_input,
    CASE WHEN e.type = 'tool_trace:complete' THEN t.output END AS trace_output
  FROM events e LEFT JOIN tool_traces t ON t.id = e.trace_id`;

export function forgetEvents(db: Connection, chatId: string): void {
  db.run('DELETE FROM events WHERE chat_id = ?', [chatId]);
}

export const events: Table<EventWrites, EventReads> = {
  name: 'events',
  writes: { 'events.append': (db, row) => append(db, row) },
  reads: {
    'events.after': (db, { chat_id, after_seq, limit }) =>
      db.all<StoredEvent>(`${selection} WHERE e.chat_id = ? AND e.seq > ? ORDER BY e.seq LIMIT ?`, [chat_id, after_seq, limit]),
    'events.before': (db, { chat_id, before_seq, limit }) =>
      db
        .all<StoredEvent>(`${selection} WHERE e.chat_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`, [chat_id, before_seq, limit])
        .reverse(),
    'events.last_seq': (db, { chat_id }) =>
      db.first<{ last: number | null }>('SELECT max(seq) AS last FROM events WHERE chat_id = ?', [chat_id])?.last ?? 0,
  },
};
