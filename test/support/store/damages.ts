// Ways in which a file can be found that nobody wrote so: cut, changed, emptied, replaced, gone.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { scanRecords } from '../../../extension/store/worker/record';
import type { SeededRandom } from './seeded-random';

export type Damage = { name: string; apply(path: string, random: SeededRandom): void };

/** Of a record: mark, then the rest of the header, then the payload. */
const [markBytes, headerBytes] = [4, 20];

function cutTo(path: string, length: number): void {
  truncateSync(path, Math.max(0, Math.min(length, readFileSync(path).length - 1)));
}

/** Where the last but one record of a journal begins; of any other file its middle. */
function someRecord(path: string): number {
  const bytes = readFileSync(path);
  const { records } = scanRecords(bytes);
  return records.at(-3)?.end ?? bytes.length >> 1;
}

function change(path: string, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  edit(bytes);
  writeFileSync(path, bytes);
}

/** Another bit at one place. */
function flip(path: string, at: number, random: SeededRandom): void {
  change(path, (bytes) => bytes.length > 0 && bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at));
}

export const damages: readonly Damage[] = [
  { name: 'is empty', apply: (path) => truncateSync(path, 0) },
  { name: 'has one byte', apply: (path) => cutTo(path, 1) },
  { name: 'ends in its own header', apply: (path) => cutTo(path, 13) },
  { name: 'ends in the mark of a record', apply: (path) => cutTo(path, someRecord(path) + markBytes - 1) },
  { name: 'ends in the header of a record', apply: (path) => cutTo(path, someRecord(path) + headerBytes - 3) },
  { name: 'ends in the payload of a record', apply: (path) => cutTo(path, someRecord(path) + headerBytes + 9) },
  { name: 'ends between two records', apply: (path) => cutTo(path, someRecord(path)) },
  { name: 'lacks its last byte', apply: (path) => cutTo(path, readFileSync(path).length - 1) },
  { name: 'ends at any place', apply: (path, random) => cutTo(path, random.below(readFileSync(path).length)) },
  { name: 'has another first byte', apply: (path, random) => flip(path, 0, random) },
  { name: 'has another byte somewhere', apply: (path, random) => flip(path, random.below(readFileSync(path).length), random) },
  { name: 'has another last byte', apply: (path, random) => flip(path, Math.max(0, readFileSync(path).length - 1), random) },
  {
    name: 'has several other bytes',
    apply: (path, random) => {
      for (let count = 0; count < 5; count++) flip(path, random.below(Math.max(1, readFileSync(path).length)), random);
    },
  },
  { name: 'has zeros instead of its end', apply: (path, random) => change(path, (bytes) => bytes.fill(0, random.below(bytes.length))) },
  { name: 'is all zeros', apply: (path) => change(path, (bytes) => bytes.fill(0)) },
  { name: 'has garbage behind its end', apply: (path, random) => appendFileSync(path, Buffer.from(Array.from({ length: 1 + random.below(90) }, () => random.below(256)))) },
  { name: 'is text of somebody else', apply: (path) => writeFileSync(path, '{"hello": "world"}\n') },
  { name: 'is missing', apply: (path) => rmSync(path) },
  {
    name: 'is a directory',
    apply: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  },
];

/** What is at the path: the bytes of a file, or that there is a directory or nothing. */
export function stateOf(path: string): Buffer | 'directory' | 'missing' {
  if (!existsSync(path)) return 'missing';
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return 'directory';
    throw error;
  }
}
