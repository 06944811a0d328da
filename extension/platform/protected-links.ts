// Links with a protected name make an ordinary file a protected one: with `.vscode` leading to `settings`, what is written
// there is what the editor reads. It only looks.
import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { protectedReason } from './protected-paths';

/** Names under which a second name makes a protected folder, or which are one: links below them count too. */
const holders = new Set(['.git', '.github', '.gitlab', '.config', '.yarn', 'gradle']);
const mostBelow = 2;

/**
 * Why touching `real` is always asked although its own name is ordinary: something protected leads to it, to what it is
 * in, or to what is in it. Links in the folders above it and in protected folders there are seen. Null when there is none.
 */
export async function linkedReason(real: string, rootReal: string): Promise<string | null> {
  const above = relative(rootReal, dirname(real)).split(sep).filter((name) => name !== '' && name !== '..');
  const folders = [rootReal, ...above.map((_, index) => join(rootReal, ...above.slice(0, index + 1)))];
  for (const folder of folders) {
    const reason = await reasonBelow(folder, real, rootReal, mostBelow);
    if (reason !== null) return reason;
  }
  return null;
}

async function reasonBelow(folder: string, real: string, rootReal: string, deeper: number): Promise<string | null> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    const reason = protectedReason(relative(rootReal, path), rootReal);
    if (entry.isSymbolicLink() && reason !== null) {
      const end = await endOf(path);
      if (isInside(end, real) || isInside(real, end)) return `${reason} (${relative(rootReal, path)} leads there)`;
    } else if (entry.isDirectory() && deeper > 0 && (reason !== null || holders.has(entry.name.toLowerCase()))) {
      const below = await reasonBelow(path, real, rootReal, deeper - 1);
      if (below !== null) return below;
    }
  }
  return null;
}

/** Also of a link to what is still to be made. */
async function endOf(link: string): Promise<string> {
  return realpath(link).catch(async () => resolve(dirname(link), await readlink(link).catch(() => '.')));
}

/** What cannot be listed leads nowhere that could be known. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
