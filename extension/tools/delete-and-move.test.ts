// delete_file and move_file on a real disk, and on two.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { renameSync, symlinkSync } from 'node:fs';
import { chmod, link, lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { otherDevice } from '../platform/testing/other-device';
import { forgetKept } from '../platform/take-away';
import { nowMicros } from '../platform/clock';
import { toolNamed, ToolBench } from './testing/tool-bench';

/** Every file below with its content, every link with its target; folders end with a slash. */
async function treeOf(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isDirectory()) tree[`${name}/`] = '';
    else tree[name] = entry.isSymbolicLink() ? `→ ${await readlink(path)}` : await readFile(path, 'utf8');
  }
  return tree;
}

describe('delete_file', function () {
  this.timeout(20_000);
  let bench: ToolBench;
  let keptIn: string;

  beforeEach(async () => {
    bench = await ToolBench.create({ 'src/a.ts': 'a\n', 'src/deep/b.ts': 'bb\n', 'notes.md': 'n\n' });
    keptIn = join(bench.workspace.base, 'kept');
    bench.useFiles({ keepDeletedIn: keptIn });
  });
  afterEach(() => bench.remove());

  it('asks with what goes, and keeps it where the user can get it back', async () => {
    const asked = await bench.asked('delete_file', { path: 'notes.md' });
    assert.deepEqual(
      [asked.title, asked.subject, asked.protected_reason],
      ['Delete notes.md', { kind: 'delete', path: 'notes.md', what: 'file', files: 1, bytes: 2, kept: true, paths: [] }, null],
    );
    assert.equal(await bench.workspace.text('notes.md'), 'n\n');
    const { text, summary, is_error } = await bench.run('delete_file', asked.prepared);
    const [, keptAt = ''] = /^Deleted notes\.md; the user can get it back from (\S+)\.$/.exec(text) ?? [];
    assert.deepEqual([summary, is_error, await readFile(keptAt, 'utf8')], ['deleted', false, 'n\n']);
    assert.deepEqual(await treeOf(bench.workspace.path), { 'src/': '', 'src/a.ts': 'a\n', 'src/deep/': '', 'src/deep/b.ts': 'bb\n' });
    assert.equal(dirname(dirname(keptAt)), keptIn);
  });

  it('shows the first of a large folder, and says how much more there is', async () => {
    for (let number = 100; number < 160; number++) await bench.workspace.put(`many/deep/file-${number}.txt`, '');
    const asked = await bench.asked('delete_file', { path: 'many', recursive: true });
    assert.ok(asked.subject.kind === 'delete');
    const { paths, more_paths, files } = asked.subject;
    assert.deepEqual([paths.length, paths.slice(0, 2), more_paths, files], [50, ['deep', 'deep/file-100.txt'], 11, 60]);
  });

  it('takes a folder that is not empty only when told to, and says what is in it', async () => {
    assert.deepEqual(await bench.refusal('delete_file', { path: 'src' }), {
      code: 'not_empty', text: 'src is a folder that holds 2 files and 1 folder. Set recursive to delete it with all of them.',
    });
    const asked = await bench.asked('delete_file', { path: 'src', recursive: true });
    assert.deepEqual(
      [asked.title, asked.subject],
      ['Delete src with 2 files', { kind: 'delete', path: 'src', what: 'folder', files: 2, bytes: 5, kept: true, paths: ['a.ts', 'deep', 'deep/b.ts'] }],
    );
    const { text, summary } = await bench.run('delete_file', asked.prepared);
    const [, keptAt = ''] = /^Deleted src with 2 files; the user can get it back from (\S+)\.$/.exec(text) ?? [];
    assert.deepEqual([summary, await treeOf(keptAt), await readdir(bench.workspace.path)], ['2 files', { 'a.ts': 'a\n', 'deep/': '', 'deep/b.ts': 'bb\n' }, ['notes.md']]);
  });

  it('takes an empty folder without being told twice', async () => {
    await mkdir(bench.workspace.at('empty'));
    assert.equal((await bench.call('delete_file', { path: 'empty' })).is_error, false);
    assert.deepEqual(await readdir(bench.workspace.path), ['notes.md', 'src']);
  });

  it('says that it is for good where nothing is kept', async () => {
    bench.useFiles({});
    const asked = await bench.asked('delete_file', { path: 'src', recursive: true });
    assert.equal(asked.subject.kind === 'delete' && asked.subject.kept, false);
    assert.equal((await bench.run('delete_file', asked.prepared)).text, 'Deleted src with 2 files.');
    assert.deepEqual(await readdir(bench.workspace.path), ['notes.md']);
  });

  it('takes a link and leaves what it leads to', async () => {
    await symlink('src', bench.workspace.at('folder-link'));
    await symlink('notes.md', bench.workspace.at('file-link'));
    const asked = await bench.asked('delete_file', { path: 'folder-link' });
    assert.deepEqual(asked.subject, { kind: 'delete', path: 'folder-link', what: 'link', files: 1, bytes: 0, kept: true, paths: [] });
    for (const path of ['folder-link', 'file-link']) assert.equal((await bench.call('delete_file', { path })).is_error, false);
    assert.deepEqual([await readdir(bench.workspace.path), await bench.workspace.text('src/a.ts')], [['notes.md', 'src'], 'a\n']);
  });

  it('never takes a workspace folder, nor one that holds another or what BooCode keeps', async () => {
    const { workspace } = bench;
    await workspace.put('packages/web/x.ts', 'x');
    bench.useFiles({
      keepDeletedIn: keptIn,
      roots: [{ name: 'ws', path: workspace.path }, { name: 'web', path: workspace.at('packages/web') }, { name: 'outputs', path: workspace.at('src/deep'), readOnly: true }],
    });
    const codes: Record<string, unknown> = {};
    for (const path of ['ws', 'web', 'ws/packages', 'ws/packages/web', 'ws/src', 'ws/src/deep', workspace.path]) codes[path] = (await bench.refusal('delete_file', { path, recursive: true })).code;
    assert.deepEqual(new Set(Object.values(codes)), new Set(['workspace_folder']), JSON.stringify(codes));
    bench.useFiles({ keepDeletedIn: keptIn });
    for (const path of ['.', './', 'src/..', workspace.path]) assert.equal((await bench.refusal('delete_file', { path, recursive: true })).code, 'workspace_folder', path);
    assert.deepEqual(await readdir(workspace.path), ['notes.md', 'packages', 'src']);
  });

  it('tells what is not there, what can only be read and what is locked', async () => {
    assert.equal((await bench.refusal('delete_file', { path: 'gone.ts' })).code, 'not_found');
    assert.equal((await bench.refusal('delete_file', { path: 'notes.md/x' })).code, 'not_a_directory');
    assert.equal((await bench.refusal('delete_file', { path: join(bench.workspace.outputs, 'x.log') })).code, 'read_only');
    const locked = bench.workspace.at('notes.md');
    // Permissions do not bind root; an immutable file does.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) execFileSync('chattr', ['+i', locked]);
    else await chmod(locked, 0o444);
    try {
      assert.equal((await bench.refusal('delete_file', { path: 'notes.md' })).code, 'read_only');
    } finally {
      if (isRoot) execFileSync('chattr', ['-i', locked]);
    }
  });

  it('shows the first of a large folder and counts all of it', async () => {
    for (let index = 0; index < 120; index++) await bench.workspace.put(`many/${String(index).padStart(3, '0')}.txt`, 'x');
    const { subject } = await bench.asked('delete_file', { path: 'many', recursive: true });
    assert.ok(subject.kind === 'delete');
    assert.deepEqual([subject.files, subject.bytes, subject.paths.length, subject.paths.at(-1)], [120, 120, 50, '049.txt']);
  });

  it('does nothing when stopped', async () => {
    const folder = await bench.asked('delete_file', { path: 'src', recursive: true });
    const file = await bench.asked('delete_file', { path: 'notes.md' });
    bench.context = { ...bench.context, signal: AbortSignal.abort() };
    assert.deepEqual(
      [(await bench.run('delete_file', folder.prepared)).summary, (await bench.run('delete_file', file.prepared)).summary, await readdir(bench.workspace.path)],
      ['stopped', 'stopped', ['notes.md', 'src']],
    );
  });

  it('forgets what was kept long enough, and nothing else in that place', async () => {
    await bench.call('delete_file', { path: 'notes.md' });
    const between = nowMicros();
    await bench.call('delete_file', { path: 'src/a.ts' });
    await writeFile(join(keptIn, 'not-ours.txt'), 'x');
    await forgetKept(keptIn, between);
    const left = Object.keys(await treeOf(keptIn)).map((path) => path.replace(/^[\d]{16}-[0-9a-f]{8}/, '<kept>')).toSorted();
    assert.deepEqual(left, ['<kept>/', '<kept>/a.ts', 'not-ours.txt']);
    await forgetKept(join(bench.workspace.base, 'never-made'), between);
  });
});

