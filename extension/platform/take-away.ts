// Takes a file or folder away from where it is, and keeps it in a place of its own for a while where there is one.
import { randomUUID } from 'node:crypto';
import { cp, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { claim, putBack } from './claim';
import { nowMicros } from './clock';
import { systemCode } from './outcome';
import { renameOver } from './rename';

/** `leftAt`: where it is now, when it could not go back because something else had come to stand there. */
export type Taken = { ok: true; keptAt: string | null } | { ok: false; leftAt: string | null };

/** More than this is not copied to another device only to be kept. */
const mostCopiedBytes = 200 * 1024 * 1024;

/** Whether `path` would be kept: that is free on the same device and a copy on another. */
export async function canKeep(path: string, bytes: number, directory: string | null): Promise<boolean> {
  if (directory === null) return false;
  if (bytes <= mostCopiedBytes) return true;
  return (await lstat(path)).dev === (await stat(await existingAbove(directory))).dev;
}

/** `directory` null takes it away for good. `ok: false` when what stood there was not wanted. */
export async function takeAway(path: string, isWanted: (claimed: string) => Promise<boolean>, directory: string | null, signal: AbortSignal): Promise<Taken> {
  const held = await claim(path, isWanted);
  if (!held.ok) return held;
  try {
    return { ok: true, keptAt: await dispose(held.claimed, basename(path), directory, signal) };
  } catch (error) {
    // What is left of it is where it was, to be seen.
    await putBack(held.claimed, path);
    throw error;
  }
}

/** Ends what was claimed: kept under its own name in `directory`, or gone. Answers where it is kept. */
export async function dispose(claimed: string, name: string, directory: string | null, signal: AbortSignal): Promise<string | null> {
  if (directory === null) {
    await rm(claimed, { recursive: true, maxRetries: 3 });
    return null;
  }
  const kept = await placeFor(name, directory);
  try {
    await renameOver(claimed, kept);
  } catch (error) {
    try {
      if (systemCode(error) !== 'EXDEV') throw error;
      await copyTree(claimed, kept, signal);
    } catch (fault) {
      await rm(dirname(kept), { recursive: true, force: true });
      throw fault;
    }
    await rm(claimed, { recursive: true, maxRetries: 3 });
  }
  return kept;
}

/** Content, modes, times and links as they are. */
export async function copyTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  const filter = (): boolean => {
    signal.throwIfAborted();
    return true;
  };
  await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, errorOnExist: true, force: false, filter });
}

/** Forgets what was kept before `before` (microseconds since the epoch). Throws for what could not be removed, after the rest. */
export async function forgetKept(directory: string, before: number): Promise<void> {
  const old = (await namesIn(directory)).filter((name) => Number(/^(\d{16})-/.exec(name)?.[1] ?? Infinity) < before);
  const removals = await Promise.allSettled(old.map((name) => rm(join(directory, name), { recursive: true, force: true })));
  const failed = removals.find((removal) => removal.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** A folder of its own for each, named by the time, so that it can be found and forgotten. */
async function placeFor(name: string, directory: string): Promise<string> {
  const folder = join(directory, `${String(nowMicros()).padStart(16, '0')}-${randomUUID().slice(0, 8)}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, name);
}

async function existingAbove(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return existingAbove(dirname(path));
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
