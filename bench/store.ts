// The store beside the bare disk and beside node:sqlite: appends, pages, opening, memory and the host's event loop
// with 100,000 tool calls stored:
//   node --import tsx bench/store.ts [calls] [--json] [--rounds 5] [--worker dist/store-worker.js]
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureVsCodeServer } from '../scripts/setup/vscode-server';
import { atMost, print, progress, quantile, repeated, round, type Figure } from './support/figures';
import { buildRelease } from './support/release-build';
import type { Appends, Mixed, Opened } from './support/store/commands';
import { buildPrograms, MeasuredProcess, type Program } from './support/store/measured-process';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '5' }, worker: { type: 'string' } },
});
const calls = Number(positionals[0] ?? 100_000);
const rounds = Number(options.rounds);
const appendsInRound = 600;
const pagesInRound = 200;
const mixedSeconds = 6;

type Place = { folder: string; workerPath: string };
type Seeds = { killed: string; closed: string; calls: number; fillMs: number[] };

/** The quantile of everything, with its range over the rounds. */
function quantileOf(name: string, share: number, samples: readonly (readonly number[])[]): { name: string; value: number; unit: string; spread: string } {
  return { ...repeated(name, samples.map((one) => quantile(one, share)), 'ms'), value: round(quantile(samples.flat(), share)) };
}

function megabytes(directory: string, pattern: RegExp): number {
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => pattern.test(name)) : [];
  return names.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0) / 2 ** 20;
}

/** Runs `action` in a process of its own that is killed in the end, whatever it is doing. */
async function inProcess<T>(program: Program, nodePath: string | undefined, action: (process: MeasuredProcess) => Promise<T>): Promise<T> {
  const child = new MeasuredProcess(program, nodePath);
  try {
    return await action(child);
  } finally {
    await child.kill();
  }
}

function copied(seed: string, place: Place, name: string): string {
  const directory = join(place.folder, name);
  rmSync(directory, { recursive: true, force: true });
  cpSync(seed, directory, { recursive: true });
  return directory;
}

/** Two databases as they are found later: one whose process was killed while it wrote a snapshot, one that was closed. */
async function makeSeeds(place: Place): Promise<Seeds> {
  const seeds: Seeds = { killed: join(place.folder, 'killed'), closed: join(place.folder, 'closed'), calls: 0, fillMs: [] };
  for (const end of ['killed', 'closed'] as const) {
    progress(`${calls} calls into a database that will be ${end} …`);
    await inProcess('store-process', undefined, async (child) => {
      await child.ask('open', { directory: seeds[end], workerPath: place.workerPath, calls: 0 });
      seeds.fillMs.push(await child.ask('fill', { calls }));
      seeds.calls = (await child.ask('work', { firstCall: calls })).calls;
      if (end === 'closed') await child.ask('close', null);
    });
  }
  return seeds;
}

/** A new process each time, on a fresh copy: opening may write a snapshot. */
async function timeOpenings(place: Place, program: Program, seed: string | null, nodePath?: string): Promise<Opened[]> {
  const found: Opened[] = [];
  for (let turn = 0; turn < rounds; turn++) {
    const directory = seed === null ? join(place.folder, `empty-${program}-${turn}`) : copied(seed, place, `opened-${program}`);
    found.push(await inProcess(program, nodePath, (child) => child.ask('open', { directory, workerPath: place.workerPath, calls })));
  }
  return found;
}

function openingFigures(name: string, found: readonly Opened[], limit: number | null): Figure[] {
  const opening = repeated(`open ${name}, first read answered`, found.map(({ ms }) => ms), 'ms');
  return [
    limit === null ? opening : atMost(limit, opening),
    repeated(`  the first page of 50 after it`, found.map(({ firstPageMs }) => firstPageMs), 'ms'),
    repeated(`  memory of the process before`, found.map(({ before }) => before.rssMb), 'MB'),
    repeated(`  and with it open`, found.map(({ after }) => after.rssMb), 'MB'),
    repeated(`  its highest so far`, found.map(({ after }) => after.peakMb), 'MB'),
  ];
}

