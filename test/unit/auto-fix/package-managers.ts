// pnpm, yarn 1 and yarn 4 for tests that run them: installed once, by their lockfile, below out/. npm is on the PATH.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { repositoryRoot } from '../../support/repository-root';

const wanted = join(repositoryRoot, 'test/fixtures/projects/package-managers');
const home = join(repositoryRoot, 'out/package-managers');
const entries = { pnpm: 'pnpm/bin/pnpm.cjs', yarn: 'yarn/bin/yarn.js', 'yarn 4': '@yarnpkg/cli-dist/bin/yarn.js' } as const;

export type PackageManagerName = 'npm' | keyof typeof entries;

/** Throws with npm's own words when they cannot be had, as without a network the first time. */
export function installPackageManagers(): void {
  const lock = 'package-lock.json';
  if (existsSync(join(home, 'done')) && readFileSync(join(home, 'done'), 'utf8') === readFileSync(join(wanted, lock), 'utf8')) return;
  mkdirSync(home, { recursive: true });
  cpSync(wanted, home, { recursive: true });
  const { status, stderr, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The package managers that this test runs could not be installed: ${stderr || String(error)}`);
  for (const [name, entry] of Object.entries(entries)) {
    const folder = join(home, 'bin', name);
    const program = join(folder, name.split(' ')[0] ?? name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${join(home, 'node_modules', entry)}" "$@"\n`);
    chmodSync(program, 0o755);
  }
  writeFileSync(join(home, 'done'), readFileSync(join(wanted, lock)));
}

/** A PATH on which this manager goes by its plain name. */
export function pathWith(name: PackageManagerName): string {
  const path = process.env['PATH'] ?? '';
  return name === 'npm' ? path : `${join(home, 'bin', name)}${delimiter}${path}`;
}
