// What BooCode adds to a turn: from the end of one answer to the next request, a file read and everything durable in
// between. In process (the source as it is) and as the released headless command: node --import tsx bench/turn-overhead.ts
// [--json] [--rounds 5] [--profile] (a CPU profile of the long run in place of the figures, in out/bench).
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createWorkspaceAgents } from '../extension/agent/workspace-agents';
import { defaultAutoFixSettings } from '../extension/auto-fix/settings';
import { unknownModel } from '../extension/providers/models';
import { OpenAICompatibleProvider } from '../extension/providers/openai-compatible';
import { openStore } from '../extension/store/open-store';
import { Redactor } from '../extension/trace/redaction';
import { noBudgets } from '../shared/spent-math';
import { repositoryRoot } from '../test/support/repository-root';
import { atLeast, atMost, print, progress, quantile, repeated, type Figure } from './support/figures';
import { hitRate, makeReadWorkspace, overheads, startTimedServer, taskText, type ReadTask } from './support/read-task';
import { buildRelease } from './support/release-build';
import type { TurnTiming } from './support/timed-model-server';

const { values: options } = parseArgs({
  options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '5' }, profile: { type: 'boolean' } },
});
const rounds = Number(options.rounds);
/** Eight modules in turn. */
const shortTask: ReadTask = { turns: 50, files: 8, linesPerFile: 24 };
/** Each file once, so that request 400 is about 750 KB. */
const longTask: ReadTask = { turns: 400, files: 400, linesPerFile: 24 };
/** The same with reads of about 0.4 and 2 KB, each file once: how much the first request weighs beside what is read. */
const hitTasks = { '0.4 KB': { turns: 50, files: 50, linesPerFile: 7 }, '2 KB': { turns: 50, files: 50, linesPerFile: 33 } } satisfies Record<string, ReadTask>;

type Program = 'in process' | 'as process';
type Place = { dist: string; workspace: string; storage: string; url: string };

async function runInProcess({ dist, workspace, storage, url }: Place): Promise<void> {
  const store = await openStore({ directory: join(storage, 'in-process'), workerPath: join(dist, 'store-worker.js') });
  const provider = new OpenAICompatibleProvider({ id: 'bench', label: 'bench', baseUrl: url, requiresKey: false });
  const agents = createWorkspaceAgents({
    roots: [{ name: 'workspace', path: workspace }],
    store,
    redactor: new Redactor(),
    directory: storage,
    ripgrepPath: null,
    passEnvironment: () => [],
    chooseModel: () => Promise.resolve({ provider, model: 'bench', known: unknownModel }),
    approvalMode: () => 'all',
    attended: false,
    autoFix: () => ({ ...defaultAutoFixSettings, mode: 'off' }),
    limits: () => ({ maxTurns: 1000, budgets: noBudgets }),
    reportBug: (error, where) => console.error(where, error),
  });
  const agent = agents.chats.create();
  agent.send(crypto.randomUUID(), taskText);
  const report = await agent.settled();
  if (report?.outcome !== 'done') throw new Error(`the run ended with ${JSON.stringify(report)}`);
  await agents.stop();
  await store.close();
}

