// The process in which the store is measured: the host's side of the store and its worker, as in an extension host.
import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '../../../extension/store/open-store';
import type { Store, WriteOp } from '../../../extension/store/store';
import { isTemporary, manifestGeneration } from '../../../extension/store/worker/file-names';
import { quantile } from '../figures';
import { BareFile } from './bare-file';
import { memory, serveCommands, type EventLoop, type Mixed, type Opened } from './commands';
import { grownCall, kilobyteEvent, liveCall, pageAt } from './workload';

let opened: { store: Store; directory: string } | null = null;
const ending = new AbortController();
let working = Promise.resolve();

function store(): Store {
  if (opened === null) throw new Error('the store is not open');
  return opened.store;
}

function names(): string[] {
  return readdirSync(opened?.directory ?? '');
}

/** The newest snapshot there is. */
function generation(): number {
  return Math.max(0, ...names().map((name) => manifestGeneration(name) ?? 0));
}

function isWritingSnapshot(): boolean {
  return names().some((name) => isTemporary(name) && name.endsWith('.db'));
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function open(directory: string, workerPath: string, calls: number): Promise<Opened> {
  const before = memory();
  const ms = await timed(async () => {
    opened = { store: await openStore({ directory, workerPath }), directory };
    await opened.store.read('chats.list', { query: '', limit: 50 });
  });
  const firstPageMs = await timed(() => store().read('tool_traces.page', pageAt(0.5, calls)));
  return { ms, firstPageMs, before, after: memory() };
}

async function fill(calls: number): Promise<number> {
  return timed(async () => {
    for (let first = 0; first < calls; first += 100) {
      const ops: WriteOp[] = [];
      for (let index = first; index < Math.min(first + 100, calls); index++) ops.push(...grownCall(index));
      await store().write(ops);
    }
  });
}

async function work(firstCall: number): Promise<{ calls: number }> {
  let call = firstCall;
  const next = async (): Promise<void> => {
    const [started, completed] = liveCall(call, 1 + 2 * (call - firstCall));
    call++;
    await store().write(started);
    await store().write(completed);
  };
  // The first one takes what was filled in so fast that one snapshot could not keep up with it.
  for (let snapshots = 0; snapshots < 2; snapshots++) {
    do await pause(200);
    while (isWritingSnapshot());
    while (!isWritingSnapshot()) await next();
  }
  working = (async () => {
    while (!ending.signal.aborted) await next();
  })();
  return { calls: call };
}

async function append(count: number, firstSeq: number): Promise<{ bare: number[]; own: number[] }> {
  if (opened === null) throw new Error('the store is not open');
  const file = new BareFile(opened.directory);
  const taken = { bare: new Array<number>(), own: new Array<number>() };
  for (let round = 0; round < count; round++) {
    taken.bare.push(file.append());
    taken.own.push(await timed(() => store().write([kilobyteEvent(firstSeq + round)])));
  }
  file.remove();
  return taken;
}

async function burst(count: number, firstSeq: number): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < count; round++) {
    const ops = Array.from({ length: 50 }, (_, index) => kilobyteEvent(firstSeq + round * 50 + index));
    taken.push(await timed(() => Promise.all(ops.map((op) => store().write([op])))));
  }
  return taken;
}

async function pages(shares: readonly number[], calls: number): Promise<number[]> {
  const taken: number[] = [];
  for (const share of shares) taken.push(await timed(() => store().read('tool_traces.page', pageAt(share, calls))));
  return taken;
}

/** How long this thread was ready to run and had no processor, in all; null where the system does not say. */
function processorWaitMs(): number | null {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return null;
  }
}

/** Sampled beside the histogram: how late each turn was, less what the thread waited for a processor. */
class OwnDelays {
  readonly #found: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #last = { at: performance.now(), waited: processorWaitMs() };

  constructor() {
    this.#timer = setInterval(() => this.#sample(), 1);
  }

  stop(): number | null {
    clearInterval(this.#timer);
    return this.#last.waited === null ? null : quantile(this.#found, 0.999);
  }

  #sample(): void {
    const now = { at: performance.now(), waited: processorWaitMs() };
    this.#found.push(Math.max(0, now.at - this.#last.at - ((now.waited ?? 0) - (this.#last.waited ?? 0))));
    this.#last = now;
  }
}

async function watched<T>(action: () => Promise<T>): Promise<[T, EventLoop]> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  const own = new OwnDelays();
  histogram.enable();
  const result = await action();
  histogram.disable();
  const ms = (nanoseconds: number): number => nanoseconds / 1e6;
  return [result, { p99: ms(histogram.percentile(99)), p999: ms(histogram.percentile(99.9)), max: ms(histogram.max), ownP999: own.stop() }];
}

async function mixed(seconds: number, calls: number, firstSeq: number): Promise<Mixed> {
  const before = generation();
  const until = performance.now() + seconds * 1000;
  const appends: number[] = [];
  const found: number[] = [];
  const writing = async (): Promise<void> => {
    for (let seq = firstSeq; performance.now() < until; seq++) appends.push(await timed(() => store().write([kilobyteEvent(seq)])));
  };
  const reading = async (): Promise<void> => {
    while (performance.now() < until) {
      found.push(...(await pages([Math.random()], calls)));
      await pause(5);
    }
  };
  const [, eventLoop] = await watched(() => Promise.all([writing(), reading()]));
  return { appends, pages: found, eventLoop, snapshots: generation() - before };
}

serveCommands({
  open: ({ directory, workerPath, calls }) => open(directory, workerPath, calls),
  fill: ({ calls }) => fill(calls),
  work: ({ firstCall }) => work(firstCall),
  append: ({ count, firstSeq }) => append(count, firstSeq),
  burst: ({ count, firstSeq }) => burst(count, firstSeq),
  pages: ({ shares, calls }) => pages(shares, calls),
  idle: async ({ seconds }) => (await watched(() => pause(seconds * 1000)))[1],
  mixed: ({ seconds, calls, firstSeq }) => mixed(seconds, calls, firstSeq),
  memory: () => memory(),
  close: async () => {
    ending.abort();
    await working;
    await store().close();
    return null;
  },
});
