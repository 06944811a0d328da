// What is on disk after a crash or after damage, and what a store makes of it. Real processes, real files.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildStore } from '../../test/support/store/build-worker';
import { appendEvent } from '../../test/support/store/sample-rows';
import { seededRandom } from '../../test/support/store/seeded-random';
import { StoreFolder } from '../../test/support/store/store-folder';
import { startWriter } from '../../test/support/store/writer';
import type { Store, StoreError } from './store';

const long = process.env.BOOCODE_LONG_TESTS === '1';

/** Seqs of a chat; each stored body must be the one that was written. */
async function seqsOf(store: Store, chatId: string): Promise<number[]> {
  const seqs: number[] = [];
  for (;;) {
    const events = await store.read('events.after', { chat_id: chatId, after_seq: seqs.at(-1) ?? 0, limit: 500 });
    if (events.length === 0) return seqs;
    for (const { seq, body } of events) {
      // Written by writer-process.ts.
      const { seq: written, text } = JSON.parse(body) as { seq: number; text: string };
      assert.deepEqual([written, /^x*$/.test(text)], [seq, true]);
      seqs.push(seq);
    }
  }
}

/** Everything that was promised is there, in one piece, and nothing else than whole writes. */
async function assertWhole(store: Store, chatId: string, acknowledged: number, hint: string): Promise<number> {
  const seqs = await seqsOf(store, chatId);
  assert.deepEqual(seqs, seqs.map((_, index) => index + 1), `${hint}: a gap`);
  assert.ok(seqs.length >= acknowledged, `${hint}: ${acknowledged} were promised, ${seqs.length} are there`);
  assert.ok(seqs.length <= acknowledged + 1, `${hint}: more than was ever asked for`);
  assert.deepEqual(await seqsOf(store, `${chatId}-twin`), seqs, `${hint}: half a write`);
  const { problems } = await store.check();
  assert.deepEqual(problems, [], hint);
  return seqs.length;
}

function named(directory: string, pattern: RegExp): string[] {
  return readdirSync(directory).filter((name) => pattern.test(name)).sort();
}

