// Finds the ripgrep program: beside the bundle (dist/bin) in a packaged extension, in node_modules while developing.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** `distDirectory` is the folder of the running bundle. Null when there is none for this platform. */
export function findRipgrep(distDirectory: string): string | null {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  const beside = join(distDirectory, 'bin', name);
  if (existsSync(beside)) return beside;
  try {
    return createRequire(join(distDirectory, 'index.js')).resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/${name}`);
  } catch {
    // The platform package is optional; without it searching is refused in words.
    return null;
  }
}
