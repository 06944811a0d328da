// Finds the events that traces are made of by their turn, agents by who started them; and what caches held, as rows.
// Derived from the events, so that nothing has to be kept in step with them.
import type { Migration } from './migration';

/** Events of a turn but for its tool calls, which are rows of their own; runs have no turn number. */
export const turnEventTypes =
  "('run:start', 'run:end', 'turn:start', 'turn:end', 'llm_call:complete', 'approval:request', 'approval:decision', 'question:ask', 'question:answer')";

/** What cannot be read as JSON is in no index, so that it can still be stored. */
const isTurnEvent = `type IN ${turnEventTypes} AND json_valid(body)`;
const isStartOfAgent = "type = 'run:start' AND json_valid(body) AND json_extract(body, '$.parent.chat_id') IS NOT NULL";

export const traceIndex: Migration = {
  version: 5,
  statements: [
    `CREATE INDEX IF NOT EXISTS events_by_turn ON events (chat_id, json_extract(body, '$.turn_number'), seq)
     WHERE ${isTurnEvent}`,
    `CREATE INDEX IF NOT EXISTS events_by_parent ON events (json_extract(body, '$.parent.chat_id'), chat_id)
     WHERE ${isStartOfAgent}`,
    `CREATE INDEX IF NOT EXISTS events_of_agents ON events (chat_id)
     WHERE ${isStartOfAgent}`,
    `CREATE TABLE IF NOT EXISTS request_openings (
       digest TEXT PRIMARY KEY NOT NULL, system TEXT NOT NULL, tools TEXT NOT NULL) WITHOUT ROWID`,
    `CREATE VIEW IF NOT EXISTS cache_stats (chat_id, llm_call_id, turn, segment_name, hit_tokens, miss_tokens) AS
     SELECT e.chat_id, json_extract(e.body, '$.llm_call_id'), json_extract(e.body, '$.turn_number'),
       json_extract(s.value, '$.segment_name'), json_extract(s.value, '$.hit_tokens'), json_extract(s.value, '$.miss_tokens')
     FROM events e, json_each(e.body, '$.segments') s
     WHERE e.type IN ${turnEventTypes} AND e.type = 'llm_call:complete' AND json_valid(e.body)`,
  ],
};
