// Several processes and windows on one database at once.
import assert from 'node:assert/strict';
import { readdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildStore } from '../../test/support/store/build-worker';
import { openEngine, type DrivenEngine } from '../../test/support/store/driven-engine';
import { pairedWrite, pairsIn } from '../../test/support/store/paired-writes';
import { appendEvent, chatRow, eventRow } from '../../test/support/store/sample-rows';
import { StoreFolder } from '../../test/support/store/store-folder';
import { startWriter } from '../../test/support/store/writer';
import { StoreError, type WriteOp } from './store';

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

describe('a database in several processes', function () {
  this.timeout(120_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => (folder = new StoreFolder()));
  afterEach(() => folder.remove());

  it('has all 600 rows of 12 processes that write 50 each at the same time, as each of them sees before it ends', async () => {
    const watching = await folder.open();
    assert.deepEqual(await pairsIn(watching, 'process-1', 'before'), []);
    const chats = upTo(12).map((n) => `process-${n}`);
    // Some texts go to blobs, the others make the journals long enough for snapshots; one of them compacts too.
    const writers = await Promise.all(
      chats.map((chatId, index) =>
        startWriter({ directory: folder.directory, chatId, firstSeq: 1, count: 50, bytes: index % 3 === 0 ? 20_000 : 6_000, compactEvery: index === 0 ? 25 : 0, untilSeen: chats }),
      ),
    );
    const ends = await Promise.all(writers.map((writer) => writer.ended));
    assert.deepEqual(ends, chats.map(() => ({ acknowledged: 50, saw: 600, signal: null, code: 0, errors: '' })));
    for (const [who, store] of [['open all the time', watching], ['opened afterwards', await folder.open()]] as const) {
      for (const chat of chats) assert.deepEqual(await pairsIn(store, chat, who), upTo(50), who);
      const { problems, rows, generation } = await store.check();
      assert.deepEqual([problems, rows['events']], [[], 1200], who);
      assert.ok(generation >= 2);
    }
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

  it('never shows a window half of what another one writes just then', async () => {
    const [one, two] = [await folder.open(), await folder.open()];
    const [left, right] = [chatRow({ chat_id: 'left' }), chatRow({ chat_id: 'right' })];
    const writing = (async () => {
      for (let n = 1; n <= 150; n++) {
        await one.write([left, right].map((chat): WriteOp => ({ op: 'chats.put', value: { ...chat, turns: n, updated_at: n } })));
      }
    })();
    let last = 0;
    while (last < 150) {
      const turns = (await two.read('chats.list', { query: '', limit: 2 })).map((chat) => chat.turns);
      assert.deepEqual(turns, turns.length === 0 ? [] : [turns[0], turns[0]]);
      assert.ok((turns[0] ?? 0) >= last, 'went back');
      last = turns[0] ?? 0;
    }
    await writing;
  });

  it('loses nothing when a window closes in the middle of rewriting everything', async () => {
    for (let round = 1; round <= 6; round++) {
      const store = await folder.open();
      await store.write(pairedWrite('chat', round, 9_000));
      // Closing may come at any moment of it.
      const compacting = store.compact().catch((error: unknown) => assert.ok(error instanceof StoreError, String(error)));
      await delay(round * 100);
      await store.close();
      await compacting;
      const engine = await openEngine(folder.directory);
      assert.deepEqual(await pairsIn(engine, 'chat', `round ${round}`), upTo(round));
      assert.deepEqual(engine.check().problems, []);
      engine.close();
    }
  });

  it('goes on in a folder of its own when the folder was removed under it', async () => {
    const store = await folder.open();
    await store.write(pairedWrite('chat', 1));
    await store.compact();
    rmSync(folder.directory, { recursive: true });
    await store.write(pairedWrite('chat', 2, 9_000));
    assert.deepEqual(await pairsIn(store, 'chat', 'now'), [2]);
    assert.deepEqual(await pairsIn(await folder.open(), 'chat', 'opened again'), [2]);
  });

  it('tells a window of what another one wrote, without being asked, and only of that', async () => {
    const [one, two] = [await folder.open(), await folder.open()];
    await one.write(pairedWrite('of one', 1));
    await two.write(pairedWrite('of two', 1));
    const told = new Set<string>();
    const all = new Promise<void>((resolve) => {
      one.subscribe((notice) => {
        assert.equal(notice.kind, 'changed');
        if (notice.kind === 'changed') for (const chat of notice.chat_ids) told.add(chat);
        if (told.has('news')) resolve();
      });
    });
    await two.write(pairedWrite('news', 1));
    await all;
    assert.equal([...told].some((chat) => chat.startsWith('of one')), false);
    assert.deepEqual(await pairsIn(one, 'news', 'told'), [1]);
  });

  it('keeps a window whole that slept through snapshots of another and the removal of its journals', async () => {
    const sleeper = await openEngine(folder.directory);
    assert.equal(sleeper.write(pairedWrite('own', 1)), 'saved');
    const busy = await openEngine(folder.directory);
    for (let seq = 1; seq <= 6; seq++) {
      assert.equal(busy.write(pairedWrite('busy', seq)), 'saved');
      assert.equal(await busy.snapshot(), true);
    }
    assert.deepEqual([await pairsIn(sleeper, 'own', ''), await pairsIn(sleeper, 'busy', '')], [[1], upTo(6)]);
    assert.equal(sleeper.write(pairedWrite('own', 2)), 'saved');
    assert.deepEqual([await pairsIn(busy, 'own', ''), await pairsIn(busy, 'busy', '')], [upTo(2), upTo(6)]);
    assert.deepEqual([sleeper.check().problems, busy.check().problems], [[], []]);
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

  it('drops journals only when they are in the older of two snapshots', async () => {
    const names = (pattern: RegExp): string[] => readdirSync(folder.directory).filter((name) => pattern.test(name)).sort();
    const engine = await openEngine(folder.directory);
    const snapshotWith = async (engineNow: DrivenEngine, seq: number): Promise<string[]> => {
      engineNow.write(pairedWrite('chat', seq));
      assert.equal(await engineNow.snapshot(), true);
      return names(/^journal-/);
    };
    const afterOne = await snapshotWith(engine, 1);
    const afterTwo = await snapshotWith(engine, 2);
    assert.deepEqual([afterOne.length, afterTwo.length, afterTwo.some((name) => afterOne.includes(name))], [1, 1, false]);
    const afterThree = await snapshotWith(engine, 3);
    assert.deepEqual([afterThree.length, afterThree.some((name) => afterTwo.includes(name))], [1, false]);
    assert.deepEqual(names(/^snapshot.*json$/), ['snapshot-00000002.json', 'snapshot-00000003.json']);
    assert.equal(names(/^snapshot.*db$/).length, 2);
    assert.deepEqual(await pairsIn(engine, 'chat', ''), upTo(3));
  });
});