function appendFigures(name: string, found: readonly Appends[], limits: boolean): Figure[] {
  const [bare, own] = [found.map((block) => block.bare), found.map((block) => block.own)];
  return ([['p50', 0.5, 1], ['p99', 0.99, 10]] as const).flatMap(([label, share, limit]) => {
    const disk = quantileOf(`the disk meanwhile, write + fdatasync of 1 KB, ${label}`, share, bare);
    const appended = quantileOf(`${name}, ${label}`, share, own);
    const over = { name: `  over the disk's own, ${label}`, value: round(appended.value - disk.value), unit: 'ms' };
    return [disk, appended, limits ? atMost(limit, over) : over];
  }).concat(quantileOf(`${name}, the longest`, 1, own));
}

function pageFigures(name: string, found: Record<string, number[][]>, limits: boolean): Figure[] {
  return Object.entries(found).flatMap(([depth, samples]) =>
    (['p50', 'p99'] as const).map((label) => {
      const figure = quantileOf(`${name}, ${depth}, ${label}`, label === 'p50' ? 0.5 : 0.99, samples);
      return limits ? atMost(5, figure) : figure;
    }),
  );
}

const depths: Record<string, () => number> = { 'at the start': () => 0, 'in the middle': () => 0.5, 'at the end': () => 0.99, 'anywhere': Math.random };

async function timePages(child: MeasuredProcess, all: number): Promise<Record<string, number[][]>> {
  const found: Record<string, number[][]> = {};
  for (let turn = 0; turn < rounds; turn++) {
    for (const [depth, share] of Object.entries(depths)) {
      (found[depth] ??= []).push(await child.ask('pages', { shares: Array.from({ length: pagesInRound }, share), calls: all }));
    }
  }
  return found;
}

/** In blocks, in turn with the yardstick's, so that what else the disk does hits both. */
async function timeAppends(processes: readonly MeasuredProcess[]): Promise<Appends[][]> {
  const found: Appends[][] = processes.map(() => []);
  for (let turn = 0; turn < rounds; turn++) {
    for (const [index, child] of processes.entries()) {
      found[index]?.push(await child.ask('append', { count: appendsInRound, firstSeq: 1 + turn * appendsInRound }));
    }
  }
  return found;
}

async function mixedFigures(child: MeasuredProcess, all: number): Promise<Figure[]> {
  const idle = await child.ask('idle', { seconds: 2 });
  const before = await child.ask('memory', null);
  const found: Mixed[] = [];
  for (let turn = 0; turn < rounds; turn++) {
    progress(`writing, reading and snapshots at once, round ${turn + 1} of ${rounds}`);
    found.push(await child.ask('mixed', { seconds: mixedSeconds, calls: all, firstSeq: 1_000_000 * (turn + 1) }));
  }
  const after = await child.ask('memory', null);
  const [appends, pages] = [found.map((block) => block.appends), found.map((block) => block.pages)];
  return [
    { name: 'event loop of the host with nothing to do, p99.9', value: round(idle.p999), unit: 'ms' },
    atMost(20, repeated('event loop while writing, reading and snapshots, p99.9', found.map(({ eventLoop }) => eventLoop.p999), 'ms')),
    repeated('  without the waits for a processor', found.map(({ eventLoop }) => eventLoop.ownP999 ?? Number.NaN), 'ms'),
    repeated('  p99', found.map(({ eventLoop }) => eventLoop.p99), 'ms'),
    repeated('  longest', found.map(({ eventLoop }) => eventLoop.max), 'ms'),
    repeated('  snapshots meanwhile', found.map(({ snapshots }) => snapshots), ''),
    ...(['p50', 'p99'] as const).map((label) => quantileOf(`  appends meanwhile, ${label}`, label === 'p50' ? 0.5 : 0.99, appends)),
    quantileOf('  appends meanwhile, the longest', 1, appends),
    ...(['p50', 'p99'] as const).map((label) => quantileOf(`  pages meanwhile, ${label}`, label === 'p50' ? 0.5 : 0.99, pages)),
    { name: 'memory before that', value: round(before.rssMb), unit: 'MB' },
    { name: '  and its highest, snapshots included', value: round(after.peakMb), unit: 'MB' },
  ];
}