describe('move_file', function () {
  this.timeout(20_000);
  let bench: ToolBench;
  let keptIn: string;

  beforeEach(async () => {
    bench = await ToolBench.create({ 'src/a.ts': 'a\n', 'src/deep/b.ts': 'bb\n', 'notes.md': 'n\n', 'run.sh': '#!/bin/sh\n' });
    keptIn = join(bench.workspace.base, 'kept');
    bench.useFiles({ keepDeletedIn: keptIn });
  });
  afterEach(() => bench.remove());

  it('asks with both ends, then moves, making the folders above and keeping mode and time', async () => {
    const { workspace } = bench;
    await chmod(workspace.at('run.sh'), 0o751);
    await utimes(workspace.at('run.sh'), 1_600_000_000, 1_600_000_000);
    const asked = await bench.asked('move_file', { from: 'run.sh', to: 'bin/tools/run' });
    assert.deepEqual(
      [asked.title, asked.subject],
      ['Move run.sh to bin/tools/run', { kind: 'move', from: 'run.sh', to: 'bin/tools/run', what: 'file', files: 1, bytes: 10, replaces: false, kept: false, paths: [] }],
    );
    const { text, summary } = await bench.run('move_file', asked.prepared);
    const moved = await stat(workspace.at('bin/tools/run'));
    assert.deepEqual([text, summary, moved.mode & 0o7777, moved.mtimeMs], ['Moved run.sh to bin/tools/run.', 'moved', 0o751, 1_600_000_000_000]);
    assert.deepEqual([await readdir(workspace.path), await readdir(workspace.at('bin/tools'))], [['bin', 'notes.md', 'src'], ['run']]);
  });

  it('moves a folder with all that is in it', async () => {
    const asked = await bench.asked('move_file', { from: 'src', to: 'lib/core' });
    assert.deepEqual(
      [asked.title, asked.subject],
      ['Move src with 2 files to lib/core', { kind: 'move', from: 'src', to: 'lib/core', what: 'folder', files: 2, bytes: 5, replaces: false, kept: false, paths: ['a.ts', 'deep', 'deep/b.ts'] }],
    );
    assert.equal((await bench.run('move_file', asked.prepared)).text, 'Moved src with 2 files to lib/core.');
    assert.deepEqual(await treeOf(bench.workspace.at('lib')), { 'core/': '', 'core/a.ts': 'a\n', 'core/deep/': '', 'core/deep/b.ts': 'bb\n' });
  });

  it('replaces a file only when told to, and keeps what was there', async () => {
    assert.deepEqual(await bench.refusal('move_file', { from: 'notes.md', to: 'src/a.ts' }), {
      code: 'already_there', text: 'src/a.ts is there already, so nothing was moved. Set overwrite to replace it, or choose another name.',
    });
    const asked = await bench.asked('move_file', { from: 'notes.md', to: 'src/a.ts', overwrite: true });
    assert.deepEqual([asked.title, asked.subject.kind === 'move' && [asked.subject.replaces, asked.subject.kept]], ['Move notes.md to src/a.ts, replacing it', [true, true]]);
    const { text } = await bench.run('move_file', asked.prepared);
    const [, keptAt = ''] = /^Moved notes\.md to src\/a\.ts in place of what was there, which the user can get back from (\S+)\.$/.exec(text) ?? [];
    assert.deepEqual([await readFile(keptAt, 'utf8'), await bench.workspace.text('src/a.ts')], ['a\n', 'n\n']);
  });

  it('says where the replaced file is when it could not be put where it is kept', async () => {
    bench.useFiles({ keepDeletedIn: bench.workspace.at('run.sh/kept') });
    const { text, is_error } = await bench.call('move_file', { from: 'notes.md', to: 'src/a.ts', overwrite: true });
    const [, keptAt = ''] = /which the user can get back from (\S+)\.$/.exec(text) ?? [];
    assert.deepEqual([is_error, dirname(keptAt), await bench.workspace.text('src/a.ts')], [false, bench.workspace.at('src'), 'n\n'], text);
    assert.equal(await readFile(keptAt, 'utf8'), 'a\n');
  });

  it('refuses what would not be exactly what was asked', async () => {
    const { workspace } = bench;
    await symlink('src', workspace.at('alias'));
    await symlink('notes.md', workspace.at('note-link'));
    const codes: Record<string, unknown> = {};
    for (const [from, to] of [
      ['notes.md', 'src'], ['src', 'notes.md'], ['src', 'src/inside'], ['src', 'alias/inside'], ['src', 'src'], ['notes.md', 'notes.md'], ['notes.md', './src/../notes.md'], ['.', 'x'],
      ['notes.md', '.'], ['gone', 'x'], ['alias', 'x'], ['notes.md', 'note-link'], ['notes.md', 'run.sh/x'], ['notes.md', join(workspace.outputs, 'x')],
    ] as const) {
      codes[`${from} → ${to}`] = (await bench.refusal('move_file', { from, to, overwrite: true })).code;
    }
    assert.deepEqual(codes, {
      'notes.md → src': 'already_there',
      'src → notes.md': 'already_there',
      'src → src/inside': 'inside_itself',
      'src → alias/inside': 'inside_itself',
      'src → src': 'already_there',
      'notes.md → notes.md': 'already_there',
      'notes.md → ./src/../notes.md': 'already_there',
      '. → x': 'workspace_folder',
      'notes.md → .': 'already_there',
      'gone → x': 'not_found',
      'alias → x': 'not_a_file',
      'notes.md → note-link': 'not_a_file',
      'notes.md → run.sh/x': 'not_a_directory',
      [`notes.md → ${join(workspace.outputs, 'x')}`]: 'read_only',
    });
    assert.deepEqual(Object.keys(await treeOf(workspace.path)).toSorted(), ['alias', 'note-link', 'notes.md', 'run.sh', 'src/', 'src/a.ts', 'src/deep/', 'src/deep/b.ts']);
  });

  it('replaces nothing that came to stand there after the approval', async () => {
    const { workspace } = bench;
    const asked = [await bench.asked('move_file', { from: 'notes.md', to: 'new.md' }), await bench.asked('move_file', { from: 'src', to: 'newer' })];
    await workspace.put('new.md', 'by a person\n');
    await workspace.put('newer/x', 'by a person\n');
    for (const { prepared } of asked) assert.equal((await bench.run('move_file', prepared)).is_error, true);
    // In the last moment, after everything was looked at.
    await rm(workspace.at('newer'), { recursive: true });
    bench.useFiles({ beforeChange: () => workspace.put('newer/x', 'by a person\n') });
    assert.equal((await bench.call('move_file', { from: 'src', to: 'newer' })).is_error, true);
    assert.deepEqual(
      [await workspace.text('new.md'), await workspace.text('newer/x'), await workspace.text('notes.md'), await workspace.text('src/a.ts')],
      ['by a person\n', 'by a person\n', 'n\n', 'a\n'],
    );
  });

  it('replaces only the file that the approval saw', async () => {
    const { workspace } = bench;
    const { prepared } = await bench.asked('move_file', { from: 'notes.md', to: 'src/a.ts', overwrite: true });
    await workspace.put('src/a.ts', 'by a person\n');
    assert.equal((await bench.run('move_file', prepared)).summary, 'changed');
    assert.deepEqual([await workspace.text('src/a.ts'), await workspace.text('notes.md')], ['by a person\n', 'n\n']);
  });

  it('moves a file that has a second name elsewhere', async () => {
    const { workspace } = bench;
    await link(workspace.at('notes.md'), workspace.at('same.md'));
    assert.equal((await bench.call('move_file', { from: 'notes.md', to: 'same.md', overwrite: true })).is_error, false);
    assert.deepEqual([await workspace.text('same.md'), (await readdir(workspace.path)).includes('notes.md')], ['n\n', false]);
  });

  describe('with several folders, on several devices', () => {
    let elsewhere: string;

    beforeEach(async () => {
      const place = await otherDevice();
      elsewhere = await realpath(await mkdtemp(join(place, 'boocode-test-')));
      bench.useFiles({ keepDeletedIn: join(elsewhere, 'kept'), roots: [{ name: 'ws', path: bench.workspace.path }, { name: 'far', path: elsewhere }] });
    });
    afterEach(() => rm(elsewhere, { recursive: true, force: true }));

    it('moves a file across, mode, time and content kept', async () => {
      const { workspace } = bench;
      await chmod(workspace.at('run.sh'), 0o751);
      await utimes(workspace.at('run.sh'), 1_600_000_000, 1_600_000_000);
      assert.notEqual((await stat(workspace.path)).dev, (await stat(elsewhere)).dev);
      assert.equal((await bench.call('move_file', { from: 'ws/run.sh', to: 'far/bin/run.sh' })).text, 'Moved ws/run.sh to far/bin/run.sh.');
      const moved = await stat(join(elsewhere, 'bin/run.sh'));
      assert.deepEqual([moved.mode & 0o7777, moved.mtimeMs, await treeOf(elsewhere)], [0o751, 1_600_000_000_000, { 'bin/': '', 'bin/run.sh': '#!/bin/sh\n' }]);
      assert.deepEqual(await readdir(workspace.path), ['notes.md', 'src']);
    });

    it('moves a folder across, links as they are, and back', async () => {
      const { workspace } = bench;
      await symlink('../notes.md', workspace.at('src/link'));
      await chmod(workspace.at('src/deep'), 0o700);
      const before = await treeOf(workspace.path);
      assert.equal((await bench.call('move_file', { from: 'ws/src', to: 'far/src' })).is_error, false);
      assert.deepEqual(await treeOf(elsewhere), { 'src/': '', 'src/a.ts': 'a\n', 'src/deep/': '', 'src/deep/b.ts': 'bb\n', 'src/link': '→ ../notes.md' });
      assert.equal((await lstat(join(elsewhere, 'src/deep'))).mode & 0o7777, 0o700);
      assert.deepEqual(Object.keys(await treeOf(workspace.path)).toSorted(), ['notes.md', 'run.sh']);
      assert.equal((await bench.call('move_file', { from: 'far/src', to: 'ws/src' })).is_error, false);
      assert.deepEqual(await treeOf(workspace.path), before);
    });

    it('replaces across devices only what was approved', async () => {
      await writeFile(join(elsewhere, 'n.md'), 'old\n');
      assert.equal((await bench.refusal('move_file', { from: 'ws/notes.md', to: 'far/n.md' })).code, 'already_there');
      const { prepared } = await bench.asked('move_file', { from: 'ws/notes.md', to: 'far/n.md', overwrite: true });
      await writeFile(join(elsewhere, 'n.md'), 'by a person\n');
      assert.equal((await bench.run('move_file', prepared)).summary, 'changed');
      assert.equal((await bench.call('move_file', { from: 'ws/notes.md', to: 'far/n.md', overwrite: true })).is_error, false);
      assert.equal(await readFile(join(elsewhere, 'n.md'), 'utf8'), 'n\n');
    });

    it('takes nothing that came to stand in its place while it was copied', async () => {
      const { workspace } = bench;
      const asked = await bench.asked('move_file', { from: 'ws/src/a.ts', to: 'far/a.ts' });
      await writeFile(join(workspace.outside, 'a.ts'), 'outside canary\n');
      const outside = await workspace.outsideState();
      const { signal } = new AbortController();
      let looks = 0;
      // The copy looks at it right before each thing it takes.
      signal.throwIfAborted = () => {
        if (looks++ > 0) return;
        renameSync(workspace.at('src'), workspace.at('src-was'));
        symlinkSync(workspace.outside, workspace.at('src'));
      };
      bench.context = { ...bench.context, signal };
      const { text, is_error } = await bench.run('move_file', asked.prepared);
      assert.deepEqual([looks > 0, is_error, await readdir(elsewhere), await workspace.text('src-was/a.ts')], [true, true, [], 'a\n'], text);
      assert.deepEqual(await workspace.outsideState(), outside);
    });

    it('leaves alone what cannot be copied whole', async () => {
      const { workspace } = bench;
      execFileSync('mkfifo', [workspace.at('src/pipe')]);
      assert.equal((await bench.refusal('move_file', { from: 'ws/src', to: 'far/src' })).code, 'io');
      assert.equal((await bench.refusal('delete_file', { path: 'ws/src', recursive: true })).code, 'io');
      await rm(workspace.at('src/pipe'));
      assert.deepEqual(Object.keys(await treeOf(workspace.path)).toSorted(), ['notes.md', 'run.sh', 'src/', 'src/a.ts', 'src/deep/', 'src/deep/b.ts']);
      assert.deepEqual(await treeOf(elsewhere), { 'kept/': '' });
    });

    it('keeps what is deleted on another device too, and leaves nothing beside it', async () => {
      const { text } = await bench.call('delete_file', { path: 'ws/src', recursive: true });
      const [, keptAt = ''] = /get it back from (\S+)\.$/.exec(text) ?? [];
      assert.deepEqual([await treeOf(keptAt), await readdir(bench.workspace.path)], [{ 'a.ts': 'a\n', 'deep/': '', 'deep/b.ts': 'bb\n' }, ['notes.md', 'run.sh']]);
    });
  });

  it('names the tools as ones that writes', () => {
    assert.deepEqual(['delete_file', 'move_file'].map((name) => toolNamed(name).access), ['write', 'write']);
  });
});
