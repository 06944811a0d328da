// Rows 6, 7 and 8 of the fault list for every tool there is: none of them gets out of the workspace, whatever path it
// is given, and none works when the guard does not. A new tool, or a new text among a tool's arguments, fails the
// first test until it has its place in the table.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { builtInTools, toolSchemas } from './registry';
import { ToolBench, codeOf } from './testing/tool-bench';

type Fields = {
  /** How the tool is given a path in each place that takes one. */
  paths: Readonly<Record<string, (path: string) => unknown>>;
  /** Places that take a pattern for paths: never an error, and never anything from outside. */
  patterns?: Readonly<Record<string, (pattern: string) => unknown>>;
  /** Places for text that is no path. */
  texts?: readonly string[];
};

const fieldsOf: Readonly<Record<string, Fields>> = {
  ask_user: { paths: {}, texts: ['question', 'choices[].label', 'choices[].description'] },
  command_output: { paths: {}, texts: ['id', 'until'] },
  delete_file: { paths: { path: (path) => ({ path, recursive: true }) } },
  diagnostics: { paths: { path: (path) => ({ path }) } },
  edit_file: {
    paths: { path: (path) => ({ path, edits: [{ old_text: 'canary', new_text: 'broken' }] }) },
    texts: ['edits[].old_text', 'edits[].new_text'],
  },
  list_files: { paths: { path: (path) => ({ path }) }, patterns: { pattern: (pattern) => ({ pattern, include_ignored: true }) } },
  move_file: { paths: { from: (from) => ({ from, to: 'moved.txt', overwrite: true }), to: (to) => ({ from: 'src/cart.ts', to, overwrite: true }) } },
  read_file: { paths: { path: (path) => ({ path }) } },
  run_command: { paths: { cwd: (cwd) => ({ argv: ['touch', 'broken'], cwd }) }, texts: ['argv[]'] },
  run_shell: { paths: { cwd: (cwd) => ({ line: 'touch broken', cwd }) }, texts: ['line'] },
  search_files: {
    paths: { path: (path) => ({ path, query: 'canary' }) },
    patterns: { glob: (glob) => ({ query: 'canary', glob, include_ignored: true }) },
    texts: ['query'],
  },
  stop_command: { paths: {}, texts: ['id'] },
  write_file: { paths: { path: (path) => ({ path, content: 'broken' }) }, texts: ['content'] },
};

/** Ways out of the workspace, and names that are other files somewhere. */
function escapingPaths(outside: string): string[] {
  return [
    // up, beside and by absolute name
    '../../x', '..', '../ws-evil', '../ws-evil/secret.txt', 'src/../../ws-evil/secret.txt', './/../ws-evil/secret.txt', 'src/./.././../ws-evil/secret.txt',
    outside, join(outside, 'secret.txt'), '/', '/etc/passwd', '/proc/self/environ', '/dev/null',
    // through links: out, in a chain out and back, to nowhere, round in a circle
    'link', 'link/', 'link/secret.txt', 'link/new.txt', 'link/deep/new.txt', 'link/../link/secret.txt', 'file-link', 'out-and-back/back/src/cart.ts', 'dangling', 'dangling/x', 'loop',
    // bytes and names that are something else on another system
    'src/cart.ts\0.md', 'src/cart\n.ts', 'src/cart.ts:stream', 'src/cart.ts::$DATA', '.git::$INDEX_ALLOCATION/config', 'SECRET~1.TXT', 'src/PROGRA~1/x', 'CON', 'src/NUL', 'aux.txt', 'COM1',
    'lpt1.log', 'src/cart.ts.', 'src./cart.ts', 'src/cart.ts ', 'src /cart.ts', '\\\\?\\C:\\x', '\\\\.\\C:\\x', '\\\\server\\share\\x', '//?/C:/x', '//server/share/x', 'C:\\x', 'C:/x', 'C:x',
    '..\\..\\x', 'src\\..\\..\\x', '~/x', '~', 'file:///etc/passwd', 'x'.repeat(5000),
  ];
}

