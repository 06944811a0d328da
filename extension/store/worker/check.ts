// What `check` looks at beyond what opening a database finds.
import { tableNames } from '../tables/registry';
import { Generations } from './generations';
import type { Image } from './image';

export function checkImage(image: Image): { rows: Record<string, number>; problems: string[] } {
  const problems: string[] = [];
  const rows: Record<string, number> = {};
  // Names of tables cannot be bound; these are constants of ours.
  for (const table of tableNames) rows[table] = image.first<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
  const findings = image.all<{ quick_check: string }>('PRAGMA quick_check').map((row) => row.quick_check);
  if (findings.join() !== 'ok') problems.push(`The database is inconsistent: ${findings.slice(0, 5).join('; ')}.`);
  const displaced = rows['displaced_events'] ?? 0;
  if (displaced > 0) problems.push(`${displaced} events were written by two windows at the same place of a chat; the later ones are kept aside.`);
  return { rows, problems };
}

/** Reads the generations on disk again, since they may have been damaged after they were loaded. */
export function checkStoredGenerations(generations: Generations, names: readonly string[]): string[] {
  return Generations.numbers(names).flatMap((generation) => {
    const manifest = generations.manifest(generation);
    if (manifest === 'newer' || (manifest !== null && generations.bytes(manifest) !== null)) return [];
    return [`Snapshot ${generation} is damaged on disk. Its content is not lost as long as the other snapshot and the journals are there.`];
  });
}
