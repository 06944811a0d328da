// The store beside the bare disk and beside node:sqlite: appends, pages, opening, memory and the host's event loop
// with 100,000 tool calls stored:
//   node --import tsx bench/store.ts [calls] [--json] [--rounds 5] [--worker dist/store-worker.js]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureVsCodeServer } from '../scripts/setup/vscode-server';
import { print, progress, repeated, round, type Figure } from './support/figures';
import { buildRelease } from './support/release-build';
import { appendFigures, burstFigure, mixedFigures, pageFigures, type Subject } from './support/store/daily-work';
import { buildPrograms, MeasuredProcess } from './support/store/measured-process';
import { copyOf, makeSeeds, storeOpenings, yardstickOpenings, type Place, type Seeds } from './support/store/openings';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '5' }, worker: { type: 'string' } },
});
const rounds = Number(options.rounds);

/** A Node that has node:sqlite: this one, or the one that the browser-hosted VS Code runs on. */
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

async function workFigures(store: Subject, yardstick: Subject | null): Promise<Figure[]> {
  const subjects = yardstick === null ? [store] : [store, yardstick];
  const figures = [...(await appendFigures(subjects, rounds)), await burstFigure(store)];
  for (const subject of subjects) figures.push(...(await pageFigures(subject, rounds)));
  return [...figures, ...(await mixedFigures(store, rounds))];
}

async function measureWork(place: Place, seeds: Seeds, nodePath: string | null): Promise<Figure[]> {
  const directory = copyOf(seeds.killed, place, 'used');
  const store: Subject = { process: new MeasuredProcess('store-process'), name: 'store', calls: seeds.calls, isMeasuredAgainstTargets: true };
  const other = nodePath === null ? null : new MeasuredProcess('sqlite-process', nodePath);
  try {
    await store.process.ask('open', { directory, workerPath: place.workerPath, calls: seeds.calls });
    if (other === null || nodePath === null) return await workFigures(store, null);
    const otherDirectory = join(place.folder, 'yardstick');
    await other.ask('open', { directory: otherDirectory, workerPath: '', calls: 0 });
    const fillMs = await other.ask('fill', { calls: place.calls });
    const figures = await workFigures(store, { process: other, name: 'node:sqlite', calls: place.calls, isMeasuredAgainstTargets: false });
    await other.kill();
    return [
      ...figures,
      { name: `node:sqlite: ${place.calls} calls in writes of 100`, value: round(fillMs / 1000), unit: 's' },
      ...(await yardstickOpenings(place, otherDirectory, nodePath)),
    ];
  } finally {
    await store.process.kill();
    await other?.kill();
  }
}

function yardstickNote(nodePath: string | null): string {
  if (nodePath === null) return 'node:sqlite was not available';
  const version = execFileSync(nodePath, ['--version'], { encoding: 'utf8' }).trim();
  return `node:sqlite of Node ${version}: WAL, synchronous=FULL, the same schema and statements, in the thread that asks`;
}

async function main(): Promise<void> {
  const load = (): string => loadavg().map((value) => value.toFixed(1)).join(' ');
  const before = load();
  const folder = mkdtempSync(join(tmpdir(), 'boocode-bench-'));
  try {
    await buildPrograms();
    const workerPath = options.worker === undefined ? join(buildRelease(), 'dist', 'store-worker.js') : resolve(options.worker);
    const place: Place = { folder, workerPath, calls: Number(positionals[0] ?? 100_000), rounds };
    const nodePath = await yardstickNode();
    const seeds = await makeSeeds(place);
    const figures = [
      repeated(`${place.calls} calls started and completed in writes of 100`, seeds.fillMs.map((ms) => ms / 1000), 's'),
      ...(await storeOpenings(place, seeds)),
      ...(await measureWork(place, seeds, nodePath)),
    ];
    print(`The store with ${place.calls} tool calls`, figures, [
      `Node ${process.version}, ${cpus().length} processors, load ${before} before and ${load()} after; files are in the system's cache when they are opened`,
      'the event loop is sampled each millisecond, and that millisecond is in its figures',
      yardstickNote(nodePath),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
