// SIGKILL, of real processes on real files: at any moment and at every step of what is written. Nothing that was
// acknowledged is lost, nothing is there in half, and what a crash leaves is nobody's trouble.
// 500 kills and their figures: BOOCODE_LONG_TESTS=1 npx mocha --node-option import=tsx extension/store/recovery.test.ts
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildStore } from '../../test/support/store/build-worker';
import { directoryBytes } from '../../test/support/store/directory-bytes';
import { openEngine, type DrivenEngine } from '../../test/support/store/driven-engine';
import { pairedWrite, pairsIn } from '../../test/support/store/paired-writes';
import { copyDatabase, longText, makeSampleDatabase, sampleChat, sampleSeqs } from '../../test/support/store/sample-database';
import { seededRandom } from '../../test/support/store/seeded-random';
import { shiftClock } from '../../test/support/store/shifted-clock';
import { StoreFolder } from '../../test/support/store/store-folder';
import { startWriter } from '../../test/support/store/writer';
import { temporaryFolder } from '../../test/support/temporary-folder';

const long = process.env.BOOCODE_LONG_TESTS === '1';

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/**
 * Everything up to what was acknowledged is there, in one piece, and no more than the one write that was under way.
 * Returns how many there are.
 */
async function assertWhole(engine: DrivenEngine, chatId: string, acknowledged: number, hint: string): Promise<number> {
  const seqs = await pairsIn(engine, chatId, hint);
  assert.deepEqual(seqs, upTo(seqs.length), `${hint}: a gap`);
  assert.ok(seqs.length >= acknowledged, `${hint}: ${acknowledged} were acknowledged, ${seqs.length} are there`);
  assert.ok(seqs.length <= acknowledged + 1, `${hint}: more than was ever asked for`);
  assert.deepEqual(engine.check().problems, [], hint);
  return seqs.length;
}

function tell(what: string, figures: Record<string, number>): void {
  if (long) console.log(`      ${what}: ${Object.entries(figures).map(([name, value]) => `${name} ${value}`).join(', ')}`);
}

