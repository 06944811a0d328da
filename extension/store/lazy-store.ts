// A store that starts its worker on the first call, so that a window in which nobody asks anything pays nothing.
import type { ReadName, Store, StoreCheck, WriteOp } from './store';
import type { Reads } from './tables/registry';

export class LazyStore implements Store {
  readonly #open: () => Promise<Store>;
  #store: Promise<Store> | null = null;

  constructor(open: () => Promise<Store>) {
    this.#open = open;
  }

  async write(ops: readonly WriteOp[]): Promise<void> {
    return (await this.#opened()).write(ops);
  }

  async read<N extends ReadName>(name: N, params: Reads[N][0]): Promise<Reads[N][1]> {
    return (await this.#opened()).read(name, params);
  }

  async check(): Promise<StoreCheck> {
    return (await this.#opened()).check();
  }

  async close(): Promise<void> {
    const store = this.#store;
    this.#store = null;
    await (await store)?.close();
  }

  /** A failed opening is tried again by the next call. */
  #opened(): Promise<Store> {
    this.#store ??= this.#open().catch((error: unknown) => {
      this.#store = null;
      throw error;
    });
    return this.#store;
  }
}
