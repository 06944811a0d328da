// How what happens in a chat reaches the disk, and only then anyone who looks on.
import assert from 'node:assert/strict';
import { nothingSpent } from '../../shared/spent-math';
import { chatId, sessionId, userMessage } from '../../test/support/event-samples';
import { StoreFolder } from '../../test/support/store/store-folder';
import type { Store, WriteOp } from '../store/store';
import { EventBus } from './event-bus';
import { ChatLog } from './recorder';
import { Redactor } from './redaction';

describe('ChatLog', () => {
  let folder: StoreFolder;
  let store: Store;
  let log: ChatLog;
  /** The numbers of the events of each message, or what else it was. */
  let seen: (number[] | string)[];
  /** The operations of each record that left. */
  let records: string[][];

  beforeEach(async () => {
    folder = new StoreFolder();
    const real = await folder.open();
    records = [];
    store = {
      ...real,
      leave: () => real.leave(),
      read: (name, params) => real.read(name, params),
      write: (ops) =>
        real.write(() => {
          const given: readonly WriteOp[] = typeof ops === 'function' ? ops() : ops;
          records.push(given.map(({ op }) => op));
          return given;
        }),
    };
    const bus = new EventBus((error) => assert.fail(String(error)));
    seen = [];
    bus.subscribe((message) => seen.push(message.kind === 'events' ? message.events.map(({ seq }) => seq) : message.kind));
    const chat = { chat_id: chatId, session_id: sessionId, title: '', status: 'new' as const, turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent };
    log = new ChatLog({ store, bus, redactor: new Redactor(), nowMicros: () => 1_000 }, chat, 0);
  });
  afterEach(() => folder.remove());

  const say = (n: number): void => void log.append(userMessage(n, `message ${n}`));
  const storedSeqs = async (): Promise<number[]> => (await store.read('events.after', { chat_id: chatId, after_seq: 0, limit: 100 })).map(({ seq }) => seq);

  it('makes one record of what happens in one turn of the event loop, and shows it as one', async () => {
    say(1);
    await Promise.resolve();
    say(2);
    await log.durable();
    say(3);
    await log.durable();
    assert.deepEqual(records, [['events.append', 'events.append', 'chats.put'], ['events.append', 'chats.put']]);
    assert.deepEqual(seen, [[1, 2], [3]]);
  });

  it('is read by whoever asks the store right after it happened', async () => {
    say(1);
    assert.deepEqual(await storedSeqs(), [1]);
    say(2);
    assert.deepEqual(await storedSeqs(), [1, 2]);
  });

  it('lets the run go on from the disk before anyone is told, and tells in the order in which things happened', async () => {
    say(1);
    await log.onDisk();
    const early = [...seen];
    assert.deepEqual([early, await storedSeqs()], [[], [1]]);
    say(2);
    await log.onDisk();
    log.transient({ type: 'text:delta', chat_id: chatId, message_id: 'm', turn_number: 1, kind: 'text', delta: 'x' });
    assert.deepEqual(seen, [[1], [2], 'transient']);
  });
});
