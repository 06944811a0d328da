// File operations that work until one is told to fail, to tear what it writes, or to stop or kill the process, so
// that every step of the store can be interrupted.
import { nodeFiles, type FileOperations } from '../../../extension/store/files/durable-file';

export type Effect =
  /** The operation throws an error with this code, once or from then on, or until it was thrown so often. */
  | { kind: 'error'; code: string; lasting: boolean; times?: number }
  /** The same, but a write gets half of its bytes into the file first. */
  | { kind: 'torn'; code: string; lasting: boolean }
  /** The process gets the signal at the beginning of the operation, or when half of what it writes is written. */
  | { kind: 'signal'; signal: 'SIGKILL' | 'SIGSTOP'; torn?: boolean };

export type Fault = {
  /** The operation's number since the start, from 1, counted over those that `among` and `path` pick. */
  at: number;
  /** Only operations on files whose path contains this are counted; '' for all. */
  path: string;
  /** `changing` unless said otherwise. */
  among?: 'changing' | 'reading' | 'all' | 'write';
  effect: Effect;
};

export type FaultyFiles = {
  files: FileOperations;
  /** Whether the fault has come. */
  struck(): boolean;
  /** Everything works from now on. */
  heal(): void;
};

type Operation = keyof FileOperations;
type AnyOperation = (...values: unknown[]) => unknown;

const reading: ReadonlySet<string> = new Set<Operation>(['list', 'look', 'read']);
/** What a full disk does not refuse: it needs no room. */
const needsNoRoom: ReadonlySet<string> = new Set<Operation>(['list', 'look', 'read', 'truncate', 'close', 'remove']);
/** Operations whose failure comes as a rejection. */
const later: ReadonlySet<string> = new Set<Operation>(['flushLater']);

function isFullDisk(code: string): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT';
}

export function faultyFiles(fault: Fault, base: FileOperations = nodeFiles): FaultyFiles {
  const { effect, among = 'changing' } = fault;
  const paths = new Map<unknown, string>();
  let count = 0;
  let struck = false;
  let healed = false;

  /** Whether the fault hits this operation; it is counted here. */
  function isHit(name: string, path: string): boolean {
    if (healed || !path.includes(fault.path)) return false;
    const isAmong = among === 'all' || (among === 'write' ? name === 'write' : reading.has(name) === (among === 'reading'));
    if (!isAmong) return false;
    if (effect.kind !== 'signal' && isFullDisk(effect.code) && needsNoRoom.has(name)) return false;
    count++;
    const lasting = effect.kind !== 'signal' && effect.lasting;
    const times = effect.kind === 'error' ? (effect.times ?? Infinity) : Infinity;
    const hit = lasting ? count >= fault.at && count < fault.at + times : count === fault.at;
    struck ||= hit;
    return hit;
  }

  /** The signal comes, and afterwards, unless that was the end, the operation takes place. */
  function interrupt(signal: NodeJS.Signals, torn: boolean, original: AnyOperation, values: readonly unknown[]): unknown {
    // The parameters of `write`, as the interface has them.
    const [file, bytes] = values as [number, Uint8Array];
    const half = torn ? bytes.length >> 1 : 0;
    if (half > 0) base.write(file, bytes.subarray(0, half));
    process.kill(process.pid, signal);
    return half > 0 ? base.write(file, bytes.subarray(half)) : original(...values);
  }

  function fail(name: string, path: string, code: string, values: readonly unknown[]): never {
    const [file, bytes] = values as [number, Uint8Array];
    if (effect.kind === 'torn' && name === 'write') base.write(file, bytes.subarray(0, bytes.length >> 1));
    // The system lets go of a file even when closing it brings out an error.
    if (name === 'close') base.close(file);
    throw Object.assign(new Error(`${code}: ${name} ${path}`), { code });
  }

  function wrap(name: string, original: AnyOperation): AnyOperation {
    return (...values) => {
      const path = values.map((value) => paths.get(value) ?? (typeof value === 'string' ? value : '')).join(' ');
      const isHere = isHit(name, path);
      if (isHere && effect.kind !== 'signal') {
        if (!later.has(name)) fail(name, path, effect.code, values);
        return Promise.resolve().then(() => fail(name, path, effect.code, values));
      }
      const result = isHere && effect.kind === 'signal' ? interrupt(effect.signal, effect.torn === true && name === 'write', original, values) : original(...values);
      if (name === 'create') paths.set(result, String(values[0]));
      if (name === 'close') paths.delete(values[0]);
      return result;
    };
  }

  const wrapped = Object.entries(base).map(([name, original]) => [name, wrap(name, original as AnyOperation)]);
  return {
    // The same names, with the same parameters passed on.
    files: Object.fromEntries(wrapped) as FileOperations,
    struck: () => struck,
    heal: () => (healed = true),
  };
}
