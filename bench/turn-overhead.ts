// What BooCode adds to a turn: from the end of one answer to the next request, a file read and everything durable in
// between. In process (the source as it is) and as the released headless command: node --import tsx bench/turn-overhead.ts
// [--json] [--rounds 5] [--profile] (a CPU profile of the long run beside the figures, in out/bench).
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createWorkspaceAgents } from '../extension/agent/workspace-agents';
import { defaultAutoFixSettings } from '../extension/auto-fix/settings';
import { unknownModel } from '../extension/providers/models';
import { OpenAICompatibleProvider } from '../extension/providers/openai-compatible';
import { openStore } from '../extension/store/open-store';
import { Redactor } from '../extension/trace/redaction';
import { noBudgets } from '../shared/spent-math';
import { repositoryRoot } from '../test/support/repository-root';
import { atLeast, atMost, print, progress, quantile, repeated, round, type Figure } from './support/figures';
import { buildRelease } from './support/release-build';
import type { TurnTiming } from './support/timed-model-server';

const { values: options } = parseArgs({
  options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '5' }, profile: { type: 'boolean' } },
});
const rounds = Number(options.rounds);
const longTurns = 400;
const files = Array.from({ length: 8 }, (_, index) => `src/module-${index}.ts`);

type Program = 'in process' | 'as process';
type Place = { dist: string; workspace: string; storage: string; url: string };

/** Files of one size, so that request 400 is about 750 KB. */
function makeWorkspace(folder: string): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  const line = (index: number): string => `export const value${index} = compute(${index}, 'some text in quotes');\n`;
  for (const [index, file] of files.entries()) {
    writeFileSync(join(folder, file), Array.from({ length: 24 }, (_, row) => line(index * 100 + row)).join(''));
  }
}

async function startServer(turns: number): Promise<{ url: string; report(): Promise<TurnTiming[]>; stop(): void }> {
  const program = join(repositoryRoot, 'bench', 'support', 'timed-model-server.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, '--turns', String(turns), '--files', files.join(',')], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (child.stdout === null) throw new Error('the server has no output');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]; // what 'line' is emitted with
  const { url } = JSON.parse(line) as { url: string }; // the server's own first line
  return {
    url: `${url}/v1`,
    report: async () => (await (await fetch(url)).json()) as TurnTiming[], // what GET answers
    stop: () => child.kill(),
  };
}

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
  agent.send(crypto.randomUUID(), 'Read the modules one after the other.');
  const report = await agent.settled();
  if (report?.outcome !== 'done') throw new Error(`the run ended with ${JSON.stringify(report)}`);
  await agents.stop();
  await store.close();
}

async function runAsProcess({ dist, workspace, storage, url }: Place): Promise<void> {
  const args = ['run', 'Read the modules one after the other.', '--workspace', workspace, '--storage', storage];
  args.push('--approve', 'all', '--json', '--provider', 'openai-compatible', '--base-url', url, '--model', 'bench');
  const child: ChildProcess = spawn(process.execPath, [join(dist, 'headless.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [status] = (await once(child, 'exit')) as [number | null]; // the arguments of 'exit'
  if (status !== 0) throw new Error(`headless ended with ${status}`);
}

const runs: Record<Program, (place: Place) => Promise<void>> = { 'in process': runInProcess, 'as process': runAsProcess };

async function measure(dist: string, program: Program, turns: number): Promise<TurnTiming[]> {
  const folder = mkdtempSync(join(tmpdir(), 'boocode-bench-'));
  const server = await startServer(turns);
  try {
    const workspace = join(folder, 'workspace');
    makeWorkspace(workspace);
    await runs[program]({ dist, workspace, storage: join(folder, 'storage'), url: server.url });
    const timings = await server.report();
    if (timings.length !== turns + 1) throw new Error(`${timings.length} requests instead of ${turns + 1}`);
    return timings;
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const whole = (timings: readonly TurnTiming[]): number[] => timings.flatMap(({ wholeMs }) => (wholeMs === null ? [] : [wholeMs]));

function hitRate(timings: readonly TurnTiming[]): number {
  const sum = (pick: (timing: TurnTiming) => number): number => timings.reduce((total, timing) => total + pick(timing), 0);
  return round((100 * sum((timing) => timing.hitTokens)) / sum((timing) => timing.promptTokens));
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

async function main(): Promise<void> {
  const dist = join(buildRelease(), 'dist');
  if (options.profile) return profiled(() => measure(dist, 'in process', longTurns));
  const figures: Figure[] = [repeated('bare write and fdatasync of 2 KB', bareFlush(), 'ms')];
  const notes = ['the interval ends with the last byte of the request; the server runs in its own process and keeps the clock'];
  await measure(dist, 'in process', 50); // Warms the compiler, as a window that is in use is warm.
  for (const program of ['in process', 'as process'] as const) {
    const short: TurnTiming[][] = [];
    const long: TurnTiming[][] = [];
    for (let run = 1; run <= rounds; run++) {
      progress(`${program}, 50 turns, run ${run} of ${rounds}`);
      short.push(await measure(dist, program, 50));
    }
    for (let run = 1; run <= Math.min(3, rounds); run++) {
      progress(`${program}, ${longTurns} turns, run ${run}`);
      long.push(await measure(dist, program, longTurns));
    }
    const lastTen = long.map((timings) => whole(timings).slice(-10));
    figures.push(
      atMost(3, repeated(`${program}: 50 turns, p50`, short.map((timings) => quantile(whole(timings), 0.5)), 'ms')),
      repeated(`${program}: 50 turns, p95`, short.map((timings) => quantile(whole(timings), 0.95)), 'ms'),
      atMost(8, repeated(`${program}: last ten of ${longTurns} turns, p50`, lastTen.map((values) => quantile(values, 0.5)), 'ms')),
      repeated(`${program}: last ten of ${longTurns} turns, p95`, lastTen.map((values) => quantile(values, 0.95)), 'ms'),
      repeated(`${program}: the last request`, long.map((timings) => (timings.at(-1)?.bytes ?? 0) / 1000), 'KB'),
    );
    const [firstShort, firstLong] = [short[0], long[0]];
    if (program === 'in process' || !firstShort || !firstLong) continue;
    figures.push(
      atLeast(96.5, { name: 'prefix hit rate over 50 turns', value: hitRate(firstShort), unit: '%' }),
      atLeast(99.4, { name: `prefix hit rate over ${longTurns} turns`, value: hitRate(firstLong), unit: '%' }),
    );
  }
  print('Overhead of a turn', figures, notes);
}

void main();
