// Puts new bytes in the place of a file so that a reader sees the old or the new file, never half of one.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { linkNew, renameOver } from './rename';

const noFollow = constants.O_NOFOLLOW ?? 0; // not there on Windows
const newFileMode = 0o666;

/**
 * Writes beside `path` and renames over it. `mode` is the old file's, null for a new one, which takes the place of
 * nothing. `beforeRename` is the last look at whether this is still wanted. False when nothing changed.
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
    const placed = (await beforeRename(temporary)) && (await putThere(temporary, path, mode === null));
    if (!placed) {
      await unlink(temporary);
      return false;
    }
  } catch (error) {
    // What went wrong first is what matters; a temporary file that stays is only untidy.
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
  return true;
}

async function putThere(temporary: string, path: string, isNew: boolean): Promise<boolean> {
  const linked = isNew ? await linkNew(temporary, path) : 'not_here';
  if (linked === 'linked') await unlink(temporary);
  if (linked === 'not_here') await renameOver(temporary, path);
  return linked !== 'already_there';
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
