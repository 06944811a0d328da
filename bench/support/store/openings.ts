// How long a database takes to open, as it was left: by a kill in the middle of its work, or closed. Each time in a
// new process and on a fresh copy, because opening may write a snapshot.
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, progress, repeated, round, type Figure } from '../figures';
import type { Opened } from './commands';
import { MeasuredProcess, type Program } from './measured-process';

export type Place = { folder: string; workerPath: string; calls: number; rounds: number };

/** `calls`: how many there are in the end. */
export type Seeds = { killed: string; closed: string; calls: number; fillMs: number[] };

const openLimitMs = 300;

/** Runs `action` in a process of its own that is killed in the end, whatever it is doing. */
async function inProcess<T>(program: Program, nodePath: string | undefined, action: (process: MeasuredProcess) => Promise<T>): Promise<T> {
  const child = new MeasuredProcess(program, nodePath);
  try {
    return await action(child);
  } finally {
    await child.kill();
  }
}

/** A copy that may be used up. */
export function copyOf(seed: string, place: Place, name: string): string {
  const directory = join(place.folder, name);
  rmSync(directory, { recursive: true, force: true });
  cpSync(seed, directory, { recursive: true });
  return directory;
}

export async function makeSeeds({ folder, workerPath, calls }: Place): Promise<Seeds> {
  const seeds: Seeds = { killed: join(folder, 'killed'), closed: join(folder, 'closed'), calls: 0, fillMs: [] };
  for (const end of ['killed', 'closed'] as const) {
    progress(`${calls} calls into a database that will be ${end} …`);
    await inProcess('store-process', undefined, async (child) => {
      await child.ask('open', { directory: seeds[end], workerPath, calls: 0 });
      seeds.fillMs.push(await child.ask('fill', { calls }));
      seeds.calls = (await child.ask('work', { firstCall: calls })).calls;
      if (end === 'closed') await child.ask('close', null);
    });
  }
  return seeds;
}

async function timeOpenings(place: Place, program: Program, seed: string | null, nodePath?: string): Promise<Opened[]> {
  const found: Opened[] = [];
  for (let turn = 0; turn < place.rounds; turn++) {
    const directory = seed === null ? join(place.folder, `empty-${turn}`) : copyOf(seed, place, `opened-${program}`);
    found.push(await inProcess(program, nodePath, (child) => child.ask('open', { directory, workerPath: place.workerPath, calls: place.calls })));
  }
  return found;
}

function openingFigures(name: string, found: readonly Opened[], limit: number | null): Figure[] {
  const opening = repeated(`open ${name}, first read answered`, found.map(({ ms }) => ms), 'ms');
  return [
    limit === null ? opening : atMost(limit, opening),
    repeated('  the first page of 50 after it', found.map(({ firstPageMs }) => firstPageMs), 'ms'),
    repeated('  memory of the process before', found.map(({ before }) => before.rssMb), 'MB'),
    repeated('  and with it open', found.map(({ after }) => after.rssMb), 'MB'),
    repeated('  its highest so far', found.map(({ after }) => after.peakMb), 'MB'),
  ];
}

function megabytes(directory: string, pattern: RegExp): number {
  const names = readdirSync(directory).filter((name) => pattern.test(name));
  return round(names.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0) / 2 ** 20);
}

export async function storeOpenings(place: Place, seeds: Seeds): Promise<Figure[]> {
  const figures = openingFigures('an empty database', await timeOpenings(place, 'store-process', null), null);
  for (const [name, seed] of [['killed at work', seeds.killed], ['closed', seeds.closed]] as const) {
    progress(`opening what was ${name}`);
    figures.push(
      { name: `database ${name}: snapshots`, value: megabytes(seed, /^snapshot-.*\.db$/), unit: 'MB' },
      { name: '  journals', value: megabytes(seed, /^journal-/), unit: 'MB' },
      ...openingFigures(`what was ${name}`, await timeOpenings(place, 'store-process', seed), openLimitMs),
    );
  }
  return figures;
}

export async function yardstickOpenings(place: Place, seed: string, nodePath: string): Promise<Figure[]> {
  return openingFigures('node:sqlite, killed at work', await timeOpenings(place, 'sqlite-process', seed, nodePath), null);
}
