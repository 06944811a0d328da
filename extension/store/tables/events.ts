// The events table: the stored events of a chat in their order. The input and output of a tool call are not
// stored here a second time; they are joined from tool_traces by trace_id.
import type { AgentParent } from '../../../shared/events';
import type { ChildAgent } from '../../../shared/trace-parts';
import { turnEventTypes } from '../migrations/0005-trace-index';
import { isDeleted } from './deleted-chats';
import { keepDisplaced } from './displaced-events';
import type { Connection, ReadContext, Table } from './table';

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
  /** Numbers up to the last one that no event has: 0 unless something is wrong. */
  'events.missing': [params: { chat_id: string }, result: number];
  /**
   * Events of turns but for their tool calls, of the turns behind `after_turn` up to `to_turn` (null: to the end), turn by
   * turn; the texts of edits that were asked about are left out.
   */
  'events.of_turns': [params: { chat_id: string; after_turn: number; to_turn: number | null; limit: number }, result: StoredEvent[]];
  /** Beginnings and ends of the chat's runs. */
  'events.of_runs': [params: { chat_id: string }, result: StoredEvent[]];
  /** The turns that the events from `first_seq` to `last_seq` (null: to the end) are of; null when they are of none. */
  'events.turns_between': [params: { chat_id: string; first_seq: number; last_seq: number | null }, result: { first_turn: number; last_turn: number } | null];
  /** Agents that calls of a chat started, by their ids, behind `after`. */
  'events.agents_of': [params: { chat_id: string; after: string | null; limit: number }, result: ChildAgent[]];
  /** Who started the agent whose chat it is; null for a person's own chat. */
  'events.parent_of': [params: { chat_id: string }, result: AgentParent | null];
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

// What is stored as a payload comes back whole.
function wholeEvent(event: StoredEvent, { whole }: ReadContext): StoredEvent {
  const { body, trace_input, trace_output } = event;
  return {
    ...event,
    body: whole(body),
    trace_input: trace_input === null ? null : whole(trace_input),
    trace_output: trace_output === null ? null : whole(trace_output),
  };
}

/** Rows lost to damage show as gaps, since a chat's numbers have none. */
function gaps(db: Connection): string[] {
  const chats = db.all<{ chat_id: string; missing: number }>(
    'SELECT chat_id, max(seq) - count(*) AS missing FROM events GROUP BY chat_id HAVING missing > 0 ORDER BY chat_id',
  );
  return chats.map(({ chat_id, missing }) => `Of chat ${chat_id} ${missing} ${missing === 1 ? 'event is' : 'events are'} missing.`);
}

/** The call an event tells of is a row of its own, written in the same record. */
function orphans(db: Connection): string[] {
  const n = db.first<{ n: number }>(
    'SELECT count(*) AS n FROM events e WHERE e.trace_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tool_traces t WHERE t.id = e.trace_id)',
  )?.n ?? 0;
  return n === 0 ? [] : [`${n} events tell of tool calls that are not there.`];
}

const turnOf = "json_extract(e.body, '$.turn_number')";
const parentOf = "json_extract(e.body, '$.parent.chat_id')";
/** What cannot be read as JSON tells of no turn and no agent; the indexes of 0005 leave it out. */
const isStartOfAgent = `e.type = 'run:start' AND json_valid(e.body) AND ${parentOf} IS NOT NULL`;

const withoutEditTexts = `CASE WHEN e.type = 'approval:request' THEN json_replace(e.body, '$.subject.before', NULL, '$.subject.after', NULL) ELSE e.body END`;
const traceEvents = `
  SELECT e.chat_id, e.seq, e.session_id, e.at, e.type, ${withoutEditTexts} AS body, e.trace_id, NULL AS trace_input, NULL AS trace_output
  FROM events e WHERE e.chat_id = ? AND e.type IN ${turnEventTypes} AND json_valid(e.body)`;

function ofTurns(db: Connection, { chat_id, after_turn, to_turn, limit }: EventReads['events.of_turns'][0]): StoredEvent[] {
  const end = to_turn === null ? '' : ` AND ${turnOf} <= ?`;
  const sql = `${traceEvents} AND ${turnOf} > ?${end} ORDER BY ${turnOf}, e.seq LIMIT ?`;
  return db.all<StoredEvent>(sql, [chat_id, after_turn, ...(to_turn === null ? [] : [to_turn]), limit]);
}

function turnsBetween(db: Connection, { chat_id, first_seq, last_seq }: EventReads['events.turns_between'][0]): EventReads['events.turns_between'][1] {
  const sql = `
    SELECT min(${turnOf}) AS first_turn, max(${turnOf}) AS last_turn FROM events e
    WHERE e.chat_id = ? AND e.seq BETWEEN ? AND ? AND e.type IN ('turn:start', 'llm_call:complete') AND json_valid(e.body)`;
  const found = db.first<{ first_turn: number | null; last_turn: number | null }>(sql, [chat_id, first_seq, last_seq ?? Number.MAX_SAFE_INTEGER]);
  if (found === null || found.first_turn === null || found.last_turn === null) return null;
  return { first_turn: found.first_turn, last_turn: found.last_turn };
}

