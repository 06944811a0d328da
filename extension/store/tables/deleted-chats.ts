// The deleted_chats table: which chats are gone for good, so that a write still lying in the journal of another
// process cannot bring a piece of one back.
import type { Connection } from './table';

export function isDeleted(db: Connection, chatId: string): boolean {
  return db.first('SELECT 1 FROM deleted_chats WHERE chat_id = ?', [chatId]) !== null;
}

export function deletedChats(db: Connection): Set<string> {
  return new Set(db.all<{ chat_id: string }>('SELECT chat_id FROM deleted_chats').map(({ chat_id }) => chat_id));
}

export function markDeleted(db: Connection, chatId: string): void {
  db.run('INSERT OR IGNORE INTO deleted_chats (chat_id) VALUES (?)', [chatId]);
}
