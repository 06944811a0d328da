// Finds the program a command names, the way a shell would, but never in the current folder: a repository must not
// be able to put its own `npm` before the real one.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** The absolute path of the program, or null. A name with a separator is taken from `cwd`. */
export async function findExecutable(name: string, cwd: string, environment: Readonly<Record<string, string>>): Promise<string | null> {
  const named = /[\\/]/.test(name);
  const folders = named ? [] : (environment['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const bases = named ? [resolve(cwd, name)] : folders.map((folder) => join(folder, name));
  for (const base of bases) {
    for (const ending of endings(base, environment)) {
      if (await isExecutable(base + ending)) return base + ending;
    }
  }
  return null;
}

function endings(base: string, environment: Readonly<Record<string, string>>): string[] {
  if (process.platform !== 'win32') return [''];
  const known = (environment['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '');
  return known.some((ending) => base.toLowerCase().endsWith(ending.toLowerCase())) ? [''] : known;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Not there, or not for us: the next folder is looked at.
    return false;
  }
}
