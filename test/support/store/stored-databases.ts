// The databases in test/fixtures/databases: unpacking one, and comparing what is read of it with what was expected
// when it was written.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ReadName } from '../../../extension/store/store';
import { repositoryRoot } from '../repository-root';

export type ExpectedDatabase = {
  /** By table; later code may have more tables. */
  rows: Record<string, number>;
  reads: { read: ReadName; params: unknown; result: unknown }[];
};

export const databasesFolder = join(repositoryRoot, 'test/fixtures/databases');
const longestShown = 500;

/** Schema versions of which there is a database, ascending. */
export function storedVersions(): number[] {
  return readdirSync(databasesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => Number(entry.name))
    .sort((a, b) => a - b);
}

/** Puts the files of that version's database into `directory`. */
export function unpackDatabase(version: number, directory: string): void {
  const packed = join(databasesFolder, String(version), 'database');
  for (const entry of readdirSync(packed, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
    const source = join(entry.parentPath, entry.name);
    const path = join(directory, relative(packed, source).replace(/\.gz$/, ''));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gunzipSync(readFileSync(source)));
  }
}

export function expectedDatabase(version: number): ExpectedDatabase {
  // Written by the code of that version; a test that reads it wrongly fails.
  return JSON.parse(readFileSync(join(databasesFolder, String(version), 'expected.json'), 'utf8')) as ExpectedDatabase;
}

/** A result with its long strings as they stand in expected.json. */
export function shortened(result: unknown): unknown {
  const json = JSON.stringify(result, (_key, value: unknown) => (typeof value === 'string' ? shortenedText(value) : value));
  return JSON.parse(json);
}

function shortenedText(text: string): string {
  if (text.length <= longestShown) return text;
  return `${text.slice(0, 60)} ... ${text.length} characters, sha256 ${createHash('sha256').update(text).digest('hex')}`;
}
