// Which chat uses which blob, so that a sweep knows what nobody uses any more.
import type { Migration } from './migration';

export const blobUses: Migration = {
  version: 2,
  statements: [
    `CREATE TABLE IF NOT EXISTS blob_uses (
       chat_id TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (chat_id, sha256)) WITHOUT ROWID`,
  ],
};
