// Where data lives on this machine: the user's data folder, and in it one directory for each set of workspace folders.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The data folder when no VS Code names one. `BOOCODE_STORAGE` overrides what the system suggests. */
export function userStorage(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (environment.BOOCODE_STORAGE) return resolve(environment.BOOCODE_STORAGE);
  if (platform === 'win32') return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'BooCode');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'BooCode');
  // The XDG base directory specification: a relative path must be ignored.
  const data = environment.XDG_DATA_HOME;
  return join(data?.startsWith('/') ? data : join(home, '.local', 'share'), 'boocode');
}

/** A folder that is gone keeps its data findable under the path it had. */
async function realOrResolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return resolve(path);
    throw error;
  }
}

async function writeCard(card: string, text: string): Promise<void> {
  const temporary = `${card}.${randomUUID()}`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, card);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * The directory for these folders, created when missing: the same for every order of the folders and every
 * symbolic link to them. A workspace.json in it tells people whose it is.
 */
export async function workspaceDirectory(storage: string, workspaceRoots: readonly string[]): Promise<string> {
  const folders = [...new Set(await Promise.all(workspaceRoots.map(realOrResolved)))].sort();
  const name = createHash('sha256').update(JSON.stringify(folders)).digest('hex').slice(0, 16);
  const directory = join(storage, 'workspaces', name);
  await mkdir(directory, { recursive: true });
  const card = join(directory, 'workspace.json');
  const text = `${JSON.stringify({ folders }, null, 2)}\n`;
  const current = await readFile(card, 'utf8').catch(() => '');
  if (current !== text) {
    // For people only: without it everything works, and on a full disk it comes later.
    await writeCard(card, text).catch(() => undefined);
  }
  return directory;
}