async function runAsProcess({ dist, workspace, storage, url }: Place): Promise<void> {
  const args = ['run', taskText, '--workspace', workspace, '--storage', storage];
  args.push('--approve', 'all', '--json', '--provider', 'openai-compatible', '--base-url', url, '--model', 'bench');
  const child: ChildProcess = spawn(process.execPath, [join(dist, 'headless.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [status] = (await once(child, 'exit')) as [number | null]; // the arguments of 'exit'
  if (status !== 0) throw new Error(`headless ended with ${status}`);
}

const runs: Record<Program, (place: Place) => Promise<void>> = { 'in process': runInProcess, 'as process': runAsProcess };

async function measure(dist: string, program: Program, task: ReadTask): Promise<TurnTiming[]> {
  const folder = mkdtempSync(join(tmpdir(), 'boocode-bench-'));
  const server = await startTimedServer(task);
  try {
    const workspace = join(folder, 'workspace');
    makeReadWorkspace(workspace, task);
    await runs[program]({ dist, workspace, storage: join(folder, 'storage'), url: server.url });
    const timings = await server.report();
    if (timings.length !== task.turns + 1) throw new Error(`${timings.length} requests instead of ${task.turns + 1}`);
    return timings;
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What each of the two flushes of a turn cannot be faster than. */
function bareFlush(): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'boocode-bench-'));
  const file = openSync(join(folder, 'bare'), 'a');
  const block = Buffer.alloc(2_000, 'x');
  const taken = Array.from({ length: 200 }, () => {
    const start = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  rmSync(folder, { recursive: true, force: true });
  return taken;
}

async function profiled(work: () => Promise<unknown>): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  const file = join(repositoryRoot, 'out', 'bench', 'turn-overhead.cpuprofile');
  writeFileSync(file, JSON.stringify(profile));
  progress(`CPU profile: ${file}`);
}

function figuresOf(program: Program, short: readonly TurnTiming[][], long: readonly TurnTiming[][]): Figure[] {
  const of = (name: string, runsOf: readonly TurnTiming[][], pick: (values: number[]) => number): ReturnType<typeof repeated> =>
    repeated(`${program}: ${name}`, runsOf.map((timings) => pick(overheads(timings))), 'ms');
  const lastTen = `last ten of ${longTask.turns} turns`;
  return [
    atMost(3, of('50 turns, p50', short, (values) => quantile(values, 0.5))),
    of('50 turns, p95', short, (values) => quantile(values, 0.95)),
    of('50 turns, first ten, p50', short, (values) => quantile(values.slice(0, 10), 0.5)),
    of('50 turns, last ten, p50', short, (values) => quantile(values.slice(-10), 0.5)),
    atMost(8, of(`${lastTen}, p50`, long, (values) => quantile(values.slice(-10), 0.5))),
    of(`${lastTen}, p95`, long, (values) => quantile(values.slice(-10), 0.95)),
    repeated(`${program}: the last request`, long.map((timings) => (timings.at(-1)?.bytes ?? 0) / 1000), 'KB'),
  ];
}

async function cacheFigures(dist: string, short: readonly TurnTiming[], long: readonly TurnTiming[]): Promise<Figure[]> {
  const figures: Figure[] = [
    { name: 'the first request', value: short[0]?.bytes ?? 0, unit: 'bytes' },
    atMost(2_500, { name: 'the first request, as the server counts', value: short[0]?.promptTokens ?? 0, unit: 'tokens' }),
    atLeast(96.5, { name: `prefix hit rate over ${shortTask.turns} turns`, value: hitRate(short), unit: '%' }),
    atLeast(99.4, { name: `prefix hit rate over ${longTask.turns} turns`, value: hitRate(long), unit: '%' }),
  ];
  for (const [size, task] of Object.entries(hitTasks)) {
    progress(`as process, 50 reads of ${size}`);
    figures.push({ name: `prefix hit rate over 50 reads of ${size}`, value: hitRate(await measure(dist, 'as process', task)), unit: '%' });
  }
  return figures;
}

async function main(): Promise<void> {
  const dist = join(buildRelease(), 'dist');
  if (options.profile) return profiled(() => measure(dist, 'in process', longTask));
  const figures: Figure[] = [repeated('bare write and fdatasync of 2 KB', bareFlush(), 'ms')];
  const notes = ['the interval ends with the last byte of the request; the server runs in its own process and keeps the clock'];
  await measure(dist, 'in process', shortTask); // Warms the compiler, as a window that is in use is warm.
  for (const program of ['in process', 'as process'] as const) {
    const short: TurnTiming[][] = [];
    const long: TurnTiming[][] = [];
    for (let run = 1; run <= rounds; run++) {
      progress(`${program}, ${shortTask.turns} turns, run ${run} of ${rounds}`);
      short.push(await measure(dist, program, shortTask));
    }
    for (let run = 1; run <= Math.min(3, rounds); run++) {
      progress(`${program}, ${longTask.turns} turns, run ${run}`);
      long.push(await measure(dist, program, longTask));
    }
    figures.push(...figuresOf(program, short, long));
    if (program === 'as process') figures.push(...(await cacheFigures(dist, short[0] ?? [], long[0] ?? [])));
  }
  print('Overhead of a turn', figures, notes);
}

void main();
