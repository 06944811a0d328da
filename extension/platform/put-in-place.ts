// Gives a file or folder another name on the same device. Nothing that stands there is replaced unless that was asked.
import { link, lstat, rename, unlink } from 'node:fs/promises';
import { systemCode } from './outcome';
import { renameOver } from './replace-file';

export type Placed = 'placed' | 'already_there' | 'not_right';

/**
 * `isRight` looks at `to` once the thing is there; when it says no, or throws, the thing is put back. Throws EXDEV
 * where the two names are on different devices.
 */
export async function putInPlace(from: string, to: string, how: { isFile: boolean; replace: boolean }, isRight: () => Promise<boolean>): Promise<Placed> {
  if (how.isFile && !how.replace) {
    const linked = await linkNew(from, to);
    if (linked === 'already_there') return linked;
    if (linked === 'linked') {
      if (await holds(isRight)) {
        await unlink(from);
        return 'placed';
      }
      await unlink(to);
      return 'not_right';
    }
  }
  if (!how.replace && (await isThere(to))) return 'already_there';
  try {
    await renameOver(from, to);
  } catch (error) {
    if (!how.replace && ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'].includes(systemCode(error))) return 'already_there';
    throw error;
  }
  if (await holds(isRight)) return 'placed';
  await rename(to, from);
  return 'not_right';
}

/** A second name is the only way to take a free one that the system itself keeps from replacing. */
async function linkNew(from: string, to: string): Promise<'linked' | 'already_there' | 'not_here'> {
  try {
    await link(from, to);
    return 'linked';
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return 'already_there';
    // Not every file system and not every owner allows a second name.
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].includes(code)) return 'not_here';
    throw error;
  }
}

async function holds(isRight: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isRight();
  } catch {
    // What cannot be looked at is not right.
    return false;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
