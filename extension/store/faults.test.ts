// The disk fails at the n-th operation, for every n of a whole life of a store: what was saved is there afterwards,
// what was not is told, nothing is there in half, and what is known can be read all the time.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine, type DrivenEngine } from '../../test/support/store/driven-engine';
import { faultyFiles, type Effect, type Fault } from '../../test/support/store/faulty-files';
import { pairedWrite, pairsIn, twinOf } from '../../test/support/store/paired-writes';
import { quickFiles } from '../../test/support/store/quick-files';
import { quickFolder } from '../../test/support/store/quick-folder';
import { copyDatabase, longText, makeSampleDatabase, sampleChat, sampleSeqs } from '../../test/support/store/sample-database';
import { seededRandom } from '../../test/support/store/seeded-random';
import { closeAsItGoes, StoreLife } from '../../test/support/store/store-life';
import { StoreError } from './store';

const long = process.env.BOOCODE_LONG_TESTS === '1';
/** So many at a time, since each waits a while for other windows. */
const together = 24;
/** A lock that could not be removed is soon taken for left over. */
const lockPatienceMs = 100;

const effects: [name: string, effect: Effect][] = [
  ['EIO once', { kind: 'error', code: 'EIO', lasting: false }],
  ['EIO from then on', { kind: 'error', code: 'EIO', lasting: true }],
  ['ENOSPC from then on', { kind: 'error', code: 'ENOSPC', lasting: true }],
  ['half of it and then EIO', { kind: 'torn', code: 'EIO', lasting: false }],
  ['half of it and then ENOSPC', { kind: 'torn', code: 'ENOSPC', lasting: true }],
];

/** A snapshot may fail with what the disk said; its schedule expects it. */
async function orDiskError(action: () => Promise<unknown>, hint: string): Promise<void> {
  try {
    await action();
  } catch (error) {
    const { code } = error as { code?: unknown };
    assert.ok(error instanceof StoreError || code === 'EIO' || code === 'ENOSPC', `${hint}: ${String(error)} escaped`);
  }
}

