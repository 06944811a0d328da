// What a person allowed for good, so that it is not asked again.
import type { Migration } from './migration';

export const approvalGrants: Migration = {
  version: 3,
  statements: [
    `CREATE TABLE IF NOT EXISTS approval_grants (
       grant_key TEXT PRIMARY KEY NOT NULL, tool_name TEXT NOT NULL, title TEXT NOT NULL, granted_at INTEGER NOT NULL,
       revoked INTEGER NOT NULL, stamp INTEGER NOT NULL) WITHOUT ROWID`,
  ],
};
