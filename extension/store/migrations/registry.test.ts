// The schema as SQLite itself tells it.
import assert from 'node:assert/strict';
import initSqlJs from 'sql.js';
import { Image } from '../worker/image';
import { latestVersion, migrate, migrations, schemaVersion } from './registry';

type Column = { name: string; type: string; notnull: number; pk: number };

async function emptyImage(): Promise<Image> {
  return new Image(await initSqlJs());
}

function columns(image: Image, table: string): string[] {
  return image
    .all<Column>('SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid', [table])
    .map(({ name, type, notnull, pk }) => `${name} ${type}${notnull ? ' not null' : ''}${pk ? ` key ${pk}` : ''}`);
}

function indexes(image: Image, table: string): string[][] {
  return image
    .all<{ name: string }>("SELECT name FROM pragma_index_list(?) WHERE origin = 'c' ORDER BY name", [table])
    .map(({ name }) => image.all<{ name: string }>('SELECT name FROM pragma_index_info(?) ORDER BY seqno', [name]).map((column) => column.name));
}

describe('migrations', () => {
  it('make tool_traces with its columns and indexes', async () => {
    const image = await emptyImage();
    migrate(image);
    assert.deepEqual(columns(image, 'tool_traces'), [
      'id TEXT not null key 1',
      'session_id TEXT not null',
      'chat_id TEXT not null',
      'turn_number INTEGER not null',
      'tool_name TEXT not null',
      'input TEXT not null',
      'output TEXT',
      'started_at INTEGER not null',
      'finished_at INTEGER',
      'latency_ms REAL',
      'tokens_used INTEGER',
      'cache_tokens INTEGER',
      'reasoning_tokens INTEGER',
      'error TEXT',
      'outcome TEXT not null',
      'llm_call_id TEXT',
      'tool_call_id TEXT not null',
      'subject TEXT not null',
    ]);
    assert.deepEqual(indexes(image, 'tool_traces'), [['chat_id', 'turn_number', 'started_at'], ['session_id']]);
  });

  it('make every other table', async () => {
    const image = await emptyImage();
    migrate(image);
    const tables = image.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").map(({ name }) => name);
    assert.deepEqual(tables, [
      'approval_grants',
      'blob_uses',
      'chats',
      'deleted_chats',
      'displaced_events',
      'events',
      'llm_calls',
      'spending',
      'tool_trace_completions',
      'tool_traces',
    ]);
    assert.deepEqual(columns(image, 'events'), [
      'chat_id TEXT not null key 1',
      'seq INTEGER not null key 2',
      'session_id TEXT not null',
      'at INTEGER not null',
      'type TEXT not null',
      'body TEXT not null',
      'trace_id TEXT',
    ]);
  });

  it('change nothing when run a second time', async () => {
    const image = await emptyImage();
    migrate(image);
    const state = (): unknown => [
      schemaVersion(image),
      image.all('SELECT type, name, sql FROM sqlite_schema ORDER BY name'),
      image.all('PRAGMA schema_version'),
    ];
    const before = state();
    migrate(image);
    assert.deepEqual(state(), before);
    assert.equal(schemaVersion(image), latestVersion);
  });

  it('may be applied to a database that has the tables but lost its version', async () => {
    const image = await emptyImage();
    migrate(image);
    image.run("INSERT INTO deleted_chats (chat_id) VALUES ('kept')");
    image.run('PRAGMA user_version = 0');
    migrate(image);
    assert.deepEqual(image.all('SELECT chat_id FROM deleted_chats'), [{ chat_id: 'kept' }]);
  });

  it('are numbered from 1 without a gap', () => {
    assert.deepEqual(migrations.map(({ version }) => version), migrations.map((_, index) => index + 1));
  });

  it('answer pages of tool calls from the index, at any depth', async () => {
    const image = await emptyImage();
    migrate(image);
    const plan = image.all<{ detail: string }>(
      `EXPLAIN QUERY PLAN SELECT * FROM tool_traces WHERE chat_id = ? AND (turn_number, started_at, id) > (?, ?, ?)
       ORDER BY turn_number, started_at, id LIMIT ?`,
      ['chat', 1, 1, 'a', 50],
    );
    assert.match(plan[0]?.detail ?? '', /SEARCH tool_traces USING INDEX tool_traces_by_chat \(chat_id=\? AND \(turn_number,started_at\)>/);
  });
});
