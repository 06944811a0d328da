// The two ways to give a file another name: over what stands there, and only where nothing stands.
import { link, rename } from 'node:fs/promises';
import { systemCode } from './outcome';

const attempts = 6;

/** Windows refuses while an editor or a scanner holds the file; that passes. */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const passing = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error));
      if (!passing || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt));
    }
  }
}

/** A second name is the only way to take a free one that the system itself keeps from replacing. */
export async function linkNew(from: string, to: string): Promise<'linked' | 'already_there' | 'not_here'> {
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
