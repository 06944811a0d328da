// Wall clocks that are wrong, differ and jump: they decide nothing about which write was last, who holds a lock, or
// what is old.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { buildStore } from '../../test/support/store/build-worker';
import { openEngine, type DrivenEngine } from '../../test/support/store/driven-engine';
import { pairedWrite, pairsIn } from '../../test/support/store/paired-writes';
import { quickFiles } from '../../test/support/store/quick-files';
import { chatRow } from '../../test/support/store/sample-rows';
import { shiftClock, type ClockShift } from '../../test/support/store/shifted-clock';
import { StoreFolder } from '../../test/support/store/store-folder';
import { startWriter } from '../../test/support/store/writer';
import type { Store } from './store';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

describe('a clock that is wrong', function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  let setRight: (() => void) | null = null;

  before(() => buildStore());
  beforeEach(() => (folder = new StoreFolder()));
  afterEach(async () => {
    setRight?.();
    setRight = null;
    await folder.remove();
  });

  function shift(byMs: number): void {
    setRight?.();
    setRight = shiftClock({ byMs });
  }

  /** A day behind, a day ahead, and back and forth. */
  const clocks: ClockShift[] = [
    { byMs: -day },
    { byMs: day },
    { byMs: 0, jumps: [5, 10, 15, 20, 25].map((fromLook, index) => ({ fromLook, byMs: index % 2 === 0 ? -day : 2 * day })) },
  ];

  it('lets whoever writes last win, in every window', async () => {
    const stores: Store[] = [];
    for (const clock of clocks) stores.push(await folder.openIn({ clock }));
    const chat = chatRow({ chat_id: 'chat' });
    for (let round = 0; round < 30; round++) {
      for (const [index, store] of stores.entries()) {
        // Who writes has seen what was there.
        await store.read('chats.get', { chat_id: 'chat' });
        const title = `round ${round}, by ${index}`;
        await store.write([{ op: 'chats.put', value: { ...chat, title } }]);
        const titles = await Promise.all(stores.map((each) => each.read('chats.get', { chat_id: 'chat' })));
        assert.deepEqual(titles.map((row) => row?.title), stores.map(() => title));
      }
    }
    const fresh = await folder.open();
    assert.equal((await fresh.read('chats.get', { chat_id: 'chat' }))?.title, 'round 29, by 2');
  });

  it('keeps the order of one process that jumps while it writes, and of those after it', async () => {
    const chat = chatRow({ chat_id: 'chat' });
    for (const [index, clock] of [{ byMs: day, jumps: [{ fromLook: 10, byMs: -day }] }, { byMs: -day }, { byMs: 0 }].entries()) {
      const store = await folder.openIn({ clock });
      for (let n = 1; n <= 20; n++) await store.write([{ op: 'chats.put', value: { ...chat, title: `${index}: ${n}` } }]);
      assert.equal((await store.read('chats.get', { chat_id: 'chat' }))?.title, `${index}: 20`);
      await store.close();
      const next = await folder.open();
      assert.equal((await next.read('chats.get', { chat_id: 'chat' }))?.title, `${index}: 20`);
      await next.close();
    }
  });

  /** A holder of the lock that is in the middle of writing a generation until `go` is called. */
  async function slowHolder(): Promise<{ engine: DrivenEngine; written: Promise<boolean>; go(): void }> {
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const engine = await openEngine(folder.directory, { files: { ...quickFiles, flushLater: () => gate } });
    assert.equal(engine.write(pairedWrite('holder', 1)), 'saved');
    const written = engine.snapshot();
    return { engine, written, go };
  }

  it('takes no lock from a process that works, and gives none to one that does not', async () => {
    for (const byMs of [-365 * day, 365 * day]) {
      const holder = await slowHolder();
      const other = await openEngine(folder.directory);
      assert.equal(other.write(pairedWrite('other', 1)), 'saved');
      assert.equal(await other.snapshot(), false);
      shift(byMs);
      assert.equal(await other.snapshot(), false, 'the clock of the other jumped');
      holder.go();
      assert.equal(await holder.written, true);
      assert.equal(await other.snapshot(), true);
      for (const engine of [holder.engine, other]) {
        assert.deepEqual([await pairsIn(engine, 'holder', 'all'), await pairsIn(engine, 'other', 'all')], [[1], [1]]);
        assert.deepEqual(engine.check().problems, []);
        engine.close();
      }
      shift(0);
      await folder.remove();
      folder = new StoreFolder();
    }
  });

  it('does not make a running process old, nor what it is just writing', async () => {
    const holder = await slowHolder();
    await delay(50);
    shift(30 * day);
    // Takes over, as from a process that was stopped, and tidies up by a clock that is far ahead.
    const other = await openEngine(folder.directory, { lockPatienceMs: 100 });
    for (let seq = 1; seq <= 3; seq++) {
      assert.equal(other.write(pairedWrite('other', seq, 9_000)), 'saved');
      while (!(await other.snapshot())) await delay(20);
    }
    assert.equal(holder.engine.write(pairedWrite('holder', 2, 9_000)), 'saved');
    holder.go();
    await holder.written.catch((error: NodeJS.ErrnoException) => assert.equal(error.code, 'ENOENT'));
    assert.equal(holder.engine.write(pairedWrite('holder', 3)), 'saved');
    for (const engine of [holder.engine, other, await openEngine(folder.directory)]) {
      assert.deepEqual([await pairsIn(engine, 'holder', 'all'), await pairsIn(engine, 'other', 'all')], [upTo(3), upTo(3)]);
      assert.deepEqual(engine.check().problems, []);
    }
  });

  it('a year ahead or behind makes no chat old', async () => {
    const now = Date.now() * 1000;
    const engine = await openEngine(folder.directory);
    for (let n = 0; n < 40; n++) engine.write([{ op: 'chats.put', value: chatRow({ status: 'done', updated_at: now - n * hour * 500 }) }]);
    for (const byMs of [-365 * day, 365 * day]) {
      shift(byMs);
      assert.deepEqual(engine.prune({ days: 30, chats: null, bytes: null }), { chats: 0, bytes: 0 });
      assert.deepEqual(engine.prune({ days: null, chats: null, bytes: 1 }), { chats: 0, bytes: 0 });
    }
    // A chat that was written under the wrong clock makes the others old; what one pass takes is bounded.
    engine.write([{ op: 'chats.put', value: chatRow({ status: 'done', updated_at: now + 365 * day * 1000 }) }]);
    assert.equal(engine.prune({ days: 30, chats: null, bytes: null }).chats, 10);
    engine.close();
  });

  it('hours ahead and for hours beside a new window, an old one writes on and both see everything', async () => {
    const old = await startWriter({ directory: folder.directory, chatId: 'old', firstSeq: 1, count: 40, bytes: 100, pauseMs: 20, untilSeen: ['new'] });
    await old.started;
    shift(6 * hour);
    const engine = await openEngine(folder.directory);
    for (let seq = 1; seq <= 40; seq++) {
      assert.equal(engine.write(pairedWrite('new', seq, 9_000)), 'saved');
      if (seq % 4 === 0) await engine.snapshot();
      await delay(5);
    }
    assert.deepEqual(await old.ended, { acknowledged: 40, saw: 40, signal: null, code: 0, errors: '' });
    for (const store of [engine, await openEngine(folder.directory)]) {
      assert.deepEqual([await pairsIn(store, 'old', 'all'), await pairsIn(store, 'new', 'all')], [upTo(40), upTo(40)]);
      assert.deepEqual(store.check().problems, []);
    }
  });
});
