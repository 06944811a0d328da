// Appends, pages and both at once with snapshots, in one open database, in turn with the yardstick where there is one.
import { atMost, progress, quantile, repeated, round, type Figure } from '../figures';
import type { Appends, Mixed } from './commands';
import type { MeasuredProcess } from './measured-process';

const appendsInRound = 600;
const pagesInRound = 200;
const mixedSeconds = 6;

/** `calls`: how many are stored. */
export type Subject = { process: MeasuredProcess; name: string; calls: number; isMeasuredAgainstTargets: boolean };

type Labelled = [label: string, share: number];
const percentiles: readonly Labelled[] = [['p50', 0.5], ['p99', 0.99]];

/** The quantile of everything, with its range over the rounds. */
function quantileOf(name: string, share: number, samples: readonly (readonly number[])[]): { name: string; value: number; unit: string; spread: string } {
  return { ...repeated(name, samples.map((one) => quantile(one, share)), 'ms'), value: round(quantile(samples.flat(), share)) };
}

/** In blocks, in turn, so that what else the disk does hits all of them. */
export async function appendFigures(subjects: readonly Subject[], rounds: number): Promise<Figure[]> {
  const found = new Map<Subject, Appends[]>(subjects.map((subject) => [subject, []]));
  for (let turn = 0; turn < rounds; turn++) {
    progress(`appends, round ${turn + 1} of ${rounds}`);
    for (const [subject, blocks] of found) blocks.push(await subject.process.ask('append', { count: appendsInRound, firstSeq: 1 + turn * appendsInRound }));
  }
  return [...found].flatMap(([subject, blocks]) => appendsOf(subject, blocks));
}

const overDiskLimitsMs: Record<string, number> = { p50: 1, p99: 10 };

function appendsOf({ name, isMeasuredAgainstTargets }: Subject, blocks: readonly Appends[]): Figure[] {
  const own = blocks.map((block) => block.own);
  const figures = percentiles.flatMap(([label, share]) => {
    const disk = quantileOf(`the disk meanwhile, write + fdatasync of 1 KB, ${label}`, share, blocks.map((block) => block.bare));
    const appended = quantileOf(`${name}: durable append of 1 KB, ${label}`, share, own);
    const over = { name: "  over the disk's own", value: round(appended.value - disk.value), unit: 'ms' };
    return [disk, appended, isMeasuredAgainstTargets ? atMost(overDiskLimitsMs[label] ?? 0, over) : over];
  });
  return [...figures, quantileOf(`${name}: durable append, the longest`, 1, own)];
}

export async function burstFigure({ process, name }: Subject): Promise<Figure> {
  return quantileOf(`${name}: 50 appends at once, all durable, p50`, 0.5, [await process.ask('burst', { count: 50, firstSeq: 500_000 })]);
}

const depths: Record<string, () => number> = { 'at the start': () => 0, 'in the middle': () => 0.5, 'at the end': () => 0.99, 'anywhere': Math.random };
const pageLimitMs = 5;

export async function pageFigures({ process, name, calls, isMeasuredAgainstTargets }: Subject, rounds: number): Promise<Figure[]> {
  progress(`pages of ${name}`);
  const found = new Map<string, number[][]>(Object.keys(depths).map((depth) => [depth, []]));
  for (let turn = 0; turn < rounds; turn++) {
    for (const [depth, share] of Object.entries(depths)) found.get(depth)?.push(await process.ask('pages', { shares: Array.from({ length: pagesInRound }, share), calls }));
  }
  return [...found].flatMap(([depth, samples]) =>
    percentiles.map(([label, share]) => {
      const figure = quantileOf(`${name}: page of 50 ${depth}, ${label}`, share, samples);
      return isMeasuredAgainstTargets ? atMost(pageLimitMs, figure) : figure;
    }),
  );
}

const eventLoopLimitMs = 20;

export async function mixedFigures({ process, calls }: Subject, rounds: number): Promise<Figure[]> {
  const idle = await process.ask('idle', { seconds: 2 });
  const before = await process.ask('memory', null);
  const found: Mixed[] = [];
  for (let turn = 0; turn < rounds; turn++) {
    progress(`writing, reading and snapshots at once, round ${turn + 1} of ${rounds}`);
    found.push(await process.ask('mixed', { seconds: mixedSeconds, calls, firstSeq: 1_000_000 * (turn + 1) }));
  }
  const after = await process.ask('memory', null);
  const own = found.flatMap(({ eventLoop }) => (eventLoop.ownP999 === null ? [] : [eventLoop.ownP999]));
  const both: [string, number[][]][] = [['appends', found.map(({ appends }) => appends)], ['pages', found.map(({ pages }) => pages)]];
  return [
    { name: 'event loop of the host with nothing to do, p99.9', value: round(idle.p999), unit: 'ms' },
    atMost(eventLoopLimitMs, repeated('event loop while writing, reading and snapshots, p99.9', found.map(({ eventLoop }) => eventLoop.p999), 'ms')),
    ...(own.length > 0 ? [repeated('  without its waits for a processor, p99.9', own, 'ms')] : []),
    repeated('  p99', found.map(({ eventLoop }) => eventLoop.p99), 'ms'),
    repeated('  longest', found.map(({ eventLoop }) => eventLoop.max), 'ms'),
    repeated('  snapshots meanwhile', found.map(({ snapshots }) => snapshots), ''),
    ...both.flatMap(([what, samples]) => [
      ...percentiles.map(([label, share]) => quantileOf(`  ${what} meanwhile, ${label}`, share, samples)),
      quantileOf(`  ${what} meanwhile, the longest`, 1, samples),
    ]),
    { name: 'memory before that', value: round(before.rssMb), unit: 'MB' },
    { name: '  and its highest, snapshots included', value: round(after.peakMb), unit: 'MB' },
  ];
}
