// A database directory for one test, and stores on it that are closed when the test is over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../extension/store/open-store';
import type { Store } from '../../../extension/store/store';
import { buildStore } from './build-worker';
import type { Fault } from './faulty-files';

export class StoreFolder {
  readonly #parent = mkdtempSync(join(tmpdir(), 'boocode-store-'));
  readonly directory = join(this.#parent, 'database');
  readonly #stores: Store[] = [];

  async open(): Promise<Store> {
    const { workerPath } = await buildStore();
    return this.#keep(await openStore({ directory: this.directory, workerPath }));
  }

  /** A store whose file operations fail as told, from its opening on. */
  async openFaulty(fault: Fault): Promise<Store> {
    const { faultyWorkerPath } = await buildStore();
    const store = this.#keep(await openStore({ directory: this.directory, workerPath: faultyWorkerPath }));
    // A worker thread gets a copy of the environment when it starts, which is in its first call.
    process.env.BOOCODE_TEST_FAULT = JSON.stringify(fault);
    const first = store.read('chats.get', { chat_id: '' });
    delete process.env.BOOCODE_TEST_FAULT;
    await first;
    return store;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close().catch((error: unknown) => console.warn('closing a test store:', error))));
    rmSync(this.#parent, { recursive: true, force: true });
  }

  #keep(store: Store): Store {
    this.#stores.push(store);
    return store;
  }
}
