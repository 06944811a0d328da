// The tool_traces table: one row a tool call. A start inserts the row, a completion finishes it; a completion
// that comes before its start (from the journal of another process) waits in tool_trace_completions.
import type { Json } from '../../../shared/ids';
import type { UsualLatency } from '../../../shared/messages/traces';
import type { TraceRow } from '../../../shared/trace-parts';
import type { ToolTrace, TraceOutcome } from '../../../shared/traces';
import { isDeleted } from './deleted-chats';
import type { Connection, ReadContext, SqlValue, Table } from './table';

export type ToolTraceStart = Pick<
  ToolTrace,
  | 'id'
  | 'session_id'
  | 'chat_id'
  | 'turn_number'
  | 'tool_name'
  | 'input'
  | 'started_at'
  | 'llm_call_id'
  | 'tool_call_id'
  | 'subject'
>;

export type ToolTraceCompletion = {
  id: string;
  chat_id: string;
  output: Json;
  finished_at: number;
  latency_ms: number;
  tokens_used: number | null;
  cache_tokens: number | null;
  reasoning_tokens: number | null;
  error: string | null;
  outcome: Exclude<TraceOutcome, 'running'>;
};

/** The last row of the page before; the next page starts behind it. */
export type ToolTracePlace = { turn_number: number; started_at: number; id: string };

/** `bytes`: what the model was given of it again, the longest result left aside. */
export type RepeatedCall = { tool_name: string; subject: string; times: number; bytes: number; latency_ms: number; last_id: string; last_turn: number };
/** `bytes`: what the model was given. */
export type LongOutput = { id: string; turn_number: number; tool_name: string; subject: string; bytes: number };

export interface ToolTraceWrites {
  /** Inserts the row with outcome `running`; does nothing when it is there. */
  'tool_traces.start': ToolTraceStart;
  /** Finishes the row. What really happened replaces `interrupted`, never the other way round. */
  'tool_traces.complete': ToolTraceCompletion;
}

export interface ToolTraceReads {
  /** Ascending by (turn_number, started_at, id), behind `after`; one turn only unless `turn_number` is null. */
  'tool_traces.page': [
    params: { chat_id: string; after: ToolTracePlace | null; limit: number; turn_number: number | null },
    result: ToolTrace[],
  ];
  /** The same rows in the same order without their inputs and outputs, and with the beginnings of their texts. */
  'tool_traces.rows': [params: ToolTraceReads['tool_traces.page'][0], result: TraceRow[]];
  /**
   * Looks through the next `scan` rows behind `after` for a text in input, output or error, in any case. `last` is the
   * last row that was looked at, null when there are no more.
   */
  'tool_traces.search': [
    params: { chat_id: string; text: string; after: ToolTracePlace | null; scan: number },
    result: { ids: string[]; last: ToolTracePlace | null },
  ];
  /** How long the newest calls took, tool by tool; those that did not run are not counted. */
  'tool_traces.usual': [params: { newest: number }, result: UsualLatency[]];
  /** Reads that were made more than once with the same arguments, those that gave most again first. */
  'tool_traces.repeats': [params: { chat_id: string; first_turn: number; last_turn: number }, result: RepeatedCall[]];
  /** The calls that gave the model most. */
  'tool_traces.longest_outputs': [params: { chat_id: string; first_turn: number; last_turn: number; limit: number }, result: LongOutput[]];
  'tool_traces.get': [params: { id: string }, result: ToolTrace | null];
  /** Calls without a completion, oldest first. */
  'tool_traces.running': [params: { chat_id: string }, result: ToolTrace[]];
}

type Row = Omit<ToolTrace, 'input' | 'output'> & { input: string; output: string | null };

const order = 'turn_number, started_at, id';

// The table was written by the handlers below from the same types, so its JSON and its columns are those of a trace.
function toTrace(row: Row, { whole }: ReadContext): ToolTrace {
  const json = (text: string): Json => JSON.parse(whole(text)) as Json;
  return { ...row, input: json(row.input), output: row.output === null ? null : json(row.output) };
}

