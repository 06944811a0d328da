// A disk that takes nothing for a while, or for good, as the host sees it: a real worker, what it tells and when.
import assert from 'node:assert/strict';
import { buildStore } from '../../test/support/store/build-worker';
import { pairedWrite, pairsIn } from '../../test/support/store/paired-writes';
import { StoreFolder } from '../../test/support/store/store-folder';
import type { Store, StoreError, StoreNotice } from './store';

describe('a disk that takes nothing', function () {
  this.timeout(60_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => (folder = new StoreFolder()));
  afterEach(() => folder.remove());

  /** What was told and which writes resolved, in order; `saved` comes last. */
  async function timeline(store: Store, writes: number): Promise<string[]> {
    const events: string[] = [];
    const saved = new Promise<void>((resolve) => {
      store.subscribe((notice: StoreNotice) => {
        events.push(notice.kind === 'unsaved' ? `unsaved: ${notice.reason}` : notice.kind);
        if (notice.kind === 'saved') resolve();
      });
    });
    for (let seq = 1; seq <= writes; seq++) {
      await store.write(pairedWrite('chat', seq, seq % 2 === 0 ? 9_000 : 50));
      events.push(`write ${seq}`);
    }
    await saved;
    return events;
  }

  for (const [code, reason] of [['ENOSPC', 'disk_full'], ['EIO', 'io']] as const) {
    it(`is told before the first write that it did not take (${code}) resolves, and again when it has them all`, async () => {
      // The first two writes get through: one makes the journal, the other a blob.
      const store = await folder.openIn({ fault: { at: 9, path: '', effect: { kind: 'error', code, lasting: true, times: 4 } } });
      const events = await timeline(store, 6);
      const first = events.findIndex((event) => event.startsWith('unsaved'));
      assert.deepEqual([events[first], events.at(-1)], [`unsaved: ${reason}`, 'saved']);
      assert.deepEqual(events.filter((event) => event.startsWith('write')), [1, 2, 3, 4, 5, 6].map((seq) => `write ${seq}`));
      assert.ok(first < 6, events.join());
      assert.deepEqual(await pairsIn(store, 'chat', 'now'), [1, 2, 3, 4, 5, 6]);
      const { problems, unsaved_writes } = await store.check();
      assert.deepEqual([problems, unsaved_writes], [[], 0]);
      await store.close();
      assert.deepEqual(await pairsIn(await folder.open(), 'chat', 'opened again'), [1, 2, 3, 4, 5, 6]);
    });
  }

  it('for good keeps what it had, shows what is in memory, and says at the end what is lost', async () => {
    const before = await folder.open();
    await before.write(pairedWrite('chat', 1));
    await before.close();
    const store = await folder.openIn({ fault: { at: 1, path: '', effect: { kind: 'error', code: 'ENOSPC', lasting: true } } });
    const notices: StoreNotice[] = [];
    store.subscribe((notice) => notices.push(notice));
    for (const seq of [2, 3]) await store.write(pairedWrite('chat', seq, 9_000));
    assert.deepEqual(await pairsIn(store, 'chat', 'in memory'), [1, 2, 3]);
    const { problems, unsaved_writes } = await store.check();
    assert.deepEqual([problems.length, unsaved_writes], [1, 2]);
    const [notice] = notices;
    assert.ok(notice?.kind === 'unsaved' && notice.writes === 1 && /disk is full/.test(notice.message), JSON.stringify(notices));
    await assert.rejects(store.close(), (error: StoreError) => {
      assert.deepEqual([error.name, error.code], ['StoreError', 'disk_full']);
      assert.match(error.message, /2/);
      return true;
    });
    assert.deepEqual(await pairsIn(await folder.open(), 'chat', 'opened again'), [1]);
  });

  it('does not keep it from compacting later on', async () => {
    const store = await folder.openIn({ fault: { at: 6, path: '', effect: { kind: 'error', code: 'ENOSPC', lasting: true, times: 3 } } });
    await timeline(store, 4);
    const { remaining } = await store.compact();
    assert.deepEqual(remaining, []);
    const { generation, problems, journals } = await store.check();
    assert.deepEqual([generation, problems, journals], [2, [], []]);
    await store.close();
    assert.deepEqual(await pairsIn(await folder.open(), 'chat', 'opened again'), [1, 2, 3, 4]);
  });

  it('refuses nothing and loses nothing when only a snapshot does not fit on it', async () => {
    const store = await folder.openIn({ fault: { at: 1, path: 'snapshot-', effect: { kind: 'error', code: 'ENOSPC', lasting: true } } });
    for (const seq of [1, 2]) await store.write(pairedWrite('chat', seq));
    await assert.rejects(store.compact(), { name: 'StoreError', code: 'disk_full' });
    for (const seq of [3, 4]) await store.write(pairedWrite('chat', seq));
    await store.close();
    assert.deepEqual(await pairsIn(await folder.open(), 'chat', 'opened again'), [1, 2, 3, 4]);
  });
});