describe('store recovery', function () {
  this.timeout(180_000);
  let folder: StoreFolder;

  before(() => buildStore());
  beforeEach(() => (folder = new StoreFolder()));
  afterEach(() => folder.remove());

  /** Writes events of about a megabyte, so that a snapshot is due after some. */
  async function writeLarge(store: Store, from: number, to: number): Promise<void> {
    for (let seq = from; seq <= to; seq++) {
      await store.write([appendEvent({ seq, body: JSON.stringify({ seq, text: 'x'.repeat(1_000_000) }) })]);
    }
  }

  async function waitForGeneration(store: Store, generation: number): Promise<void> {
    while ((await store.check()).generation < generation) await delay(10);
  }

  /** Two generations on disk and some more in the journal; 12 events in all. */
  async function twoGenerations(): Promise<void> {
    const store = await folder.open();
    await writeLarge(store, 1, 5);
    await waitForGeneration(store, 1);
    await writeLarge(store, 6, 10);
    await waitForGeneration(store, 2);
    await store.write([11, 12].map((seq) => appendEvent({ seq, body: JSON.stringify({ seq, text: 'x' }) })));
    await store.close();
  }

  it('loses nothing promised and serves nothing torn when its process is killed at random moments', async () => {
    const random = seededRandom();
    let written = 0;
    for (let kill = 1; kill <= (long ? 500 : 15); kill++) {
      const hint = `seed ${random.seed}, kill ${kill}`;
      const bytes = random.pick([10, 5_000, 100_000]);
      const writer = await startWriter({ directory: folder.directory, chatId: 'chat', firstSeq: written + 1, count: 0, bytes });
      // Most kills meet it while it writes, some while it opens.
      if (random.below(5) > 0) await writer.started;
      await delay(random.below(250));
      writer.kill('SIGKILL');
      const { acknowledged, signal, errors } = await writer.ended;
      assert.deepEqual([signal, errors], ['SIGKILL', ''], hint);
      const store = await folder.open();
      written = await assertWhole(store, 'chat', acknowledged, hint);
      await store.close();
    }
    assert.ok(written > 0, `seed ${random.seed}: no writer got anything done`);
  });

  it('loses nothing when killed at any step of writing snapshots and dropping journals', async () => {
    const random = seededRandom();
    const task = { directory: '', chatId: 'chat', firstSeq: 1, count: 14, bytes: 600_000 };
    const paths = ['snapshot', 'manifest', 'retired', 'lock'];
    let kills = 0;
    let survived = 0;
    for (const path of paths) {
      for (let at = 1; ; at += long ? 1 : 1 + random.below(24)) {
        const hint = `seed ${random.seed}, killed at operation ${at} on ${path}`;
        const place = new StoreFolder();
        const writer = await startWriter({ ...task, directory: place.directory }, { at, path, effect: { kind: 'kill' } });
        const { acknowledged, signal, errors } = await writer.ended;
        assert.equal(errors, '', hint);
        const store = await place.open();
        await assertWhole(store, 'chat', acknowledged, hint);
        await place.remove();
        if (signal === null) break;
        kills++;
      }
      survived++;
    }
    assert.equal(survived, paths.length);
    assert.ok(kills >= paths.length, `seed ${random.seed}: only ${kills} kills happened`);
  });

  it('reads a journal up to its torn end and leaves the file as it is', async () => {
    const store = await folder.open();
    for (let seq = 1; seq <= 5; seq++) await store.write([appendEvent({ seq, body: JSON.stringify({ seq, text: '' }) })]);
    // A copy as a crash would have left it: the store that wrote it goes on living.
    const other = new StoreFolder();
    await other.open().then((one) => one.write([appendEvent({ chat_id: 'own' })]));
    const [name = ''] = named(folder.directory, /^journal/);
    const torn = join(other.directory, name);
    copyFileSync(join(folder.directory, name), torn);
    truncateSync(torn, statSync(torn).size - 7);
    const bytes = readFileSync(torn);
    const reader = await other.open();
    assert.deepEqual(await seqsOf(reader, 'chat'), [1, 2, 3, 4]);
    assert.deepEqual((await reader.check()).problems, []);
    assert.deepEqual(readFileSync(torn), bytes);
    await other.remove();
  });

  it('never serves half a write, wherever its journal was torn', async () => {
    const random = seededRandom();
    await startWriter({ directory: folder.directory, chatId: 'chat', firstSeq: 1, count: 4, bytes: 20 }).then((writer) => writer.ended);
    const [name = ''] = named(folder.directory, /^journal/);
    const whole = readFileSync(join(folder.directory, name));
    for (let round = 0; round < 20; round++) {
      const length = random.below(whole.length);
      writeFileSync(join(folder.directory, name), whole.subarray(0, length));
      const store = await folder.open();
      const seqs = await seqsOf(store, 'chat');
      assert.deepEqual(await seqsOf(store, 'chat-twin'), seqs, `seed ${random.seed}, torn to ${length} bytes`);
      assert.deepEqual(seqs, seqs.map((_, index) => index + 1));
      await store.close();
    }
  });

  it('steps over a damaged record, keeps a copy of the journal and tells', async () => {
    const random = seededRandom();
    const store = await folder.open();
    for (let seq = 1; seq <= 5; seq++) await store.write([appendEvent({ seq, body: JSON.stringify({ seq, text: 'x'.repeat(500) }) })]);
    await store.close();
    const [name = ''] = named(folder.directory, /^journal/);
    const path = join(folder.directory, name);
    const bytes = readFileSync(path);
    const at = bytes.indexOf('"seq":3') + random.below(400);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path, bytes);
    const reader = await folder.open();
    assert.deepEqual(await seqsOf(reader, 'chat'), [1, 2, 4, 5]);
    const { problems } = await reader.check();
    assert.equal(problems.length, 2, problems.join('\n'));
    assert.match(problems.join('\n'), new RegExp(`Journal ${name} is damaged from byte [\\s\\S]*quarantine`));
    assert.deepEqual(readdirSync(join(folder.directory, 'quarantine')), [`${name}.${bytes.length}`]);
    assert.deepEqual(readFileSync(path), bytes);
  });

  it('tells when the last record of an ended process was changed', async () => {
    const store = await folder.open();
    await store.write([appendEvent({ seq: 1, body: '{"seq":1,"text":""}' })]);
    await store.close();
    const [name = ''] = named(folder.directory, /^journal/);
    const path = join(folder.directory, name);
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.indexOf('"events.append"')) ^ 1, bytes.indexOf('"events.append"'));
    writeFileSync(path, bytes);
    const reader = await folder.open();
    assert.deepEqual(await seqsOf(reader, 'chat'), []);
    assert.match((await reader.check()).problems.join('\n'), /Journal .* is damaged/);
  });

  const damages: [what: string, damage: (path: string) => void][] = [
    ['emptied', (path) => truncateSync(path, 0)],
    ['cut in half', (path) => truncateSync(path, statSync(path).size >> 1)],
    ['removed', (path) => unlinkSync(path)],
    [
      'changed in one byte',
      (path) => {
        const bytes = readFileSync(path);
        const at = bytes.length >> 1;
        bytes.writeUInt8(bytes.readUInt8(at) ^ 8, at);
        writeFileSync(path, bytes);
      },
    ],
  ];
  for (const [what, damage] of damages) {
    for (const [which, pattern] of [['database', /^snapshot-00000002.*\.db$/], ['manifest', /^snapshot-00000002\.json$/]] as const) {
      it(`has everything when the ${which} of the newest snapshot is ${what}`, async () => {
        await twoGenerations();
        const [name = ''] = named(folder.directory, pattern);
        const path = join(folder.directory, name);
        damage(path);
        const left = existsSync(path) ? readFileSync(path) : null;
        const store = await folder.open();
        assert.deepEqual(await seqsOf(store, 'chat'), Array.from({ length: 12 }, (_, index) => index + 1));
        const { problems } = await store.check();
        // Without its manifest a generation was never there; that happens in a crash and is no damage.
        const silent = which === 'manifest' && what === 'removed';
        assert.equal(problems.length > 0, !silent, problems.join('\n'));
        if (left === null) return;
        const kept = named(join(folder.directory, 'quarantine'), pattern.source.endsWith('json$') ? /\.json/ : /\.db/);
        assert.deepEqual(kept.map((copy) => readFileSync(join(folder.directory, 'quarantine', copy)).equals(left)), [true]);
      });
    }
  }

  it('goes on with new generations after one was damaged', async () => {
    await twoGenerations();
    truncateSync(join(folder.directory, named(folder.directory, /^snapshot-00000002.*\.db$/)[0] ?? ''), 0);
    const store = await folder.open();
    await writeLarge(store, 13, 17);
    await waitForGeneration(store, 3);
    await store.close();
    const again = await folder.open();
    assert.deepEqual((await seqsOf(again, 'chat')).length, 17);
  });

  it('drops journals only when they are in the older of two snapshots', async () => {
    const store = await folder.open();
    await writeLarge(store, 1, 5);
    await waitForGeneration(store, 1);
    const afterOne = named(folder.directory, /^journal/);
    await writeLarge(store, 6, 10);
    await waitForGeneration(store, 2);
    const afterTwo = named(folder.directory, /^journal/);
    assert.equal(afterOne.length, 1);
    assert.equal(afterTwo.some((name) => afterOne.includes(name)), false);
    assert.equal(named(folder.directory, /^snapshot.*\.db$/).length, 2);
    await writeLarge(store, 11, 15);
    await waitForGeneration(store, 3);
    assert.deepEqual(named(folder.directory, /^snapshot.*json$/), ['snapshot-00000002.json', 'snapshot-00000003.json']);
    assert.deepEqual(await seqsOf(store, 'chat'), Array.from({ length: 15 }, (_, index) => index + 1));
  });

  for (const code of ['ENOSPC', 'EIO']) {
    it(`refuses writes with a clear error and keeps the old state while the disk says ${code}`, async () => {
      await folder.open().then((one) => one.write([appendEvent({ seq: 1, body: '{"seq":1,"text":""}' })]));
      for (let at = 1; at <= 8; at++) {
        const store = await folder.openFaulty({ at, path: 'journal', effect: { kind: 'error', code, lasting: true } });
        const results: string[] = [];
        const before = (await seqsOf(store, 'chat')).length;
        for (let seq = before + 1; seq <= before + 4; seq++) {
          const write = store.write([appendEvent({ seq, body: JSON.stringify({ seq, text: '' }) })]);
          results.push(await write.then(() => 'kept', (error: StoreError) => error.code));
        }
        const kept = results.filter((result) => result === 'kept').length;
        assert.deepEqual(results, results.map((_, index) => (index < kept ? 'kept' : code === 'EIO' ? 'io' : 'disk_full')));
        assert.equal((await seqsOf(store, 'chat')).length, before + kept, 'what was refused is not shown');
        await store.close().catch((error: StoreError) => assert.equal(error.name, 'StoreError'));
        const again = await folder.open();
        const seqs = await seqsOf(again, 'chat');
        assert.deepEqual(seqs, seqs.map((_, index) => index + 1));
        assert.ok(seqs.length >= before + kept, `failing from operation ${at}`);
        await again.close();
      }
    });
  }

  it('writes again after a passing trouble', async () => {
    const store = await folder.openFaulty({ at: 6, path: 'journal', effect: { kind: 'error', code: 'EIO', lasting: false } });
    const results: string[] = [];
    for (let seq = 1; seq <= 5; seq++) {
      const write = store.write([appendEvent({ seq, body: JSON.stringify({ seq, text: '' }) })]);
      results.push(await write.then(() => 'kept', () => 'refused'));
    }
    assert.equal(results.filter((result) => result === 'refused').length, 1, results.join());
    const expected = results.flatMap((result, index) => (result === 'kept' ? [index + 1] : []));
    assert.deepEqual(await seqsOf(store, 'chat'), expected);
    await store.close();
    assert.deepEqual(await seqsOf(await folder.open(), 'chat'), expected);
  });

  it('keeps working when a snapshot cannot be written, and says so', async () => {
    const store = await folder.openFaulty({ at: 3, path: 'snapshot', effect: { kind: 'error', code: 'ENOSPC', lasting: true } });
    await writeLarge(store, 1, 6);
    while ((await store.check()).problems.length === 0) await delay(10);
    assert.match((await store.check()).problems.join('\n'), /A snapshot could not be written .*ENOSPC/);
    await writeLarge(store, 7, 8);
    await store.close();
    assert.equal((await seqsOf(await folder.open(), 'chat')).length, 8);
  });
});
