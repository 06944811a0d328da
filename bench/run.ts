// Runs the benchmarks one after the other, each in a process of its own: npm run bench [-- name…] [--json]
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../test/support/repository-root';

const folder = join(repositoryRoot, 'bench');
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  .map((name) => name.slice(0, -'.ts'.length));
const words = process.argv.slice(2);
const flags = words.filter((word) => word.startsWith('--'));
const named = words.filter((word) => !word.startsWith('--'));
const unknown = named.filter((name) => !existsSync(join(folder, `${name}.ts`)));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are: ${all.join(', ')}.`);
  process.exit(2);
}
for (const name of named.length > 0 ? named : all) {
  if (!flags.includes('--json')) console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', join(folder, `${name}.ts`), ...flags], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}
