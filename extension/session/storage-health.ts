// How well the store keeps what it is given, seen from the calls that go through it and from its notices. Passes every
// call on unchanged; adds no call of its own.
import type { StorageStatus } from '../../shared/storage';
import { StoreError, type ReadName, type Store, type StoreErrorCode } from '../store/store';
import type { Reads } from '../store/tables/registry';
import { storageProblem } from './storage-words';

type Listener = (status: StorageStatus) => void;

/** Refusals that are about the store itself, not about one value or a window that closes. */
const lasting: readonly StoreErrorCode[] = ['newer_schema', 'disk_full', 'io', 'unavailable', 'damaged'];

export class StorageHealth {
  /** To be used in place of the store that was given. */
  readonly store: Store;
  readonly #listeners = new Set<Listener>();
  #unsaved: Extract<StorageStatus, { state: 'unsaved' }> | null = null;
  /** What the last read, and the last write, met; null when it went well. */
  #reads: StoreError | null = null;
  #writes: StoreError | null = null;
  #status: StorageStatus = { state: 'saved' };

  constructor(store: Store) {
    this.store = {
      write: (ops) => this.#watch('write', store.write(ops)),
      leave: () => store.leave(),
      read: <N extends ReadName>(name: N, params: Reads[N][0]) => this.#watch('read', store.read(name, params)),
      check: () => this.#watch('read', store.check()),
      // Whoever asks for these tells how they went; they say little about the next read or write.
      prune: (limits) => store.prune(limits),
      compact: () => store.compact(),
      subscribe: (listener) => store.subscribe(listener),
      close: () => store.close(),
    };
    store.subscribe((notice) => {
      if (notice.kind !== 'unsaved' && notice.kind !== 'saved') return;
      this.#unsaved = notice.kind === 'saved' ? null : { state: 'unsaved', reason: notice.reason, writes: notice.writes };
      if (notice.kind === 'saved') this.#writes = null;
      this.#update();
    });
  }

  get status(): StorageStatus {
    return this.#status;
  }

  /** Tells each change. Returns the function that ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #watch<T>(kind: 'read' | 'write', call: Promise<T>): Promise<T> {
    try {
      const result = await call;
      if (kind === 'write') this.#writes = null;
      this.#reads = null;
      this.#update();
      return result;
    } catch (error) {
      if (error instanceof StoreError && lasting.includes(error.code)) {
        if (kind === 'write') this.#writes = error;
        else this.#reads = error;
        // What was in memory went with the worker; the next write says anew how the disk is.
        if (error.code === 'unavailable') this.#unsaved = null;
        this.#update();
      }
      throw error;
    }
  }

  #update(): void {
    const next = this.#now();
    if (same(next, this.#status)) return;
    this.#status = next;
    for (const listener of this.#listeners) listener(next);
  }

  #now(): StorageStatus {
    if (this.#reads !== null) return { state: 'unavailable', ...words(this.#reads) };
    if (this.#writes !== null) return { state: this.#writes.code === 'unavailable' ? 'unavailable' : 'read_only', ...words(this.#writes) };
    return this.#unsaved ?? { state: 'saved' };
  }
}

function words(error: StoreError): { message: string; next_step: string } {
  const { message, next_step } = storageProblem(error);
  return { message, next_step };
}

function same(a: StorageStatus, b: StorageStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
