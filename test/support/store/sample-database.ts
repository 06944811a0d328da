// A small database with one of everything that can be on disk: two snapshots, journals that are in both, in one and
// in none of them, of an ended, a killed and a living process, and texts that are kept in blobs.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { WriteOp } from '../../../extension/store/store';
import { ownIdentity, type ProcessIdentity } from '../../../extension/store/files/process-identity';
import { lockName } from '../../../extension/store/worker/file-names';
import { encodeRecord, scanRecords } from '../../../extension/store/worker/record';
import { stateOf } from './damages';
import { openEngine } from './driven-engine';
import { pairedWrite, textOf } from './paired-writes';
import { chatRow } from './sample-rows';

export const sampleChat = 'sample';
/** Seqs of the paired writes to `sampleChat` in the database. */
export const sampleSeqs = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** A chat that retention may take: its run has ended long ago. Paired write 1 is in it. The run of `sampleChat` goes on. */
export const oldChat = 'old';
/** Of a text that is long enough for a blob. */
export const longText = 9_000;

function bytesOf(seq: number): number {
  return seq % 3 === 2 ? longText : 50;
}

function newestJournal(directory: string, known: ReadonlySet<string>): string {
  const name = readdirSync(directory).find((entry) => entry.startsWith('journal-') && !known.has(entry));
  if (name === undefined) throw new Error('no journal was written');
  return name;
}

/** Another process that had the same pid, and is over. */
const otherStart = { started: ownIdentity().started === '' ? '' : '1', started_ms: 1 };

/** As if the journal's process had been that one. */
function orphan(path: string): void {
  const start = JSON.stringify(otherStart).slice(1, -1);
  const records = scanRecords(readFileSync(path)).records.map(({ seq, payload }) => encodeRecord(seq, payload.replace(/"started":"\d*","started_ms":[\d.]+/, start)));
  writeFileSync(path, Buffer.concat(records));
}

const chats: WriteOp[] = [
  { op: 'chats.put', value: chatRow({ chat_id: sampleChat, status: 'in_progress' }) },
  { op: 'chats.put', value: chatRow({ chat_id: oldChat, status: 'done', updated_at: 1 }) },
];

async function writeAll(directory: string, seqs: readonly number[], end: 'close' | 'snapshot' | 'leave'): Promise<string> {
  const known = new Set(readdirSync(directory));
  const engine = await openEngine(directory);
  if (seqs[0] === 1) engine.write([...chats, ...pairedWrite(oldChat, 1, longText)]);
  for (const seq of seqs) engine.write(pairedWrite(sampleChat, seq, bytesOf(seq)));
  const journal = newestJournal(directory, known);
  if (end === 'snapshot' && !(await engine.snapshot())) throw new Error('no snapshot was written');
  if (end !== 'leave') engine.close();
  return join(directory, journal);
}

/** The lock of a snapshot under way, as a process like this one would hold it, but for what `holder` says. */
export function writeLock(directory: string, holder: Partial<ProcessIdentity>): void {
  writeFileSync(join(directory, lockName), JSON.stringify({ holder: { ...ownIdentity(), ...holder }, nonce: 'nonce', purpose: 'test' }));
}

/** Makes the directory, which must not be there. */
export async function makeSampleDatabase(directory: string): Promise<void> {
  mkdirSync(directory);
  await writeAll(directory, [1, 2, 3], 'snapshot');
  await writeAll(directory, [4, 5], 'snapshot');
  await writeAll(directory, [6], 'close');
  orphan(await writeAll(directory, [7, 8], 'leave'));
  await writeAll(directory, [9], 'leave');
  writeLock(directory, otherStart);
}

export function copyDatabase(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}

/** What a sample database must still yield after its files were damaged, told from the bytes alone. */
export class SampleModel {
  readonly #original = new Map<string, Buffer>();
  readonly #seqsOfGeneration = [[], [1, 2, 3], [1, 2, 3, 4, 5]] as const;

  constructor(template: string) {
    for (const name of filesBelow(template)) this.#original.set(name, readFileSync(join(template, name)));
  }

