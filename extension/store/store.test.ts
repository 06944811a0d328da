// The store through its public interface: a real worker thread on a real directory.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nothingSpent } from '../../shared/spent-math';
import { buildStore } from '../../test/support/store/build-worker';
import {
  appendEvent,
  chatRow,
  eventRow,
  llmCallRow,
  someTime,
  traceCompletion,
  traceStart,
} from '../../test/support/store/sample-rows';
import { StoreFolder } from '../../test/support/store/store-folder';
import type { ToolTrace } from '../../shared/traces';
import { openStore } from './open-store';
import type { Store, StoreError, WriteOp } from './store';
import type { ToolTracePlace } from './tables/tool-traces';

describe('store', function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  let store: Store;

  before(() => buildStore());
  beforeEach(async () => {
    folder = new StoreFolder();
    store = await folder.open();
  });
  afterEach(() => folder.remove());

  /** The same after everything was read from disk again. */
  async function reopened(): Promise<Store> {
    await store.close();
    return folder.open();
  }

  it('gives back a chat as it was last put, also after reopening', async () => {
    const first = chatRow();
    const last = { ...first, title: 'Other', status: 'done' as const, turns: 3, updated_at: someTime + 9 };
    await store.write([{ op: 'chats.put', value: first }]);
    await store.write([{ op: 'chats.put', value: last }]);
    assert.deepEqual(await store.read('chats.get', { chat_id: first.chat_id }), { ...last, spent: nothingSpent });
    store = await reopened();
    assert.deepEqual(await store.read('chats.get', { chat_id: first.chat_id }), { ...last, spent: nothingSpent });
    assert.equal(await store.read('chats.get', { chat_id: 'nobody' }), null);
  });

  it('lets the last put win although its updated_at is older', async () => {
    const chat = chatRow();
    await store.write([{ op: 'chats.put', value: chat }]);
    await store.write([{ op: 'chats.put', value: { ...chat, title: 'later', updated_at: 5 } }]);
    assert.equal((await store.read('chats.get', { chat_id: chat.chat_id }))?.title, 'later');
  });

  it('lists chats newest first, by any part of the title in any case, up to the limit', async () => {
    const rows = ['Äpfel zählen', 'fix 100%_done', 'ÄPFEL essen'].map((title, index) => chatRow({ title, updated_at: someTime + index }));
    await store.write(rows.map((value): WriteOp => ({ op: 'chats.put', value })));
    const titles = async (query: string, limit = 10): Promise<string[]> =>
      (await store.read('chats.list', { query, limit })).map((chat) => chat.title);
    assert.deepEqual(await titles(''), ['ÄPFEL essen', 'fix 100%_done', 'Äpfel zählen']);
    assert.deepEqual(await titles('äpfel'), ['ÄPFEL essen', 'Äpfel zählen']);
    assert.deepEqual(await titles('%_'), ['fix 100%_done']);
    assert.deepEqual(await titles('', 2), ['ÄPFEL essen', 'fix 100%_done']);
    assert.deepEqual(await titles('none'), []);
  });

  it('returns events after and before a place in ascending order, and the last seq', async () => {
    await store.write([5, 1, 4, 2, 3].map((seq) => appendEvent({ seq })));
    await store.write([appendEvent({ chat_id: 'other', seq: 9 })]);
    const seqs = async (events: Promise<{ seq: number }[]>): Promise<number[]> => (await events).map((event) => event.seq);
    assert.deepEqual(await seqs(store.read('events.after', { chat_id: 'chat', after_seq: 2, limit: 2 })), [3, 4]);
    assert.deepEqual(await seqs(store.read('events.before', { chat_id: 'chat', before_seq: 4, limit: 2 })), [2, 3]);
    assert.equal(await store.read('events.last_seq', { chat_id: 'chat' }), 5);
    assert.equal(await store.read('events.last_seq', { chat_id: 'none' }), 0);
  });

  it('joins the input and output of a tool call to its events', async () => {
    const start = traceStart();
    const event = eventRow({ seq: 1, type: 'tool_trace:start', trace_id: start.id });
    await store.write([
      { op: 'tool_traces.start', value: start },
      { op: 'events.append', value: event },
      appendEvent({ seq: 2, type: 'tool_trace:complete', trace_id: start.id }),
      appendEvent({ seq: 3 }),
    ]);
    await store.write([{ op: 'tool_traces.complete', value: traceCompletion(start) }]);
    const events = await store.read('events.after', { chat_id: 'chat', after_seq: 0, limit: 10 });
    assert.deepEqual(
      events.map(({ trace_input, trace_output }) => [trace_input, trace_output]),
      [[JSON.stringify(start.input), null], [null, JSON.stringify({ text: 'export {}' })], [null, null]],
    );
    assert.deepEqual(events[0], { ...event, trace_input: JSON.stringify(start.input), trace_output: null });
  });

  it('shows a tool call as running, and whole once it is complete', async () => {
    const start = traceStart();
    const running = {
      ...start,
      output: null,
      finished_at: null,
      latency_ms: null,
      tokens_used: null,
      cache_tokens: null,
      reasoning_tokens: null,
      error: null,
      outcome: 'running',
    };
    await store.write([{ op: 'tool_traces.start', value: start }]);
    assert.deepEqual(await store.read('tool_traces.running', { chat_id: 'chat' }), [running]);
    const completion = traceCompletion(start);
    await store.write([{ op: 'tool_traces.complete', value: completion }]);
    assert.deepEqual(await store.read('tool_traces.get', { id: start.id }), { ...running, ...completion });
    assert.deepEqual(await store.read('tool_traces.running', { chat_id: 'chat' }), []);
    assert.equal(await store.read('tool_traces.get', { id: 'none' }), null);
  });

  it('keeps pages of tool calls free of gaps and repetitions while rows arrive', async () => {
    const add = (turn_number: number, id: string): Promise<void> =>
      store.write([{ op: 'tool_traces.start', value: traceStart({ id, turn_number }) }]);
    for (const id of ['b', 'd', 'f']) await add(1, id);
    for (const id of ['g', 'h']) await add(2, id);
    const seen: string[] = [];
    let after: ToolTracePlace | null = null;
    for (let page = 0; page < 10; page++) {
      const rows: ToolTrace[] = await store.read('tool_traces.page', { chat_id: 'chat', after, limit: 2, turn_number: null });
      if (rows.length === 0) break;
      seen.push(...rows.map((row) => row.id));
      const last = rows.at(-1);
      after = last === undefined ? null : { turn_number: last.turn_number, started_at: last.started_at, id: last.id };
      if (page === 0) await add(1, 'a');
      if (page === 0) await add(1, 'e');
    }
    assert.deepEqual(seen, ['b', 'd', 'e', 'f', 'g', 'h']);
    const ofTurn = await store.read('tool_traces.page', { chat_id: 'chat', after: null, limit: 10, turn_number: 2 });
    assert.deepEqual(ofTurn.map((row) => row.id), ['g', 'h']);
  });

  it('keeps model calls with known and unknown usage', async () => {
    const known = llmCallRow({ turn_number: 1 });
    const unknown = llmCallRow({
      turn_number: 2,
      first_token_ms: null,
      finish_reason: null,
      input: null,
      cache_read: null,
      cache_write: null,
      output: null,
      reasoning: null,
      raw_usage: null,
      error: { code: 'timeout', message: 'No answer.', next_step: 'Try again.' },
      request_bytes: 3_000_000_000,
    });
    await store.write([unknown, known].map((value): WriteOp => ({ op: 'llm_calls.put', value })));
    assert.deepEqual(await store.read('llm_calls.by_chat', { chat_id: 'chat' }), [known, unknown]);
  });

  it('deletes a chat with everything of it, and ignores what still comes for it', async () => {
    const chat = chatRow({ chat_id: 'chat' });
    const start = traceStart();
    const all: WriteOp[] = [
      { op: 'chats.put', value: chat },
      appendEvent(),
      { op: 'tool_traces.start', value: start },
      { op: 'llm_calls.put', value: llmCallRow() },
    ];
    await store.write([...all, appendEvent({ chat_id: 'other' })]);
    await store.write([{ op: 'chats.delete', value: { chat_id: 'chat' } }]);
    await store.write([...all, { op: 'tool_traces.complete', value: traceCompletion(start) }]);
    store = await reopened();
    const { rows, problems } = await store.check();
    assert.deepEqual(rows, { chats: 0, events: 1, tool_traces: 0, llm_calls: 0, spending: 0, displaced_events: 0, blob_uses: 0, approval_grants: 0, request_openings: 0 });
    assert.deepEqual(problems, []);
  });

  it('keeps every text exactly: quotes, NUL, emoji, a megabyte', async () => {
    const texts = [`'"; DROP TABLE chats; --`, 'a\0b', '👩‍👩‍👧 日本', '', `${'é'.repeat(512 * 1024)}!`, '\u001eBC\0'];
    await store.write(texts.map((title, index): WriteOp => ({ op: 'chats.put', value: chatRow({ title, updated_at: index }) })));
    await store.write(texts.map((text, index) => appendEvent({ seq: index + 1, body: text })));
    store = await reopened();
    const chats = await store.read('chats.list', { query: '', limit: 10 });
    const events = await store.read('events.after', { chat_id: 'chat', after_seq: 0, limit: 10 });
    assert.deepEqual(chats.map((chat) => chat.title).reverse(), texts);
    assert.deepEqual(events.map((event) => event.body), texts);
  });

  it('refuses a write whose value does not fit, all of it, and goes on with the others', async () => {
    // A caller without types, or a bug.
    const bad = { op: 'chats.put', value: { ...chatRow(), title: null } } as unknown as WriteOp;
    const results = await Promise.allSettled([
      store.write([appendEvent({ seq: 1 })]),
      store.write([appendEvent({ seq: 2 }), bad]),
      store.write([{ op: 'nothing.known', value: 1 } as unknown as WriteOp]),
      store.write([appendEvent({ seq: 3 })]),
    ]);
    const codes = results.map((result) => (result.status === 'fulfilled' ? 'kept' : (result.reason as StoreError).code));
    assert.deepEqual(codes, ['kept', 'rejected', 'rejected', 'kept']);
    const seqs = async (): Promise<number[]> =>
      (await store.read('events.after', { chat_id: 'chat', after_seq: 0, limit: 10 })).map((event) => event.seq);
    assert.deepEqual(await seqs(), [1, 3]);
    store = await reopened();
    assert.deepEqual(await seqs(), [1, 3]);
  });

  it('changes nothing when the same writes come twice', async () => {
    const start = traceStart();
    const ops: WriteOp[] = [
      { op: 'chats.put', value: chatRow() },
      appendEvent(),
      { op: 'tool_traces.start', value: start },
      { op: 'tool_traces.complete', value: traceCompletion(start) },
      { op: 'llm_calls.put', value: llmCallRow() },
    ];
    await store.write(ops);
    const before = [await store.read('tool_traces.get', { id: start.id }), (await store.check()).rows];
    await store.write(ops);
    assert.deepEqual([await store.read('tool_traces.get', { id: start.id }), (await store.check()).rows], before);
  });

  it('writes nothing at all until something is written', async () => {
    assert.deepEqual(await store.read('chats.list', { query: '', limit: 10 }), []);
    await store.write([]);
    assert.equal(existsSync(folder.directory), false);
  });

  it('says plainly that it is closed', async () => {
    await store.write([appendEvent()]);
    await store.close();
    await store.close();
    await assert.rejects(store.write([appendEvent()]), { name: 'StoreError', code: 'closed' });
  });

  it('says which file is missing when BooCode itself is incomplete', async () => {
    const { workerPath } = await buildStore();
    const nowhere = join(folder.directory, 'store-worker.js');
    await assert.rejects(openStore({ directory: folder.directory, workerPath: nowhere }), (error: StoreError) => {
      assert.deepEqual([error.code, error.message.includes(nowhere)], ['unavailable', true]);
      return true;
    });
    await assert.rejects(openStore({ directory: folder.directory, workerPath, wasmPath: `${nowhere}.wasm` }), { code: 'unavailable' });
  });

  it('says so when the database engine cannot be loaded', async () => {
    const { workerPath } = await buildStore();
    const broken = await openStore({ directory: folder.directory, workerPath, wasmPath: workerPath });
    await assert.rejects(broken.write([appendEvent()]), { name: 'StoreError', code: 'unavailable' });
    await broken.close();
  });
});
