// What an approval of a command is good for (rows 13, 20 and 21 of the fault list), with real files and programs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CommandBinding } from './command-binding';
import { TemporaryWorkspace } from './testing/temporary-workspace';
import { WorkspaceFiles } from './workspace-files';

const packageFile = (scripts: Record<string, string>, more: Record<string, unknown> = {}): string => JSON.stringify({ name: 'sample', version: '1.0.0', scripts, ...more });

describe('command binding', function () {
  this.timeout(20_000);
  let workspace: TemporaryWorkspace;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create({ 'README.md': 'read me\n', 'src/a.js': 'console.log(1);\n' });
  });
  afterEach(() => workspace.remove());

  const bind = async (argv: string[], cwd = '.'): Promise<CommandBinding> => {
    const bound = await workspace.commands().binding(argv, cwd);
    assert.ok(bound.ok, JSON.stringify(bound));
    return bound.value;
  };
  const put = (path: string, content: string): (() => Promise<void>) => () => workspace.put(path, content);
  /** Whether an approval given before `change` is still good after it. */
  const survives = async (argv: string[], change: () => Promise<unknown>, cwd = '.'): Promise<boolean> => {
    const before = await bind(argv, cwd);
    assert.ok(before.key !== null, `${argv.join(' ')} can be bound`);
    await change();
    return before.key === (await bind(argv, cwd)).key;
  };

  // Row 13.
  it('is for the exact arguments in the exact folder', async () => {
    await mkdir(workspace.at('sub'));
    const commands: [string[], string][] = [
      [['find', '.', '-name', 'x'], '.'], [['find', '.', '-name', 'x', '-exec', 'rm', '{}', ';'], '.'], [['find', '.', '-name', 'x'], 'sub'],
      [['sed', '-n', 'p', 'README.md'], '.'], [['sed', '-n', 'w out', 'README.md'], '.'], [['awk', 'BEGIN{}'], '.'], [['awk', 'BEGIN{system("x")}'], '.'],
      [['rg', 'y'], '.'], [['rg', '--pre', 'x', 'y'], '.'], [['git', 'log'], '.'], [['git', '-c', 'core.pager=x', 'log'], '.'], [['git log'], '.'], [['git', 'log', ''], '.'],
    ];
    const keys = new Set<string | null>();
    for (const [argv, cwd] of commands) keys.add((await bind(argv, cwd)).key);
    assert.equal(keys.size, commands.length);
    assert.equal((await bind(['git', 'log'])).key, (await bind(['git', 'log'])).key);
  });

  it('is for the program that would run, not for its name', async () => {
    const tools = [workspace.base, 'tools'];
    const before = await bind(['greet']);
    assert.equal(before.program, null);
    const path = process.env['PATH'];
    process.env['PATH'] = `${join(...tools, 'a')}:${join(...tools, 'b')}:${path}`;
    try {
      for (const folder of ['a', 'b']) {
        await mkdir(join(...tools, folder), { recursive: true });
        await writeFile(join(...tools, folder, `greet-${folder}`), `#!/bin/sh\necho ${folder}\n`, { mode: 0o755 });
      }
      await symlink(join(...tools, 'b', 'greet-b'), join(...tools, 'b', 'greet'));
      const second = await bind(['greet']);
      await symlink(join(...tools, 'a', 'greet-a'), join(...tools, 'a', 'greet'));
      const first = await bind(['greet']);
      assert.deepEqual([second.program, first.program], [join(...tools, 'b', 'greet-b'), join(...tools, 'a', 'greet-a')]);
      assert.equal(new Set([before.key, first.key, second.key]).size, 3);
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('outlives changes to what does not decide what runs', async () => {
    await workspace.put('package.json', packageFile({ test: 'node test.js', start: 'node src/a.js' }));
    await workspace.put('test.js', '');
    const change = async (): Promise<void> => {
      await workspace.put('README.md', 'changed\n');
      await workspace.put('src/a.js', 'changed\n');
      await workspace.put('package.json', packageFile({ test: 'node test.js', start: 'node src/a.js' }, { version: '2.0.0', dependencies: { left: '1' } }));
    };
    assert.deepEqual([await survives(['npm', 'test'], change), await survives(['ls', 'README.md'], put('README.md', 'again\n'))], [true, true]);
  });

  // Rows 20 and 21: the build script or a configuration is changed after the approval.
  const scripts = { t: 'node tools/build.js', build: 'node tools/build.js && npm run finish', finish: 'sh tools/finish.sh', pretest: 'node tools/before.js', test: 'mocha', prepare: 'node tools/prepare.js', postinstall: 'node tools/after.js' };
  const changes: [what: string, argv: string[], path: string, before: string | null, after: string][] = [
    ['the script of npm run', ['npm', 'run', 'build'], 'package.json', packageFile(scripts), packageFile({ ...scripts, build: 'node evil.js' })],
    ['a script that the script calls', ['npm', 'run', 'build'], 'package.json', packageFile(scripts), packageFile({ ...scripts, finish: 'sh evil.sh' })],
    ['a script before npm test', ['npm', 'test'], 'package.json', packageFile(scripts), packageFile({ ...scripts, pretest: 'node evil.js' })],
    ['a file that the script runs', ['npm', 'run', 'build'], 'tools/build.js', 'good', 'evil'],
    ['a file that a script called by the script runs', ['npm', 'run', 'build'], 'tools/finish.sh', 'good', 'evil'],
    ['a file that the script before it runs', ['npm', 'test'], 'tools/before.js', 'good', 'evil'],
    ['the script of pnpm run, by its short form', ['pnpm', 'build'], 'package.json', packageFile(scripts), packageFile({ ...scripts, build: 'node evil.js' })],
    ['the script of yarn', ['yarn', 'build'], 'package.json', packageFile(scripts), packageFile({ ...scripts, build: 'node evil.js' })],
    ['the script of bun run', ['bun', 'run', 'build'], 'package.json', packageFile(scripts), packageFile({ ...scripts, build: 'node evil.js' })],
    ['the script of node --run', ['node', '--run', 'build'], 'package.json', packageFile(scripts), packageFile({ ...scripts, build: 'node evil.js' })],
    ['the scripts of a package further down', ['npm', 'run', 'build', '-w', 'inner'], 'packages/inner/package.json', packageFile(scripts), packageFile({ build: 'evil' })],
    ['the shell that npm runs scripts with', ['npm', 'test'], '.npmrc', null, 'script-shell=./evil.sh\n'],
    ['a configuration that is code', ['npm', 'test'], 'vite.config.ts', 'export default {}', 'evil()'],
    ['the configuration of the test runner', ['npm', 'test'], '.mocharc.cjs', null, 'evil()'],
    ['its section in package.json', ['npm', 'test'], 'package.json', packageFile(scripts), packageFile(scripts, { mocha: { require: './evil.js' } })],
    ['a script under a name that npm has a command of', ['npm', 'run', 't'], 'tools/build.js', 'good', 'evil'],
    ['a program that a script finds installed', ['npm', 'test'], 'node_modules/.bin/mocha', 'good', 'evil'],
    ['a program that npx finds installed', ['npx', 'mocha'], 'node_modules/.bin/mocha', 'good', 'evil'],
    ['the packages that npm install gets', ['npm', 'install'], 'package.json', packageFile({}), packageFile({}, { dependencies: { evil: '1' } })],
    ['a file that a script of npm ci runs', ['npm', 'ci'], 'tools/prepare.js', 'good', 'evil'],
    ['a file that a script of npm install by its short form runs', ['npm', 'i'], 'tools/after.js', 'good', 'evil'],
    ['the lock file that npm ci follows', ['npm', 'ci'], 'package-lock.json', '{}', '{"packages":{}}'],
    ['the yarn that a repository brings', ['yarn', 'build'], '.yarn/releases/yarn-4.cjs', 'good', 'evil'],
    ['a Makefile', ['make', 'all'], 'Makefile', 'all:\n\ttrue\n', 'all:\n\tevil\n'],
    ['a makefile that goes before the other', ['make'], 'GNUmakefile', null, 'all:\n\tevil\n'],
    ['a makefile that is included', ['make'], 'rules.mk', 'a:\n', 'a: evil\n'],
    ['a Makefile in the folder of -C', ['make', '-C', 'sub'], 'sub/Makefile', 'all:\n', 'all: evil\n'],
    ['a Makefile named by -f', ['make', '-f', 'build/other.txt'], 'build/other.txt', 'all:\n', 'all: evil\n'],
    ['build.rs', ['cargo', 'build'], 'build.rs', 'fn main() {}', 'fn main() { evil() }'],
    ['Cargo.toml', ['cargo', 'test'], 'Cargo.toml', '[package]', '[package]\nbuild = "evil.rs"'],
    ['the runner that cargo is told to use', ['cargo', 'run'], '.cargo/config.toml', null, '[target]\nrunner = "evil"'],
    ['go.mod', ['go', 'build'], 'go.mod', 'module a', 'module a\nreplace x => ./evil'],
    ['a justfile', ['just', 'build'], 'justfile', 'build:\n', 'build: evil\n'],
    ['composer.json', ['composer', 'install'], 'composer.json', '{}', '{"scripts":{"post-install-cmd":"evil"}}'],
    ['a script given to node', ['node', 'src/a.js'], 'src/a.js', 'good', 'evil'],
    ['the index of a folder given to node', ['node', '.'], 'index.js', 'good', 'evil'],
    ['what package.json says to run of a folder', ['node', '.'], 'package.json', packageFile(scripts, { main: 'src/a.js' }), packageFile(scripts, { main: 'evil.js' })],
    ['the file that package.json says to run', ['node', 'lib'], 'lib/start.js', 'good', 'evil'],
    ['a script given to node without its ending', ['node', 'src/a'], 'src/a.js', 'good', 'evil'],
    ['a file that node requires first', ['node', '--require=./hook.js', 'src/a.js'], 'hook.js', 'good', 'evil'],
    ['a script given to python', ['python3', 'do.py'], 'do.py', 'good', 'evil'],
    ['a module given to python', ['python3', '-m', 'pack.mod'], 'pack/mod.py', 'good', 'evil'],
    ['a test set-up of python', ['pytest'], 'conftest.py', null, 'evil()'],
    ['a script given to sh', ['sh', 'do.sh'], 'do.sh', 'good', 'evil'],
    ['a script behind another program', ['timeout', '60', 'sh', 'do.sh'], 'do.sh', 'good', 'evil'],
    ['a hook of git', ['git', 'commit', '-m', 'x'], '.git/hooks/pre-commit', null, 'evil'],
    ['a script in a shell line', ['bash', '-c', 'sh do.sh | tail'], 'do.sh', 'good', 'evil'],
    ['a script in the folder that a shell line changes to', ['bash', '-c', 'cd src && node a.js'], 'src/a.js', 'good', 'evil'],
    ['a build in a shell line', ['bash', '-c', 'cd . && make all 2>&1|tail'], 'Makefile', 'all:\n', 'all: evil\n'],
    ['a script of npm in a shell line', ['sh', '-c', '(npm test)&'], 'package.json', packageFile(scripts), packageFile({ ...scripts, test: 'evil' })],
  ];
  for (const [what, argv, path, before, after] of changes) {
    it(`does not outlive a change to ${what}`, async () => {
      await workspace.put('package.json', packageFile(scripts));
      await workspace.put('lib/package.json', packageFile({}, { main: './start' }));
      if (before !== null) await workspace.put(path, before);
      const { files } = await bind(argv);
      assert.equal(files.includes(workspace.at(path)), before !== null);
      assert.equal(await survives(argv, put(path, after)), false);
    });
  }

  it('looks at configurations in the folders above, up to the workspace', async () => {
    await workspace.put('packages/inner/x', '');
    await workspace.put('Makefile', 'all:\n');
    assert.equal(await survives(['make', '-C', '../..'], put('Makefile', 'all: evil\n'), 'packages/inner'), false);
    assert.equal(await survives(['make'], () => writeFile(join(workspace.base, 'Makefile'), 'all: evil\n'), 'packages/inner'), true);
  });

  it('is for the content of a program that lies in the workspace, wherever a link to it is', async () => {
    await workspace.put('tool.sh', '#!/bin/sh\n');
    await chmod(workspace.at('tool.sh'), 0o755);
    await symlink('tool.sh', workspace.at('link'));
    assert.equal(await survives(['./link'], put('tool.sh', '#!/bin/sh\nevil\n')), false);
    assert.equal(await survives(['bash', '-c', './link && true'], put('tool.sh', '#!/bin/sh\nworse\n')), false);
  });

  it('is for the content of a program that lies in the workspace and is found on the path', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = `${path}:${workspace.at('bin')}`;
    try {
      await workspace.put('bin/own-tool', '#!/bin/sh\n');
      await chmod(workspace.at('bin/own-tool'), 0o755);
      assert.equal(await survives(['own-tool'], put('bin/own-tool', '#!/bin/sh\nevil\n')), false);
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('notices a file that goes, and one that becomes a link', async () => {
    await workspace.put('Makefile', 'all:\n');
    assert.equal(await survives(['make'], () => rm(workspace.at('Makefile'))), false);
    await workspace.put('other.js', 'console.log(1);\n');
    const relink = async (): Promise<void> => {
      await rm(workspace.at('src/a.js'));
      await symlink('../other.js', workspace.at('src/a.js'));
    };
    assert.equal(await survives(['node', 'src/a.js'], relink), false);
  });

  it('keeps a shell line apart from a program, and takes it for the same through either tool', async () => {
    const shell = await workspace.commands().shell('npm test');
    assert.ok(shell.ok);
    const [line, list, same] = [await bind(shell.value), await bind(['npm', 'test']), await bind(['bash', '-c', 'npm test'])];
    assert.deepEqual([line.kind, list.kind, same.kind], ['shell', 'program', 'shell']);
    assert.equal(line.key, same.key);
    assert.notEqual(line.key, list.key);
    assert.notEqual(line.key, (await bind(['bash', '-c', 'npm test '])).key);
  });

  it('is for what lies in any folder of the workspace', async () => {
    const other = join(workspace.base, 'other');
    await mkdir(other);
    const files = new WorkspaceFiles({ roots: [{ name: 'ws', path: workspace.path }, { name: 'other', path: other }], ripgrepPath: null });
    const key = async (argv: string[]): Promise<string | null> => {
      const bound = await workspace.commands({ files }).binding(argv, 'ws');
      return bound.ok ? bound.value.key : null;
    };
    const all = (): Promise<(string | null)[]> => Promise.all([['../other/tool.sh'], ['npm', '--prefix', '../other', 'test']].map(key));
    const putAll = async (text: string): Promise<void> => {
      await writeFile(join(other, 'tool.sh'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      await writeFile(join(other, 'package.json'), packageFile({ test: text }));
    };
    await putAll('good');
    const [tool, test] = await all();
    await putAll('evil');
    const [toolNow, testNow] = await all();
    assert.deepEqual([tool === toolNow, test === testNow, tool === null, test === null], [false, false, false, false]);
  });

  it('waits for nothing that a repository puts in the place of a file', async () => {
    for (const place of [() => promisify(execFile)('mkfifo', [workspace.at('package.json')]), () => symlink('/dev/zero', workspace.at('package.json')), () => mkdir(workspace.at('package.json'))]) {
      await place();
      assert.equal((await bind(['npm', 'test'])).key, null);
      await rm(workspace.at('package.json'), { recursive: true });
    }
  });

  it('cannot be kept for what cannot be looked at', async () => {
    await workspace.put('package.json', packageFile(scripts));
    await Promise.all(Array.from({ length: 600 }, (_, index) => workspace.put(`p/${index}/package.json`, '{}')));
    assert.equal((await bind(['npm', 'test', '--workspaces'])).key, null);
    assert.notEqual((await bind(['npm', 'test'])).key, null);
  });

  it('refuses a folder outside the workspace', async () => {
    const bound = await workspace.commands().binding(['ls'], workspace.outside);
    assert.equal(bound.ok ? 'bound' : bound.error.code, 'outside_workspace');
  });
});
