// Opens what the path guard allowed, and makes sure that what was opened is what it allowed.
import { constants, type BigIntStats } from 'node:fs';
import { access, lstat, mkdir, open, rmdir, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isDirectory, notAFile, notFound, swapped, type FileOutcome } from './file-outcomes';
import { refuse, systemCode } from './outcome';
import type { CheckedPath, PathGuard } from './path-guard';
import { hashOf } from './text-file';

const noFollow = constants.O_NOFOLLOW ?? 0; // not there on Windows
const noWait = constants.O_NONBLOCK ?? 0; // so that opening a named pipe does not hang
const forReading = constants.O_RDONLY | noFollow | noWait;

/**
 * `use` reads, and does nothing else: what it gives is thrown away when it turns out to be of another file. `looked` is
 * the guard's word on this path, where it was asked before; whether that holds is seen once the file is open.
 */
export async function withGuardedFile<Value>(
  guard: PathGuard,
  path: string,
  use: (file: FileHandle, checked: CheckedPath, size: number) => Promise<FileOutcome<Value>>,
  looked = guard.check(path),
): Promise<FileOutcome<Value>> {
  const checked = await looked;
  if (!checked.ok) return checked;
  const { display, real, exists } = checked.value;
  if (!exists) return notFound(display);
  const before = await lstat(real);
  if (before.isDirectory()) return isDirectory(display);
  if (!before.isFile()) return notAFile(display);
  const file = await open(real, forReading);
  try {
    const opened = await file.stat({ bigint: true });
    if (!opened.isFile()) return swapped(display);
    // Both are waited for, whatever becomes of the other: nothing reads from a file that is being closed.
    const [same, used] = await Promise.allSettled([isStill(guard, path, real, opened), use(file, checked.value, Number(opened.size))]);
    if (same.status === 'rejected') throw same.reason;
    if (!same.value) return swapped(display);
    if (used.status === 'rejected') throw used.reason;
    return used.value;
  } finally {
    await file.close();
  }
}

/** Whether the path still leads there, and then: whether what was opened is what stands there. */
async function isStill(guard: PathGuard, path: string, real: string, opened: BigIntStats): Promise<boolean> {
  if (!(await guard.stillLeadsTo(path, real))) return false;
  const there = await lstat(real, { bigint: true });
  return opened.ino === there.ino && opened.dev === there.dev;
}

/** Whether a path still is where it was. */
export async function leadsTo(guard: PathGuard, path: string, real: string): Promise<boolean> {
  const again = await guard.check(path);
  return again.ok && again.value.real === real;
}

/**
 * Whether there is something at this very place of the workspace. For a name that is nowhere else it is proof that the
 * thing lies there, whatever was swapped before.
 */
export async function isAt(guard: PathGuard, real: string): Promise<boolean> {
  const checked = await guard.checkEntry(real);
  return checked.ok && checked.value.exists && checked.value.entry === real;
}

/** Whether a path still leads to `real`, and there is a file with this content there (null: nothing). */
export async function hasHash(guard: PathGuard, path: string, real: string, expected: string | null): Promise<boolean> {
  const now = await guard.check(path);
  if (!now.ok || now.value.real !== real) return false;
  if (!now.value.exists || expected === null) return now.value.exists === (expected !== null);
  const file = await open(real, forReading);
  try {
    return hashOf(await file.readFile()) === expected;
  } finally {
    await file.close();
  }
}

/** Null when a file that is there may be changed. */
export async function lockedReason(real: string, display: string): Promise<FileOutcome<never> | null> {
  try {
    await access(real, constants.W_OK);
    return null;
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error))) throw error;
    return refuse('read_only', `${display} is write-protected.`, 'Tell the user; do not change its permissions.');
  }
}

/**
 * Makes the folders above `real`, one at a time, each looked at after it was made: a link slipped in between is seen
 * before the next. False when `path` leads elsewhere in the end.
 */
export async function makeParents(guard: PathGuard, path: string, real: string, rootReal: string): Promise<boolean> {
  const names = relative(rootReal, dirname(real)).split(/[\\/]/).filter((name) => name !== '');
  let folder = rootReal;
  for (const name of names) {
    folder = join(folder, name);
    try {
      await mkdir(folder);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue;
      throw error;
    }
    const placed = await guard.check(folder);
    if (!placed.ok || placed.value.real !== folder) {
      await rmdir(folder);
      return false;
    }
  }
  return leadsTo(guard, path, real);
}
