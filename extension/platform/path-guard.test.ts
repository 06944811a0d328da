// Rows 1, 2, 3, 5, 6 and 8 of the fault list for the guard alone, and the ordinary paths that must keep working.
import assert from 'node:assert/strict';
import { mkdir, realpath, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { badPathReason } from './path-names';
import { PathGuard, type GuardDisk } from './path-guard';
import { protectedReason } from './protected-paths';
import { TemporaryWorkspace } from './testing/temporary-workspace';

describe('path guard', () => {
  let workspace: TemporaryWorkspace;
  let guard: PathGuard;

  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create({ 'src/a.ts': 'a', 'notes.md': 'n' });
    guard = new PathGuard([{ name: 'ws', path: workspace.path }]);
  });
  afterEach(() => workspace.remove());

  const codeOf = async (path: string, by: PathGuard = guard): Promise<string> => {
    const checked = await by.check(path);
    return checked.ok ? 'allowed' : checked.error.code;
  };

  it('resolves relative, dotted and absolute paths inside the workspace to one real path', async () => {
    const expected = {
      display: 'src/a.ts',
      real: workspace.at('src/a.ts'),
      rootName: 'ws',
      rootReal: workspace.path,
      exists: true,
      readOnly: false,
      protectedReason: null,
    };
    for (const path of ['src/a.ts', './src/../src/a.ts', `../ws/src/a.ts`, workspace.at('src/a.ts')]) {
      assert.deepEqual(await guard.check(path), { ok: true, value: expected }, path);
    }
  });

  it('allows a file that does not exist yet below a folder that does not either', async () => {
    const checked = await guard.check('new/deep/file.ts');
    assert.ok(checked.ok);
    assert.deepEqual([checked.value.real, checked.value.exists], [workspace.at('new/deep/file.ts'), false]);
  });

  // Row 1.
  it('sibling prefix: refuses the folder beside it that begins with the same name', async () => {
    for (const path of ['../ws-evil/secret.txt', join(workspace.outside, 'secret.txt'), `${workspace.path}-evil/secret.txt`, '..', '/', '../..', '/etc/passwd']) {
      assert.equal(await codeOf(path), 'outside_workspace', path);
    }
  });

  // Row 3.
  it('symlinked parent, new file: refuses what lies behind a link out of the workspace, there or not', async () => {
    await symlink(workspace.outside, workspace.at('link'));
    await symlink(join(workspace.outside, 'secret.txt'), workspace.at('file-link'));
    for (const path of ['link', 'link/secret.txt', 'link/new.txt', 'link/a/b/new.txt', 'file-link']) {
      assert.equal(await codeOf(path), 'outside_workspace', path);
    }
  });

  it('refuses a chain of links that leaves and comes back', async () => {
    await symlink(workspace.path, join(workspace.outside, 'back'));
    await symlink(workspace.outside, workspace.at('out'));
    assert.equal(await codeOf('out/back/notes.md'), 'outside_workspace');
  });

  // Row 2.
  it('dangling symlink: refuses links that lead nowhere or to themselves', async () => {
    await symlink(join(workspace.outside, 'not-there'), workspace.at('dangling'));
    await symlink('loop', workspace.at('loop'));
    assert.deepEqual([await codeOf('dangling'), await codeOf('dangling/x'), await codeOf('loop')], ['dangling_link', 'dangling_link', 'dangling_link']);
  });

  it('follows links that stay inside and names where they lead', async () => {
    await symlink('src', workspace.at('alias'));
    const checked = await guard.check('alias/a.ts');
    assert.ok(checked.ok);
    assert.deepEqual([checked.value.display, checked.value.real], ['alias/a.ts', workspace.at('src/a.ts')]);
  });

  it('says so when something on the way is a file', async () => {
    assert.equal(await codeOf('notes.md/x'), 'not_a_directory');
  });

  it('works when the workspace itself was opened through a link', async () => {
    const alias = join(workspace.base, 'alias');
    await symlink(workspace.path, alias);
    const byAlias = new PathGuard([{ name: 'ws', path: alias }]);
    assert.deepEqual(
      [await codeOf('notes.md', byAlias), await codeOf(join(alias, 'notes.md'), byAlias), await codeOf(workspace.at('notes.md'), byAlias), await codeOf('../ws-evil/secret.txt', byAlias)],
      ['allowed', 'allowed', 'allowed', 'outside_workspace'],
    );
  });

  it('refuses everything when no folder is open or the folder is gone', async () => {
    assert.equal(await codeOf('notes.md', new PathGuard([])), 'no_workspace');
    await rename(workspace.path, `${workspace.path}-moved`);
    assert.equal(await codeOf('notes.md'), 'outside_workspace');
  });

  it('keeps several folders apart by name', async () => {
    const other = join(workspace.base, 'other');
    await mkdir(other);
    const both = new PathGuard([{ name: 'ws', path: workspace.path }, { name: 'ws', path: other }, { name: 'out', path: workspace.outputs, readOnly: true }]);
    assert.deepEqual(both.folderNames, ['ws', 'ws-2']);
    const checked = await both.check('ws-2/x.ts');
    assert.ok(checked.ok);
    assert.deepEqual([checked.value.display, checked.value.real, checked.value.rootName], ['ws-2/x.ts', join(other, 'x.ts'), 'ws-2']);
    assert.deepEqual(
      [await codeOf('notes.md', both), await codeOf('ws/notes.md', both), await codeOf('out/1.log', both), await codeOf('ws/../ws-evil/secret.txt', both)],
      ['bad_path', 'allowed', 'bad_path', 'outside_workspace'],
    );
  });

  it('lets a read-only folder be reached by absolute path, and marks it', async () => {
    const withOutputs = new PathGuard([{ name: 'ws', path: workspace.path }, { name: 'out', path: workspace.outputs, readOnly: true }]);
    const checked = await withOutputs.check(join(workspace.outputs, '1.log'));
    assert.ok(checked.ok);
    assert.deepEqual([checked.value.display, checked.value.readOnly], [join(workspace.outputs, '1.log'), true]);
  });

  // Row 8.
  it('the guard throws: refuses when its own look at the disk fails', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('injected'));
    const disks: GuardDisk[] = [
      { lstat: broken, realpath },
      { lstat: async () => ({ isSymbolicLink: () => false }), realpath: broken },
      {
        lstat: () => {
          throw new TypeError('injected');
        },
        realpath,
      },
    ];
    for (const disk of disks) {
      assert.equal(await codeOf('notes.md', new PathGuard([{ name: 'ws', path: workspace.path }], disk)), 'check_failed');
    }
  });

  // Row 6.
  it('ADS, 8.3, CON, trailing dot, device paths, NUL: refuses names that mean another file somewhere', async () => {
    const names = [
      'a.txt:stream', 'a.txt::$DATA', 'C:/x', 'C:x', 'file:///etc/passwd', 'PROGRA~1', 'SETTIN~1.JSO', 'src/GIT~1/config', 'CON', 'con.txt', 'aux.c',
      'src/NUL', 'COM1', 'lpt9.log', 'COM¹', 'CONIN$', 'name.', 'name ', '.vscode./settings.json', 'src /a', '\\\\?\\C:\\x', '\\\\server\\share', '//server/share',
      '//?/C:/x', 'a\0b', 'a\nb', '..\\..\\x', '~/x', '', 'x'.repeat(5000),
    ];
    const taken: string[] = [];
    for (const name of names) if ((await codeOf(name)) !== 'bad_path') taken.push(name);
    assert.deepEqual(taken, []);
  });

  it('takes ordinary names that only look odd', () => {
    const names = ['.env.example', '...', 'a..b', 'foo~bar.ts', 'backup.c.~1~', 'console.ts', 'com10', 'nullable.ts', 'ünï/文.ts', 'a b.txt', '[slug].tsx', '$x', '-n'];
    assert.deepEqual(names.map((name) => badPathReason(name, 'linux')).filter((reason) => reason !== null), ['"..." ends with a dot or a space']);
  });

  it('takes a drive letter and backslashes on Windows only', () => {
    assert.deepEqual(
      [badPathReason('C:\\ws\\a.ts', 'win32'), badPathReason('src\\a.ts', 'win32'), badPathReason('C:a.ts', 'win32'), badPathReason('src\\a.ts', 'linux')],
      [null, null, '"C:a.ts" holds a colon', 'the separator is "/"'],
    );
  });
});

