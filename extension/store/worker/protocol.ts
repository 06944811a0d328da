// What the host's side of the store and its worker thread say to each other.
import type { StoreErrorCode, WriteOp } from '../store';

export type WorkerSettings = {
  directory: string;
  wasmPath: string;
};

export type HostMessage = { id: number } & (
  | { kind: 'write'; ops: readonly WriteOp[] }
  | { kind: 'read'; name: string; params: unknown }
  | { kind: 'check' }
  | { kind: 'close' }
);

export type WireError = { code: StoreErrorCode; message: string };

export type WorkerMessage =
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: WireError }
  /** The database could not be opened; the worker ends. */
  | { kind: 'failed'; error: WireError };
