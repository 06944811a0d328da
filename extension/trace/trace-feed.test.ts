import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nothingSpent } from '../../shared/spent-math';
import type { ChatSummary } from '../../shared/chats';
import type { RunEventBody } from '../../shared/events';
import { maxMessageBytes } from '../../shared/messages/channel';
import { chatId, sessionId, toolComplete, toolStart, userMessage, uuid } from '../../test/support/event-samples';
import { buildStore } from '../../test/support/store/build-worker';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { EventBus } from './event-bus';
import { wireBytes } from './panel-frames';
import { ChatLog } from './recorder';
import { Redactor } from './redaction';
import { TraceFeed, type TraceFeedMessage } from './trace-feed';

const child = uuid(9);
const stranger = uuid(8);

describe('TraceFeed', () => {
  let directory: string;
  let store: Store;
  let bus: EventBus;
  let logs: Map<string, ChatLog>;
  let posted: TraceFeedMessage[];
  let failures: unknown[];
  let feed: TraceFeed;
  /** A store whose next reads fail. */
  let failing: boolean;

  const newChat = (id: string): ChatSummary => ({ chat_id: id, session_id: sessionId, title: '', status: 'new', turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent });
  const logOf = (id: string): ChatLog => logs.get(id) ?? assert.fail(id);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'boocode-trace-feed-'));
    store = await openStore({ directory, workerPath: (await buildStore()).workerPath });
    bus = new EventBus((error) => assert.fail(String(error)));
    let now = 1_000;
    const ports = { store, bus, redactor: new Redactor(), nowMicros: () => now++ };
    logs = new Map([chatId, child, stranger].map((id) => [id, new ChatLog(ports, newChat(id), 0)]));
    posted = [];
    failures = [];
    failing = false;
    const reading: Store = Object.create(store, {
      read: { value: (...params: Parameters<Store['read']>) => (failing ? Promise.reject(new Error('the disk is gone')) : store.read(...params)) },
    }) as Store; // The store itself but for its reads.
    feed = new TraceFeed({
      store: reading,
      bus,
      summaryOf: (id) => Promise.resolve(logs.get(id)?.chat ?? null),
      post: (message) => posted.push(message),
      onFailed: (error) => failures.push(error),
    });
  });

  afterEach(async () => {
    feed.dispose();
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  const call = (n: number, turn_number = 1, text = `text ${n}`): RunEventBody[] => [
    { ...toolStart(1_000 + n, `call_${n}`), turn_number } as RunEventBody,
    { ...toolComplete(1_000 + n, `call_${n}`, text), turn_number } as RunEventBody,
  ];
  const calls = (log: ChatLog, from: number, to: number): void => {
    for (let n = from; n <= to; n++) log.append(...call(n, Math.ceil(n / 10)));
  };
  const startOfChild: RunEventBody = {
    ...{ type: 'run:start', run_id: uuid(70), provider: 'demo', model: 'demo', scripted: true },
    parent: { chat_id: chatId, trace_id: uuid(1_001), kind: 'subagent', label: 'look around' },
  };
  const end = (run: number): RunEventBody => ({ type: 'run:end', run_id: uuid(run), outcome: 'done', turns: 1, usage: null, error: null });
  const turnStart = (turn_number: number): RunEventBody => ({ type: 'turn:start', turn_number, llm_call_id: uuid(300 + turn_number) });
  const turnEnd = (turn_number: number): RunEventBody => ({ type: 'turn:end', turn_number, duration_ms: turn_number, tool_calls: 0 });

  /** `start 1`, `complete 1`: the frames of a chat in the order in which they were posted. */
  const framesOf = (id: string): string[] =>
    posted.flatMap((message) => (message.type === 'frames' && message.chat_id === id ? message.frames.map((frame) => `${frame.type.slice(11)} ${Number(frame.trace_id.slice(-6)) - 1_000}`) : []));
  const framesFor = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => [`start ${from + index}`, `complete ${from + index}`]).flat();

  it('posts every call once and in order, while more is recorded all the time', async () => {
    calls(logOf(chatId), 1, 20);
    await logOf(chatId).durable();
    const shown = feed.show(chatId);
    calls(logOf(chatId), 21, 40);
    await shown;
    calls(logOf(chatId), 41, 300);
    await logOf(chatId).durable();
    await until(() => framesOf(chatId).at(-1) === 'complete 300');
    // Those before the chat was shown are read as a page; those that were on their way may come twice, there and here.
    const frames = framesOf(chatId);
    assert.deepEqual(frames.slice(frames.indexOf('start 41')), framesFor(41, 300));
    assert.deepEqual(framesFor(1, 300).slice(-frames.length), frames);
  });

  it('gathers 2,000 calls that come in quick succession into few messages, and leaves none out', async function () {
    this.timeout(40_000);
    await feed.show(chatId);
    for (let from = 1; from <= 2_000; from += 20) {
      calls(logOf(chatId), from, from + 19);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until(() => framesOf(chatId).length === 4_000);
    assert.deepEqual(framesOf(chatId), framesFor(1, 2_000));
    const messages = posted.filter(({ type }) => type === 'frames');
    assert.ok(messages.length <= 200, `${messages.length} messages`);
  });

  it('keeps up with calls that come faster than they can be posted, from the store', async function () {
    this.timeout(60_000);
    await feed.show(chatId);
    calls(logOf(chatId), 1, 4_000);
    await logOf(chatId).durable();
    await until(() => framesOf(chatId).length >= 8_000, 3_000);
    assert.deepEqual(framesOf(chatId), framesFor(1, 4_000));
  });

  it('cuts texts, and fits every message, however long the calls are', async () => {
    await feed.show(chatId);
    const long = 'é'.repeat(50_000);
    for (let n = 1; n <= 50; n++) {
      const [start, complete] = call(n, 1, long);
      const input = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}`, [long.slice(0, 300)]]));
      logOf(chatId).append({ ...start, input, subject: long } as RunEventBody, { ...complete, error: long } as RunEventBody);
    }
    await until(() => framesOf(chatId).length === 100);
    assert.deepEqual(posted.filter((message) => wireBytes(message) > maxMessageBytes - 1_000), []);
    const [frame] = posted.flatMap((message) => (message.type === 'frames' ? message.frames : []));
    assert.ok(frame?.type === 'tool_trace:start');
    assert.equal(frame.subject, `${'é'.repeat(240)}\n… 49760 more characters`);
    assert.ok(wireBytes(frame) < 3_000);
  });

  it('posts a turn as it is after its last event, whole', async () => {
    await feed.show(chatId);
    logOf(chatId).append(turnStart(1), ...call(1), turnEnd(1), turnStart(2));
    await logOf(chatId).durable();
    const turns = (): unknown[] => posted.flatMap((message) => (message.type === 'turns' ? message.turns.map(({ turn_number, duration_ms }) => [turn_number, duration_ms]) : []));
    await until(() => turns().length >= 2);
    assert.deepEqual(turns(), [[1, 1], [2, null]]);
    logOf(chatId).append(turnEnd(2));
    await until(() => turns().length >= 3);
    assert.deepEqual(turns().at(-1), [2, 2]);
  });

  it('posts each of a thousand turns in its last state, in messages that fit', async () => {
    await feed.show(chatId);
    for (let turn = 1; turn <= 1_000; turn++) {
      const waits = Array.from({ length: turn === 500 ? 400 : 1 }, (_, index): RunEventBody => ({
        ...{ type: 'question:ask', question_id: uuid(10_000 + turn * 10 + index), turn_number: turn, tool_call_id: `call_${index}` },
        ...{ question: 'why? '.repeat(200), choices: [], multi_select: false },
      }));
      logOf(chatId).append(turnStart(turn), ...waits, turnEnd(turn));
    }
    const last = new Map<number, number | null>();
    const gather = (): void => {
      for (const message of posted.splice(0)) {
        assert.ok(wireBytes(message) < maxMessageBytes - 1_000);
        if (message.type === 'turns') for (const { turn_number, duration_ms } of message.turns) last.set(turn_number, duration_ms);
      }
    };
    await until(() => (gather(), [...last.values()].filter((duration) => duration !== null).length === 1_000), 1_000);
    assert.deepEqual([...last].sort(([a], [b]) => a - b), Array.from({ length: 1_000 }, (_, index) => [index + 1, index + 1]));
  });

  it('tells of agents that calls started, with their last state, and of nobody else’s', async () => {
    await feed.show(chatId);
    logOf(child).append(startOfChild, turnStart(1));
    logOf(stranger).append({ ...startOfChild, parent: undefined }, turnStart(1));
    const agents = (): unknown[] => posted.flatMap((message) => (message.type === 'agents' ? [{ of: message.chat_id, agents: message.agents }] : []));
    await until(() => agents().length >= 1);
    const agent = { chat_id: child, trace_id: uuid(1_001), kind: 'subagent', label: 'look around', status: 'in_progress', turns: 1 };
    assert.deepEqual(agents(), [{ of: chatId, agents: [agent] }]);
    logOf(child).append(end(70));
    await until(() => agents().length >= 2);
    assert.deepEqual(agents().at(-1), { of: chatId, agents: [{ ...agent, status: 'done' }] });
    // A person goes on with it.
    logOf(child).append({ ...startOfChild, parent: undefined });
    await until(() => agents().length >= 3);
    assert.deepEqual(agents().at(-1), { of: chatId, agents: [agent] });
    assert.equal(framesOf(child).length, 0);
  });

  it('knows an agent that began before anybody looked', async () => {
    logOf(child).append(startOfChild, turnStart(1));
    await logOf(child).durable();
    await feed.show(chatId);
    logOf(child).append(end(70));
    await until(() => posted.some(({ type }) => type === 'agents'));
    assert.deepEqual(posted.filter(({ type }) => type === 'agents'), [
      { type: 'agents', chat_id: chatId, agents: [{ chat_id: child, trace_id: uuid(1_001), kind: 'subagent', label: 'look around', status: 'done', turns: 1 }] },
    ]);
  });

  it('follows the chat of an agent beside the one that is shown, until another is shown', async () => {
    await feed.show(chatId);
    await feed.follow(child);
    logOf(child).append(turnStart(1));
    calls(logOf(child), 1, 5);
    calls(logOf(chatId), 1, 5);
    await until(() => framesOf(child).length === 10 && framesOf(chatId).length === 10);
    assert.deepEqual([framesOf(child), framesOf(chatId)], [framesFor(1, 5), framesFor(1, 5)]);
    await until(() => posted.some((message) => message.type === 'turns' && message.chat_id === child));
    await feed.show(stranger);
    posted.length = 0;
    calls(logOf(child), 6, 10);
    calls(logOf(stranger), 1, 5);
    await Promise.all([...logs.values()].map((log) => log.durable()));
    await until(() => framesOf(stranger).length === 10);
    assert.deepEqual(framesOf(child), []);
  });

  it('follows the twenty agents that were asked for last, and always the chat that is shown', async () => {
    await feed.show(chatId);
    await feed.follow(child);
    for (let n = 1; n <= 20; n++) await feed.follow(uuid(2_000 + n));
    calls(logOf(child), 1, 5);
    calls(logOf(chatId), 1, 5);
    await Promise.all([...logs.values()].map((log) => log.durable()));
    await until(() => framesOf(chatId).length === 10);
    assert.deepEqual(framesOf(child), []);
  });

  it('posts what another process writes in the chat, in order and once', async () => {
    calls(logOf(chatId), 1, 3);
    await logOf(chatId).durable();
    await feed.show(chatId);
    const second = await openStore({ directory, workerPath: (await buildStore()).workerPath });
    const theirs = new ChatLog({ store: second, bus: new EventBus(() => undefined), redactor: new Redactor(), nowMicros: () => 5_000 }, newChat(chatId), 6);
    store.subscribe((notice) => notice.kind === 'changed' && bus.publish({ kind: 'changed', chat_ids: notice.chat_ids }));
    theirs.append(turnStart(1));
    calls(theirs, 4, 60);
    await theirs.durable();
    await until(() => framesOf(chatId).length === 2 * 57);
    await until(() => posted.some(({ type }) => type === 'turns'));
    assert.deepEqual(framesOf(chatId), framesFor(4, 60));
    await second.close();
  });

  it('says how many events are missing when a chat is shown, and again at the end of each run', async () => {
    logOf(chatId).append(userMessage(90, 'hi'));
    await logOf(chatId).durable();
    await feed.show(chatId);
    const drops = (): unknown[] => posted.filter(({ type }) => type === 'dropped_events');
    await until(() => drops().length === 1);
    const other = new ChatLog({ store, bus, redactor: new Redactor(), nowMicros: () => 5_000 }, newChat(chatId), 4);
    other.append(end(71));
    await until(() => drops().length === 2);
    assert.deepEqual(drops(), [
      { type: 'dropped_events', chat_id: chatId, count: 0 },
      { type: 'dropped_events', chat_id: chatId, count: 3 },
    ]);
  });

  it('catches up once the store can be read again', async () => {
    await feed.show(chatId);
    await until(() => posted.some(({ type }) => type === 'dropped_events'));
    failing = true;
    logOf(chatId).append(turnStart(1), turnEnd(1));
    await until(() => failures.length > 0);
    bus.publish({ kind: 'changed', chat_ids: [chatId] });
    await until(() => failures.length > 1);
    calls(logOf(chatId), 1, 3);
    await logOf(chatId).durable();
    failing = false;
    bus.publish({ kind: 'changed', chat_ids: [chatId] });
    await until(() => framesOf(chatId).length === 6 && posted.some(({ type }) => type === 'turns'));
    assert.deepEqual(framesOf(chatId), framesFor(1, 3));
  });

  it('posts nothing once it is disposed of', async () => {
    await feed.show(chatId);
    calls(logOf(chatId), 1, 100);
    logOf(chatId).append(turnStart(11));
    const shown = feed.show(child);
    feed.dispose();
    await shown;
    posted.length = 0;
    await logOf(chatId).durable();
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.deepEqual(posted, []);
  });
});

async function until(condition: () => boolean, tries = 600): Promise<void> {
  for (let count = 0; count < tries; count++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('waited in vain');
}
