// A process that sleeps where it may not: others go on without it, and when it wakes nothing of theirs and nothing of
// its own is lost. And processes that only seem to be over, or only seem to live.
import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readdirSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { buildStore } from '../../test/support/store/build-worker';
import { openEngine, type DrivenEngine } from '../../test/support/store/driven-engine';
import type { Fault } from '../../test/support/store/faulty-files';
import { pairedWrite, pairsIn } from '../../test/support/store/paired-writes';
import { isStoppedBefore } from '../../test/support/store/process-state';
import { quickFiles } from '../../test/support/store/quick-files';
import { copyDatabase, makeSampleDatabase, sampleChat, sampleSeqs, writeLock } from '../../test/support/store/sample-database';
import { seededRandom } from '../../test/support/store/seeded-random';
import { StoreFolder } from '../../test/support/store/store-folder';
import { startWriter, type RunningWriter, type WriterTask } from '../../test/support/store/writer';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { nodeFiles, type FileOperations } from './files/durable-file';
import { lockName } from './worker/file-names';
import { encodeRecord, scanRecords } from './worker/record';

const long = process.env.BOOCODE_LONG_TESTS === '1';
const lockPatienceMs = 150;
/** The sleeper compacts within them. */
const count = 7;

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

describe('a process that sleeps', function () {
  this.timeout(long ? 1_200_000 : 120_000);
  const template = join(temporaryFolder('fencing'), 'template');
  let folder: StoreFolder;

  before(function () {
    // There is no SIGSTOP there.
    if (process.platform === 'win32') this.skip();
  });
  before(() => buildStore());
  before(() => makeSampleDatabase(template));
  beforeEach(() => {
    folder = new StoreFolder();
    copyDatabase(template, folder.directory);
  });
  afterEach(() => folder.remove());

  async function snapshotAtLast(engine: DrivenEngine): Promise<void> {
    while (!(await engine.snapshot())) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Writes, and so many new generations beyond whatever the sleeper was at. */
  async function goOn(generations: number, hint: string): Promise<DrivenEngine> {
    const engine = await openEngine(folder.directory, { files: nodeFiles, lockPatienceMs });
    for (let seq = 1; seq <= count; seq++) {
      assert.equal(engine.write(pairedWrite('awake', seq, 9_000)), 'saved', hint);
      if (seq <= generations) await snapshotAtLast(engine);
    }
    return engine;
  }

  async function assertAllIn(engine: DrivenEngine, hint: string): Promise<void> {
    assert.deepEqual(await pairsIn(engine, 'sleeper', hint), upTo(count), hint);
    assert.deepEqual(await pairsIn(engine, 'awake', hint), upTo(count), hint);
    assert.deepEqual(await pairsIn(engine, sampleChat, hint), sampleSeqs, hint);
  }

  /** Each of the two generations and the journals are everything, should the other one be damaged. */
  async function assertAllWithoutNewest(hint: string): Promise<void> {
    const other = new StoreFolder();
    copyDatabase(folder.directory, other.directory);
    const newest = readdirSync(other.directory).filter((name) => /^snapshot-.*db$/.test(name)).sort().at(-1) ?? '';
    truncateSync(join(other.directory, newest), 0);
    await assertAllIn(await openEngine(other.directory), `${hint}, by the older snapshot`);
    await other.remove();
  }

  function startSleeper(fault: Fault, seemsDead: boolean): Promise<RunningWriter> {
    const task: WriterTask = { directory: folder.directory, chatId: 'sleeper', firstSeq: 1, count, bytes: 9_000, compactEvery: 3, deleteChat: 'doomed', untilSeen: ['awake'] };
    return startWriter(task, { fault, seemsDead });
  }

  /** True when the sleeper did fall asleep. */
  async function sleepAndWake(fault: Fault, seemsDead: boolean, generations: number, hint: string): Promise<boolean> {
    const sleeper = await startSleeper(fault, seemsDead);
    const slept = await isStoppedBefore(sleeper.pid, sleeper.finished);
    const engine = await goOn(generations, hint);
    const known = await pairsIn(engine, 'sleeper', `${hint}, asleep`);
    // Again and again, since it may fall asleep as late as in closing.
    const waking = setInterval(() => sleeper.kill('SIGCONT'), 50);
    const end = await sleeper.ended.finally(() => clearInterval(waking));
    assert.deepEqual(end, { acknowledged: count, saw: count, signal: null, code: 0, errors: '' }, hint);
    assert.deepEqual(known, upTo(known.length), hint);
    for (const store of [engine, await openEngine(folder.directory)]) {
      await assertAllIn(store, hint);
      assert.deepEqual(store.check().problems, [], hint);
    }
    await assertAllWithoutNewest(hint);
    // Whoever held the lock, it is to be had again.
    assert.equal(engine.write(pairedWrite('awake', count + 1)), 'saved');
    await snapshotAtLast(engine);
    engine.close();
    return slept;
  }

  /** Twice at random among the first `steps` operations on files of that name; in a long run at each there is. */
  async function atSomeSteps(path: string, seemsDead: boolean, steps: number): Promise<void> {
    const random = seededRandom();
    let sleeps = 0;
    for (let round = 1; ; round++) {
      const at = long ? round : 1 + random.below(steps);
      const torn = random.below(2) === 0;
      const generations = 1 + random.below(3);
      const hint = `seed ${random.seed}, asleep at operation ${at} on ${path}${torn ? ', in the middle' : ''}, for ${generations} generations`;
      const slept = await sleepAndWake({ at, path, effect: { kind: 'signal', signal: 'SIGSTOP', torn } }, seemsDead, generations, hint);
      sleeps += slept ? 1 : 0;
      if (long ? !slept : round === 2) break;
      await folder.remove();
      folder = new StoreFolder();
      copyDatabase(template, folder.directory);
    }
    if (long) console.log(`      ${path}: asleep at ${sleeps} operations`);
    assert.ok(sleeps >= (long ? steps : 2), `seed ${random.seed}: it slept only ${sleeps} times`);
  }

  it('in the middle of writing a generation is taken over, and fenced off when it wakes', () => atSomeSteps('snapshot-', false, 30));

  it('before it takes a number for its generation finds that number taken', async () => {
    const others = new StoreFolder();
    let slept = false;
    const files: FileOperations = {
      ...quickFiles,
      write: (file, bytes) => {
        // It ends its journal: its image is brought up to date, and its number is not yet taken.
        if (!slept && Buffer.from(bytes).includes('"closed"')) {
          slept = true;
          copyDatabase(others.directory, folder.directory);
          unlinkSync(join(folder.directory, lockName));
        }
        quickFiles.write(file, bytes);
      },
    };
    const sleeper = await openEngine(folder.directory, { files });
    assert.equal(sleeper.write(pairedWrite('sleeper', 1)), 'saved');
    copyDatabase(folder.directory, others.directory);
    const awake = await openEngine(others.directory);
    for (let seq = 1; seq <= 3; seq++) {
      assert.equal(awake.write(pairedWrite('awake', seq)), 'saved');
      await snapshotAtLast(awake);
    }
    awake.close();
    assert.equal(await sleeper.snapshot(), false);
    assert.ok(slept);
    for (const engine of [await openEngine(folder.directory), sleeper]) {
      assert.deepEqual([await pairsIn(engine, 'awake', 'awake'), await pairsIn(engine, 'sleeper', 'awake')], [upTo(3), upTo(1)]);
      assert.deepEqual(engine.check().problems, []);
    }
    await others.remove();
  });

  it('while it holds the lock, or lets go of it, does not wake as its holder', () => atSomeSteps('lock', false, 10));

  it('with a journal that others took for abandoned loses nothing it was promised', function () {
    // Elsewhere test-worker.ts has no way to make a process seem dead.
    if (process.platform !== 'linux') this.skip();
    return atSomeSteps('journal-', true, 25);
  });

  it('never keeps others from their work by sleeping with a long text half written', () => atSomeSteps('blobs', false, 40));
});

describe('a process that others take for another', function () {
  this.timeout(60_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => (folder = new StoreFolder()));
  afterEach(() => folder.remove());

  async function threeGenerations(engine: DrivenEngine, chatId: string): Promise<void> {
    for (let seq = 1; seq <= 3; seq++) {
      assert.equal(engine.write(pairedWrite(chatId, seq)), 'saved');
      assert.equal(await engine.snapshot(), true);
    }
  }

  it('because it seems to be over loses nothing, however often its journal is dropped under it', async function () {
    // See above.
    if (process.platform !== 'linux') this.skip();
    const task: WriterTask = { directory: folder.directory, chatId: 'undead', firstSeq: 1, count: 150, bytes: 50, pauseMs: 3 };
    const undead = await startWriter(task, { seemsDead: true });
    await undead.started;
    const state = { isOver: false };
    void undead.ended.then(() => (state.isOver = true));
    const engine = await openEngine(folder.directory);
    const journals = new Set<string>();
    for (let seq = 1; !state.isOver; seq++) {
      engine.write(pairedWrite('awake', seq));
      await engine.snapshot();
      for (const name of readdirSync(folder.directory)) if (name.startsWith('journal-')) journals.add(name);
    }
    assert.deepEqual(await undead.ended, { acknowledged: 150, saw: null, signal: null, code: 0, errors: '' });
    assert.ok(journals.size > 3, 'its journal was never dropped');
    for (const [who, store] of [['opened afterwards', await openEngine(folder.directory)], ['open all the time', engine]] as const) {
      assert.deepEqual(await pairsIn(store, 'undead', who), upTo(150), who);
      assert.deepEqual(store.check().problems, [], who);
    }
  });

  /** Another start time in the first record of the only journal, without another length, under the hands of its owner. Returns its name. */
  function makeOwnerSeemDead(): string {
    const [name = ''] = readdirSync(folder.directory).filter((each) => each.startsWith('journal-'));
    const path = join(folder.directory, name);
    const [opened] = scanRecords(nodeFiles.read(path)).records;
    assert.ok(opened);
    const payload = opened.payload.replace(/(?<="started(_ms)?":"?)[1-9](?=\d)/g, (digit) => String((Number(digit) % 9) + 1));
    const file = openSync(path, 'r+');
    writeSync(file, encodeRecord(opened.seq, payload), 0, undefined, 0);
    closeSync(file);
    return name;
  }

  for (const moment of ['before its name changes', 'after its name changed', 'before it is removed', 'after it was removed']) {
    it(`because it seems to be over may write when its journal is dropped: ${moment}`, async () => {
      const owner = await openEngine(folder.directory);
      assert.equal(owner.write(pairedWrite('owner', 1)), 'saved');
      const retired = `${makeOwnerSeemDead()}.retired`;
      let seq = 1;
      const write = (when: string): void => {
        if (when === moment && seq === 1) assert.equal(owner.write(pairedWrite('owner', ++seq)), 'saved');
      };
      const files: FileOperations = {
        ...quickFiles,
        rename: (from, to) => {
          if (to.endsWith(retired)) write('before its name changes');
          quickFiles.rename(from, to);
          if (to.endsWith(retired)) write('after its name changed');
        },
        remove: (path) => {
          if (path.endsWith(retired)) write('before it is removed');
          quickFiles.remove(path);
          if (path.endsWith(retired)) write('after it was removed');
        },
      };
      const other = await openEngine(folder.directory, { files });
      for (let generation = 1; generation <= 3; generation++) {
        other.write(pairedWrite('other', generation));
        assert.equal(await other.snapshot(), true);
      }
      assert.equal(seq, 2, 'nobody tried to drop its journal');
      assert.equal(owner.write(pairedWrite('owner', 3)), 'saved');
      for (const engine of [await openEngine(folder.directory), other, owner]) {
        assert.deepEqual([await pairsIn(engine, 'owner', moment), await pairsIn(engine, 'other', moment)], [upTo(3), upTo(3)]);
        assert.deepEqual(engine.check().problems, []);
      }
    });
  }

  it('because its pid was given again is over: its journal goes and its lock is taken over', async () => {
    await makeSampleDatabase(folder.directory);
    const before = readdirSync(folder.directory).filter((name) => name.startsWith('journal-'));
    const engine = await openEngine(folder.directory);
    const owners = engine.check().journals.map(({ owner }) => owner).sort();
    // Two that were closed or whose pid is another's now, one of this very process, which lives.
    assert.deepEqual(owners, ['ended', 'ended', 'ended', 'running']);
    await threeGenerations(engine, 'awake');
    const left = readdirSync(folder.directory).filter((name) => before.includes(name));
    assert.equal(left.length, 1, 'only the journal of the living process is left');
    assert.equal(engine.check().journals.find(({ name }) => name === left[0])?.owner, 'running');
    assert.deepEqual(await pairsIn(engine, sampleChat, 'afterwards'), sampleSeqs);
  });

  it('which it is not, keeps its lock as long as it gives signs of life', async () => {
    await makeSampleDatabase(folder.directory);
    const lock = join(folder.directory, 'compact.lock');
    writeLock(folder.directory, {});
    const engine = await openEngine(folder.directory, { lockPatienceMs: 200 });
    engine.write(pairedWrite('awake', 1));
    const until = performance.now() + 600;
    while (performance.now() < until) {
      nodeFiles.touch(lock);
      assert.equal(await engine.snapshot(), false);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.ok(existsSync(lock));
    // No sign of life any more, though the process is there: it is taken for stopped.
    while (!(await engine.snapshot())) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(existsSync(lock), false);
  });
});
