// The blob_uses table: which chat uses which blob. Filled by the worker from what a write says it needs, never by a
// write of its own.
import { isDeleted } from './deleted-chats';
import type { Connection, Table } from './table';

export type BlobUseRow = { chat_id: string; sha256: string; bytes: number };

export function useBlob(db: Connection, { chat_id, sha256, bytes }: BlobUseRow): void {
  if (isDeleted(db, chat_id)) return;
  db.run('INSERT OR IGNORE INTO blob_uses (chat_id, sha256, bytes) VALUES (?, ?, ?)', [chat_id, sha256, bytes]);
}

/** Sizes by hash, each blob once. */
export function usedBlobs(db: Connection): Map<string, number> {
  const rows = db.all<{ sha256: string; bytes: number }>('SELECT DISTINCT sha256, bytes FROM blob_uses');
  return new Map(rows.map(({ sha256, bytes }) => [sha256, bytes]));
}

export function isBlobUsed(db: Connection, sha256: string): boolean {
  return db.first('SELECT 1 FROM blob_uses WHERE sha256 = ?', [sha256]) !== null;
}

export function forgetBlobUses(db: Connection, chatId: string): void {
  db.run('DELETE FROM blob_uses WHERE chat_id = ?', [chatId]);
}

export const blobUses: Table<object, object> = {
  name: 'blob_uses',
  writes: {},
  reads: {},
  bytesOfChat: (db, chatId) => db.first<{ n: number | null }>('SELECT sum(bytes) AS n FROM blob_uses WHERE chat_id = ?', [chatId])?.n ?? 0,
};