function start(db: Connection, value: ToolTraceStart): void {
  if (isDeleted(db, value.chat_id)) return;
  const inserted = db.run(
    `INSERT INTO tool_traces (id, session_id, chat_id, turn_number, tool_name, input, started_at, outcome,
       llm_call_id, tool_call_id, subject)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    [
      value.id,
      value.session_id,
      value.chat_id,
      value.turn_number,
      value.tool_name,
      JSON.stringify(value.input),
      value.started_at,
      value.llm_call_id,
      value.tool_call_id,
      value.subject,
    ],
  );
  if (inserted === 0) return;
  const waiting = db.first<{ completion: string }>('SELECT completion FROM tool_trace_completions WHERE id = ?', [value.id]);
  if (waiting === null) return;
  // Written by `complete` below.
  complete(db, JSON.parse(waiting.completion) as ToolTraceCompletion);
  db.run('DELETE FROM tool_trace_completions WHERE id = ?', [value.id]);
}

/** How much an outcome knows: nothing yet, that nobody knows, what happened. */
function certainty(outcome: TraceOutcome): number {
  if (outcome === 'running') return 0;
  return outcome === 'interrupted' ? 1 : 2;
}

type Finish = { outcome: TraceOutcome; finished_at: number | null };

function replaces(next: Finish, current: Finish): boolean {
  const gain = certainty(next.outcome) - certainty(current.outcome);
  return gain > 0 || (gain === 0 && (next.finished_at ?? 0) > (current.finished_at ?? 0));
}

function complete(db: Connection, value: ToolTraceCompletion): void {
  if (isDeleted(db, value.chat_id)) return;
  const current = db.first<Finish>('SELECT outcome, finished_at FROM tool_traces WHERE id = ?', [value.id]);
  if (current === null) return keepUntilStarted(db, value);
  if (!replaces(value, current)) return;
  db.run(
    `UPDATE tool_traces SET output = ?, finished_at = ?, latency_ms = ?, tokens_used = ?, cache_tokens = ?,
       reasoning_tokens = ?, error = ?, outcome = ? WHERE id = ?`,
    [
      JSON.stringify(value.output),
      value.finished_at,
      value.latency_ms,
      value.tokens_used,
      value.cache_tokens,
      value.reasoning_tokens,
      value.error,
      value.outcome,
      value.id,
    ],
  );
}

function keepUntilStarted(db: Connection, value: ToolTraceCompletion): void {
  const waiting = db.first<{ completion: string }>('SELECT completion FROM tool_trace_completions WHERE id = ?', [value.id]);
  if (waiting !== null && !replaces(value, JSON.parse(waiting.completion) as ToolTraceCompletion)) return;
  db.run('INSERT OR REPLACE INTO tool_trace_completions (id, chat_id, completion) VALUES (?, ?, ?)', [
    value.id,
    value.chat_id,
    JSON.stringify(value),
  ]);
}

const shownOfText = 300;
const rowColumns = `id, turn_number, substr(tool_name, 1, ${shownOfText}) AS tool_name, substr(subject, 1, ${shownOfText}) AS subject, started_at, latency_ms, outcome, substr(error, 1, ${shownOfText}) AS error, tool_call_id, llm_call_id, tokens_used`;

function page<R>(db: Connection, columns: string, params: ToolTraceReads['tool_traces.page'][0]): R[] {
  const conditions = ['chat_id = ?'];
  const values: SqlValue[] = [params.chat_id];
  if (params.turn_number !== null) {
    conditions.push('turn_number = ?');
    values.push(params.turn_number);
  }
  if (params.after !== null) {
    conditions.push(`(${order}) > (?, ?, ?)`);
    values.push(params.after.turn_number, params.after.started_at, params.after.id);
  }
  const sql = `SELECT ${columns} FROM tool_traces WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`;
  return db.all<R>(sql, [...values, params.limit]);
}

function search(db: Connection, { chat_id, text, after, scan }: ToolTraceReads['tool_traces.search'][0], { whole }: ReadContext): ToolTraceReads['tool_traces.search'][1] {
  const wanted = text.toLowerCase();
  // As it stands in JSON text, where it may also be the end of an escape and what follows.
  const inJson = JSON.stringify(text).slice(1, -1).toLowerCase();
  const rows = page<Row>(db, '*', { chat_id, after, limit: scan, turn_number: null });
  const holds = (stored: string | null): boolean => {
    if (stored === null) return false;
    const json = whole(stored);
    return json.toLowerCase().includes(inJson) && isIn(JSON.parse(json) as Json, wanted);
  };
  const ids = rows.filter((row) => holds(row.input) || holds(row.output) || row.error?.toLowerCase().includes(wanted) === true).map(({ id }) => id);
  const last = rows.length < scan ? undefined : rows.at(-1);
  return { ids, last: last ? { turn_number: last.turn_number, started_at: last.started_at, id: last.id } : null };
}

/** Whether a string, a number, a name or a word of a JSON value holds the text, in any case. */
function isIn(value: Json, wanted: string): boolean {
  if (value === null || typeof value !== 'object') return String(value).toLowerCase().includes(wanted);
  if (Array.isArray(value)) return value.some((item) => isIn(item, wanted));
  return Object.entries(value).some(([name, item]) => name.toLowerCase().includes(wanted) || isIn(item, wanted));
}

function usual(db: Connection, newest: number): UsualLatency[] {
  const sql = `
    WITH latest AS (SELECT tool_name, latency_ms, outcome FROM tool_traces ORDER BY rowid DESC LIMIT ?),
      ranked AS (
        SELECT tool_name, latency_ms, row_number() OVER (PARTITION BY tool_name ORDER BY latency_ms) AS place, count(*) OVER (PARTITION BY tool_name) AS calls
        FROM latest WHERE outcome IN ('success', 'error') AND latency_ms > 0)
    SELECT tool_name, calls, max(CASE WHEN place = (calls + 1) / 2 THEN latency_ms END) AS p50_ms, max(CASE WHEN place = (calls * 95 + 99) / 100 THEN latency_ms END) AS p95_ms
    FROM ranked GROUP BY tool_name ORDER BY tool_name`;
  return db.all<UsualLatency>(sql, [newest]);
}

const longTextBegins = `'{"text":"\\u0000blob:'`;
/**
 * Bytes of what a call gave the model, which is the first thing in its output. A text that is kept elsewhere counts as long
 * as its marker says; see worker/payloads.ts.
 */
const givenBytes = `(CASE WHEN substr(output, 1, length(${longTextBegins})) = ${longTextBegins}
  THEN CAST(substr(output, length(${longTextBegins}) + 66) AS INTEGER)
  ELSE length(CAST(coalesce(json_extract(output, '$.text'), output) AS BLOB)) END)`;

function repeats(db: Connection, { chat_id, first_turn, last_turn }: ToolTraceReads['tool_traces.repeats'][0]): RepeatedCall[] {
  // The greatest place, with the id at its end, is that of the last one.
  const sql = `
    SELECT tool_name, max(subject) AS subject, count(*) AS times, sum(${givenBytes}) - max(${givenBytes}) AS bytes, sum(latency_ms) AS latency_ms,
      substr(max(printf('%012d%020d%s', turn_number, started_at, id)), 33) AS last_id, max(turn_number) AS last_turn
    FROM tool_traces WHERE chat_id = ? AND turn_number BETWEEN ? AND ? AND outcome = 'success' AND tool_name IN ('read_file', 'list_files', 'search_files', 'diagnostics')
    GROUP BY tool_name, input HAVING times > 1 ORDER BY bytes DESC, times DESC, last_id LIMIT 20`;
  return db.all<RepeatedCall>(sql, [chat_id, first_turn, last_turn]);
}

function longestOutputs(db: Connection, { chat_id, first_turn, last_turn, limit }: ToolTraceReads['tool_traces.longest_outputs'][0]): LongOutput[] {
  const sql = `SELECT id, turn_number, tool_name, subject, ${givenBytes} AS bytes FROM tool_traces
    WHERE chat_id = ? AND turn_number BETWEEN ? AND ? AND output IS NOT NULL ORDER BY bytes DESC, ${order} LIMIT ?`;
  return db.all<LongOutput>(sql, [chat_id, first_turn, last_turn, limit]);
}

export function forgetToolTraces(db: Connection, chatId: string): void {
  db.run('DELETE FROM tool_traces WHERE chat_id = ?', [chatId]);
  db.run('DELETE FROM tool_trace_completions WHERE chat_id = ?', [chatId]);
}

function bytesOfChat(db: Connection, chatId: string): number {
  const sql = 'SELECT sum(length(input) + ifnull(length(output), 0) + 300) AS n FROM tool_traces WHERE chat_id = ?';
  return db.first<{ n: number | null }>(sql, [chatId])?.n ?? 0;
}

/** A completion comes in a later record of the same journal; alone it means that the start was lost. */
function startless(db: Connection): string[] {
  const n = db.first<{ n: number }>('SELECT count(*) AS n FROM tool_trace_completions')?.n ?? 0;
  return n === 0 ? [] : [`${n} tool calls have an end and no beginning.`];
}

export const toolTraces: Table<ToolTraceWrites, ToolTraceReads> = {
  name: 'tool_traces',
  payloads: { 'tool_traces.start': { input: 'json' }, 'tool_traces.complete': { output: 'json' } },
  bytesOfChat,
  check: startless,
  writes: {
    'tool_traces.start': (db, value) => start(db, value),
    'tool_traces.complete': (db, value) => complete(db, value),
  },
  reads: {
    'tool_traces.page': (db, params, context) => page<Row>(db, '*', params).map((row) => toTrace(row, context)),
    'tool_traces.rows': (db, params) => page<TraceRow>(db, rowColumns, params),
    'tool_traces.search': (db, params, context) => search(db, params, context),
    'tool_traces.usual': (db, { newest }) => usual(db, newest),
    'tool_traces.repeats': (db, params) => repeats(db, params),
    'tool_traces.longest_outputs': (db, params) => longestOutputs(db, params),
    'tool_traces.get': (db, { id }, context) => {
      const row = db.first<Row>('SELECT * FROM tool_traces WHERE id = ?', [id]);
      return row === null ? null : toTrace(row, context);
    },
    'tool_traces.running': (db, { chat_id }, context) =>
      db
        .all<Row>(`SELECT * FROM tool_traces WHERE chat_id = ? AND outcome = 'running' ORDER BY ${order}`, [chat_id])
        .map((row) => toTrace(row, context)),
  },
};