describe('protected paths', () => {
  // Row 5.
  it('.VSCODE/Settings.json: are recognised in every spelling', () => {
    const paths = [
      '.vscode/settings.json', '.VSCODE/Settings.json', '.vscode/new/x', 'packages/a/.vscode/tasks.json', 'x.code-workspace', 'X.CODE-WORKSPACE', '.mcp.json',
      '.boocode/workflows/a.js', 'AGENTS.md', 'sub/agents.md', 'CLAUDE.md', '.cursor/rules/x.mdc', '.github/copilot-instructions.md', '.husky/pre-commit',
      '.github/workflows/ci.yml', '.GitHub/Workflows/ci.yml', '.gitlab-ci.yml', '.circleci/config.yml', 'Jenkinsfile', '.npmrc', 'web/.npmrc', '.env', '.env.local',
      '.ENV', '.git/hooks/pre-commit', '.git/config', '.GIT/config', '.gi\u200ct/config', '.vſcode/settings.json', '.git', '.devcontainer/devcontainer.json',
    ];
    assert.deepEqual(paths.filter((path) => protectedReason(path) === null), []);
  });

  it('do not include ordinary files', () => {
    const paths = ['src/index.ts', 'package.json', '.github/ISSUE_TEMPLATE/bug.md', '.gitignore', 'environment.ts', 'env', 'docs/agents.mdx', 'vscode/settings.json', '.', ''];
    assert.deepEqual(paths.filter((path) => protectedReason(path) !== null), []);
  });

  it('are recognised behind a link with an innocent name', async () => {
    const workspace = await TemporaryWorkspace.create({ '.vscode/settings.json': '{}' });
    try {
      await symlink('.vscode', workspace.at('config'));
      const checked = await new PathGuard([{ name: 'ws', path: workspace.path }]).check('config/settings.json');
      assert.ok(checked.ok);
      assert.equal(checked.value.protectedReason, 'it configures the editor, which can run commands');
    } finally {
      await workspace.remove();
    }
  });
});
