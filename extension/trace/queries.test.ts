import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxMessageBytes } from '../../shared/messages/channel';
import { nothingSpent } from '../../shared/spent-math';
import type { ToolTrace } from '../../shared/traces';
import { chatId, sessionId, toolComplete, toolStart, uuid } from '../../test/support/event-samples';
import { buildStore } from '../../test/support/store/build-worker';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { EventBus } from './event-bus';
import { wireBytes } from './panel-frames';
import { QueryError, tracePage } from './queries';
import { ChatLog } from './recorder';
import { Redactor } from './redaction';
import { viewerPage } from './trace-reads';

describe('trace listing', () => {
  let directory: string;
  let store: Store;
  let log: ChatLog;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'boocode-traces-'));
    store = await openStore({ directory, workerPath: (await buildStore()).workerPath });
    const bus = new EventBus((error) => assert.fail(String(error)));
    const chat = { chat_id: chatId, session_id: sessionId, title: '', status: 'new' as const, turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent };
    log = new ChatLog({ store, bus, redactor: new Redactor(), nowMicros: () => 1_000 }, chat, 0);
  });

  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Finished calls from..to, ten a turn, all started at the same moment: only the id tells them apart. */
  async function addCalls(from: number, to: number): Promise<void> {
    for (let n = from; n <= to; n++) {
      const turn_number = Math.ceil(n / 10);
      log.append({ ...toolStart(1_000 + n, `call_${n}`), turn_number } as ReturnType<typeof toolStart>, { ...toolComplete(1_000 + n, `call_${n}`, `text ${n}`), turn_number } as ReturnType<typeof toolComplete>);
    }
    await log.durable();
  }

  async function all(limit: number, turn?: number): Promise<{ traces: ToolTrace[]; pages: number }> {
    const traces: ToolTrace[] = [];
    let pages = 0;
    for (let cursor: string | undefined; ; ) {
      const page = await tracePage(store, { chat_id: chatId, limit, ...(cursor ? { cursor } : {}), ...(turn ? { turn_number: turn } : {}) });
      traces.push(...page.traces);
      pages++;
      if (page.next_cursor === null) return { traces, pages };
      cursor = page.next_cursor;
    }
  }

  it('gives 50 a page unless told, and every row once', async () => {
    await addCalls(1, 120);
    const first = await tracePage(store, { chat_id: chatId });
    assert.equal(first.traces.length, 50);
    const { traces, pages } = await all(25);
    assert.equal(pages, 5);
    assert.deepEqual(traces.map(({ id }) => id), Array.from({ length: 120 }, (_, index) => uuid(1_001 + index)));
  });

  it('has no next page where the rows end exactly at the limit', async () => {
    await addCalls(1, 20);
    assert.equal((await tracePage(store, { chat_id: chatId, limit: 20 })).next_cursor, null);
  });

  it('keeps its cursors while rows arrive', async () => {
    await addCalls(1, 30);
    const first = await tracePage(store, { chat_id: chatId, limit: 20 });
    await addCalls(31, 60);
    const second = await tracePage(store, { chat_id: chatId, limit: 100, cursor: first.next_cursor });
    assert.deepEqual([...first.traces, ...second.traces].map(({ tool_call_id }) => tool_call_id), Array.from({ length: 60 }, (_, index) => `call_${index + 1}`));
  });

  it('lists one turn alone', async () => {
    await addCalls(1, 35);
    assert.deepEqual((await all(3, 2)).traces.map(({ tool_call_id }) => tool_call_id), Array.from({ length: 10 }, (_, index) => `call_${index + 11}`));
  });

  it('fits every page into one panel message, however long the texts, and leads to every row', async () => {
    const text = 'é'.repeat(5_000);
    for (let n = 1; n <= 120; n++) {
      log.append(toolStart(1_000 + n, `call_${n}`), { ...toolComplete(1_000 + n, `call_${n}`, text), error: text } as ReturnType<typeof toolComplete>);
    }
    await log.durable();
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof viewerPage>> = await viewerPage(store, { chat_id: chatId, limit: 200, ...(cursor ? { cursor } : {}) });
      assert.ok(wireBytes(page) < maxMessageBytes - 1_000, `${wireBytes(page)} bytes`);
      seen.push(...page.traces.map(({ tool_call_id }) => tool_call_id));
      cursor = page.next_cursor;
    }
    assert.deepEqual(seen, Array.from({ length: 120 }, (_, index) => `call_${index + 1}`));
  });

  it('returns the whole row', async () => {
    await addCalls(1, 1);
    assert.deepEqual((await tracePage(store, { chat_id: chatId })).traces, [
      {
        id: uuid(1_001),
        session_id: sessionId,
        chat_id: chatId,
        turn_number: 1,
        tool_name: 'read_file',
        input: { path: 'a.ts' },
        output: { text: 'text 1', summary: '1 line' },
        started_at: 5_000,
        finished_at: 7_000,
        latency_ms: 2,
        tokens_used: null,
        cache_tokens: null,
        reasoning_tokens: null,
        error: null,
        outcome: 'success',
        llm_call_id: uuid(1_002),
        tool_call_id: 'call_1',
        subject: 'a.ts',
      },
    ]);
  });

  const wrong: [what: string, request: object, code: string][] = [
    ['a limit of 0', { limit: 0 }, 'bad_request'],
    ['a limit of 201', { limit: 201 }, 'bad_request'],
    ['a limit that is not a number', { limit: Number.NaN }, 'bad_request'],
    ['a limit of one and a half', { limit: 1.5 }, 'bad_request'],
    ['turn 0', { turn_number: 0 }, 'bad_request'],
    ['a cursor that nobody gave out', { cursor: 'abc' }, 'bad_cursor'],
    ['a cursor of other values', { cursor: Buffer.from('["a",2,3]').toString('base64url') }, 'bad_cursor'],
    ['a chat of another workspace', { chat_id: uuid(500) }, 'chat_not_found'],
    ['a chat id that is none', { chat_id: 'latest' }, 'bad_request'],
  ];
  for (const [what, request, code] of wrong) {
    it(`refuses ${what}`, async () => {
      await addCalls(1, 1);
      await assert.rejects(tracePage(store, { chat_id: chatId, ...request }), (error) => error instanceof QueryError && error.code === code);
    });
  }
});
