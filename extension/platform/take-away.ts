// Takes a file or folder away from where it is, and keeps it in a place of its own for a while where there is one. The
// first step is always one rename, which is undone when it turns out that it took something else than was meant.
import { randomUUID } from 'node:crypto';
import { cp, link, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nowMicros } from './clock';
import { systemCode } from './outcome';
import { renameOver } from './replace-file';
import { identityOf, isSame, type Identity } from './tree-facts';

export type Taken = { ok: true; keptAt: string | null } | { ok: false };

/** More than this is not copied to another device only to be kept. */
const mostCopiedBytes = 200 * 1024 * 1024;

/** Whether `path` would be kept: that is free on the same device and a copy on another. */
export async function canKeep(path: string, bytes: number, directory: string | null): Promise<boolean> {
  if (directory === null) return false;
  if (bytes <= mostCopiedBytes) return true;
  return (await lstat(path)).dev === (await stat(await existingAbove(directory))).dev;
}

/**
 * `directory` null takes it away for good. Gives `ok: false`, with everything back in its place, when what was taken is
 * not `identity`, or when `isUnchanged` (asked where time passes) says no.
 */
export async function takeAway(path: string, identity: Identity, directory: string | null, signal: AbortSignal, isUnchanged: () => Promise<boolean>): Promise<Taken> {
  if (directory === null) return takeForGood(path, identity);
  const kept = await placeFor(path, directory);
  try {
    await renameOver(path, kept);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') {
      await rm(dirname(kept), { recursive: true, force: true });
      throw error;
    }
    return takeAcross(path, kept, identity, signal, isUnchanged);
  }
  if (isSame(await identityOf(kept), identity)) return { ok: true, keptAt: kept };
  await rename(kept, path);
  await rm(dirname(kept), { recursive: true, force: true });
  return { ok: false };
}

/** What a file is now, kept for when it is replaced: a second name for it where that can be had, else a copy. */
export async function keepCopy(path: string, directory: string): Promise<string> {
  const kept = await placeFor(path, directory);
  try {
    await link(path, kept);
  } catch (error) {
    if (systemCode(error) === '') throw error;
    await copyTree(path, kept, null);
  }
  return kept;
}

/** Content, modes, times and links as they are. */
export async function copyTree(from: string, to: string, signal: AbortSignal | null): Promise<void> {
  const filter = (): boolean => {
    signal?.throwIfAborted();
    return true;
  };
  await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, errorOnExist: true, force: false, filter });
}

/** Forgets what was kept before `before` (microseconds since the epoch). */
export async function forgetKept(directory: string, before: number): Promise<void> {
  for (const name of await namesIn(directory)) {
    const at = /^(\d{16})-/.exec(name)?.[1];
    if (at !== undefined && Number(at) < before) await rm(join(directory, name), { recursive: true, force: true });
  }
}

async function takeAcross(path: string, kept: string, identity: Identity, signal: AbortSignal, isUnchanged: () => Promise<boolean>): Promise<Taken> {
  try {
    await copyTree(path, kept, signal);
    if (await isUnchanged()) {
      const taken = await takeForGood(path, identity);
      if (taken.ok) return { ok: true, keptAt: kept };
    }
  } catch (error) {
    await rm(dirname(kept), { recursive: true, force: true });
    throw error;
  }
  await rm(dirname(kept), { recursive: true, force: true });
  return { ok: false };
}

/** Out of sight first, so that it goes as a whole or not at all. */
export async function takeForGood(path: string, identity: Identity): Promise<Taken> {
  const claimed = join(dirname(path), `.${randomUUID()}.boocode.tmp`);
  await renameOver(path, claimed);
  if (!isSame(await identityOf(claimed), identity)) {
    await rename(claimed, path);
    return { ok: false };
  }
  try {
    await rm(claimed, { recursive: true, maxRetries: 3 });
  } catch (error) {
    // What is left of it is where it was, to be seen.
    await rename(claimed, path);
    throw error;
  }
  return { ok: true, keptAt: null };
}

/** A folder of its own for each, named by the time, so that it can be found and forgotten. */
async function placeFor(path: string, directory: string): Promise<string> {
  const folder = join(directory, `${String(nowMicros()).padStart(16, '0')}-${randomUUID().slice(0, 8)}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, basename(path));
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
