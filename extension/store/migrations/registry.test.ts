// The schema as SQLite itself tells it.
import assert from 'node:assert/strict';
import initSqlJs from 'sql.js';
import { Image } from '../worker/image';
import { cacheStats } from '../tables/cache-stats';
import { chats } from '../tables/chats';
import { chatsAtWork, events } from '../tables/events';
import type { Connection, ReadContext, SqlValue } from '../tables/table';
import { toolTraces } from '../tables/tool-traces';
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
      'request_openings',
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

  it('make cache_stats with its columns', async () => {
    const image = await emptyImage();
    migrate(image);
    assert.deepEqual(image.all('SELECT type, name FROM sqlite_schema WHERE name = ?', ['cache_stats']), [{ type: 'view', name: 'cache_stats' }]);
    assert.deepEqual(
      image.all<{ name: string }>("SELECT name FROM pragma_table_info('cache_stats')").map(({ name }) => name),
      ['chat_id', 'llm_call_id', 'turn', 'segment_name', 'hit_tokens', 'miss_tokens'],
    );
  });

  it('index no event whose body is no JSON to SQLite, and so refuse none', async () => {
    const image = await emptyImage();
    for (const { version, statements } of migrations) if (version < 5) for (const statement of statements) image.run(statement);
    image.run('PRAGMA user_version = 4');
    let seq = 0;
    const append = (type: string, body: string): void =>
      events.writes['events.append'](image, { chat_id: 'c', seq: ++seq, session_id: 's', at: 1, type, body, trace_id: null }, { stamp: 1 });
    // SQLite gives up at 1,000 levels; what a server says of its usage may have more.
    const bodies = ['{', `{"turn_number":1,"raw_usage":${'['.repeat(1_001)}${']'.repeat(1_001)}}`];
    const types = ['run:start', 'turn:start', 'llm_call:complete'];
    const appendAll = (): void => types.forEach((type) => bodies.forEach((body) => append(type, body)));
    appendAll();
    migrate(image);
    appendAll();
    append('turn:start', '{"turn_number":1}');
    const chat = { chat_id: 'c', session_id: 's', title: '', status: 'done' as const, turns: 1, created_at: 1, updated_at: 1, provider: '', model: '' };
    chats.writes['chats.put'](image, chat, { stamp: 1 });
    assert.equal(events.reads['events.last_seq'](image, { chat_id: 'c' }, asStored), 13);
    assert.deepEqual(events.reads['events.of_turns'](image, { chat_id: 'c', after_turn: 0, to_turn: null, limit: 10 }, asStored).map((event) => event.seq), [13]);
    assert.deepEqual(events.reads['events.of_runs'](image, { chat_id: 'c' }, asStored), []);
    assert.deepEqual(events.reads['events.turns_between'](image, { chat_id: 'c', first_seq: 1, last_seq: null }, asStored), { first_turn: 1, last_turn: 1 });
    assert.deepEqual(events.reads['events.agents_of'](image, { chat_id: 'c', after: null, limit: 10 }, asStored), []);
    assert.equal(events.reads['events.parent_of'](image, { chat_id: 'c' }, asStored), null);
    assert.deepEqual(chats.reads['chats.list'](image, { query: '', limit: 10 }, asStored).map(({ chat_id }) => chat_id), ['c']);
    assert.deepEqual(cacheStats.reads['cache_stats.by_turns'](image, { chat_id: 'c', first_turn: 1, last_turn: 9 }, asStored), []);
  });

  it('answer pages of tool calls from the index, at any depth', async () => {
    const [plan] = await plans((db) => db.all('SELECT * FROM tool_traces WHERE chat_id = ? AND (turn_number, started_at, id) > (?, ?, ?) ORDER BY turn_number, started_at, id LIMIT ?', ['chat', 1, 1, 'a', 50]));
    assert.match(plan?.[0] ?? '', /SEARCH tool_traces USING INDEX tool_traces_by_chat \(chat_id=\? AND \(turn_number,started_at\)>/);
  });

  const place = { turn_number: 1, started_at: 1, id: 'a' };
  const read: [name: string, run: (db: Connection) => unknown, plan: RegExp][] = [
    ['rows of tool calls', (db) => toolTraces.reads['tool_traces.rows'](db, { chat_id: 'c', after: place, limit: 1, turn_number: null }, asStored), /^SEARCH tool_traces USING INDEX tool_traces_by_chat \(chat_id=\? AND \(turn_number,started_at\)>/],
    ['repeated reads', (db) => toolTraces.reads['tool_traces.repeats'](db, { chat_id: 'c', first_turn: 1, last_turn: 2 }, asStored), /^SEARCH tool_traces USING INDEX tool_traces_by_chat \(chat_id=\? AND turn_number>\? AND turn_number<\?\)/],
    ['long outputs', (db) => toolTraces.reads['tool_traces.longest_outputs'](db, { chat_id: 'c', first_turn: 1, last_turn: 2, limit: 5 }, asStored), /^SEARCH tool_traces USING INDEX tool_traces_by_chat \(chat_id=\? AND turn_number>\? AND turn_number<\?\)/],
    ['events of turns', (db) => events.reads['events.of_turns'](db, { chat_id: 'c', after_turn: 1, to_turn: 2, limit: 1 }, asStored), /^SEARCH e USING INDEX events_by_turn \(chat_id=\? AND <expr>>\? AND <expr><\?\)$/],
    ['events of all turns', (db) => events.reads['events.of_turns'](db, { chat_id: 'c', after_turn: 1, to_turn: null, limit: 1 }, asStored), /^SEARCH e USING INDEX events_by_turn \(chat_id=\? AND <expr>>\?\)$/],
    ['beginnings and ends of runs', (db) => events.reads['events.of_runs'](db, { chat_id: 'c' }, asStored), /^SEARCH e USING INDEX events_by_turn \(chat_id=\? AND <expr>=\?\)$/],
    ['turns of a run', (db) => events.reads['events.turns_between'](db, { chat_id: 'c', first_seq: 1, last_seq: 2 }, asStored), /^SEARCH e USING PRIMARY KEY \(chat_id=\? AND seq>\? AND seq<\?\)|^SEARCH e USING INDEX sqlite_autoindex_events_1 \(chat_id=\? AND seq>\? AND seq<\?\)/],
    ['agents of a chat', (db) => events.reads['events.agents_of'](db, { chat_id: 'c', after: null, limit: 1 }, asStored), /SEARCH e USING INDEX events_by_parent \(<expr>=\? AND chat_id>\?\)/],
    ['agents below a chat', (db) => chats.reads['chats.agents_below'](db, { chat_id: 'c' }, asStored), /SEARCH e USING (?:COVERING )?INDEX events_by_parent \(<expr>=\?\)/],
    ['who started an agent', (db) => events.reads['events.parent_of'](db, { chat_id: 'c' }, asStored), /^SEARCH e USING INDEX events_of_agents \(chat_id=\?\)$/],
    ['chats that are not those of agents', (db) => chats.reads['chats.list'](db, { query: '', limit: 1 }, asStored), /SEARCH e USING (?:COVERING )?INDEX events_of_agents \(chat_id=\?\)/],
    ['chats at work', (db) => chatsAtWork(db), /SEARCH e USING (?:COVERING )?INDEX events_of_agents \(chat_id=\?\)/],
    ['what caches held', (db) => cacheStats.reads['cache_stats.by_turns'](db, { chat_id: 'c', first_turn: 1, last_turn: 2 }, asStored), /SEARCH e USING INDEX events_by_turn \(chat_id=\? AND <expr>>\? AND <expr><\?\)/],
  ];
  for (const [name, run, plan] of read) {
    it(`answer from an index: ${name}`, async () => {
      const [steps] = await plans(run);
      assert.match((steps ?? []).join('\n'), plan);
      assert.ok(!(steps ?? []).some((step) => /^SCAN (?:e|tool_traces)$/.test(step)), steps?.join('\n'));
    });
  }
});

const asStored: ReadContext = { whole: (text) => text };

/** How SQLite goes about each statement that is run. */
async function plans(run: (db: Connection) => unknown): Promise<string[][]> {
  const image = await emptyImage();
  migrate(image);
  const found: string[][] = [];
  const explained = <Row>(sql: string, params: readonly SqlValue[] = []): Row[] => {
    found.push(image.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params).map(({ detail }) => detail));
    return [];
  };
  run({ run: () => 0, all: explained, first: (sql, params) => explained<never>(sql, params)[0] ?? null, each: explained });
  return found;
}
