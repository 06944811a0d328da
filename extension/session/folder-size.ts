// How many bytes the files in a folder have, all levels deep. What disappears meanwhile counts as nothing.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export async function folderBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) bytes += await folderBytes(path);
    else if (entry.isFile()) bytes += await stat(path).then(({ size }) => size, () => 0);
  }
  return bytes;
}
