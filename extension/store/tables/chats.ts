// The chats table: one row a chat, as lists show it, and the deletion of a chat with everything of it.
import type { Spent } from '../../../shared/budgets';
import type { ChatSummary } from '../../../shared/chats';
import { forgetBlobUses } from './blob-uses';
import { isDeleted, markDeleted } from './deleted-chats';
import { forgetDisplacedEvents } from './displaced-events';
import { agentChatsBelow, chatsAtWork, forgetEvents, isAgentChat } from './events';
import { forgetLlmCalls } from './llm-calls';
import { spentIn } from './spending';
import type { Connection, Table } from './table';
import { forgetToolTraces } from './tool-traces';

export type ChatRow = Omit<ChatSummary, 'spent' | 'elsewhere'> & { provider: string; model: string };

/** A chat with what its model calls came to. */
export type ChatWithSpent = ChatRow & { spent: Spent };

export interface ChatWrites {
  /** Inserts or replaces the whole row; the write that was made last stays. */
  'chats.put': ChatRow;
  /** Removes the chat and everything of it, for good: later writes to this chat_id are ignored. */
  'chats.delete': { chat_id: string };
}

export interface ChatReads {
  /** Newest `updated_at` first, without those of agents. `query` is a substring of the title in any case; '' finds all. */
  'chats.list': [params: { query: string; limit: number }, result: ChatWithSpent[]];
  'chats.get': [params: { chat_id: string }, result: ChatWithSpent | null];
  /** Ids of the chats of agents that were started in this one, and in those, and so on. */
  'chats.agents_below': [params: { chat_id: string }, result: string[]];
}

const columns = 'chat_id, session_id, title, status, turns, created_at, updated_at, provider, model';

function put(db: Connection, row: ChatRow, stamp: number): void {
  if (isDeleted(db, row.chat_id)) return;
  db.run(
    `INSERT INTO chats (${columns}, stamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (chat_id) DO UPDATE SET
       session_id = excluded.session_id, title = excluded.title, status = excluded.status, turns = excluded.turns,
       created_at = excluded.created_at, updated_at = excluded.updated_at, provider = excluded.provider,
       model = excluded.model, stamp = excluded.stamp
     WHERE excluded.stamp >= chats.stamp`,
    [
      row.chat_id,
      row.session_id,
      row.title,
      row.status,
      row.turns,
      row.created_at,
      row.updated_at,
      row.provider,
      row.model,
      stamp,
    ],
  );
}

function remove(db: Connection, chatId: string): void {
  markDeleted(db, chatId);
  forgetEvents(db, chatId);
  forgetDisplacedEvents(db, chatId);
  forgetToolTraces(db, chatId);
  forgetLlmCalls(db, chatId);
  forgetBlobUses(db, chatId);
  db.run('DELETE FROM chats WHERE chat_id = ?', [chatId]);
}

/**
 * Chats in which no run goes on, the longest untouched first: what retention may take. And how many there are in all. Those
 * of agents go with whoever started them, once none of them is at work.
 */
export function endedChats(db: Connection): { ended: { chat_id: string; updated_at: number }[]; count: number } {
  const rows = db.all<{ chat_id: string; updated_at: number }>(`SELECT chat_id, updated_at FROM chats c WHERE NOT ${isAgentChat} ORDER BY updated_at, chat_id`);
  const atWork = chatsAtWork(db);
  return { ended: rows.filter(({ chat_id }) => !atWork.has(chat_id)), count: rows.length };
}

/** When any chat was last changed, 0 without chats. */
export function newestUpdate(db: Connection): number {
  return db.first<{ newest: number | null }>('SELECT max(updated_at) AS newest FROM chats')?.newest ?? 0;
}

/** Chats that a write later than `stamp` has changed. */
export function chatsSince(db: Connection, stamp: number): string[] {
  return db.all<{ chat_id: string }>('SELECT chat_id FROM chats WHERE stamp > ?', [stamp]).map(({ chat_id }) => chat_id);
}

function get(db: Connection, chatId: string): ChatWithSpent | null {
  const row = db.first<ChatRow>(`SELECT ${columns} FROM chats WHERE chat_id = ?`, [chatId]);
  return row && { ...row, spent: spentIn(db, chatId) };
}

/** In JavaScript, because SQLite folds the case of ASCII letters only. */
function list(db: Connection, query: string, limit: number): ChatWithSpent[] {
  const wanted = query.toLocaleLowerCase();
  const found: ChatWithSpent[] = [];
  if (limit < 1) return found;
  for (const row of db.each<ChatRow>(`SELECT ${columns} FROM chats c WHERE NOT ${isAgentChat} ORDER BY updated_at DESC, chat_id`)) {
    if (!row.title.toLocaleLowerCase().includes(wanted)) continue;
    found.push({ ...row, spent: spentIn(db, row.chat_id) });
    if (found.length >= limit) break;
  }
  return found;
}

export const chats: Table<ChatWrites, ChatReads> = {
  name: 'chats',
  writes: {
    'chats.put': (db, row, { stamp }) => put(db, row, stamp),
    'chats.delete': (db, { chat_id }) => remove(db, chat_id),
  },
  reads: {
    'chats.list': (db, { query, limit }) => list(db, query, limit),
    'chats.get': (db, { chat_id }) => get(db, chat_id),
    'chats.agents_below': (db, { chat_id }) => agentChatsBelow(db, chat_id),
  },
};
