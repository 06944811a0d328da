// Puts new bytes in the place of a file so that a reader sees the old or the new file, never half of one.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from './outcome';

const noFollow = constants.O_NOFOLLOW ?? 0; // not there on Windows
const newFileMode = 0o666;
const renameAttempts = 6;

/**
 * Writes beside `path` and renames over it. `mode` is the old file's, null for a new one. `beforeRename` is the last
 * look at whether this is still wanted: when it answers false nothing changed, and false is returned.
 */
export async function replaceFile(path: string, bytes: Buffer, mode: number | null, beforeRename: (temporary: string) => Promise<boolean>): Promise<boolean> {
  const temporary = join(dirname(path), `.${randomUUID()}.boocode.tmp`);
  const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow, mode ?? newFileMode);
  try {
    try {
      await file.writeFile(bytes);
      if (mode !== null) await file.chmod(mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await beforeRename(temporary))) {
      await unlink(temporary);
      return false;
    }
    await renameOver(temporary, path);
  } catch (error) {
    // What went wrong first is what matters; a temporary file that stays is only untidy.
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
  return true;
}

/** Windows refuses while an editor or a scanner holds the file; that passes. */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const passing = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error));
      if (!passing || attempt === renameAttempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt));
    }
  }
}

/** Makes the rename itself last. Not every platform can. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
