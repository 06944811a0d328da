// The worker's loop, apart from its entry so that tests can run it over file operations that fail.
import { readFileSync } from 'node:fs';
import initSqlJs from 'sql.js';
import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { FileOperations } from '../files/durable-file';
import { StoreError } from '../store';
import { Engine } from './engine';
import { Follower } from './follower';
import type { HostMessage, WireError, WorkerMessage, WorkerSettings, WriteRequest } from './protocol';
import { firstSnapshotMs, SnapshotSchedule } from './snapshot-schedule';
import { storeFailure } from './store-failure';

/** Between two attempts at a disk that takes nothing. */
const retryMs = 1_000;

function wire(error: unknown, doing: string): WireError {
  const { code, message } = storeFailure(error, doing);
  return { code, message };
}

function post(port: MessagePort, message: WorkerMessage): void {
  port.postMessage(message);
}

function loadWasm(path: string): WebAssembly.Module {
  try {
    return new WebAssembly.Module(readFileSync(path));
  } catch (error) {
    throw new StoreError('unavailable', `The database engine could not be loaded from ${path}. Reinstall BooCode.`, { cause: error });
  }
}

async function openEngine(settings: WorkerSettings, files: FileOperations, port: MessagePort): Promise<Engine> {
  const module = loadWasm(settings.wasmPath);
  // What goes wrong comes as a rejection; the loader's own lines on the console say nothing more.
  const sql = await initSqlJs({
    printErr: () => undefined,
    // At once: a thread whose loop has nothing to wait for stands still until V8 has optimised all of the module.
    instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
      done(new WebAssembly.Instance(module, imports));
      return {};
    },
  });
  const { directory, lockPatienceMs } = settings;
  return new Engine(sql, files, directory, {
    notify: (notice) => post(port, { kind: 'notice', notice }),
    ...(lockPatienceMs !== undefined && { lockPatienceMs }),
  });
}

export async function serve(settings: WorkerSettings, files: FileOperations): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('the store worker runs in a worker thread only');
  try {
    const engine = await openEngine(settings, files, port);
    new Server(port, engine, settings.directory).start();
  } catch (error) {
    post(port, { kind: 'failed', error: wire(error, `Opening the database in ${settings.directory}`) });
    port.close();
  }
}

class Server {
  readonly #port: MessagePort;
  readonly #engine: Engine;
  readonly #schedule: SnapshotSchedule;
  readonly #follower: Follower;
  #retry: NodeJS.Timeout | null = null;
  #closing = false;

  constructor(port: MessagePort, engine: Engine, directory: string) {
    this.#port = port;
    this.#engine = engine;
    this.#schedule = new SnapshotSchedule(engine);
    this.#follower = new Follower(engine, directory);
  }

  start(): void {
    this.#port.on('message', (first: HostMessage) => this.#take(first));
    // The first request is not to wait for a snapshot that is due.
    setTimeout(() => this.#schedule.consider(), firstSnapshotMs).unref();
  }

  /** `first` and everything else that has arrived: consecutive writes share a flush. */
  #take(first: HostMessage): void {
    let writes: WriteRequest[] = [];
    for (let message: HostMessage | undefined = first; message; message = this.#next()) {
      if (message.kind === 'write') {
        writes.push(...message.writes);
        continue;
      }
      this.#write(writes);
      writes = [];
      if (message.kind === 'close') return void this.#close(message.id);
      if (message.kind === 'compact') void this.#compact(message.id);
      else this.#answer(message);
    }
    this.#write(writes);
    this.#schedule.consider();
  }

  /** While writes wait in memory the disk is tried again and again. */
  #retryLater(): void {
    if (this.#engine.unsavedWrites === 0 || this.#closing) return;
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#engine.retryUnsaved();
      this.#retryLater();
    }, retryMs);
  }

  #next(): HostMessage | undefined {
    // The port carries what open-store.ts sends.
    return receiveMessageOnPort(this.#port)?.message as HostMessage | undefined;
  }

  #write(writes: readonly WriteRequest[]): void {
    if (writes.length === 0) return;
    const results = this.#engine.write(writes.map(({ ops }) => ops));
    const answers = writes.map(({ id }, index) => ({ id, error: results[index] ? wire(results[index], '') : null }));
    post(this.#port, { kind: 'written', writes: answers });
    this.#retryLater();
  }

  #answer(message: Exclude<HostMessage, { kind: 'write' | 'close' | 'compact' }>): void {
    try {
      const result = this.#run(message);
      post(this.#port, { kind: 'result', id: message.id, result });
    } catch (error) {
      post(this.#port, { kind: 'error', id: message.id, error: wire(error, 'Reading stored data') });
    }
  }

  #run(message: Exclude<HostMessage, { kind: 'write' | 'close' | 'compact' }>): unknown {
    switch (message.kind) {
      case 'read':
        return this.#engine.read(message.name, message.params);
      case 'check':
        return this.#engine.check();
      case 'prune':
        return this.#engine.prune(message.limits);
    }
  }

  async #compact(id: number): Promise<void> {
    try {
      post(this.#port, { kind: 'result', id, result: await this.#engine.compact() });
    } catch (error) {
      post(this.#port, { kind: 'error', id, error: wire(error, 'Rewriting the stored data') });
    }
  }

  async #close(id: number): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#follower.stop();
    try {
      await this.#schedule.end();
      this.#engine.close();
      post(this.#port, { kind: 'result', id, result: undefined });
    } catch (error) {
      post(this.#port, { kind: 'error', id, error: wire(error, 'Closing the database') });
    }
    this.#port.close();
  }
}
