// Looks at every file and every row, and says in plain words what it found.
import { join } from 'node:path';
import type { FileOperations } from '../files/durable-file';
import { isFileError } from '../files/file-error';
import { schemaVersion } from '../migrations/registry';
import type { StoreCheck } from '../store';
import { usedBlobs } from '../tables/blob-uses';
import { tables } from '../tables/registry';
import { blobFolder, type Blobs } from './blobs';
import { directoryBytes, folderBytes } from './directory-bytes';
import { manifestName, quarantineName } from './file-names';
import type { Findings } from './findings';
import { Generations } from './generations';
import type { Image } from './image';
import type { Journals } from './journals';
import type { OwnJournal } from './own-journal';
import { quarantined } from './quarantine';
import type { Replica } from './replica';
import { newerSchema } from './store-failure';
import type { Unsaved } from './unsaved';

export type CheckParts = {
  files: FileOperations;
  directory: string;
  generations: Generations;
  journals: Journals;
  own: OwnJournal;
  unsaved: Unsaved;
  findings: Findings;
  blobs: Blobs;
  replica: Replica;
};

export function checkStore(parts: CheckParts): StoreCheck {
  const { files, directory, unsaved, findings, replica } = parts;
  /** What cannot be looked at is a finding of its own, and no reason not to look at the rest. */
  const look = <T>(what: string, action: () => T, otherwise: T): T => {
    try {
      return action();
    } catch (error) {
      if (!isFileError(error)) throw error;
      findings.note(`${what} could not be looked at: ${error.message}.`);
      return otherwise;
    }
  };
  const names = look('The storage folder', () => files.list(directory), []);
  const snapshots = checkSnapshots(parts, names);
  const journals = checkJournals(parts, names);
  const blobs = look('The files with long texts', () => checkBlobs(parts), { files: 0, bytes: 0, missing: 0, damaged: 0, unreferenced: 0 });
  const image = checkImage(replica.image);
  const quarantine = look('The copies of damaged files', () => quarantined(files, directory), []);
  return {
    directory,
    schema_version: schemaVersion(replica.image),
    generation: replica.current?.generation ?? 0,
    snapshot_bytes: replica.current?.bytes ?? 0,
    journal_bytes: journals.reduce((sum, { bytes }) => sum + bytes, 0),
    total_bytes: look('The size of the storage', () => directoryBytes(files, directory), 0),
    snapshots,
    journals,
    blobs,
    quarantine,
    unsaved_writes: unsaved.count,
    rows: image.rows,
    problems: [
      ...findings.problems,
      ...snapshots
        .filter(({ state }) => state === 'damaged')
        .map(({ generation }) => `Snapshot ${generation} is damaged on disk. Its content is not lost as long as the other snapshot and the journals are there.`),
      ...(blobs.missing > 0 ? [`${blobs.missing} files with long texts are gone; those texts cannot be shown.`] : []),
      ...(blobs.damaged > 0 ? [`${blobs.damaged} files with long texts are damaged; those texts cannot be shown.`] : []),
      ...image.problems,
      ...(replica.readOnly ? [newerSchema().message] : []),
      ...(unsaved.count > 0 ? [`${unsaved.count} changes are in memory only: the disk takes nothing.`] : []),
      ...(quarantine.length > 0 ? [`Copies of damaged files are kept in ${join(directory, quarantineName)}: ${quarantine.join(', ')}.`] : []),
    ],
  };
}

/** Read again, since they may have been damaged after they were loaded. One that another process removes meanwhile is none. */
function checkSnapshots({ files, directory, generations }: CheckParts, names: readonly string[]): StoreCheck['snapshots'] {
  const read = (generation: number): StoreCheck['snapshots'][number] => {
    try {
      const manifest = generations.manifest(generation);
      if (manifest === 'newer') return { generation, bytes: 0, state: 'newer' };
      const bytes = manifest && generations.bytes(manifest);
      return { generation, bytes: bytes?.length ?? 0, state: bytes ? 'good' : 'damaged' };
    } catch {
      // Unreadable is no better than damaged to whoever asks.
      return { generation, bytes: 0, state: 'damaged' };
    }
  };
  const isThere = (generation: number): boolean => files.list(directory).includes(manifestName(generation));
  return Generations.numbers(names).map(read).filter(({ state, generation }) => state !== 'damaged' || isThere(generation));
}

function checkJournals({ files, directory, journals, own, findings }: CheckParts, names: readonly string[]): StoreCheck['journals'] {
  return names.filter((name) => journals.isJournal(name)).flatMap((name) => {
    try {
      journals.examine(name, findings);
      const bytes = files.look(join(directory, name))?.size;
      return bytes === undefined ? [] : [{ name, bytes, owner: journals.ownerOf(name, own.current?.instance ?? null) }];
    } catch (error) {
      findings.note(`Journal ${name} could not be read (${error instanceof Error ? error.message : String(error)}).`);
      return [{ name, bytes: 0, owner: 'unknown' as const }];
    }
  });
}

function checkBlobs({ files, directory, blobs, replica, unsaved }: CheckParts): StoreCheck['blobs'] {
  const { names } = blobs.names();
  const present = new Set(names);
  const used = [...usedBlobs(replica.image).keys()].filter((sha256) => unsaved.blob(sha256) === undefined);
  const damaged = used.filter((sha256) => present.has(sha256) && !blobs.isGood(sha256)).length;
  const known = new Set(used);
  const unreferenced = [...present].filter((sha256) => !known.has(sha256)).length;
  return { files: present.size, bytes: folderBytes(files, join(directory, blobFolder)), missing: used.filter((sha256) => !present.has(sha256)).length, damaged, unreferenced };
}

function checkImage(image: Image): { rows: Record<string, number>; problems: string[] } {
  const rows: Record<string, number> = {};
  const problems: string[] = [];
  // Names of tables cannot be bound; these are constants of ours.
  for (const { name } of tables) rows[name] = image.first<{ n: number }>(`SELECT count(*) AS n FROM ${name}`)?.n ?? 0;
  const findings = image.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check);
  if (findings.join() !== 'ok') problems.push(`The database and its indexes do not agree: ${findings.slice(0, 5).join('; ')}.`);
  for (const { check } of tables) problems.push(...(check?.(image) ?? []));
  return { rows, problems };
}
