// The first schema. Never edited once released: a change is a new migration.
import type { Migration } from './migration';

export const initial: Migration = {
  version: 1,
  statements: [
    `CREATE TABLE IF NOT EXISTS chats (
       chat_id TEXT PRIMARY KEY NOT NULL, session_id TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL,
       turns INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
       provider TEXT NOT NULL, model TEXT NOT NULL, stamp INTEGER NOT NULL)`,
    'CREATE INDEX IF NOT EXISTS chats_by_update ON chats (updated_at DESC, chat_id)',

    'CREATE TABLE IF NOT EXISTS deleted_chats (chat_id TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID',

    `CREATE TABLE IF NOT EXISTS events (
       chat_id TEXT NOT NULL, seq INTEGER NOT NULL, session_id TEXT NOT NULL, at INTEGER NOT NULL,
       type TEXT NOT NULL, body TEXT NOT NULL, trace_id TEXT, PRIMARY KEY (chat_id, seq))`,
    `CREATE TABLE IF NOT EXISTS displaced_events (
       chat_id TEXT NOT NULL, seq INTEGER NOT NULL, session_id TEXT NOT NULL, at INTEGER NOT NULL,
       type TEXT NOT NULL, body TEXT NOT NULL, trace_id TEXT, PRIMARY KEY (chat_id, seq, at, body))`,

    `CREATE TABLE IF NOT EXISTS tool_traces (
       id TEXT PRIMARY KEY NOT NULL, session_id TEXT NOT NULL, chat_id TEXT NOT NULL, turn_number INTEGER NOT NULL,
       tool_name TEXT NOT NULL, input TEXT NOT NULL, output TEXT, started_at INTEGER NOT NULL, finished_at INTEGER,
       latency_ms REAL, tokens_used INTEGER, cache_tokens INTEGER, reasoning_tokens INTEGER, error TEXT,
       outcome TEXT NOT NULL, llm_call_id TEXT, tool_call_id TEXT NOT NULL, subject TEXT NOT NULL)`,
    'CREATE INDEX IF NOT EXISTS tool_traces_by_chat ON tool_traces (chat_id, turn_number, started_at)',
    'CREATE INDEX IF NOT EXISTS tool_traces_by_session ON tool_traces (session_id)',
    `CREATE TABLE IF NOT EXISTS tool_trace_completions (
       id TEXT PRIMARY KEY NOT NULL, chat_id TEXT NOT NULL, completion TEXT NOT NULL)`,

    `CREATE TABLE IF NOT EXISTS llm_calls (
       id TEXT PRIMARY KEY NOT NULL, chat_id TEXT NOT NULL, session_id TEXT NOT NULL, turn_number INTEGER NOT NULL,
       provider TEXT NOT NULL, model TEXT NOT NULL, started_at INTEGER NOT NULL, first_token_ms REAL,
       duration_ms REAL NOT NULL, finish_reason TEXT, input INTEGER, cache_read INTEGER, cache_write INTEGER,
       output INTEGER, reasoning INTEGER, raw_usage TEXT, error TEXT, request_bytes INTEGER)`,
    'CREATE INDEX IF NOT EXISTS llm_calls_by_chat ON llm_calls (chat_id, turn_number, started_at)',
  ],
};