describe('a disk that fails', function () {
  this.timeout(120_000);
  const folder = quickFolder('faults');
  const template = join(folder, 'template');

  before(() => makeSampleDatabase(template));

  /** Runs one life for each n (or each `stride`-th) at which the fault can come, until it does not come any more. */
  async function atEvery(stride: number, faultAt: (at: number) => Fault, live: (directory: string, fault: Fault) => Promise<boolean>): Promise<void> {
    for (let first = 1 + seededRandom().below(stride); ; first += together * stride) {
      const lives = Array.from({ length: together }, async (_, index) => {
        const directory = mkdtempSync(join(folder, 'database-'));
        copyDatabase(template, directory);
        const struck = await live(directory, faultAt(first + index * stride));
        rmSync(directory, { recursive: true });
        return struck;
      });
      const struck = await Promise.all(lives);
      assert.equal(struck.lastIndexOf(true), struck.filter(Boolean).length - 1, 'a fault was left out');
      if (struck.includes(false)) return;
    }
  }

  async function assertKept(directory: string, life: StoreLife, allowed = /^$/): Promise<void> {
    const again = await openEngine(directory);
    await life.assertKept(again, allowed);
    again.close();
  }

  for (const [name, effect] of effects) {
    it(`with ${name} at any ${effect.kind === 'torn' ? 'write' : 'operation that changes something'} loses nothing that was saved`, async () => {
      // What is torn can only be a write.
      const among = effect.kind === 'torn' ? 'write' : 'changing';
      await atEvery(1, (at) => ({ at, path: '', among, effect }), async (directory, fault) => {
        const hint = `${name} at operation ${fault.at}`;
        const { files, struck, heal } = faultyFiles(fault, quickFiles);
        const engine = await openEngine(directory, { files, lockPatienceMs });
        const life = new StoreLife(engine, hint);
        await life.assertShowsAll('opened');
        life.write([10], 50);
        life.write([11], longText);
        life.write([12, 13], 50);
        await life.assertShowsAll('written');
        await orDiskError(() => engine.snapshot(), hint);
        await life.assertShowsAll('after a snapshot');
        life.write([14, 15], longText);
        life.prune();
        await orDiskError(() => engine.compact(), hint);
        await life.assertShowsAll('compacted');
        life.write([16], 50);
        life.retry();
        await life.assertShowsAll('at the end');
        closeAsItGoes(engine, hint);
        heal();
        await assertKept(directory, life);
        return struck();
      });
    });
  }

  for (const lasting of [false, true]) {
    it(`with EIO ${lasting ? 'from then on' : 'once'} at any operation at all goes on with what it has, and loses nothing that was saved`, async () => {
      await atEvery(long ? 1 : 4, (at) => ({ at, path: '', among: 'all', effect: { kind: 'error', code: 'EIO', lasting } }), async (directory, fault) => {
        const hint = `EIO ${lasting ? 'from' : 'at'} operation ${fault.at} of all`;
        const { files, struck, heal } = faultyFiles(fault, quickFiles);
        const engine = await openEngine(directory, { files, lockPatienceMs }).catch((error: unknown) => {
          assert.ok(isDiskError(error), `${hint}: ${String(error)} escaped from opening`);
          return null;
        });
        if (engine === null) return struck();
        const life = new StoreLife(engine, hint);
        await life.assertShowsWhatItKnows('opened');
        if (!lasting && struck()) await life.assertShowsAll('read a second time');
        life.write([10], 50);
        life.write([11], longText);
        await life.assertShowsWhatItKnows('written');
        await orDiskError(() => engine.snapshot(), hint);
        life.write([12, 13], longText);
        await life.assertShowsWhatItKnows('after a snapshot');
        life.prune();
        assertChecks(engine, hint);
        await orDiskError(() => engine.snapshot(), hint);
        await life.assertShowsWhatItKnows('at the end');
        if (!lasting && struck()) await life.assertShowsAll('at the very end');
        closeAsItGoes(engine, hint);
        heal();
        // A file that could not be read once was copied, in case that was the last time.
        await assertKept(directory, life, /^Copies of damaged files are kept/);
        return struck();
      });
    });
  }

  function isDiskError(error: unknown): boolean {
    return error instanceof StoreError || (error as { code?: unknown }).code === 'EIO';
  }

  function assertChecks(engine: DrivenEngine, hint: string): void {
    try {
      engine.check();
    } catch (error) {
      assert.ok(isDiskError(error), `${hint}: ${String(error)} escaped from check`);
    }
  }

  it('that keeps a long text which nobody uses lets the snapshot be, and is asked again with the next', async () => {
    const directory = join(folder, 'stuck');
    let isStuck = true;
    const remove = (path: string): void => {
      if (isStuck && path.endsWith('.aside')) throw Object.assign(new Error('stuck'), { code: 'EIO' });
      quickFiles.remove(path);
    };
    const engine = await openEngine(directory, { files: { ...quickFiles, remove } });
    engine.write(pairedWrite('doomed', 1, longText));
    for (const chat_id of ['doomed', twinOf('doomed')]) engine.write([{ op: 'chats.delete', value: { chat_id } }]);
    assert.equal(await engine.snapshot(), true);
    assert.match(readdirSync(join(directory, 'blobs')).join(), /^[0-9a-f]{64}\.aside$/);
    isStuck = false;
    engine.write(pairedWrite('kept', 1));
    assert.equal(await engine.snapshot(), true);
    assert.deepEqual(readdirSync(join(directory, 'blobs')), []);
    engine.close();
  });

  it('that cannot read one of the files keeps nobody from the others, and that file is not dropped', async () => {
    const names = ['snapshot-00000001.json', 'snapshot-00000002.json', 'snapshot-00000001-', 'snapshot-00000002-', 'journal-', 'blobs'];
    for (const path of names) {
      for (const code of ['EIO', 'EACCES']) {
        const hint = `${code} in reading ${path}`;
        const directory = join(folder, 'unreadable');
        copyDatabase(template, directory);
        const { files, heal } = faultyFiles({ at: 1, path, among: 'reading', effect: { kind: 'error', code, lasting: true } }, quickFiles);
        const engine = await openEngine(directory, { files });
        const seqs = await pairsIn(engine, sampleChat, hint, { textless: new Set() });
        // What only journals hold.
        assert.deepEqual(seqs, path === 'journal-' ? sampleSeqs.slice(0, 5) : sampleSeqs, hint);
        const life = new StoreLife(engine, hint);
        for (const seq of [10, 11, 12]) {
          life.write([seq], longText);
          await orDiskError(() => engine.snapshot(), hint);
        }
        assert.ok(engine.check().problems.length > 0, `${hint}: nobody is told`);
        closeAsItGoes(engine, hint);
        heal();
        const again = await openEngine(directory);
        const kept = await pairsIn(again, sampleChat, hint);
        assert.deepEqual(kept.filter((seq) => seq <= 9), sampleSeqs, `${hint}: afterwards`);
        again.close();
        rmSync(directory, { recursive: true });
      }
    }
  });
});
