// The llm_calls table: one row a model call, with its usage in disjoint buckets as in shared/usage.ts.
import type { RunError } from '../../../shared/events';
import type { Json } from '../../../shared/ids';
import { isDeleted } from './deleted-chats';
import type { Connection, ReadContext, Table } from './table';

export type LlmCallRow = {
  id: string;
  chat_id: string;
  session_id: string;
  turn_number: number;
  provider: string;
  model: string;
  started_at: number;
  first_token_ms: number | null;
  duration_ms: number;
  finish_reason: string | null;
  /** The five buckets of Usage; all null when the usage is unknown. */
  input: number | null;
  cache_read: number | null;
  cache_write: number | null;
  output: number | null;
  reasoning: number | null;
  raw_usage: Json | null;
  error: RunError | null;
  request_bytes: number | null;
};

export interface LlmCallWrites {
  /** Inserts or replaces the whole row. */
  'llm_calls.put': LlmCallRow;
}

export interface LlmCallReads {
  /** Ascending by (turn_number, started_at, id). */
  'llm_calls.by_chat': [params: { chat_id: string }, result: LlmCallRow[]];
}

type Row = Omit<LlmCallRow, 'raw_usage' | 'error'> & { raw_usage: string | null; error: string | null };

// The table was written by `put` from the same types.
function toCall(row: Row, { whole }: ReadContext): LlmCallRow {
  return {
    ...row,
    raw_usage: row.raw_usage === null ? null : (JSON.parse(whole(row.raw_usage)) as Json),
    error: row.error === null ? null : (JSON.parse(whole(row.error)) as RunError),
  };
}

function put(db: Connection, row: LlmCallRow): void {
  if (isDeleted(db, row.chat_id)) return;
  db.run(
    `INSERT OR REPLACE INTO llm_calls (id, chat_id, session_id, turn_number, provider, model, started_at,
       first_token_ms, duration_ms, finish_reason, input, cache_read, cache_write, output, reasoning, raw_usage,
       error, request_bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.id,
      row.chat_id,
      row.session_id,
      row.turn_number,
      row.provider,
      row.model,
      row.started_at,
      row.first_token_ms,
      row.duration_ms,
      row.finish_reason,
      row.input,
      row.cache_read,
      row.cache_write,
      row.output,
      row.reasoning,
      row.raw_usage === null ? null : JSON.stringify(row.raw_usage),
      row.error === null ? null : JSON.stringify(row.error),
      row.request_bytes,
    ],
  );
}

export function forgetLlmCalls(db: Connection, chatId: string): void {
  db.run('DELETE FROM llm_calls WHERE chat_id = ?', [chatId]);
}

export const llmCalls: Table<LlmCallWrites, LlmCallReads> = {
  name: 'llm_calls',
  payloads: { 'llm_calls.put': { raw_usage: 'json', error: 'json' } },
  bytesOfChat: (db, chatId) => db.first<{ n: number }>('SELECT count(*) * 400 AS n FROM llm_calls WHERE chat_id = ?', [chatId])?.n ?? 0,
  writes: { 'llm_calls.put': (db, row) => put(db, row) },
  reads: {
    'llm_calls.by_chat': (db, { chat_id }, context) =>
      db
        .all<Row>('SELECT * FROM llm_calls WHERE chat_id = ? ORDER BY turn_number, started_at, id', [chat_id])
        .map((row) => toCall(row, context)),
  },
};