  get names(): string[] {
    return [...this.#original.keys()];
  }

  /** The newest generation that is whole, and every record of a journal whose bytes are what they were. */
  seqsLeft(directory: string): number[] {
    const generation = [2, 1].find((number) => this.#isWhole(directory, number)) ?? 0;
    const found = new Set<number>(this.#seqsOfGeneration[generation]);
    for (const name of this.names.filter((each) => each.startsWith('journal-'))) {
      for (const seq of this.#recordsLeft(name, stateOf(join(directory, name)))) found.add(seq);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Of what is left: whose long text is not what it was. */
  textlessSeqs(directory: string): number[] {
    return this.seqsLeft(directory).filter((seq) => this.#original.has(blobNameOf(seq)) && this.#isChanged(directory, blobNameOf(seq)));
  }

  /** Whether somebody has to be told of what is at that name now. A crash alone leaves some of it, and that is nobody's business. */
  mustBeTold(directory: string, name: string): boolean {
    const original = this.#original.get(name);
    const state = stateOf(join(directory, name));
    if (original === undefined || name.endsWith('.lock') || !this.#isChanged(directory, name)) return false;
    // One that nothing left refers to does not matter.
    if (name.startsWith('blobs')) return this.textlessSeqs(directory).some((seq) => blobNameOf(seq) === name);
    if (state === 'directory') return true;
    if (name.startsWith('snapshot-')) return name.endsWith('.json') ? Buffer.isBuffer(state) && !sameManifest(state, original) : !this.#lacksManifest(directory, name);
    if (!Buffer.isBuffer(state)) return false;
    const { damage, tail } = scanRecords(state);
    return damage.length > 0 || (tail === 'wrong' && !isOfLivingProcess(state, original));
  }

  /** Whether damage that must be told is in something that is read without being asked for, and can be read at all. */
  isMetByReading(directory: string, name: string): boolean {
    const isRead = /^snapshot-00000002|^blobs/.test(name) || (name.startsWith('journal-') && !this.#isInNewest(name));
    return isRead && stateOf(join(directory, name)) !== 'directory' && this.mustBeTold(directory, name);
  }

  #isInNewest(journal: string): boolean {
    const seqs = this.#recordsLeft(journal, this.#original.get(journal) ?? '');
    return seqs.every((seq) => this.#seqsOfGeneration[2].some((each) => each === seq));
  }

  #isChanged(directory: string, name: string): boolean {
    const state = stateOf(join(directory, name));
    return !Buffer.isBuffer(state) || this.#original.get(name)?.equals(state) !== true;
  }

  #isWhole(directory: string, generation: number): boolean {
    return this.names
      .filter((name) => name.startsWith(`snapshot-0000000${generation}`))
      .every((name) => {
        const state = stateOf(join(directory, name));
        const original = this.#original.get(name);
        return Buffer.isBuffer(state) && original !== undefined && (state.equals(original) || (name.endsWith('.json') && sameManifest(state, original)));
      });
  }

  /** Without its manifest a generation was never there. */
  #lacksManifest(directory: string, name: string): boolean {
    return stateOf(join(directory, name.replace(/-[0-9a-f]{16}\.db$/, '.json'))) === 'missing';
  }

  #recordsLeft(name: string, state: Buffer | string): number[] {
    const original = this.#original.get(name);
    if (original === undefined || !Buffer.isBuffer(state)) return [];
    let from = 0;
    return scanRecords(original).records.flatMap(({ payload, end }) => {
      const isLeft = state.subarray(from, end).equals(original.subarray(from, end));
      from = end;
      const seq = /"seq":(\d+)/.exec(payload)?.[1];
      return isLeft && seq !== undefined ? [Number(seq)] : [];
    });
  }
}

function blobNameOf(seq: number): string {
  const text = textOf(sampleChat, seq, bytesOf(seq));
  return join('blobs', createHash('sha256').update(text).digest('hex'));
}

/** More may come into it, as far as can be told from what is there now. */
function isOfLivingProcess(state: Buffer, original: Buffer): boolean {
  const { records } = scanRecords(state);
  return records.length > 0 && !original.includes('"started_ms":1}') && !records.some(({ payload }) => payload.includes('"kind":"closed"'));
}

/** A manifest is its first line and the checksum in its second. */
function sameManifest(one: Buffer, other: Buffer): boolean {
  const [left, right] = [one, other].map((bytes) => bytes.toString('utf8').split('\n').slice(0, 2).join('\n'));
  return left === right;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}
