// Bundles the suite that runs inside VS Code (test/vscode) into out/test/vscode as CommonJS, which is
// what the extension host loads; `vscode` and `mocha` stay outside the bundles.
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'test', 'vscode');
const target = join(root, 'out', 'test', 'vscode');

await rm(target, { recursive: true, force: true });
await build({
  entryPoints: readdirSync(source)
    .filter((name) => name === 'index.ts' || name.endsWith('.test.ts'))
    .map((name) => join(source, name)),
  outdir: target,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  logLevel: 'warning',
});
