// Takes hold of a name before anything is done with what it stands for: one rename to a name that nobody else knows,
// then a look, and back it goes when it is something else. A folder above that is swapped meanwhile does no harm: the
// new name leads nowhere else.
import { randomUUID } from 'node:crypto';
import { lstat, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from './outcome';
import { linkNew, renameOver } from './rename';
import { identityOf, isSame, type Identity } from './tree-facts';

/** `leftAt`: where it is now, when it could not go back because something else had come to stand there. */
export type Claim = { ok: true; claimed: string } | { ok: false; leftAt: string | null };

export function nameBeside(path: string): string {
  return join(dirname(path), `.${randomUUID()}.boocode.tmp`);
}

/** `isWanted` looks at the thing under its new name; what it cannot look at is not wanted. */
export async function claim(path: string, isWanted: (claimed: string) => Promise<boolean>): Promise<Claim> {
  const claimed = nameBeside(path);
  await renameOver(path, claimed);
  if (await holds(() => isWanted(claimed))) return { ok: true, claimed };
  return { ok: false, leftAt: (await putBack(claimed, path)) ? null : claimed };
}

/** Takes a name away from this very thing, if it still has it. Its other names stay. */
export async function dropName(path: string, identity: Identity): Promise<boolean> {
  try {
    const held = await claim(path, async (claimed) => isSame(await identityOf(claimed), identity));
    if (held.ok) await unlink(held.claimed);
    return held.ok;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** False when something else stands there by now; the claimed thing is then left where it is. */
export async function putBack(claimed: string, path: string): Promise<boolean> {
  if (!(await lstat(claimed)).isDirectory()) {
    const linked = await linkNew(claimed, path);
    if (linked === 'linked') await unlink(claimed);
    if (linked !== 'not_here') return linked === 'linked';
  }
  if (await isThere(path)) return false;
  await rename(claimed, path);
  return true;
}

export async function holds(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch {
    // What cannot be looked at, for a stop or a fault, is not right.
    return false;
  }
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
