// The host's side of the store: starts the worker thread on first use and passes typed messages. Holds no data.
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreError, type Compacted, type Operations, type Pruned, type RetentionLimits, type Store, type StoreCheck, type StoreNotice } from './store';
import type { Reads } from './tables/registry';
import type { HostMessage, WireError, WorkerMessage, WorkerSettings } from './worker/protocol';

export type StoreOptions = {
  /** The database's own directory; created by the first write. */
  directory: string;
  /** The built worker, dist/store-worker.js. */
  workerPath: string;
  /** Where sql-wasm.wasm is; beside the worker unless said otherwise. */
  wasmPath?: string;
};

type Request = HostMessage extends infer M ? (M extends { id: number } ? Omit<M, 'id'> : never) : never;
type Waiting = { resolve(result: unknown): void; reject(error: StoreError): void };
type Unsent = { id: number; ops: Operations | (() => Operations) };

/**
 * The worker and the database are opened by the first call of the returned store. Rejects with `unavailable`
 * when a file of BooCode itself is missing.
 */
export async function openStore({ directory, workerPath, wasmPath = join(dirname(workerPath), 'sql-wasm.wasm') }: StoreOptions): Promise<Store> {
  for (const path of [workerPath, wasmPath]) {
    await access(path).catch((error: unknown) => {
      throw new StoreError('unavailable', `BooCode's storage cannot start because ${path} cannot be read. Reinstall BooCode (or build it again).`, { cause: error });
    });
  }
  return new WorkerStore(workerPath, { directory, wasmPath });
}

function fromWire({ code, message }: WireError): StoreError {
  return new StoreError(code, message);
}

class WorkerStore implements Store {
  readonly #workerPath: string;
  readonly #settings: WorkerSettings;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  /** Writes of the current turn of the event loop, sent together at its end: one message, one flush. */
  #unsent: Unsent[] = [];
  readonly #listeners = new Set<(notice: StoreNotice) => void>();
  #lastId = 0;
  #closed = false;

  constructor(workerPath: string, settings: WorkerSettings) {
    this.#workerPath = workerPath;
    this.#settings = settings;
  }

  async write(ops: Operations | (() => Operations)): Promise<void> {
    if (typeof ops !== 'function' && ops.length === 0) return;
    await this.#await((id) => {
      if (this.#unsent.length === 0) setImmediate(() => this.#sendWrites());
      this.#unsent.push({ id, ops });
    });
  }

  leave(): void {
    this.#sendWrites();
  }

  async read<N extends keyof Reads>(name: N, params: Reads[N][0]): Promise<Reads[N][1]> {
    // The worker runs the handler that the registry ties to this name and these types.
    return (await this.#ask({ kind: 'read', name, params })) as Reads[N][1];
  }

  async check(): Promise<StoreCheck> {
    // Here and below: the engine's method of the same name in the worker returns this type.
    return (await this.#ask({ kind: 'check' })) as StoreCheck;
  }

  async prune(limits: RetentionLimits): Promise<Pruned> {
    return (await this.#ask({ kind: 'prune', limits })) as Pruned;
  }

  async compact(): Promise<Compacted> {
    return (await this.#ask({ kind: 'compact' })) as Compacted;
  }

  subscribe(listener: (notice: StoreNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#sendWrites();
    const worker = this.#worker;
    const finished = worker === null ? Promise.resolve() : this.#ask({ kind: 'close' });
    this.#closed = true;
    try {
      await finished;
    } finally {
      await worker?.terminate();
    }
  }

  #ask(request: Request): Promise<unknown> {
    return this.#await((id) => {
      // The order of calls is kept: a read sees every write before it.
      this.#sendWrites();
      this.#send({ ...request, id });
    });
  }

  #await(send: (id: number) => void): Promise<unknown> {
    if (this.#closed) return Promise.reject(new StoreError('closed', 'The storage of this window is closed.'));
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      send(id);
    });
  }

  #sendWrites(): void {
    const writes = this.#unsent;
    this.#unsent = [];
    if (writes.length === 0) return;
    try {
      this.#send({ kind: 'write', writes: writes.map(({ id, ops }) => ({ id, ops: typeof ops === 'function' ? ops() : ops })) });
    } catch (error) {
      // Only a value that cannot be passed to a thread at all ends here.
      const reason = error instanceof Error ? error.message : String(error);
      for (const { id } of writes) this.#settle(id)?.reject(new StoreError('rejected', `A value cannot be stored: ${reason}`, { cause: error }));
    }
  }

  #send(message: HostMessage): void {
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage(message);
  }

  /** While nobody waits for an answer the worker does not keep the process alive. */
  #start(): Worker {
    const worker = new Worker(this.#workerPath, { workerData: this.#settings, execArgv: [], name: 'boocode-store' });
    worker.unref();
    // A worker that has ended for any reason is replaced by the next call: the disk has everything.
    worker.on('message', (message: WorkerMessage) => this.#take(worker, message));
    worker.on('error', (error) => this.#lose(worker, new StoreError('unavailable', `BooCode's storage stopped: ${error.message}`, { cause: error })));
    worker.on('exit', () => this.#lose(worker, new StoreError('unavailable', "BooCode's storage stopped unexpectedly.")));
    return worker;
  }

  #take(worker: Worker, message: WorkerMessage): void {
    if (message.kind === 'notice') return this.#tell(message.notice);
    if (message.kind === 'failed') return this.#lose(worker, fromWire(message.error));
    if (message.kind === 'written') {
      for (const { id, error } of message.writes) {
        const waiting = this.#settle(id);
        if (error === null) waiting?.resolve(undefined);
        else waiting?.reject(fromWire(error));
      }
      return;
    }
    const waiting = this.#settle(message.id);
    if (message.kind === 'error') waiting?.reject(fromWire(message.error));
    else waiting?.resolve(message.result);
  }

  #tell(notice: StoreNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    return waiting;
  }

  #lose(worker: Worker, error: StoreError): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#unsent = [];
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
