// What the host's side of the store and its worker thread say to each other.
import type { RetentionLimits, StoreErrorCode, StoreNotice, WriteOp } from '../store';

export type WorkerSettings = {
  directory: string;
  wasmPath: string;
  /** See LockOptions. */
  lockPatienceMs?: number;
};

/** Each write is a record of its own with an id of its own; what is sent together shares a flush and an answer. */
export type WriteRequest = { id: number; ops: readonly WriteOp[] };

export type HostMessage =
  | { kind: 'write'; writes: readonly WriteRequest[] }
  | { kind: 'read'; id: number; name: string; params: unknown }
  | { kind: 'check'; id: number }
  | { kind: 'prune'; id: number; limits: RetentionLimits }
  | { kind: 'compact'; id: number }
  | { kind: 'close'; id: number };

export type WireError = { code: StoreErrorCode; message: string };

export type WorkerMessage =
  | { kind: 'written'; writes: readonly { id: number; error: WireError | null }[] }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: WireError }
  | { kind: 'notice'; notice: StoreNotice }
  /** The database could not be opened; the worker ends. */
  | { kind: 'failed'; error: WireError };
