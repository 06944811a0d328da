// Every kind of file in a database, damaged in every way: it opens with all that is undamaged, keeps the damaged
// bytes, says so, and goes on.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { damages, stateOf, type Damage } from '../../test/support/store/damages';
import { directoryBytes } from '../../test/support/store/directory-bytes';
import { openEngine, type DrivenEngine } from '../../test/support/store/driven-engine';
import { faultyFiles } from '../../test/support/store/faulty-files';
import { pairedWrite, pairsIn } from '../../test/support/store/paired-writes';
import { quickFiles } from '../../test/support/store/quick-files';
import { quickFolder } from '../../test/support/store/quick-folder';
import { copyDatabase, longText, makeSampleDatabase, sampleChat, SampleModel, sampleSeqs } from '../../test/support/store/sample-database';
import { seededRandom, type SeededRandom } from '../../test/support/store/seeded-random';

const someTimeAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
const long = process.env.BOOCODE_LONG_TESTS === '1';

describe('a damaged database', function () {
  this.timeout(180_000);
  const folder = quickFolder('damage');
  const template = join(folder, 'template');
  const directory = join(folder, 'database');
  let model: SampleModel;

  before(async () => {
    await makeSampleDatabase(template);
    model = new SampleModel(template);
  });
  beforeEach(() => copyDatabase(template, directory));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function again(): void {
    rmSync(directory, { recursive: true, force: true });
    copyDatabase(template, directory);
  }

  /** What is there, and of that what has lost its long text. */
  async function contentOf(engine: DrivenEngine, hint: string): Promise<{ seqs: number[]; textless: number[] }> {
    const textless = new Set<number>();
    const seqs = await pairsIn(engine, sampleChat, hint, { textless });
    return { seqs, textless: [...textless] };
  }

  async function seqsIn(engine: DrivenEngine, hint: string): Promise<number[]> {
    return (await contentOf(engine, hint)).seqs;
  }

  /** How often the person was told of damage. */
  function troublesOf({ notices }: DrivenEngine): number {
    return notices.filter(({ kind }) => kind === 'trouble').length;
  }

  /** As if it had been found so long after it happened: nobody is just about to write these files. */
  function damageFile(name: string, damage: Damage, random: SeededRandom): void {
    const path = join(directory, name);
    damage.apply(path, random);
    if (existsSync(path)) utimesSync(path, someTimeAgo, someTimeAgo);
  }

  /** The whole story of a database some files of which are damaged. */
  async function assertMadeTheBestOf(names: readonly string[], hint: string): Promise<void> {
    const seqs = model.seqsLeft(directory);
    const textless = model.textlessSeqs(directory);
    const told = names.filter((name) => model.mustBeTold(directory, name));
    const states = names.map((name) => stateOf(join(directory, name)));
    const engine = await openEngine(directory);
    assert.deepEqual(await contentOf(engine, hint), { seqs, textless }, hint);
    const beside = await openEngine(directory);
    assert.deepEqual(await contentOf(beside, hint), { seqs, textless }, `${hint}: opened beside it`);
    // The copy that was kept says that it was told; of a directory there is none.
    if (!states.includes('directory')) assert.equal(troublesOf(beside), 0, `${hint}: told a second time without being asked`);
    beside.close();
    const { problems } = engine.check();
    if (told.length > 0) assert.ok(problems.length > 0, `${hint}: nobody who asks is told`);
    if (names.some((name) => model.isMetByReading(directory, name))) assert.ok(troublesOf(engine) > 0, `${hint}: nobody is told without being asked`);
    assertKept(states, names, `${hint}, opened`);
    assert.equal(engine.write(pairedWrite(sampleChat, 10, longText)), 'saved', hint);
    await engine.snapshot();
    assert.equal(engine.write(pairedWrite(sampleChat, 11)), 'saved', hint);
    await engine.snapshot();
    assert.equal(engine.write(pairedWrite(sampleChat, 12)), 'saved', hint);
    engine.close();
    assertKept(states.filter((_, index) => told.includes(names[index] ?? '')), told, `${hint}, after snapshots`);
    const next = await openEngine(directory);
    assert.deepEqual(await contentOf(next, hint), { seqs: [...seqs, 10, 11, 12], textless }, `${hint}: opened again`);
    if (told.length > 0) assert.ok(next.check().problems.length > 0, `${hint}: nobody who asks is told the second time`);
    next.close();
  }

  /** Each of the states is in its place or somewhere aside. */
  function assertKept(states: readonly (Buffer | string)[], names: readonly string[], hint: string): void {
    const copies = Object.keys(directoryBytes(directory)).map((name) => stateOf(join(directory, name)));
    for (const [index, state] of states.entries()) {
      if (!Buffer.isBuffer(state)) continue;
      assert.ok(copies.some((copy) => Buffer.isBuffer(copy) && copy.equals(state)), `${hint}: the damaged bytes of ${names[index]} are gone`);
    }
  }

  const kinds: [kind: string, pattern: RegExp][] = [
    ['the database of the newest snapshot', /^snapshot-00000002-.*\.db$/],
    ['the database of the older snapshot', /^snapshot-00000001-.*\.db$/],
    ['the manifest of the newest snapshot', /^snapshot-00000002\.json$/],
    ['the manifest of the older snapshot', /^snapshot-00000001\.json$/],
    ['any journal', /^journal-/],
    ['any long text', /^blobs/],
    ['the lock', /\.lock$/],
  ];
  for (const [kind, pattern] of kinds) {
    it(`yields all that is undamaged when ${kind} is damaged in any way`, async () => {
      const random = seededRandom();
      const names = model.names.filter((name) => pattern.test(name));
      assert.ok(names.length > 0);
      for (const name of names) {
        for (const damage of damages) {
          damageFile(name, damage, random);
          await assertMadeTheBestOf([name], `seed ${random.seed}: ${name} ${damage.name}`);
          again();
        }
      }
    });
  }

  it('yields all that is undamaged when several files are damaged at once', async () => {
    const random = seededRandom();
    for (let round = 0; round < (long ? 2000 : 60); round++) {
      const names = new Set(Array.from({ length: 2 + random.below(3) }, () => random.pick(model.names)));
      const done = [...names].map((name): [string, Damage] => [name, random.pick(damages)]);
      for (const [name, damage] of done) damageFile(name, damage, random);
      const story = done.map(([name, damage]) => `${name} ${damage.name}`).join(', ');
      await assertMadeTheBestOf([...names], `seed ${random.seed}, round ${round}: ${story}`);
      again();
    }
  });

  it('is opened and goes on when its copies of damaged files are gone or cannot be made', async () => {
    const [name = ''] = model.names.filter((each) => each.endsWith('.db'));
    const quarantine = join(directory, 'quarantine');
    for (const end of ['gone', 'a file']) {
      writeFileSync(join(directory, name), 'damaged');
      if (end === 'a file') writeFileSync(quarantine, 'not a folder');
      const engine = await openEngine(directory);
      assert.deepEqual(await seqsIn(engine, end), sampleSeqs);
      rmSync(quarantine, { recursive: true, force: true });
      if (end === 'a file') writeFileSync(quarantine, 'not a folder');
      assert.ok(engine.check().problems.length > 0);
      assert.equal(engine.write(pairedWrite(sampleChat, 10)), 'saved');
      engine.close();
      const next = await openEngine(directory);
      assert.deepEqual(await seqsIn(next, end), [...sampleSeqs, 10]);
      next.close();
      again();
    }
  });

  it('is opened on a full disk too, where no copy can be made', async () => {
    for (const name of model.names.filter((each) => /^(snapshot-00000002|journal-|blobs)/.test(each))) {
      const hint = `${name} on a full disk`;
      writeFileSync(join(directory, name), 'damaged');
      const { files, heal } = faultyFiles({ at: 1, path: '', effect: { kind: 'error', code: 'ENOSPC', lasting: true } }, quickFiles);
      const engine = await openEngine(directory, { files });
      const expected = { seqs: model.seqsLeft(directory), textless: model.textlessSeqs(directory) };
      assert.deepEqual(await contentOf(engine, hint), expected, hint);
      const told = engine.notices.flatMap((notice) => (notice.kind === 'trouble' ? notice.problems : []));
      if (name.startsWith('snapshot-')) assert.ok(told.some((problem) => problem.startsWith('No copy of the damaged file snapshot-00000002')), `${hint}: ${told.join(' ')}`);
      assert.equal(engine.write(pairedWrite(sampleChat, 10, longText)), 'unsaved', hint);
      assert.equal(await engine.snapshot(), false, hint);
      heal();
      engine.retryUnsaved();
      assert.equal(engine.unsaved, 0, hint);
      engine.close();
      const next = await openEngine(directory);
      assert.deepEqual(await contentOf(next, hint), { ...expected, seqs: [...expected.seqs, 10] }, hint);
      next.close();
      again();
    }
  });

  it('is an empty one when nothing in it can be used, and says so', async () => {
    for (const name of readdirSync(directory)) if (!name.startsWith('blobs')) writeFileSync(join(directory, name), 'x');
    const engine = await openEngine(directory);
    assert.deepEqual(await seqsIn(engine, 'all damaged'), []);
    assert.ok(engine.check().problems.length > 0);
    assert.equal(engine.write(pairedWrite(sampleChat, 1)), 'saved');
    engine.close();
    const next = await openEngine(directory);
    assert.deepEqual(await seqsIn(next, 'all damaged'), [1]);
    next.close();
  });
});
