// Figures of the store, next to those of the bare disk: node --import=tsx bench/store.ts [rows]
import { randomUUID } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openStore } from '../extension/store/open-store';
import type { Store, WriteOp } from '../extension/store/store';
import { buildStore } from '../test/support/store/build-worker';
import { appendEvent, traceCompletion, traceStart } from '../test/support/store/sample-rows';

const rows = Number(process.argv[2] ?? 100_000);
const kilobyte = 'x'.repeat(1000);

function percentiles(milliseconds: readonly number[]): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}

async function timed(action: () => Promise<unknown> | void): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function repeat(times: number, action: (round: number) => Promise<unknown> | void): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < times; round++) taken.push(await timed(() => action(round)));
  return taken;
}

async function bareDisk(folder: string): Promise<number[]> {
  const file = openSync(join(folder, 'bare'), 'a');
  const taken = await repeat(1000, () => {
    writeSync(file, kilobyte);
    fdatasyncSync(file);
  });
  closeSync(file);
  return taken;
}

async function fill(store: Store): Promise<void> {
  const batch = 100;
  for (let row = 0; row < rows; row += batch) {
    const ops: WriteOp[] = [];
    for (let index = row; index < row + batch; index++) {
      const start = traceStart({ id: randomUUID(), chat_id: 'large', turn_number: 1 + (index >> 3), input: { path: `src/${index}.ts` } });
      ops.push({ op: 'tool_traces.start', value: start }, { op: 'tool_traces.complete', value: traceCompletion(start) });
    }
    await store.write(ops);
  }
}

async function pages(store: Store): Promise<void> {
  for (const [name, share] of [['start', 0], ['middle', 0.5], ['end', 0.99]] as const) {
    const after = { turn_number: 1 + Math.floor((rows >> 3) * share), started_at: 0, id: '' };
    const taken = await repeat(200, () => store.read('tool_traces.page', { chat_id: 'large', after, limit: 50, turn_number: null }));
    console.log(`page of 50 at the ${name} of ${rows} rows: ${percentiles(taken)}`);
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'boocode-bench-'));
  const directory = join(folder, 'database');
  const { workerPath } = await buildStore();
  const memory = (): string => `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`;
  console.log(`bare append of 1 KB + fdatasync: ${percentiles(await bareDisk(folder))}`);

  const idle = memory();
  let store = await openStore({ directory, workerPath });
  console.log(`first read of an empty database, worker started: ${(await timed(() => store.read('chats.list', { query: '', limit: 50 }))).toFixed(0)} ms`);
  console.log(`memory of the process before the worker ${idle}, with it ${memory()}`);
  const append = (seq: number): Promise<void> => store.write([appendEvent({ seq: seq + 1, body: JSON.stringify(kilobyte) })]);
  console.log(`durable append of a 1 KB event: ${percentiles(await repeat(2000, append))}`);
  const bursts = await repeat(50, (round) => Promise.all(Array.from({ length: 50 }, (_, index) => append(10_000 + round * 50 + index))));
  console.log(`50 appends at once, all durable: ${percentiles(bursts)}`);

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const filled = await timed(() => fill(store));
  console.log(`${rows} tool calls started and completed in writes of 100: ${(filled / 1000).toFixed(1)} s, memory ${memory()}`);
  const extra = await repeat(1000, (round) => append(50_000 + round));
  console.log(`durable append beside ${rows} rows: ${percentiles(extra)}`);
  await pages(store);
  delay.disable();
  const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(1);
  console.log(`event loop of the host meanwhile (sampled each 1 ms): p99 ${ms(delay.percentile(99))} ms, p99.9 ${ms(delay.percentile(99.9))} ms, max ${ms(delay.max)} ms`);
  await store.close();
  const size = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);

  store = await openStore({ directory, workerPath });
  const opened = await timed(() => store.read('chats.list', { query: '', limit: 50 }));
  const { snapshot_bytes, journal_bytes } = await store.check();
  console.log(`open with ${(snapshot_bytes / 2 ** 20).toFixed(1)} MB of snapshot and ${(journal_bytes / 2 ** 20).toFixed(1)} MB of journals: ${opened.toFixed(0)} ms (${(size / 2 ** 20).toFixed(0)} MB on disk in all)`);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

void main();
