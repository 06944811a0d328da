// The tool_traces table: one row a tool call. A start inserts the row, a completion finishes it; a completion
// that comes before its start (from the journal of another process) waits in tool_trace_completions.
import type { Json } from '../../../shared/ids';
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

function page(db: Connection, params: ToolTraceReads['tool_traces.page'][0], context: ReadContext): ToolTrace[] {
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
  const sql = `SELECT * FROM tool_traces WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`;
  return db.all<Row>(sql, [...values, params.limit]).map((row) => toTrace(row, context));
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
    'tool_traces.page': (db, params, context) => page(db, params, context),
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
