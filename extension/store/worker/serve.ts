// The worker's loop, apart from its entry so that tests can run it over file operations that fail.
import initSqlJs from 'sql.js';
import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { FileOperations } from '../files/durable-file';
import { StoreError } from '../store';
import { Engine } from './engine';
import type { HostMessage, WireError, WorkerMessage, WorkerSettings, WriteRequest } from './protocol';
import { SnapshotSchedule } from './snapshot-schedule';
import { storeFailure } from './store-failure';

function wire(error: unknown, doing: string): WireError {
  const { code, message } = storeFailure(error, doing);
  return { code, message };
}

function post(port: MessagePort, message: WorkerMessage): void {
  port.postMessage(message);
}

async function openEngine(settings: WorkerSettings, files: FileOperations): Promise<Engine> {
  // What goes wrong comes as a rejection; the loader's own lines on the console say nothing more.
  const sql = await initSqlJs({ locateFile: () => settings.wasmPath, printErr: () => undefined }).catch((error: unknown) => {
    throw new StoreError('unavailable', `The database engine could not be loaded from ${settings.wasmPath}. Reinstall BooCode.`, { cause: error });
  });
  return new Engine(sql, files, settings.directory);
}

export async function serve(settings: WorkerSettings, files: FileOperations): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('the store worker runs in a worker thread only');
  try {
    const engine = await openEngine(settings, files);
    new Server(port, engine).start();
  } catch (error) {
    post(port, { kind: 'failed', error: wire(error, `Opening the database in ${settings.directory}`) });
    port.close();
  }
}

class Server {
  readonly #port: MessagePort;
  readonly #engine: Engine;
  readonly #schedule: SnapshotSchedule;
  #closing = false;

  constructor(port: MessagePort, engine: Engine) {
    this.#port = port;
    this.#engine = engine;
    this.#schedule = new SnapshotSchedule(engine);
  }

  start(): void {
    this.#port.on('message', (first: HostMessage) => this.#take(first));
    this.#schedule.consider();
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
      this.#answer(message);
    }
    this.#write(writes);
    this.#schedule.consider();
  }

  #next(): HostMessage | undefined {
    // The port carries what open-store.ts sends.
    return receiveMessageOnPort(this.#port)?.message as HostMessage | undefined;
  }

  #write(writes: readonly WriteRequest[]): void {
    if (writes.length === 0) return;
    const results = this.#engine.write(writes.map(({ ops }) => ops));
    for (const [index, { id }] of writes.entries()) {
      const error = results[index];
      post(this.#port, error ? { kind: 'error', id, error: wire(error, '') } : { kind: 'result', id, result: undefined });
    }
  }

  #answer(message: Exclude<HostMessage, { kind: 'write' | 'close' }>): void {
    try {
      const result = message.kind === 'check' ? this.#engine.check() : this.#engine.read(message.name, message.params);
      post(this.#port, { kind: 'result', id: message.id, result });
    } catch (error) {
      post(this.#port, { kind: 'error', id: message.id, error: wire(error, 'Reading stored data') });
    }
  }

  async #close(id: number): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
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
