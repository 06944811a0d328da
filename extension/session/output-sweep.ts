// The folder of kept command outputs: how large it is, what is old in it, and how to empty it. What cannot be removed
// stays for the next time.
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export type Swept = { files: number; bytes: number };

export type SweepLimits = { ageMs: number; totalBytes: number };

const limits: SweepLimits = { ageMs: 7 * 24 * 60 * 60 * 1000, totalBytes: 256 * 1024 * 1024 };

/** A command may still be writing, or a model reading, what is younger than this. */
const inUseMs = 60 * 60 * 1000;

type OutputFile = { path: string; bytes: number; ageMs: number };

/** What is in the folder. */
export async function outputsSize(directory: string): Promise<Swept> {
  return sum(await outputFiles(directory));
}

/** Removes files older than a week, and the oldest beyond 256 MB; returns what was removed. */
export async function sweepOutputs(directory: string, { ageMs, totalBytes }: SweepLimits = limits): Promise<Swept> {
  const files = (await outputFiles(directory)).sort((a, b) => a.ageMs - b.ageMs);
  let kept = 0;
  const old = files.filter((file) => {
    kept += file.bytes;
    return file.ageMs > ageMs || (kept > totalBytes && file.ageMs > Math.min(inUseMs, ageMs));
  });
  return sum(await remove(old));
}

/** Removes every file; returns a sentence for each that is still there. */
export async function emptyOutputs(directory: string): Promise<string[]> {
  const files = await outputFiles(directory);
  const removed = new Set(await remove(files));
  return files.filter((file) => !removed.has(file)).map((file) => `The kept command output ${file.path} could not be removed.`);
}

async function outputFiles(directory: string): Promise<OutputFile[]> {
  const names = await readdir(directory).catch(ifGone<string[]>([]));
  const now = Date.now();
  const files = await Promise.all(
    names.map(async (name): Promise<OutputFile | null> => {
      const path = join(directory, name);
      const found = await stat(path).catch(ifGone(null));
      return found?.isFile() ? { path, bytes: found.size, ageMs: now - found.mtimeMs } : null;
    }),
  );
  return files.filter((file) => file !== null);
}

/** Another window may sweep at the same time: what it removed is removed. */
async function remove(files: readonly OutputFile[]): Promise<OutputFile[]> {
  const removed: OutputFile[] = [];
  for (const file of files) {
    const isGone = await unlink(file.path).then(
      () => true,
      (error: unknown) => codeOf(error) === 'ENOENT',
    );
    if (isGone) removed.push(file);
  }
  return removed;
}

function sum(files: readonly OutputFile[]): Swept {
  return { files: files.length, bytes: files.reduce((total, file) => total + file.bytes, 0) };
}

function ifGone<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT') return nothing;
    throw error;
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