async function yardstickNode(): Promise<string | null> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 13)) return process.execPath;
  try {
    return (await ensureVsCodeServer()).nodePath;
  } catch (error) {
    progress(`no Node with node:sqlite: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

async function measure(place: Place): Promise<Figure[]> {
  const empty = await timeOpenings(place, 'store-process', null);
  const seeds = await makeSeeds(place);
  const figures: Figure[] = [
    ...openingFigures('an empty database', empty, null),
    repeated(`${calls} calls started and completed in writes of 100`, seeds.fillMs.map((ms) => ms / 1000), 's'),
  ];
  for (const [name, seed] of [['killed at work', seeds.killed], ['closed', seeds.closed]] as const) {
    progress(`opening what was ${name}`);
    figures.push(
      { name: `database ${name}: snapshots`, value: round(megabytes(seed, /\.db$/)), unit: 'MB' },
      { name: '  journals', value: round(megabytes(seed, /^journal-/)), unit: 'MB' },
      ...openingFigures(`what was ${name}`, await timeOpenings(place, 'store-process', seed), 300),
    );
  }
  const nodePath = await yardstickNode();
  const yardstick = nodePath === null ? null : new MeasuredProcess('sqlite-process', nodePath);
  const child = new MeasuredProcess('store-process');
  try {
    const directory = copied(seeds.killed, place, 'used');
    await child.ask('open', { directory, workerPath: place.workerPath, calls: seeds.calls });
    const sqliteDirectory = join(place.folder, 'yardstick');
    const sqliteFill = yardstick && (await yardstick.ask('open', { directory: sqliteDirectory, workerPath: '', calls: 0 }), await yardstick.ask('fill', { calls }));
    progress('appends');
    const [appends = [], sqliteAppends = []] = await timeAppends(yardstick === null ? [child] : [child, yardstick]);
    figures.push(...appendFigures('durable append of 1 KB', appends, true));
    if (yardstick !== null) figures.push(...appendFigures('node:sqlite, the same append', sqliteAppends, false));
    figures.push(quantileOf('50 appends at once, all durable, p50', 0.5, [await child.ask('burst', { count: 50, firstSeq: 500_000 })]));
    progress('pages');
    figures.push(...pageFigures('page of 50', await timePages(child, seeds.calls), true));
    if (yardstick !== null) figures.push(...pageFigures('node:sqlite, page of 50', await timePages(yardstick, calls), false));
    figures.push(...(await mixedFigures(child, seeds.calls)));
    if (sqliteFill !== null && nodePath !== null) {
      figures.push({ name: `node:sqlite: ${calls} calls in writes of 100`, value: round(sqliteFill / 1000), unit: 's' });
      await yardstick?.kill();
      figures.push(...openingFigures('node:sqlite, killed at work', await timeOpenings(place, 'sqlite-process', sqliteDirectory, nodePath), null));
    }
  } finally {
    await child.kill();
    await yardstick?.kill();
  }
  return figures;
}

async function main(): Promise<void> {
  const load = (): string => loadavg().map((value) => value.toFixed(1)).join(' ');
  const before = load();
  const folder = mkdtempSync(join(tmpdir(), 'boocode-bench-'));
  try {
    await buildPrograms();
    const workerPath = options.worker === undefined ? join(buildRelease(), 'dist', 'store-worker.js') : resolve(options.worker);
    const figures = await measure({ folder, workerPath });
    print(`The store with ${calls} tool calls`, figures, [
      `Node ${process.version}, ${cpus().length} processors, load ${before} before and ${load()} after; files are in the system's cache when they are opened`,
      'the event loop is sampled each millisecond, and that millisecond is in its figures',
      'node:sqlite: WAL, synchronous=FULL, the same schema and statements, in the thread that asks',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