describe('staying inside, with every tool', function () {
  this.timeout(60_000);
  let bench: ToolBench;

  beforeEach(async () => {
    bench = await ToolBench.create({ 'src/cart.ts': 'export const canary = 1;\n' });
    const { workspace } = bench;
    await symlink(workspace.outside, workspace.at('link'));
    await symlink(join(workspace.outside, 'secret.txt'), workspace.at('file-link'));
    await symlink(join(workspace.outside, 'not-there.txt'), workspace.at('dangling'));
    await symlink('loop', workspace.at('loop'));
    await symlink(workspace.path, join(workspace.outside, 'back'));
    await symlink(workspace.outside, workspace.at('out-and-back'));
  });
  afterEach(() => bench.remove());

  it('has every text that any tool takes in its table', () => {
    const known = Object.entries(fieldsOf).flatMap(([tool, { paths, patterns = {}, texts = [] }]) =>
      [...Object.keys(paths), ...Object.keys(patterns), ...texts].map((field) => `${tool} ${field}`),
    );
    const taken = toolSchemas(builtInTools).flatMap(({ name, parameters }) => textsOf(parameters, '').map((field) => `${name} ${field}`));
    assert.deepEqual(known.toSorted(), taken.toSorted());
  });

  // Row 7: a tool that skips the guard. Row 6: the table of names.
  for (const [name, { paths }] of Object.entries(fieldsOf)) {
    for (const [field, inputFor] of Object.entries(paths)) {
      it(`row 7: ${name} refuses every way out as its ${field}`, async () => {
        const { workspace } = bench;
        const before = [await workspace.outsideState(), await treeOf(workspace.path)];
        const out: string[] = [];
        for (const path of escapingPaths(workspace.outside)) {
          const result = await bench.call(name, inputFor(path));
          const leaked = result.text.includes('outside canary') || /root:/.test(result.text);
          if (!result.is_error || leaked || codeOf(result) === 'check_failed') out.push(`${path}: ${result.text}`);
        }
        assert.deepEqual(out, []);
        assert.deepEqual([await workspace.outsideState(), await treeOf(workspace.path)], before);
      });

      // Row 8: the guard throws.
      it(`row 8: ${name} refuses its ${field} when the guard itself fails`, async () => {
        const { workspace } = bench;
        const before = await treeOf(workspace.path);
        const broken = (): Promise<never> => Promise.reject(new Error('injected'));
        const throwing = (): never => {
          throw new TypeError('injected');
        };
        for (const guardDisk of [{ lstat: broken, realpath: broken }, { lstat: throwing, realpath: throwing }]) {
          bench.useFiles({ guardDisk });
          assert.equal((await bench.refusal(name, inputFor('src/cart.ts'))).code, 'check_failed');
        }
        assert.deepEqual(await treeOf(workspace.path), before);
      });
    }
  }

  for (const [name, { patterns = {} }] of Object.entries(fieldsOf)) {
    for (const [field, inputFor] of Object.entries(patterns)) {
      it(`row 7: ${name} shows nothing from outside, whatever its ${field}`, async () => {
        const { workspace } = bench;
        for (const pattern of [...escapingPaths(workspace.outside).slice(0, 30), '../**', '**/../**', '{..,.}/**', `${workspace.outside}/**`, '/**', 'link/**', '**']) {
          const { text } = await bench.call(name, inputFor(pattern));
          assert.equal(/secret|outside canary|ws-evil\/|root:/.test(text.replaceAll(pattern, '')), false, `${pattern}: ${text}`);
        }
      });
    }
  }

  // By construction: a tool's context is all it can reach.
  it('row 7: no tool can reach disk or processes but through its context', async () => {
    const sources = (await readdir(__dirname)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const offenders: string[] = [];
    for (const name of sources) {
      const path = join(__dirname, name);
      const source = await readFile(path, 'utf8');
      if (/\brequire\(|\bprocess\.\w|\bglobalThis\b|\beval\(/.test(source)) offenders.push(`${name} reaches around its imports`);
      for (const imported of valueImports(source)) {
        const reaching = await wayToTheSystem(path, imported, new Set());
        if (reaching !== null) offenders.push(`${name} → ${reaching}`);
      }
    }
    assert.deepEqual(offenders, []);
  });
});

/** Where a schema takes text: `path`, `edits[].old_text`. */
function textsOf(schema: unknown, at: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, properties, items, anyOf } = schema as { type?: unknown; properties?: Record<string, unknown>; items?: unknown; anyOf?: unknown[] }; // a JSON schema
  if (type === 'string') return [at];
  if (type === 'array') return textsOf(items, `${at}[]`);
  if (anyOf) return [...new Set(anyOf.flatMap((one) => textsOf(one, at)))];
  return Object.entries(properties ?? {}).flatMap(([name, one]) => textsOf(one, at === '' ? name : `${at}.${name}`));
}

/** What is imported for more than its types. */
function valueImports(source: string): string[] {
  const statements = source.matchAll(/^(?:import|export)\s+(type\s+)?([^'";]*?)\s*(?:from\s*)?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm);
  return [...statements].flatMap(([, isType, names = '', from, dynamic]) => {
    const onlyTypes = isType !== undefined || (/^\{.*\}$/s.test(names) && names.slice(1, -1).split(',').every((name) => /^\s*(?:type\s|$)/.test(name)));
    const wanted = from ?? dynamic;
    return wanted === undefined || onlyTypes ? [] : [wanted];
  });
}

const system = /^(?:node:)?(?:fs|fs\/promises|child_process|net|http|https|http2|tls|dgram|dns|worker_threads|cluster|module|vm|process|os|inspector)$/;

/** The chain of imports by which a module comes to the system; null when there is none. */
async function wayToTheSystem(from: string, wanted: string, seen: Set<string>): Promise<string | null> {
  if (system.test(wanted)) return wanted;
  if (!wanted.startsWith('.')) return null;
  const path = [`${join(dirname(from), wanted)}.ts`, `${join(dirname(from), wanted)}.tsx`].find((one) => existsSync(one));
  if (path === undefined || seen.has(path)) return null;
  seen.add(path);
  for (const imported of valueImports(await readFile(path, 'utf8'))) {
    const way = await wayToTheSystem(path, imported, seen);
    if (way !== null) return `${wanted} → ${way}`;
  }
  return null;
}

/** Everything below, links not followed. */
async function treeOf(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).map((entry) => join(entry.parentPath, entry.name)).toSorted();
}