function agentsOf(db: Connection, { chat_id, after, limit }: EventReads['events.agents_of'][0]): ChildAgent[] {
  const sql = `
    SELECT DISTINCT e.chat_id, json_extract(e.body, '$.parent.trace_id') AS trace_id, json_extract(e.body, '$.parent.kind') AS kind,
      json_extract(e.body, '$.parent.label') AS label, c.status, c.turns
    FROM events e JOIN chats c ON c.chat_id = e.chat_id
    WHERE ${isStartOfAgent} AND ${parentOf} = ? AND e.chat_id > ? GROUP BY e.chat_id ORDER BY e.chat_id LIMIT ?`;
  return db.all<ChildAgent>(sql, [chat_id, after ?? '', limit]);
}

function parentOfChat(db: Connection, chatId: string): AgentParent | null {
  const sql = `SELECT json_extract(e.body, '$.parent') AS parent FROM events e WHERE e.chat_id = ? AND ${isStartOfAgent} LIMIT 1`;
  const row = db.first<{ parent: string }>(sql, [chatId]);
  // Checked when it was recorded.
  return row === null ? null : (JSON.parse(row.parent) as AgentParent);
}

/** Ids of the chats of agents that were started by this chat, and by those, and so on. */
export function agentChatsBelow(db: Connection, chatId: string): string[] {
  const sql = `
    WITH RECURSIVE below (chat_id) AS (
      SELECT ? UNION SELECT e.chat_id FROM events e JOIN below b ON ${parentOf} = b.chat_id WHERE ${isStartOfAgent})
    SELECT chat_id FROM below WHERE chat_id <> ?`;
  return db.all<{ chat_id: string }>(sql, [chatId, chatId]).map(({ chat_id }) => chat_id);
}

/** Ids of the chats in which a run goes on, of those that started them, and so on. */
export function chatsAtWork(db: Connection): Set<string> {
  const sql = `
    WITH RECURSIVE working (chat_id) AS (
      SELECT chat_id FROM chats WHERE status IN ('in_progress', 'awaiting_input')
      UNION SELECT ${parentOf} FROM working w JOIN events e ON e.chat_id = w.chat_id WHERE ${isStartOfAgent})
    SELECT chat_id FROM working`;
  return new Set(db.all<{ chat_id: string }>(sql).map(({ chat_id }) => chat_id));
}

/**
 * For a condition: whether the chat `c` is that of an agent, which no list shows. One that outlived the chat it was started
 * in, as when it began in another window just then, is a chat of its own: else nobody could see or delete it.
 */
export const isAgentChat = `EXISTS (
  SELECT 1 FROM events e WHERE e.chat_id = c.chat_id AND ${isStartOfAgent} AND NOT EXISTS (SELECT 1 FROM deleted_chats d WHERE d.chat_id = ${parentOf}))`;

export function forgetEvents(db: Connection, chatId: string): void {
  db.run('DELETE FROM events WHERE chat_id = ?', [chatId]);
}

export const events: Table<EventWrites, EventReads> = {
  name: 'events',
  writes: { 'events.append': (db, row) => append(db, row) },
  payloads: { 'events.append': { body: 'text' } },
  bytesOfChat: (db, chatId) => db.first<{ n: number | null }>('SELECT sum(length(body) + 120) AS n FROM events WHERE chat_id = ?', [chatId])?.n ?? 0,
  check: (db) => [...gaps(db), ...orphans(db)],
  reads: {
    'events.after': (db, { chat_id, after_seq, limit }, context) =>
      db
        .all<StoredEvent>(`${selection} WHERE e.chat_id = ? AND e.seq > ? ORDER BY e.seq LIMIT ?`, [chat_id, after_seq, limit])
        .map((event) => wholeEvent(event, context)),
    'events.before': (db, { chat_id, before_seq, limit }, context) =>
      db
        .all<StoredEvent>(`${selection} WHERE e.chat_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`, [chat_id, before_seq, limit])
        .reverse()
        .map((event) => wholeEvent(event, context)),
    'events.last_seq': (db, { chat_id }) =>
      db.first<{ last: number | null }>('SELECT max(seq) AS last FROM events WHERE chat_id = ?', [chat_id])?.last ?? 0,
    'events.missing': (db, { chat_id }) =>
      db.first<{ missing: number | null }>('SELECT max(seq) - count(*) AS missing FROM events WHERE chat_id = ?', [chat_id])?.missing ?? 0,
    'events.of_turns': (db, params, context) => ofTurns(db, params).map((event) => wholeEvent(event, context)),
    'events.of_runs': (db, { chat_id }, context) =>
      db.all<StoredEvent>(`${traceEvents} AND ${turnOf} IS NULL ORDER BY e.seq`, [chat_id]).map((event) => wholeEvent(event, context)),
    'events.turns_between': (db, params) => turnsBetween(db, params),
    'events.agents_of': (db, params) => agentsOf(db, params),
    'events.parent_of': (db, { chat_id }) => parentOfChat(db, chat_id),
  },
};
