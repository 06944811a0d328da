// What one store was asked for and what it answered, for a test that lets it live on a disk that fails: what must be
// seen at any moment, and what must be there afterwards.
import assert from 'node:assert/strict';
import { StoreError } from '../../../extension/store/store';
import type { DrivenEngine, WriteEnd } from './driven-engine';
import { pairedWrite, pairsIn } from './paired-writes';
import { oldChat, sampleChat, sampleSeqs } from './sample-database';

function sorted(seqs: Iterable<number>): number[] {
  return [...seqs].sort((a, b) => a - b);
}

export class StoreLife {
  readonly #engine: DrivenEngine;
  readonly #hint: string;
  readonly #saved = new Set(sampleSeqs);
  #unsaved = new Set<number>();
  #seen = new Set<number>();
  #prunedOld = false;

  constructor(engine: DrivenEngine, hint: string) {
    this.#engine = engine;
    this.#hint = hint;
  }

  write(seqs: readonly number[], bytes: number): void {
    const ends = this.#engine.writeTogether(seqs.map((seq) => pairedWrite(sampleChat, seq, bytes)));
    for (const [index, seq] of seqs.entries()) this.#note(seq, ends[index] ?? 'saved');
    this.#settle();
  }

  #note(seq: number, end: WriteEnd): void {
    if (end === 'saved') this.#saved.add(seq);
    else if (end === 'unsaved') this.#unsaved.add(seq);
    else assert.fail(`${this.#hint}: ${String(end)}`);
  }

  /** Once nothing waits any more, everything that waited is on disk. */
  #settle(): void {
    if (this.#engine.unsaved > 0) return this.#assertTold('unsaved');
    if (this.#unsaved.size > 0) this.#assertTold('saved');
    for (const seq of this.#unsaved) this.#saved.add(seq);
    this.#unsaved = new Set();
  }

  #assertTold(last: 'saved' | 'unsaved'): void {
    const told = this.#engine.notices.findLast(({ kind }) => kind === 'saved' || kind === 'unsaved');
    assert.equal(told?.kind, last, `${this.#hint}: what was told last`);
  }

  retry(): void {
    this.#engine.retryUnsaved();
    this.#settle();
  }

  prune(): void {
    try {
      const pruned = this.#engine.prune({ days: null, chats: 0, bytes: null });
      this.#prunedOld = pruned.chats === 1 && this.#engine.unsaved === 0;
    } catch (error) {
      assert.ok(error instanceof StoreError, `${this.#hint}: ${String(error)} escaped from prune`);
    }
    this.#settle();
  }

  /** All that was acknowledged, also what waits for the disk, and nothing else. */
  async assertShowsAll(step: string): Promise<void> {
    const seqs = await pairsIn(this.#engine, sampleChat, `${this.#hint}, ${step}`);
    assert.deepEqual(seqs, sorted([...this.#saved, ...this.#unsaved]), `${this.#hint}, ${step}`);
    this.#seen = new Set(seqs);
  }

  /** While something cannot be read: never half a write, and nothing vanishes that was seen or acknowledged here. */
  async assertShowsWhatItKnows(step: string): Promise<void> {
    const seqs = await pairsIn(this.#engine, sampleChat, `${this.#hint}, ${step}`, { textless: new Set() });
    const written = sorted([...this.#saved, ...this.#unsaved]).filter((seq) => !sampleSeqs.includes(seq));
    const gone = sorted([...this.#seen, ...written]).filter((seq) => !seqs.includes(seq));
    assert.deepEqual(gone, [], `${this.#hint}, ${step}: had been there`);
    this.#seen = new Set(seqs);
  }

  /** To be called with a store that read everything from a disk that is well again. Only `allowed` problems are left. */
  async assertKept(next: DrivenEngine, allowed: RegExp): Promise<void> {
    const found = new Set(await pairsIn(next, sampleChat, this.#hint));
    assert.deepEqual(sorted(this.#saved).filter((seq) => !found.has(seq)), [], `${this.#hint}: saved and lost`);
    const old = await pairsIn(next, oldChat, this.#hint).catch(() => 'half');
    if (this.#prunedOld) assert.deepEqual(next.read('events.last_seq', { chat_id: oldChat }), 0, `${this.#hint}: deleted and there again`);
    else assert.ok(next.read('chats.get', { chat_id: oldChat }) === null || Array.isArray(old), `${this.#hint}: half deleted`);
    assert.deepEqual(next.check().problems.filter((problem) => !allowed.test(problem)), [], this.#hint);
  }
}

/** Closing may say that writes are lost with it, and that only. */
export function closeAsItGoes(engine: DrivenEngine, hint: string): void {
  try {
    engine.close();
  } catch (error) {
    const { code } = error as { code?: unknown };
    assert.ok(error instanceof StoreError || typeof code === 'string', `${hint}: ${String(error)} escaped from close`);
  }
}
