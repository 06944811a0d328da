// Brings node_modules in line with package-lock.json. Uses Node's own modules only, because it runs
// before anything is installed; every other script may rely on the dependencies being there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const wantedFile = join(root, 'package-lock.json');
const installedFile = join(root, 'node_modules', '.package-lock.json');

/** Runs `npm ci` when node_modules is missing or does not hold what package-lock.json asks for. */
export function ensureDependencies() {
  requireNode(20);
  if (dependenciesAreCurrent()) return;
  console.log('Installing the dependencies (npm ci) …');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status === 0) return;
  const reason = result.error ? ` (${result.error.message})` : '';
  console.error(
    `npm ci did not finish${reason}. What to do: check the network and that npm is version 10 or newer, ` +
      'then run this command again.',
  );
  process.exit(1);
}

/** @param {number} major */
function requireNode(major) {
  const running = Number(process.versions.node.split('.')[0]);
  if (running >= major) return;
  console.error(`Node ${process.versions.node} is too old. What to do: install Node ${major} or newer.`);
  process.exit(1);
}

function dependenciesAreCurrent() {
  if (!existsSync(installedFile)) return false;
  if (statSync(installedFile).mtimeMs >= statSync(wantedFile).mtimeMs) return true;
  // The lock file's time also changes on a checkout; only its content says whether to install again.
  const wanted = readPackages(wantedFile);
  const installed = readPackages(installedFile);
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const there = installed[path];
    return there === undefined ? entry.optional === true : there.version === entry.version;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
