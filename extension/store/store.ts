// The store as the rest of the host sees it: durable typed writes and typed reads. SQL lives in tables/<name>.ts
// and nowhere else; the worker thread behind this interface does all the work, so no call blocks the event loop.
import type { Reads, Writes } from './tables/registry';

/** One write: the name of an operation a table owns, and its parameter. Operations are idempotent. */
export type WriteOp = { [N in keyof Writes]: { op: N; value: Writes[N] } }[keyof Writes];

export type ReadName = keyof Reads;

export interface Store {
  /**
   * Appends the operations as one atomic record. Resolves when the record is on disk (fdatasync), and not before;
   * from then on no crash loses it. Rejects with a StoreError.
   */
  write(ops: readonly WriteOp[]): Promise<void>;
  /** Sees every write this process was promised, and those of others that have been followed so far. */
  read<N extends ReadName>(name: N, params: Reads[N][0]): Promise<Reads[N][1]>;
  check(): Promise<StoreCheck>;
  /** Flushes and stops the worker. Never needed for durability. */
  close(): Promise<void>;
}

export type StoreCheck = {
  directory: string;
  schema_version: number;
  generation: number;
  snapshot_bytes: number;
  journal_bytes: number;
  rows: Record<string, number>;
  /** One plain sentence per finding, empty when all is well. */
  problems: string[];
};

/** `rejected`: the value of an operation does not fit its table; nothing of that write was kept. */
export type StoreErrorCode = 'rejected' | 'disk_full' | 'io' | 'newer_schema' | 'damaged' | 'closed' | 'unavailable';

export class StoreError extends Error {
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'StoreError';
  }
}
