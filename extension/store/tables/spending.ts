// The spending table: what each model call used and cost, for budgets. Rows outlive their chat, and hold nothing of
// what was said in it.
import type { Spent } from '../../../shared/budgets';
import type { Connection, Table } from './table';

export type SpendingRow = {
  llm_call_id: string;
  chat_id: string;
  /** When the call was made, in microseconds since the epoch. */
  at: number;
  tokens: number;
  /** Null when the price is unknown. */
  cost_usd: number | null;
  /** The API did not say what the call used. */
  is_estimate: boolean;
};

export interface SpendingWrites {
  'spending.put': SpendingRow;
  /** Forgets what was spent before a moment in chats that are gone; that of a chat goes on counting for it. */
  'spending.prune': { before: number };
  /** Forgets every row: part of deleting everything. */
  'spending.clear': Record<string, never>;
}

export interface SpendingReads {
  /** Of all chats since a moment, itself included. */
  'spending.since': [params: { at: number }, result: Spent];
}

type Sums = { tokens: number | null; cost_usd: number | null; calls: number; unpriced: number | null; estimated: number | null };

const sums = 'SELECT sum(tokens) AS tokens, sum(cost_usd) AS cost_usd, count(*) AS calls, sum(cost_usd IS NULL) AS unpriced, sum(is_estimate) AS estimated FROM spending';

function toSpent(row: Sums | null): Spent {
  return {
    tokens: row?.tokens ?? 0,
    cost_usd: row?.cost_usd ?? 0,
    calls: row?.calls ?? 0,
    unpriced_calls: row?.unpriced ?? 0,
    estimated_calls: row?.estimated ?? 0,
  };
}

export function spentIn(db: Connection, chatId: string): Spent {
  return toSpent(db.first<Sums>(`${sums} WHERE chat_id = ?`, [chatId]));
}

function put(db: Connection, { llm_call_id, chat_id, at, tokens, cost_usd, is_estimate }: SpendingRow): void {
  db.run('INSERT OR REPLACE INTO spending (llm_call_id, chat_id, at, tokens, cost_usd, is_estimate) VALUES (?, ?, ?, ?, ?, ?)', [
    ...[llm_call_id, chat_id, at, tokens, cost_usd],
    is_estimate ? 1 : 0,
  ]);
}

export const spending: Table<SpendingWrites, SpendingReads> = {
  name: 'spending',
  writes: {
    'spending.put': (db, row) => put(db, row),
    'spending.prune': (db, { before }) => db.run('DELETE FROM spending WHERE at < ? AND chat_id NOT IN (SELECT chat_id FROM chats)', [before]),
    'spending.clear': (db) => db.run('DELETE FROM spending'),
  },
  reads: {
    'spending.since': (db, { at }) => toSpent(db.first<Sums>(`${sums} WHERE at >= ?`, [at])),
  },
};
