// The file operations that durability is made of, as one port, so that a test can let any one of them fail or
// kill the process there. Synchronous but for the long flush: they run in worker threads only.
import {
  closeSync,
  fdatasyncSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
  fstatSync,
} from 'node:fs';
import { promisify } from 'node:util';

const flushInBackground = promisify(fsync);

export interface FileOperations {
  /** Also the missing parents. */
  makeDirectory(path: string): void;
  /** Names in the directory; none when there is no such directory. */
  list(path: string): string[];
  /** Null when there is no such file. `id` tells two files apart that had the same name at different times. */
  look(path: string): { size: number; id: string; modified_ms: number } | null;
  /** From the byte `from`, to the end or at most `length` bytes. Throws when there is no such file. */
  read(path: string, from?: number, length?: number): Buffer;
  /** Creates a file that must not be there yet. */
  create(path: string): number;
  /** All of the bytes. */
  write(file: number, bytes: Uint8Array): void;
  /** fdatasync; blocks the thread. */
  flush(file: number): void;
  /** fsync without blocking the thread, for large files. */
  flushLater(file: number): Promise<void>;
  truncate(file: number, size: number): void;
  /** Gives the file another modification time: a sign of life. */
  touch(path: string): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  /** Renames unless `to` exists; tells whether it did. What loses stays at `from`. */
  publish(from: string, to: string): boolean;
  /** Nothing when there is no such file. */
  remove(path: string): void;
  /** Makes the names in a directory durable, where the system has that. */
  flushDirectory(path: string): void;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

function unlessMissing<T>(action: () => T, missing: T): T {
  try {
    return action();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return missing;
    throw error;
  }
}

/** Windows refuses a rename or removal while a virus scanner or an indexer holds the file; that passes. */
function patiently(action: () => void): void {
  for (let attempt = 0; ; attempt++) {
    try {
      return action();
    } catch (error) {
      if (process.platform !== 'win32' || attempt === 20 || !['EPERM', 'EBUSY', 'EACCES'].includes(codeOf(error))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * (attempt + 1));
    }
  }
}

function read(path: string, from = 0, length = Infinity): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(0, fstatSync(file).size - from)));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(file, bytes, filled, bytes.length - filled, from + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

/** A hard link is the exclusive rename; file systems without links get the check that comes closest. */
function publish(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EISDIR', 'UNKNOWN'].includes(codeOf(error))) throw error;
    if (unlessMissing(() => statSync(to), null) !== null) return false;
    patiently(() => renameSync(from, to));
    return true;
  }
  patiently(() => unlinkSync(from));
  return true;
}

function look(path: string): { size: number; id: string; modified_ms: number } {
  const { dev, ino, size, mtimeMs } = statSync(path, { bigint: true });
  return { size: Number(size), id: `${dev}:${ino}`, modified_ms: Number(mtimeMs) };
}

export const nodeFiles: FileOperations = {
  makeDirectory: (path) => void mkdirSync(path, { recursive: true }),
  list: (path) => unlessMissing(() => readdirSync(path), []),
  look: (path) => unlessMissing(() => look(path), null),
  read,
  create: (path) => openSync(path, 'ax'),
  write: (file, bytes) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  },
  flush: (file) => fdatasyncSync(file),
  flushLater: (file) => flushInBackground(file),
  truncate: (file, size) => ftruncateSync(file, size),
  touch: (path) => {
    const now = new Date();
    utimesSync(path, now, now);
  },
  close: (file) => closeSync(file),
  rename: (from, to) => patiently(() => renameSync(from, to)),
  publish,
  remove: (path) => unlessMissing(() => patiently(() => unlinkSync(path)), undefined),
  flushDirectory: (path) => {
    if (process.platform === 'win32') return;
    const directory = openSync(path, 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  },
};

/** Writes a new file, or nothing under that name: temporary file, flush, then the name. Not yet the directory. */
export function writeFlushed(files: FileOperations, path: string, bytes: Uint8Array): void {
  const file = files.create(path);
  try {
    files.write(file, bytes);
    files.flush(file);
  } finally {
    files.close(file);
  }
}
