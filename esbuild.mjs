// Builds everything that ships into dist/: host, store worker, headless command, one bundle per webview.
// Flags: --watch rebuilds on change, --minify makes the release form, --report prints sizes.
import { build, context } from 'esbuild';
import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const flags = new Set(process.argv.slice(2));
const minify = flags.has('--minify');
const require = createRequire(import.meta.url);

const common = {
  bundle: true,
  sourcemap: minify ? false : 'linked',
  minify,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
};

/** Bundles of their own that others load at run time, when something in them is first needed. */
const lateBundles = {
  name: 'late-bundles',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/vscode\/host$/ }, () => ({ path: './host.js', external: true }));
    onResolve({ filter: /^\.\/character-sets$/ }, () => ({ path: './character-sets.js', external: true }));
    onResolve({ filter: /^\.\/otlp-library$/ }, () => ({ path: './otlp.js', external: true }));
  },
};

const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outdir: 'dist',
  external: ['vscode'],
  plugins: [lateBundles],
  // VS Code loads extensions as CommonJS, where only require finds the 'vscode' module.
  supported: { 'dynamic-import': false },
};

const hostBuild = {
  ...node,
  entryPoints: {
    main: 'extension/main.ts',
    host: 'extension/vscode/host.ts',
    'character-sets': 'extension/platform/character-sets.ts',
    otlp: 'extension/trace/export/otlp-library.ts',
    headless: 'extension/headless.ts',
    'store-worker': 'extension/store/worker/main.ts',
  },
};

const views = (await readdir('webview', { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && existsSync(join('webview', entry.name, 'main.tsx')))
  .map((entry) => entry.name);

const webviewBuild = {
  ...common,
  platform: 'browser',
  target: 'chrome130',
  format: 'iife',
  outdir: 'dist/webview',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  entryPoints: Object.fromEntries(views.map((name) => [name, `webview/${name}/main.tsx`])),
  loader: { '.ttf': 'file' },
};

/** A webview must carry neither host code nor a Node module; a host bundle no webview code. */
function checkBorders(result) {
  const problems = [];
  for (const [output, { inputs }] of Object.entries(result.metafile.outputs)) {
    const foreign = output.includes('dist/webview/') ? /^(extension\/|node:|\(disabled\))/ : /^webview\//;
    for (const input of Object.keys(inputs)) if (foreign.test(input)) problems.push(`${output} contains ${input}`);
  }
  if (problems.length > 0) throw new Error(`bundle border crossed:\n  ${problems.join('\n  ')}`);
}

/** A checkout finds ripgrep in node_modules; a package has it beside the bundles, for the platform it is made for. */
async function copyRipgrep() {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  await mkdir('dist/bin', { recursive: true });
  await copyFile(require.resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/${name}`), join('dist/bin', name));
  await chmod(join('dist/bin', name), 0o755);
}

async function copyAssets() {
  await mkdir('dist', { recursive: true });
  if (minify) await copyRipgrep();
  await copyFile(require.resolve('sql.js/dist/sql-wasm.wasm'), 'dist/sql-wasm.wasm');
  await mkdir('dist/webview', { recursive: true });
  const codicons = dirname(require.resolve('@vscode/codicons/package.json'));
  for (const name of ['codicon.css', 'codicon.ttf']) await copyFile(join(codicons, 'dist', name), join('dist/webview', name));
}

function report(results) {
  for (const result of results) {
    for (const output of Object.keys(result.metafile.outputs).filter((name) => /\.(js|css)$/.test(name))) {
      const bytes = readFileSync(output);
      console.log(`${output}: ${(bytes.length / 1024).toFixed(1)} KB, ${(gzipSync(bytes).length / 1024).toFixed(1)} KB gz`);
    }
  }
}

if (flags.has('--watch')) {
  await copyAssets();
  const contexts = await Promise.all([hostBuild, webviewBuild].map((options) => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  const results = await Promise.all([build(hostBuild), build(webviewBuild), copyAssets()]);
  const built = results.filter((result) => result?.metafile);
  for (const result of built) checkBorders(result);
  await writeFile('dist/metafile.json', JSON.stringify(built.map((result) => result.metafile)));
  if (flags.has('--report')) report(built);
}
