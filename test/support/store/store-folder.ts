// A database directory for one test, and stores on it that are closed when the test is over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../extension/store/open-store';
import type { Store } from '../../../extension/store/store';
import { buildStore } from './build-worker';
import type { World } from './test-worker';
import { endWriters } from './writer';

export class StoreFolder {
  readonly #parent = mkdtempSync(join(tmpdir(), 'boocode-store-'));
  readonly directory = join(this.#parent, 'database');
  readonly #stores: Store[] = [];

  async open(): Promise<Store> {
    const { workerPath } = await buildStore();
    return this.#keep(await openStore({ directory: this.directory, workerPath }));
  }

  /** A store in a world that is not as it should be, from its opening on. */
  async openIn(world: World): Promise<Store> {
    const { testWorkerPath } = await buildStore();
    const store = this.#keep(await openStore({ directory: this.directory, workerPath: testWorkerPath }));
    // A worker thread gets a copy of the environment when it starts, which is in its first call.
    process.env.BOOCODE_TEST_WORLD = JSON.stringify(world);
    const first = store.read('chats.get', { chat_id: '' });
    delete process.env.BOOCODE_TEST_WORLD;
    await first;
    return store;
  }

  async remove(): Promise<void> {
    endWriters(this.directory);
    await Promise.all(this.#stores.map((store) => store.close().catch((error: unknown) => console.warn('closing a test store:', error))));
    rmSync(this.#parent, { recursive: true, force: true });
  }

  #keep(store: Store): Store {
    this.#stores.push(store);
    return store;
  }
}
