// The disk fails at the n-th operation, for every n of a whole life of a store: what was promised is there
// afterwards, what was refused is not there in half, and what had been read can still be read.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine, type DrivenEngine, type WriteEnd } from '../../test/support/store/driven-engine';
import { faultyFiles, type Effect, type Fault, type FaultyFiles } from '../../test/support/store/faulty-files';
import { pairedWrite, pairsIn } from '../../test/support/store/paired-writes';
import { quickFiles } from '../../test/support/store/quick-files';
import { copyDatabase, longText, makeSampleDatabase, sampleChat, sampleSeqs } from '../../test/support/store/sample-database';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { StoreError } from './store';

const effects: [name: string, effect: Effect][] = [
  ['EIO once', { kind: 'error', code: 'EIO', lasting: false }],
  ['EIO from then on', { kind: 'error', code: 'EIO', lasting: true }],
  ['ENOSPC from then on', { kind: 'error', code: 'ENOSPC', lasting: true }],
  ['a torn write and EIO', { kind: 'torn', code: 'EIO', lasting: false }],
  ['a torn write and ENOSPC from then on', { kind: 'torn', code: 'ENOSPC', lasting: true }],
];

/** An error of the disk may come out of a snapshot, whose schedule expects it; everywhere else it is a StoreError. */
async function orDiskError(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    const { code } = error as { code?: unknown };
    assert.ok(error instanceof StoreError || code === 'EIO' || code === 'ENOSPC', `${String(error)} escaped`);
  }
}

/** What one store was asked for and what it answered. */
class Life {
  readonly #hint: string;
  readonly #saved = new Set(sampleSeqs);
  readonly #unsaved = new Set<number>();

  constructor(hint: string) {
    this.#hint = hint;
  }

  get #visible(): number[] {
    return [...this.#saved, ...this.#unsaved].sort((a, b) => a - b);
  }

  write(engine: DrivenEngine, seqs: readonly number[], bytes: number): void {
    const ends = engine.writeTogether(seqs.map((seq) => pairedWrite(sampleChat, seq, bytes)));
    for (const [index, seq] of seqs.entries()) this.#note(seq, ends[index] ?? 'saved');
  }

  #note(seq: number, end: WriteEnd): void {
    if (end === 'saved') this.#saved.add(seq);
    else if (end === 'unsaved') this.#unsaved.add(seq);
    else assert.ok(end instanceof StoreError && end.code !== 'rejected', `${this.#hint}: ${String(end)}`);
  }

  async assertReads(engine: DrivenEngine, step: string): Promise<void> {
    assert.deepEqual(await pairsIn(engine, sampleChat, `${this.#hint}, ${step}`), this.#visible, `${this.#hint}, ${step}`);
  }

  /** After everything was read from a disk that is well again. */
  async assertKept(engine: DrivenEngine): Promise<void> {
    const found = new Set(await pairsIn(engine, sampleChat, this.#hint));
    assert.deepEqual([...this.#saved].filter((seq) => !found.has(seq)), [], `${this.#hint}: promised and lost`);
    assert.deepEqual(engine.check().problems, [], this.#hint);
  }
}

describe('a disk that fails', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('faults');
  const template = join(folder, 'template');
  const directory = join(folder, 'database');

  before(() => makeSampleDatabase(template));
  beforeEach(() => copyDatabase(template, directory));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** One life of a store; returns whether the fault came in it. */
  async function live({ files, struck, heal }: FaultyFiles, hint: string): Promise<boolean> {
    const life = new Life(hint);
    const engine = await openEngine(directory, { files });
    await life.assertReads(engine, 'opened');
    life.write(engine, [10], 50);
    life.write(engine, [11], longText);
    life.write(engine, [12, 13], 50);
    await life.assertReads(engine, 'written');
    await orDiskError(() => engine.snapshot());
    await life.assertReads(engine, 'after a snapshot');
    life.write(engine, [14, 15], longText);
    await orDiskError(() => engine.snapshot());
    life.write(engine, [16], 50);
    await life.assertReads(engine, 'at the end');
    await orDiskError(() => engine.close());
    heal();
    const again = await openEngine(directory);
    await life.assertKept(again);
    again.close();
    return struck();
  }

  for (const [name, effect] of effects) {
    it(`with ${name} at any operation that changes something loses nothing promised`, async () => {
      for (let at = 1; ; at++) {
        const fault: Fault = { at, path: '', effect };
        if (!(await live(faultyFiles(fault, quickFiles), `${name} at operation ${at}`))) break;
        rmSync(directory, { recursive: true, force: true });
        copyDatabase(template, directory);
      }
    });
  }
});
