// Rows 20 and 21 of the fault list: an approval of a check holds for what it would have run, and for nothing else.
import assert from 'node:assert/strict';
import { rename, rm } from 'node:fs/promises';
import { TemporaryWorkspace } from '../../platform/testing/temporary-workspace';
import { bindApproval, type ApprovalBinding } from './approval-binding';
import { findChecks } from './find-checks';

const signal = new AbortController().signal;

const packageFiles = {
  'package.json': '{ "scripts": { "pretypecheck": "node tools/gen", "typecheck": "npm run types:core && tsc -p tsconfig.build.json", "types:core": "vue-tsc && node ./scripts/core.mjs" } }',
  'scripts/core.mjs': '1;',
  'tools/gen.js': '1;',
  'tsconfig.build.json': '{}',
  'node_modules/.bin/tsc': '#!/usr/bin/env node\n',
  'node_modules/.bin/vue-tsc': '#!/usr/bin/env node\n',
  'packages/a/package.json': '{ "scripts": { "build": "esbuild src/a.ts" } }',
  'src/a.ts': 'export {};\n',
};
const manyPackages = {
  'package.json': '{ "workspaces": ["packages/*"], "scripts": { "build": "turbo run build" } }',
  'packages/b/package.json': '{ "scripts": { "build": "tsc" } }',
  'src/a.ts': '',
};
const makeFiles = { Makefile: 'include rules.mk\nall: app\n\t./gen.sh\n', 'rules.mk': 'app: main.c\n\tcc main.c\n', 'gen.sh': 'echo\n', 'main.c': 'int main(void) {}\n' };
const pythonFiles = { 'pyproject.toml': '[tool.mypy]\nplugins = ["plugins/own.py"]\n', 'plugins/own.py': '1\n', '.venv/bin/mypy': '#!/bin/sh\n', 'app.py': '1\n' };

/** What is done to the files, and whether it must be asked again. */
type Change = { behaviour: string; files: Readonly<Record<string, string>>; changed: string; put?: [string, string]; remove?: string; move?: [string, string]; again: boolean };

const changes: readonly Change[] = [
  { behaviour: 'for a source', files: packageFiles, changed: 'src/a.ts', put: ['src/a.ts', 'export const a = 1;\n'], again: false },
  { behaviour: 'for a file beside it that nothing runs', files: packageFiles, changed: 'src/a.ts', put: ['notes.json', '{}'], again: false },
  { behaviour: 'for a script in package.json', files: packageFiles, changed: 'src/a.ts', put: ['package.json', packageFiles['package.json'].replace('vue-tsc', 'curl evil')], again: true },
  { behaviour: 'for the file that a script runs, at one remove', files: packageFiles, changed: 'src/a.ts', put: ['scripts/core.mjs', 'evil();'], again: true },
  { behaviour: 'for the file that runs before a script, named without its ending', files: packageFiles, changed: 'src/a.ts', put: ['tools/gen.js', 'evil();'], again: true },
  { behaviour: 'for the settings it is given by name', files: packageFiles, changed: 'src/a.ts', put: ['tsconfig.build.json', '{ "include": [] }'], again: true },
  { behaviour: 'for the program in node_modules', files: packageFiles, changed: 'src/a.ts', put: ['node_modules/.bin/vue-tsc', 'evil'], again: true },
  { behaviour: 'for an .npmrc that is made', files: packageFiles, changed: 'src/a.ts', put: ['.npmrc', 'script-shell=./evil.sh'], again: true },
  { behaviour: 'for a .yarnrc.yml above the package', files: packageFiles, changed: 'packages/a/src/a.ts', put: ['.yarnrc.yml', 'yarnPath: ./evil.cjs'], again: true },
  { behaviour: 'for a file that was removed', files: packageFiles, changed: 'src/a.ts', remove: 'scripts/core.mjs', again: true },
  { behaviour: 'for a package that its script reaches through a runner of many', files: manyPackages, changed: 'src/a.ts', put: ['packages/b/package.json', '{ "scripts": { "build": "curl evil" } }'], again: true },
  { behaviour: 'for the makefile', files: makeFiles, changed: 'main.c', put: ['Makefile', 'all:\n\tevil\n'], again: true },
  { behaviour: 'for a makefile that would be taken first', files: makeFiles, changed: 'main.c', put: ['GNUmakefile', 'all:\n\tevil\n'], again: true },
  { behaviour: 'for an included makefile', files: makeFiles, changed: 'main.c', put: ['rules.mk', 'app:\n\tevil\n'], again: true },
  { behaviour: 'for a script the makefile calls', files: makeFiles, changed: 'main.c', put: ['gen.sh', 'evil\n'], again: true },
  { behaviour: 'for a plugin that the settings name', files: pythonFiles, changed: 'app.py', put: ['plugins/own.py', 'evil()\n'], again: true },
  { behaviour: 'for the settings of a checker', files: pythonFiles, changed: 'app.py', put: ['pyproject.toml', '[tool.mypy]\nexclude = ["app"]\n'], again: true },
  { behaviour: 'for a checker that was swapped', files: pythonFiles, changed: 'app.py', move: ['app.py', '.venv/bin/mypy'], again: true },
];

describe('an approval of a check', () => {
  let workspace: TemporaryWorkspace;
  afterEach(() => workspace.remove());

  const bound = async (changed: string, command: string | null = null): Promise<ApprovalBinding> => {
    const files = workspace.files();
    const { checks } = await findChecks(files, [changed], { command, tests: false }, signal);
    assert.ok(checks[0], 'there is a check');
    const binding = await bindApproval({ files, commands: workspace.commands() }, checks[0]);
    assert.ok(binding, 'it can be bound');
    return binding;
  };

  for (const { behaviour, files, changed, put, remove, move, again } of changes) {
    it(`${again ? 'is' : 'is not'} asked again ${behaviour}`, async () => {
      workspace = await TemporaryWorkspace.create(files);
      const [check] = (await findChecks(workspace.files(), [changed], { command: null, tests: false }, signal)).checks;
      assert.ok(check);
      const first = await bindApproval({ files: workspace.files(), commands: workspace.commands() }, check);
      if (put) await workspace.put(...put);
      if (remove !== undefined) await rm(workspace.at(remove));
      if (move) await rename(workspace.at(move[0]), workspace.at(move[1]));
      const second = await bindApproval({ files: workspace.files(), commands: workspace.commands() }, check);
      assert.equal(first?.contentHash !== second?.contentHash, again);
    });
  }

  it('says what it is bound to: the command, the real folder, and the files that are there', async () => {
    workspace = await TemporaryWorkspace.create(makeFiles);
    const { contentHash, ...rest } = await bound('main.c');
    assert.match(contentHash, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, { argv: ['make', '-k', 'all'], cwd: workspace.path, canBeKept: true, files: ['Makefile', 'gen.sh', 'rules.mk'] });
  });

  it('is one for all changed files where only those differ', async () => {
    workspace = await TemporaryWorkspace.create({ 'a.py': '', 'b.py': '' });
    assert.deepEqual(await bound('a.py'), await bound('b.py'));
    assert.deepEqual((await bound('a.py')).argv, ['python3', '-m', 'compileall', '-q', '-f', '<changed files>']);
  });

  it('is bound to the script that a configured command runs', async () => {
    workspace = await TemporaryWorkspace.create({ 'check.sh': 'echo\n', 'a.c': '' });
    const first = await bound('a.c', './check.sh --all');
    await workspace.put('check.sh', 'evil\n');
    assert.notEqual(first.contentHash, (await bound('a.c', './check.sh --all')).contentHash);
  });
});