describe('store recovery', function () {
  this.timeout(long ? 3_600_000 : 180_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => (folder = new StoreFolder()));
  afterEach(() => folder.remove());

  it('loses nothing acknowledged and serves nothing torn when its process is killed at random moments', async () => {
    const random = seededRandom();
    const kills = long ? 350 : 10;
    const began = performance.now();
    const written: number[] = [];
    let acknowledged = 0;
    for (let kill = 0; kill < kills; kill++) {
      const hint = `seed ${random.seed}, kill ${kill + 1}`;
      const chatId = `chat-${kill}`;
      const bytes = random.pick([10, 5_000, longText, 100_000]);
      const writer = await startWriter({ directory: folder.directory, chatId, firstSeq: 1, count: null, bytes, compactEvery: random.pick([0, 7, 20]) });
      // Most kills meet it while it writes, some while it opens.
      if (random.below(5) > 0) await writer.started;
      await delay(random.below(300));
      writer.kill('SIGKILL');
      const end = await writer.ended;
      assert.deepEqual([end.signal, end.errors], ['SIGKILL', ''], hint);
      const engine = await openEngine(folder.directory);
      written.push(await assertWhole(engine, chatId, end.acknowledged, hint));
      const lasts = written.map((_, index) => engine.read('events.last_seq', { chat_id: `chat-${index}` }));
      assert.deepEqual(lasts, written, `${hint}: of earlier processes`);
      engine.close();
      acknowledged += end.acknowledged;
    }
    const engine = await openEngine(folder.directory);
    for (const [index, count] of written.entries()) assert.deepEqual(await pairsIn(engine, `chat-${index}`, 'at last'), upTo(count), `seed ${random.seed}`);
    engine.close();
    assert.ok(acknowledged > 0, `seed ${random.seed}: no writer got anything done`);
    tell('random moments', { kills, acknowledged, lost: 0, seconds: Math.round((performance.now() - began) / 1000), seed: random.seed });
  });

  it('loses nothing acknowledged when killed at any step of writing, of new generations, and of dropping old ones', async () => {
    const random = seededRandom();
    const began = performance.now();
    const template = join(temporaryFolder('recovery'), 'template');
    await makeSampleDatabase(template);
    const task = { chatId: sampleChat, firstSeq: sampleSeqs.length + 1, count: 9, bytes: longText, compactEvery: 4, deleteChat: 'doomed' };
    let kills = 0;
    let acknowledged = 0;
    for (let at = 1 + random.below(long ? 1 : 30); ; at += long ? 1 : 1 + random.below(70)) {
      const torn = random.below(2) === 0;
      const hint = `seed ${random.seed}, killed ${torn ? 'in' : 'at'} operation ${at}`;
      const place = new StoreFolder();
      copyDatabase(template, place.directory);
      const writer = await startWriter({ ...task, directory: place.directory }, { fault: { at, path: '', effect: { kind: 'signal', signal: 'SIGKILL', torn } } });
      const end = await writer.ended;
      assert.equal(end.errors, '', hint);
      const engine = await openEngine(place.directory);
      const there = await assertWhole(engine, sampleChat, end.acknowledged, hint);
      // It goes on from there, whatever lies about.
      assert.equal(engine.write(pairedWrite(sampleChat, there + 1)), 'saved', hint);
      // Two hours later, when nobody can be at it any more, what the crash left half made is tidied up.
      const setRight = shiftClock({ byMs: 2 * 60 * 60 * 1000 });
      assert.equal(await engine.snapshot(), true, hint);
      setRight();
      engine.close();
      assert.deepEqual(Object.keys(directoryBytes(place.directory)).filter((name) => name.includes('tmp-')), [], hint);
      const next = await openEngine(place.directory);
      assert.equal(await assertWhole(next, sampleChat, there + 1, hint), there + 1);
      next.close();
      await place.remove();
      if (end.signal === null) break;
      kills++;
      acknowledged += end.acknowledged - sampleSeqs.length;
    }
    assert.ok(kills >= 3, `seed ${random.seed}: only ${kills} kills happened`);
    tell('every step', { kills, acknowledged, lost: 0, seconds: Math.round((performance.now() - began) / 1000), seed: random.seed });
  });

  it('tidies up what a crash left half made, an hour later and not before', async () => {
    const engine = await openEngine(folder.directory);
    assert.equal(engine.write(pairedWrite('chat', 1, longText)), 'saved');
    const leftovers = ['tmp-snapshot-00000001-0000000000000000.db', 'tmp-manifest-0000000000000000', 'tmp-lock-0', join('blobs', 'tmp-0')];
    for (const name of leftovers) writeFileSync(join(folder.directory, name), 'half');
    const left = (): string[] => leftovers.filter((name) => existsSync(join(folder.directory, name)));
    assert.equal(await engine.snapshot(), true);
    assert.deepEqual(left(), leftovers);
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    for (const name of leftovers) utimesSync(join(folder.directory, name), longAgo, longAgo);
    assert.equal(engine.write(pairedWrite('chat', 2)), 'saved');
    assert.equal(await engine.snapshot(), true);
    assert.deepEqual(left(), []);
    assert.deepEqual(await pairsIn(engine, 'chat', 'tidied up'), [1, 2]);
  });

  describe('of a journal', () => {
    async function journalOf(seqs: readonly number[]): Promise<string> {
      const engine = await openEngine(folder.directory);
      for (const seq of seqs) engine.write(pairedWrite('chat', seq));
      const [name = ''] = readdirSync(folder.directory).filter((each) => each.startsWith('journal-'));
      return name;
    }

    it('goes up to the torn end of a living process, and leaves the file as it is', async () => {
      const name = await journalOf([1, 2, 3, 4, 5]);
      const other = new StoreFolder();
      const own = await openEngine(other.directory);
      own.write(pairedWrite('own', 1));
      const torn = join(other.directory, name);
      copyFileSync(join(folder.directory, name), torn);
      truncateSync(torn, statSync(torn).size - 7);
      const bytes = readFileSync(torn);
      const reader = await openEngine(other.directory);
      assert.deepEqual(await pairsIn(reader, 'chat', 'torn'), [1, 2, 3, 4]);
      assert.deepEqual(reader.check().problems, []);
      assert.deepEqual(readFileSync(torn), bytes);
      // The rest of the record comes in after all.
      copyFileSync(join(folder.directory, name), torn);
      assert.deepEqual(await pairsIn(reader, 'chat', 'whole'), [1, 2, 3, 4, 5]);
      await other.remove();
    });

    it('never yields half a write, wherever it was torn', async () => {
      const path = join(folder.directory, await journalOf([1, 2, 3]));
      const whole = readFileSync(path);
      for (let length = 0; length <= whole.length; length += long || length > whole.length - 8 ? 1 : 7) {
        writeFileSync(path, whole.subarray(0, length));
        const engine = await openEngine(folder.directory);
        const seqs = await pairsIn(engine, 'chat', `torn to ${length} bytes`);
        assert.deepEqual(seqs, upTo(seqs.length));
        if (length === whole.length) assert.equal(seqs.length, 3);
        engine.close();
      }
    });
  });
});
