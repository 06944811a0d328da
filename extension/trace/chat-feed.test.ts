import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nothingSpent } from '../../shared/spent-math';
import type { ChatSummary } from '../../shared/chats';
import { chatId, sessionId, userMessage, uuid } from '../../test/support/event-samples';
import { buildStore } from '../../test/support/store/build-worker';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { ChatFeed, type FeedMessage } from './chat-feed';
import { EventBus, type Refusal } from './event-bus';
import { ChatLog } from './recorder';
import { Redactor } from './redaction';

describe('ChatFeed', () => {
  let directory: string;
  let store: Store;
  let bus: EventBus;
  let log: ChatLog;
  let posted: FeedMessage[];
  let feed: ChatFeed;
  let other: ChatLog;
  let refusal: Refusal | null;
  /** A chat that was deleted. */
  let gone: string | null;

  const newChat = (id: string): ChatSummary => ({ chat_id: id, session_id: sessionId, title: '', status: 'new', turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'boocode-feed-'));
    store = await openStore({ directory, workerPath: (await buildStore()).workerPath });
    bus = new EventBus((error) => assert.fail(String(error)));
    let now = 1_000;
    const ports = { store, bus, redactor: new Redactor(), nowMicros: () => now++ };
    log = new ChatLog(ports, newChat(chatId), 0);
    other = new ChatLog(ports, newChat(uuid(9)), 0);
    posted = [];
    refusal = null;
    gone = null;
    feed = new ChatFeed({
      store,
      bus,
      summaryOf: (id) => Promise.resolve(id === gone ? null : id === chatId ? log.chat : id === uuid(9) ? other.chat : null),
      unstoredEnd: (id) => (id === chatId ? refusal : null),
      post: (message) => posted.push(message),
    });
  });

  afterEach(async () => {
    feed.dispose();
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  const say = (to: ChatLog, from: number, count: number): void => {
    for (let n = from; n < from + count; n++) to.append(userMessage(100 + n, `message ${n}`));
  };
  const received = (): number[] => posted.flatMap((message) => (message.type === 'events' ? message.events.map(({ seq }) => seq) : []));
  const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('shows what is stored and then what happens, in order and without a gap, while more is written all the time', async () => {
    say(log, 1, 300);
    const shown = feed.show(chatId);
    say(log, 301, 50);
    await shown;
    say(log, 351, 50);
    await log.durable();
    await until(() => received().length >= 400);
    assert.deepEqual(received(), numbers(1, 400));
    assert.deepEqual(posted.map(({ type }) => type).lastIndexOf('reset'), 0, 'one reset, and it comes first');
  });

  it('opens a long chat at its end and says that there is more', async () => {
    say(log, 1, 1_000);
    await log.durable();
    await feed.show(chatId);
    const [reset] = posted;
    assert.ok(reset?.type === 'reset');
    assert.deepEqual([reset.first_seq, reset.more_before], [401, true]);
    assert.deepEqual(received(), numbers(401, 1_000));
  });

  it('gives a view that came back only what it lacks, without a reset', async () => {
    say(log, 1, 100);
    await log.durable();
    await feed.show(chatId, 90);
    assert.deepEqual(received(), numbers(91, 100));
    assert.equal(posted.some(({ type }) => type === 'reset'), false);
  });

  it('waits for a view that does not keep up, and serves it from the store when it does', async () => {
    await feed.show(chatId);
    say(log, 1, 5_000);
    await log.durable();
    await until(() => received().length >= 2_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(received().length < 2_500, `stopped at ${received().length}`);
    while (received().length < 5_000) {
      const before = received().length;
      await feed.acknowledge(chatId, before);
      await until(() => received().length > before);
    }
    assert.deepEqual(received(), numbers(1, 5_000));
  });

  it('shows one chat at a time, whatever order they were asked for', async () => {
    say(log, 1, 500);
    say(other, 1, 20);
    await Promise.all([log.durable(), other.durable()]);
    await Promise.all([feed.show(chatId), feed.show(uuid(9))]);
    say(log, 501, 5);
    say(other, 21, 5);
    await Promise.all([log.durable(), other.durable()]);
    const last = posted.findLastIndex(({ type }) => type === 'reset');
    await until(() => received().length >= 25);
    const after = posted.slice(last + 1).flatMap((message) => (message.type === 'events' ? message.events.map((event) => [event.chat_id, event.seq]) : []));
    assert.deepEqual(after, numbers(1, 25).map((seq) => [uuid(9), seq]));
  });

  it('joins streamed pieces and sends them before the message that replaces them', async () => {
    await feed.show(chatId);
    for (const delta of ['a', 'b', 'c']) log.transient({ type: 'text:delta', chat_id: chatId, message_id: uuid(7), turn_number: 1, kind: 'text', delta });
    say(log, 1, 1);
    await log.durable();
    assert.deepEqual(
      posted.slice(1).map((message) => (message.type === 'transient' ? message.events : message.type)),
      [[{ type: 'text:delta', chat_id: chatId, message_id: uuid(7), turn_number: 1, kind: 'text', delta: 'abc' }], 'events'],
    );
  });

  it('drops a streamed piece that no message can carry, and goes on', async () => {
    await feed.show(chatId);
    log.transient({ type: 'text:delta', chat_id: chatId, message_id: uuid(7), turn_number: 1, kind: 'text', delta: 'x'.repeat(100_000) });
    say(log, 1, 1);
    await log.durable();
    assert.deepEqual(posted.map(({ type }) => type), ['reset', 'events']);
  });

  it('shows an unknown chat as none', async () => {
    await feed.show(uuid(77));
    assert.deepEqual(posted, [{ type: 'reset', chat: null, first_seq: 1, more_before: false }]);
  });

  it('shows what another process writes in the chat, in order and once', async () => {
    say(log, 1, 3);
    await log.durable();
    await feed.show(chatId);
    const second = await openStore({ directory, workerPath: (await buildStore()).workerPath });
    const theirs = new ChatLog({ store: second, bus: new EventBus(() => undefined), redactor: new Redactor(), nowMicros: () => 5_000 }, newChat(chatId), 3);
    store.subscribe((notice) => notice.kind === 'changed' && bus.publish({ kind: 'changed', chat_ids: notice.chat_ids }));
    say(theirs, 4, 40);
    await theirs.durable();
    await until(() => received().length === 43);
    assert.deepEqual(received(), numbers(1, 43));
    await second.close();
  });

  it('tells how the chat is when it changed without an event', async () => {
    say(log, 1, 1);
    await log.durable();
    await feed.show(chatId);
    posted.length = 0;
    bus.publish({ kind: 'changed', chat_ids: [chatId] });
    bus.publish({ kind: 'changed', chat_ids: [uuid(9)] });
    await until(() => posted.length > 0);
    assert.deepEqual(posted, [{ type: 'events', chat_id: chatId, events: [], summary: log.chat }]);
  });

  it('says once that the chat was deleted, and nothing of it after that', async () => {
    say(log, 1, 1);
    await log.durable();
    await feed.show(chatId);
    posted.length = 0;
    gone = chatId;
    bus.publish({ kind: 'changed', chat_ids: [chatId] });
    await until(() => posted.length > 0);
    bus.publish({ kind: 'changed', chat_ids: [chatId] });
    say(log, 2, 1);
    await log.durable();
    assert.deepEqual(posted, [{ type: 'deleted', chat_id: chatId }]);
  });

  const error = { code: 'storage_newer_schema', message: 'It could not be stored.', next_step: 'Update.' };

  it('passes on what the store refused, and says it again to a view that is made anew', async () => {
    say(log, 1, 1);
    await log.durable();
    await feed.show(chatId);
    refusal = { chat_id: chatId, chat: log.chat, error, in_run: true };
    bus.publish({ kind: 'refused', ...refusal });
    bus.publish({ kind: 'refused', ...refusal, chat_id: uuid(9) });
    const said = { type: 'refused', ...refusal };
    assert.deepEqual(posted.at(-1), said);
    posted.length = 0;
    await feed.show(chatId);
    assert.deepEqual([posted.map(({ type }) => type), posted.at(-1)], [['reset', 'events', 'refused'], said]);
  });

  it('says why there is no chat, when nothing of it could be stored', async () => {
    gone = chatId;
    refusal = { chat_id: chatId, chat: null, error, in_run: false };
    await feed.show(chatId);
    assert.deepEqual([posted, feed.chatId], [[{ type: 'refused', ...refusal }], null]);
  });

  it('posts nothing once it is disposed of', async () => {
    say(log, 1, 300);
    const shown = feed.show(chatId);
    feed.dispose();
    await shown;
    await log.durable();
    assert.deepEqual(posted, []);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('waited in vain');
}
