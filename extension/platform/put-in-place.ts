// Gives a file or folder a free name on the same device. Nothing that stands there is replaced.
import { rename, unlink } from 'node:fs/promises';
import { claim, dropName, holds, isThere, putBack } from './claim';
import { systemCode } from './outcome';
import { linkNew } from './rename';
import { identityOf } from './tree-facts';

export type Placed = 'placed' | 'already_there' | 'not_right';

/**
 * `isWanted` looks at the thing when it has been taken hold of, `isRight` at the place once it is there; when one says
 * no it goes back. Throws EXDEV, with the thing back in its place, where the two names are on different devices.
 */
export async function putInPlace(from: string, to: string, isFile: boolean, isWanted: (claimed: string) => Promise<boolean>, isRight: () => Promise<boolean>): Promise<Placed> {
  const held = await claim(from, isWanted);
  if (!held.ok) return 'not_right';
  let placed: Placed = 'not_right';
  try {
    placed = isFile ? await placeFile(held.claimed, to, isRight) : await placeFolder(held.claimed, to, isRight);
  } finally {
    if (placed !== 'placed') await putBack(held.claimed, from);
  }
  return placed;
}

async function placeFile(claimed: string, to: string, isRight: () => Promise<boolean>): Promise<Placed> {
  const linked = await linkNew(claimed, to);
  if (linked === 'already_there') return linked;
  if (linked === 'not_here') return placeFolder(claimed, to, isRight);
  const identity = await identityOf(claimed);
  if (await holds(isRight)) {
    await unlink(claimed);
    return 'placed';
  }
  await dropName(to, identity);
  return 'not_right';
}

/** Also for a file, where a second name cannot be had. */
async function placeFolder(claimed: string, to: string, isRight: () => Promise<boolean>): Promise<Placed> {
  if (await isThere(to)) return 'already_there';
  try {
    await rename(claimed, to);
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'].includes(systemCode(error))) return 'already_there';
    throw error;
  }
  if (await holds(isRight)) return 'placed';
  await rename(to, claimed);
  return 'not_right';
}
