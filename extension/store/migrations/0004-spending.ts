// What each model call used and cost. Kept apart from the calls themselves: deleting a chat gives no budget back.
import type { Migration } from './migration';

export const spending: Migration = {
  version: 4,
  statements: [
    `CREATE TABLE IF NOT EXISTS spending (
       llm_call_id TEXT PRIMARY KEY NOT NULL, chat_id TEXT NOT NULL, at INTEGER NOT NULL, tokens INTEGER NOT NULL,
       cost_usd REAL, is_estimate INTEGER NOT NULL) WITHOUT ROWID`,
    'CREATE INDEX IF NOT EXISTS spending_by_chat ON spending (chat_id)',
    'CREATE INDEX IF NOT EXISTS spending_by_time ON spending (at)',
  ],
};
