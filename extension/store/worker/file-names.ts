// How the files of a database are named. Everything lies in one directory; a name is never used twice.
import { randomBytes } from 'node:crypto';

export const lockName = 'compact.lock';
export const quarantineName = 'quarantine';

const journalPattern = /^journal-([0-9a-f]{16})\.log(\.retired)?$/;
const manifestPattern = /^snapshot-(\d{8})\.json$/;
const snapshotPattern = /^snapshot-(\d{8})-[0-9a-f]{16}\.db$/;

export function newInstance(): string {
  return randomBytes(8).toString('hex');
}

export function journalName(instance: string): string {
  return `journal-${instance}.log`;
}

/** A retired journal was found to be wholly in a snapshot and is about to be removed. It is read like any other. */
export function retiredName(instance: string): string {
  return `${journalName(instance)}.retired`;
}

export function instanceOf(name: string): string | null {
  return journalPattern.exec(name)?.[1] ?? null;
}

export function manifestName(generation: number): string {
  return `snapshot-${String(generation).padStart(8, '0')}.json`;
}

export function newSnapshotName(generation: number): string {
  return `snapshot-${String(generation).padStart(8, '0')}-${newInstance()}.db`;
}

export function manifestGeneration(name: string): number | null {
  const generation = manifestPattern.exec(name)?.[1];
  return generation === undefined ? null : Number(generation);
}

export function snapshotGeneration(name: string): number | null {
  const generation = snapshotPattern.exec(name)?.[1];
  return generation === undefined ? null : Number(generation);
}

export function isTemporary(name: string): boolean {
  return name.startsWith('tmp-');
}
