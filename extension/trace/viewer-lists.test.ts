import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nothingSpent } from '../../shared/spent-math';
import type { ChatSummary } from '../../shared/chats';
import type { RunEventBody } from '../../shared/events';
import { maxMessageBytes } from '../../shared/messages/channel';
import type { ChildAgent } from '../../shared/trace-parts';
import { chatId, sessionId, toolComplete, toolStart, uuid } from '../../test/support/event-samples';
import { buildStore } from '../../test/support/store/build-worker';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { EventBus } from './event-bus';
import { wireBytes } from './panel-frames';
import { QueryError } from './queries';
import { ChatLog } from './recorder';
import { Redactor } from './redaction';
import { UsualLatencies, viewerAgents, viewerRuns, viewerSearch } from './viewer-lists';

describe('lists of the traces view', () => {
  let directory: string;
  let store: Store;
  let log: ChatLog;

  const newChat = (id: string): ChatSummary => ({ chat_id: id, session_id: sessionId, title: '', status: 'new', turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent });
  const logOf = (id: string): ChatLog => new ChatLog({ store, bus: new EventBus((error) => assert.fail(String(error))), redactor: new Redactor(), nowMicros: () => 1_000 }, newChat(id), 0);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'boocode-viewer-lists-'));
    store = await openStore({ directory, workerPath: (await buildStore()).workerPath });
    log = logOf(chatId);
  });

  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  const fits = (value: unknown): void => assert.ok(wireBytes(value) < maxMessageBytes - 1_000, `${wireBytes(value)} bytes`);

  async function addCalls(from: number, to: number, text: (n: number) => string = (n) => `text ${n}`): Promise<void> {
    for (let n = from; n <= to; n++) {
      const turn_number = Math.ceil(n / 10);
      const change = { turn_number, latency_ms: n };
      log.append({ ...toolStart(10_000 + n, `call_${n}`), turn_number } as RunEventBody, { ...toolComplete(10_000 + n, `call_${n}`, text(n)), ...change });
    }
    await log.durable();
  }

  const runStart = (n: number): RunEventBody => ({ type: 'run:start', run_id: uuid(20_000 + n), provider: 'demo', model: 'demo', scripted: true });
  const runEnd = (n: number): RunEventBody => ({
    ...{ type: 'run:end', run_id: uuid(20_000 + n), outcome: 'failed', turns: 1, usage: null },
    error: { code: 'unavailable', message: 'why? '.repeat(400), next_step: 'Try again.' },
  });

  it('gives the newest runs that fit, oldest first', async () => {
    for (let n = 1; n <= 300; n++) log.append(runStart(n), runEnd(n));
    log.append(runStart(301));
    await log.durable();
    const answer = await viewerRuns(store, { chat_id: chatId });
    fits(answer);
    const ids = answer.runs.map(({ run_id }) => run_id);
    assert.ok(ids.length > 50, `${ids.length} runs`);
    assert.deepEqual(ids, Array.from({ length: ids.length }, (_, index) => uuid(20_301 - ids.length + 1 + index)));
    assert.deepEqual(answer.runs.at(-2)?.error, { code: 'unavailable', message: `${'why? '.repeat(60)}…`, next_step: 'Try again.' });
  });

  it('gives every agent once, page by page, and of one that was cut off what lists say', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => uuid(30_000 + index));
    for (const [index, id] of ids.entries()) {
      const child = logOf(id);
      child.append({ ...runStart(index), parent: { chat_id: chatId, trace_id: null, kind: 'workflow_agent', label: index < 200 ? 'look '.repeat(100) : 'look' } } as RunEventBody);
      if (index > 0) child.append({ type: 'run:end', run_id: uuid(20_000 + index), outcome: 'done', turns: 1, usage: null, error: null });
      await child.durable();
    }
    await addCalls(1, 1);
    const agents: ChildAgent[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page = await viewerAgents(store, { chat_id: chatId, after }, (id) => Promise.resolve({ ...newChat(id), status: 'interrupted' }));
      fits(page);
      agents.push(...page.agents);
      after = page.agents.at(-1)?.chat_id ?? null;
      more = page.more;
    }
    assert.deepEqual(agents.map(({ chat_id }) => chat_id), ids);
    assert.deepEqual(agents[0], { chat_id: uuid(30_000), trace_id: null, kind: 'workflow_agent', label: `${'look '.repeat(60)}…`, status: 'interrupted', turns: 0 });
    assert.equal(agents[1]?.status, 'done');
  });

  it('finds every call that holds a text, in any case, page by page while more are recorded', async () => {
    await addCalls(1, 1_500, (n) => (n % 100 === 0 ? `a Needle in ${n}` : `hay ${n}`));
    const found: string[] = [];
    let pages = 0;
    for (let cursor: string | null = null; ; ) {
      const page = await viewerSearch(store, { chat_id: chatId, text: 'NEEDLE', cursor });
      found.push(...page.trace_ids);
      if (pages++ === 0) await addCalls(1_501, 1_600, (n) => (n === 1_600 ? 'needle' : 'hay'));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    assert.equal(pages, 2);
    assert.deepEqual(found, Array.from({ length: 16 }, (_, index) => uuid(10_000 + (index + 1) * 100)));
  });

  it('fits an answer of a thousand calls into one message', async () => {
    await addCalls(1, 1_000);
    const page = await viewerSearch(store, { chat_id: chatId, text: 'text', cursor: null });
    fits(page);
    assert.equal(page.trace_ids.length, 1_000);
  });

  const refused: [what: string, ask: () => Promise<unknown>, code: string][] = [
    ['runs of a chat of another workspace', () => viewerRuns(store, { chat_id: uuid(500) }), 'chat_not_found'],
    ['agents of a chat of another workspace', () => viewerAgents(store, { chat_id: uuid(500), after: null }, () => Promise.resolve(null)), 'chat_not_found'],
    ['a search in a chat of another workspace', () => viewerSearch(store, { chat_id: uuid(500), text: 'a', cursor: null }), 'chat_not_found'],
    ['a search with a cursor that nobody gave out', () => viewerSearch(store, { chat_id: chatId, text: 'a', cursor: 'abc' }), 'bad_cursor'],
  ];
  for (const [what, ask, code] of refused) {
    it(`refuses ${what}`, async () => {
      await addCalls(1, 1);
      await assert.rejects(ask(), (error) => error instanceof QueryError && error.code === code);
    });
  }

  it('reads once in half a minute how long calls usually take', async () => {
    let now = 0;
    const usual = new UsualLatencies(store, () => now);
    await addCalls(1, 10);
    const first = { tools: [{ tool_name: 'read_file', calls: 10, p50_ms: 5, p95_ms: 10 }] };
    assert.deepEqual(await usual.read(), first);
    await addCalls(11, 20);
    now = 29_999;
    assert.deepEqual(await usual.read(), first);
    now = 30_000;
    assert.deepEqual(await usual.read(), { tools: [{ tool_name: 'read_file', calls: 20, p50_ms: 10, p95_ms: 19 }] });
  });
});
