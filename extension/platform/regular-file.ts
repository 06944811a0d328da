// Reads ordinary files and nothing else: what a repository puts under a well-known name may be a pipe, on which opening
// waits for ever, or lead to a device that never ends.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const noWait = constants.O_NONBLOCK ?? 0; // not there on Windows

/** Null when it is no ordinary file, or larger than `mostBytes`. Rejects as `open` does, when there is none for one. */
export async function withRegularFile<Value>(path: string, mostBytes: number, use: (file: FileHandle) => Promise<Value>): Promise<Value | null> {
  const file = await open(path, constants.O_RDONLY | noWait);
  try {
    const facts = await file.stat();
    return facts.isFile() && facts.size <= mostBytes ? await use(file) : null;
  } finally {
    await file.close();
  }
}
