// A small database with one of everything that can be on disk: two snapshots, journals that are in both, in one and
// in none of them, of an ended, a killed and a living process, and texts that are kept in blobs.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeRecord, scanRecords } from '../../../extension/store/worker/record';
import { openEngine } from './driven-engine';
import { pairedWrite } from './paired-writes';

export const sampleChat = 'sample';
/** Seqs of the paired writes to `sampleChat` in the database. */
export const sampleSeqs = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Of a text that is long enough for a blob. */
export const longText = 20_000;

function bytesOf(seq: number): number {
  return seq % 3 === 2 ? longText : 50;
}

function newestJournal(directory: string, known: ReadonlySet<string>): string {
  const name = readdirSync(directory).find((entry) => entry.startsWith('journal-') && !known.has(entry));
  if (name === undefined) throw new Error('no journal was written');
  return name;
}

/** As if the journal's process had been another one with the same pid, which is over. */
function orphan(path: string): void {
  const records = scanRecords(readFileSync(path)).records.map(({ seq, payload }) => encodeRecord(seq, payload.replace(/"started":"\d*","started_ms":[\d.]+/, '"started":"1","started_ms":1')));
  writeFileSync(path, Buffer.concat(records));
}

async function writeAll(directory: string, seqs: readonly number[], end: 'close' | 'snapshot' | 'leave'): Promise<string> {
  const known = new Set(readdirSync(directory, { withFileTypes: true }).map((entry) => entry.name));
  const engine = await openEngine(directory);
  for (const seq of seqs) engine.write(pairedWrite(sampleChat, seq, bytesOf(seq)));
  const journal = newestJournal(directory, known);
  if (end === 'snapshot' && !(await engine.snapshot())) throw new Error('no snapshot was written');
  if (end !== 'leave') engine.close();
  return join(directory, journal);
}

/** Makes the directory, which must not be there. */
export async function makeSampleDatabase(directory: string): Promise<void> {
  mkdirSync(directory);
  await writeAll(directory, [1, 2, 3], 'snapshot');
  await writeAll(directory, [4, 5], 'snapshot');
  await writeAll(directory, [6], 'close');
  orphan(await writeAll(directory, [7, 8], 'leave'));
  await writeAll(directory, [9], 'leave');
}

export function copyDatabase(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}
