// Where BooCode's developer tools (the browser-hosted VS Code and its Node) are kept: the user's cache
// folder, shared by every clone on the machine and never inside the repository.
import { homedir } from 'node:os';
import { join } from 'node:path';

export function cacheFolder(): string {
  const chosen = process.env['BOOCODE_CACHE'];
  if (chosen) return chosen;
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'boocode', 'cache');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'boocode');
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'boocode');
}
