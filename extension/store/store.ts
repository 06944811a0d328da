// The store as the rest of the host sees it: durable typed writes and typed reads. SQL lives in tables/<name>.ts
// and nowhere else; the worker thread behind this interface does all the work, so no call blocks the event loop.
import type { Reads, Writes } from './tables/registry';

/** One write: the name of an operation a table owns, and its parameter. Operations are idempotent. */
export type WriteOp = { [N in keyof Writes]: { op: N; value: Writes[N] } }[keyof Writes];

export type Operations = readonly WriteOp[];

export type ReadName = keyof Reads;

export interface Store {
  /**
   * Appends the operations as one atomic record. Resolves when the record is on disk (fdatasync), and not before;
   * from then on no crash loses it. The one exception is told by an `unsaved` notice first: while the disk takes
   * nothing, writes resolve when they are in memory, and reach the disk, in order, as soon as it lets them.
   * A function is asked for the operations when the record leaves, which is at `leave` or at the end of this turn of
   * the event loop: what comes up until then can still join it. Rejects with a StoreError.
   */
  write(ops: Operations | (() => Operations)): Promise<void>;
  /** Sends what was written in this turn of the event loop now: somebody waits for it. */
  leave(): void;
  /** Sees every write this process was promised, and those of others that have been followed so far. */
  read<N extends ReadName>(name: N, params: Reads[N][0]): Promise<Reads[N][1]>;
  /** Looks at every file and every row. Takes seconds on a large store; writes and reads wait meanwhile. */
  check(): Promise<StoreCheck>;
  /** Deletes chats that are beyond the limits, oldest first; never one whose run has not ended. */
  prune(limits: RetentionLimits): Promise<Pruned>;
  /** Writes everything anew, so that what was deleted is not on disk any more, as far as that goes. */
  compact(): Promise<Compacted>;
  /** Tells what happens without being asked for. Returns the function that ends the subscription. */
  subscribe(listener: (notice: StoreNotice) => void): () => void;
  /** Flushes and stops the worker. Never needed for durability, unless there are unsaved writes. */
  close(): Promise<void>;
}

export type StoreNotice =
  /** Another process wrote something of these chats. */
  | { kind: 'changed'; chat_ids: string[] }
  /** The disk takes nothing: `writes` writes are in memory only. Told at the first one and when `reason` changes. */
  | { kind: 'unsaved'; reason: 'disk_full' | 'io'; message: string; writes: number }
  /** Everything is on disk again. */
  | { kind: 'saved' }
  /** Damage was found. Each finding is told once, to whichever process finds it first; `check` goes on saying it. */
  | { kind: 'trouble'; problems: string[]; kept_in: string };

/** Null: no limit. */
export type RetentionLimits = { days: number | null; chats: number | null; bytes: number | null };

/** What was deleted; `bytes` is an estimate of what it took. */
export type Pruned = { chats: number; bytes: number };

/** `remaining`: a sentence for each reason why something deleted may still be on disk. */
export type Compacted = { bytes_before: number; bytes_after: number; remaining: string[] };

export type StoreCheck = {
  directory: string;
  schema_version: number;
  /** The newest one in use, 0 before the first. */
  generation: number;
  snapshot_bytes: number;
  journal_bytes: number;
  /** Everything in the directory. */
  total_bytes: number;
  snapshots: { generation: number; bytes: number; state: 'good' | 'damaged' | 'newer' }[];
  journals: { name: string; bytes: number; owner: 'this_process' | 'running' | 'ended' | 'unknown' }[];
  blobs: { files: number; bytes: number; missing: number; damaged: number; unreferenced: number };
  /** Names of the kept copies of damaged files. */
  quarantine: string[];
  /** Writes that are in memory only; 0 when all is well. */
  unsaved_writes: number;
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
