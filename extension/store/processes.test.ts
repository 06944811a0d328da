// Several processes and windows on one database at once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildStore } from '../../test/support/store/build-worker';
import { appendEvent, chatRow, eventRow } from '../../test/support/store/sample-rows';
import { StoreFolder } from '../../test/support/store/store-folder';
import { startWriter } from '../../test/support/store/writer';
import { ownIdentity } from './files/process-identity';
import type { Store } from './store';

describe('a database in several processes', function () {
  this.timeout(120_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => (folder = new StoreFolder()));
  afterEach(() => folder.remove());

  async function counts(store: Store, chats: readonly string[]): Promise<number[]> {
    const found: number[] = [];
    for (const chat_id of chats) {
      let seq = 0;
      for (;;) {
        const events = await store.read('events.after', { chat_id, after_seq: seq, limit: 1000 });
        if (events.length === 0) break;
        for (const event of events) assert.equal(event.seq, ++seq);
      }
      found.push(seq);
    }
    return found;
  }

  async function fill(store: Store, chat_id: string, from: number, to: number): Promise<void> {
    for (let seq = from; seq <= to; seq++) await store.write([appendEvent({ chat_id, seq, body: JSON.stringify('x'.repeat(1_000_000)) })]);
  }

  it('loses nothing of four processes that write and snapshot at the same time', async () => {
    const watching = await folder.open();
    assert.deepEqual(await counts(watching, ['a']), [0]);
    const chats = ['a', 'b', 'c', 'd'];
    // 50 writes of twice 60 KB each: every process passes the size at which a snapshot is due.
    const writers = await Promise.all(
      chats.map((chatId) => startWriter({ directory: folder.directory, chatId, firstSeq: 1, count: 50, bytes: 60_000 })),
    );
    const ends = await Promise.all(writers.map((writer) => writer.ended));
    assert.deepEqual(ends, chats.map(() => ({ acknowledged: 50, signal: null, code: 0, errors: '' })));
    const all = chats.flatMap((chat) => [chat, `${chat}-twin`]);
    assert.deepEqual(await counts(watching, all), all.map(() => 50), 'seen by a window that was open all the time');
    const fresh = await folder.open();
    assert.deepEqual(await counts(fresh, all), all.map(() => 50), 'seen by a window opened afterwards');
    const { problems, generation } = await fresh.check();
    assert.deepEqual(problems, []);
    assert.ok(generation >= 2);
  });

  it('shows each window what the other was promised, with its next read', async () => {
    const [one, two] = [await folder.open(), await folder.open()];
    const chat = chatRow();
    for (let round = 1; round <= 5; round++) {
      await one.write([{ op: 'chats.put', value: { ...chat, title: `one ${round}` } }]);
      assert.equal((await two.read('chats.get', { chat_id: chat.chat_id }))?.title, `one ${round}`);
      await two.write([{ op: 'chats.put', value: { ...chat, title: `two ${round}` } }]);
      assert.equal((await one.read('chats.get', { chat_id: chat.chat_id }))?.title, `two ${round}`);
    }
  });

  it('keeps a window whole that slept through snapshots of another and the removal of its journals', async () => {
    const sleeper = await folder.open();
    await sleeper.write([appendEvent({ chat_id: 'own' })]);
    const busy = await folder.open();
    for (let generation = 1; generation <= 3; generation++) {
      await fill(busy, 'busy', generation * 5 - 4, generation * 5);
      while ((await busy.check()).generation < generation) await delay(10);
    }
    assert.deepEqual(await counts(sleeper, ['own', 'busy']), [1, 15]);
    await sleeper.write([appendEvent({ chat_id: 'own', seq: 2 })]);
    assert.deepEqual(await counts(busy, ['own', 'busy']), [2, 15]);
  });

  it('keeps both events when two windows give the same place to different ones, and tells', async () => {
    const [one, two] = [await folder.open(), await folder.open()];
    await one.write([appendEvent({ at: 5, body: '"one"' })]);
    await two.write([appendEvent({ at: 3, body: '"two"' })]);
    const expected = [{ ...eventRow({ at: 3, body: '"two"' }), trace_input: null, trace_output: null }];
    for (const store of [one, two, await folder.open()]) {
      assert.deepEqual(await store.read('events.after', { chat_id: 'chat', after_seq: 0, limit: 5 }), expected);
      const { rows, problems } = await store.check();
      assert.deepEqual([rows['displaced_events'], problems.length], [1, 1]);
    }
  });

  it('writes on into a new journal when another process took its own for abandoned and removed it', async () => {
    const store = await folder.open();
    await store.write([appendEvent({ seq: 1 })]);
    const [journal = ''] = readdirSync(folder.directory).filter((name) => name.startsWith('journal'));
    // What retiring a journal comes down to, seen from its owner.
    unlinkSync(join(folder.directory, journal));
    await store.write([appendEvent({ seq: 2 })]);
    await store.close();
    const events = await (await folder.open()).read('events.after', { chat_id: 'chat', after_seq: 0, limit: 5 });
    assert.deepEqual(events.map((event) => event.seq), [2]);
  });

  describe('with a lock lying there', () => {
    const lockPath = (): string => join(folder.directory, 'compact.lock');

    async function generationWithLock(content: string): Promise<number> {
      mkdirSync(folder.directory, { recursive: true });
      writeFileSync(lockPath(), content);
      const store = await folder.open();
      await fill(store, 'chat', 1, 6);
      for (let wait = 0; wait < 50 && (await store.check()).generation === 0; wait++) await delay(20);
      assert.deepEqual(await counts(store, ['chat']), [6]);
      return (await store.check()).generation;
    }

    const lockOf = (holder: object): string => JSON.stringify({ holder: { ...ownIdentity(), ...holder }, nonce: 'n', purpose: 'test' });

    it('of a living process: leaves the snapshot to it', async () => {
      assert.equal(await generationWithLock(lockOf({})), 0);
    });

    it('of a process that is gone: takes it over', async () => {
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      assert.equal(await generationWithLock(lockOf({ pid, started: '1', started_ms: 1 })), 1);
      assert.equal(existsSync(lockPath()), false);
    });

    it('of a process whose pid another one has now: takes it over', async () => {
      assert.equal(await generationWithLock(lockOf({ started: '1', started_ms: 1 })), 1);
    });

    it('of another machine: leaves the snapshot to it', async () => {
      assert.equal(await generationWithLock(lockOf({ host: 'elsewhere', pid: 999_999 })), 0);
    });
  });
});
