// File operations that work until one is told to fail or to kill the process, so that every step of the store
// can be interrupted.
import { nodeFiles, type FileOperations } from '../../../extension/store/files/durable-file';

export type Fault = {
  /** The operation's number since the start, from 1, counted over those that change something. */
  at: number;
  /** Only operations on files whose path contains this are counted; '' for all. */
  path: string;
  /** An error code such as ENOSPC that operation then throws, once or from then on; or SIGKILL. */
  effect: { kind: 'error'; code: string; lasting: boolean } | { kind: 'kill' };
};

const changing = ['makeDirectory', 'create', 'write', 'flush', 'flushLater', 'truncate', 'rename', 'publish', 'remove', 'flushDirectory'] as const;

export function faultyFiles(fault: Fault): FileOperations {
  let count = 0;
  const paths = new Map<number, string>();
  const files = { ...nodeFiles };
  const strike = (name: string, values: readonly unknown[]): void => {
    const path = values.map((value) => (typeof value === 'number' ? paths.get(value) : typeof value === 'string' ? value : '')).join(' ');
    if (!path.includes(fault.path)) return;
    count++;
    if (fault.effect.kind === 'kill') {
      if (count === fault.at) process.kill(process.pid, 'SIGKILL');
      return;
    }
    const due = fault.effect.lasting ? count >= fault.at : count === fault.at;
    // A disk in trouble still lets go of files: what is removed or closed needs no room.
    if (due && name !== 'remove') throw Object.assign(new Error(`${fault.effect.code}: ${name} ${path}`), { code: fault.effect.code });
  };
  for (const name of changing) {
    const original = nodeFiles[name] as (...values: unknown[]) => unknown;
    const wrapped = (...values: unknown[]): unknown => {
      strike(name, values);
      const result = original(...values);
      if (name === 'create') paths.set(result as number, String(values[0]));
      return result;
    };
    Object.assign(files, { [name]: wrapped });
  }
  return files;
}
