// The release form of the extension in a folder of its own (out/bench/extension), so that a benchmark neither
// disturbs dist/ nor measures a development build by accident.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../test/support/repository-root';
import { progress } from './figures';

const linked = ['extension', 'shared', 'webview', 'workflows', 'node_modules', 'tsconfig.json'];
const copied = ['package.json', 'esbuild.mjs', 'media'];

/** Builds anew and answers the extension's folder; the bundles are in its dist/. */
export function buildRelease(): string {
  const folder = join(repositoryRoot, 'out', 'bench', 'extension');
  mkdirSync(folder, { recursive: true });
  for (const name of linked) {
    const source = join(repositoryRoot, name);
    if (existsSync(source) && !existsSync(join(folder, name))) symlinkSync(source, join(folder, name), 'junction');
  }
  for (const name of copied) cpSync(join(repositoryRoot, name), join(folder, name), { recursive: true });
  progress('building the release form …');
  execFileSync(process.execPath, ['esbuild.mjs', '--minify'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return folder;
}
