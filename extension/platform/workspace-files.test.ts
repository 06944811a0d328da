// What tools can do to the disk, on a real one: ranges, encodings, atomic writes, links swapped at the last moment.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileLimits } from './file-limits';
import { TemporaryWorkspace } from './testing/temporary-workspace';
import { hashOf } from './text-file';
import type { FileOutcome } from './workspace-files';

const signal = new AbortController().signal;
const codeOf = (outcome: FileOutcome<unknown>): string => (outcome.ok ? 'ok' : outcome.error.code);
/** The file as it must still be: at its own path, with this content (null: not there). */
const was = (workspace: TemporaryWorkspace, path: string, content: string | null) => ({
  place: workspace.at(path),
  hash: content === null ? null : hashOf(Buffer.from(content)),
});
const text = (value: string) => ({ text: value, encoding: 'utf8' });

describe('workspace files', () => {
  let workspace: TemporaryWorkspace;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create();
  });
  afterEach(() => workspace.remove());

  const range = async (path: string, start = 1, end: number | null = null) => {
    const read = await workspace.files().readLines(path, { start, end }, signal);
    assert.ok(read.ok, JSON.stringify(read));
    return { ...read.value, lines: read.value.lines.map(({ number, text: line, hiddenBytes }) => (hiddenBytes > 0 ? [number, line.length, hiddenBytes] : [number, line])) };
  };

  describe('reading', () => {
    it('gives a range, with or without a last line break, BOM and CRLF left out', async () => {
      await workspace.put('a.txt', '\ufeffone\r\ntwo\r\nthree');
      assert.deepEqual(await range('a.txt'), { path: 'a.txt', lines: [[1, 'one'], [2, 'two'], [3, 'three']], totalLines: 3, nextLine: null, lossy: false });
      assert.deepEqual(await range('a.txt', 2, 2), { path: 'a.txt', lines: [[2, 'two']], totalLines: 3, nextLine: null, lossy: false });
      assert.deepEqual(await range('a.txt', 9), { path: 'a.txt', lines: [], totalLines: 3, nextLine: null, lossy: false });
      await workspace.put('b.txt', 'x\n\n');
      assert.deepEqual(await range('b.txt'), { path: 'b.txt', lines: [[1, 'x'], [2, '']], totalLines: 2, nextLine: null, lossy: false });
      await workspace.put('empty.txt', '');
      assert.deepEqual(await range('empty.txt'), { path: 'empty.txt', lines: [], totalLines: 0, nextLine: null, lossy: false });
    });

    it('stops at 2000 lines and says where to go on', async () => {
      await workspace.put('long.txt', Array.from({ length: 4500 }, (_, index) => `line ${index + 1}\n`).join(''));
      const first = await range('long.txt');
      assert.deepEqual([first.lines.length, first.lines.at(-1), first.totalLines, first.nextLine], [2000, [2000, 'line 2000'], 4500, 2001]);
      const rest = await range('long.txt', 4001);
      assert.deepEqual([rest.lines.length, rest.lines[0], rest.nextLine], [500, [4001, 'line 4001'], null]);
    });

    it('stops at 256 KB, and cuts a line that is too long between characters', async () => {
      await workspace.put('wide.txt', `${'x'.repeat(999)}\n`.repeat(1000));
      const wide = await range('wide.txt');
      assert.deepEqual([wide.lines.length, wide.nextLine, wide.totalLines], [263, 264, 1000]);
      await workspace.put('minified.js', `${'€'.repeat(100_000)}\nend\n`);
      const cut = await range('minified.js');
      assert.deepEqual(cut.lines, [[1, 1333, 300_001 - fileLimits.lineBytes], [2, 'end']]);
    });

    it('reads a range of a file of any size without counting it to the end', async () => {
      await workspace.put('huge.log', Buffer.alloc(fileLimits.editBytes + 1, 'abcdefg\n'));
      const read = await range('huge.log', 3, 4);
      assert.deepEqual(read, { path: 'huge.log', lines: [[3, 'abcdefg'], [4, 'abcdefg']], totalLines: null, nextLine: null, lossy: false });
    });

    it('tells apart what is missing, a folder, binary, UTF-16, neither of them and a pipe', async () => {
      await workspace.put('folder/x', '');
      await workspace.put('image.png', Buffer.from([0x89, 0x50, 0, 1, 2]));
      await workspace.put('latin1.txt', Buffer.from('caf\xe9\n', 'latin1'));
      await workspace.put('utf16.txt', Buffer.from('\ufeffhello', 'utf16le'));
      await promisify(execFile)('mkfifo', [workspace.at('pipe')]);
      const files = workspace.files();
      const codes: Record<string, string[]> = {};
      for (const path of ['gone', 'folder', 'image.png', 'latin1.txt', 'utf16.txt', 'pipe']) {
        codes[path] = [codeOf(await files.readLines(path, { start: 1, end: null }, signal)), codeOf(await files.readText(path))];
      }
      assert.deepEqual(codes, {
        gone: ['not_found', 'not_found'],
        folder: ['is_directory', 'is_directory'],
        'image.png': ['binary', 'binary'],
        'latin1.txt': ['ok', 'not_utf8'],
        'utf16.txt': ['ok', 'ok'],
        pipe: ['not_a_file', 'not_a_file'],
      });
    });

    it('refuses to take a file over 10 MB whole', async () => {
      await workspace.put('big.txt', Buffer.alloc(fileLimits.editBytes + 1, 'x'));
      assert.deepEqual(await workspace.files().readText('big.txt'), {
        ok: false,
        error: { code: 'too_large', message: 'big.txt is 10.0 MB; files over 10.0 MB are not edited.', next_step: 'Change it with a command.' },
      });
    });

    it('opens nothing for a look ahead, and gives nothing when the path leads elsewhere by the time it is read', async () => {
      await workspace.put('src/a.txt', 'inside\n');
      await writeFile(join(workspace.outside, 'a.txt'), 'outside\n');
      const files = workspace.files();
      const read = async (path: string, ahead = files.lookAhead(path)): Promise<string> => codeOf(await files.readLines(path, { start: 1, end: null }, signal, ahead));
      const early = files.lookAhead('src/a.txt');
      assert.equal(await read('src/a.txt', early), 'ok');
      await rename(workspace.at('src'), workspace.at('was'));
      await symlink(workspace.outside, workspace.at('src'));
      assert.deepEqual(
        [await read('src/a.txt', early), await read('src/a.txt'), await read('src/a.txt', { path: 'src/a.txt' }), await read('was/a.txt', early)],
        ['swapped', 'outside_workspace', 'outside_workspace', 'ok'],
      );
    });

    it('ends as data when stopped', async () => {
      await workspace.put('a.txt', 'a');
      assert.equal(codeOf(await workspace.files().readLines('a.txt', { start: 1, end: null }, AbortSignal.abort())), 'stopped');
      assert.equal(codeOf(await workspace.files().list(null, null, AbortSignal.abort())), 'stopped');
    });
  });

  describe('writing', () => {
    it('makes a file with the folders above it', async () => {
      const written = await workspace.files().write('a/b/c.txt', text('hello\n'), was(workspace, 'a/b/c.txt', null));
      assert.deepEqual(written, { ok: true, value: { path: 'a/b/c.txt', hash: hashOf(Buffer.from('hello\n')) } });
      assert.equal(await workspace.text('a/b/c.txt'), 'hello\n');
    });

    it('replaces a file in one step, keeping its mode and leaving nothing beside it', async () => {
      await workspace.put('run.sh', 'old');
      await chmod(workspace.at('run.sh'), 0o751);
      const before = await stat(workspace.at('run.sh'));
      await workspace.files().write('run.sh', { text: 'new', encoding: 'utf8bom' }, was(workspace, 'run.sh', 'old'));
      const after = await stat(workspace.at('run.sh'));
      assert.deepEqual([await workspace.text('run.sh'), after.mode & 0o7777, await readdir(workspace.path)], ['\ufeffnew', 0o751, ['run.sh']]);
      assert.notEqual(after.ino, before.ino);
    });

    it('writes through a link inside the workspace and keeps the link', async () => {
      await workspace.put('real.txt', 'old');
      await symlink('real.txt', workspace.at('link.txt'));
      await workspace.files().write('link.txt', text('new'), was(workspace, 'real.txt', 'old'));
      assert.deepEqual([await workspace.text('real.txt'), await readlink(workspace.at('link.txt'))], ['new', 'real.txt']);
    });

    it('writes nothing when the file is not what was expected', async () => {
      await workspace.put('a.txt', 'somebody else');
      const files = workspace.files();
      const codes = [
        codeOf(await files.write('a.txt', text('x'), was(workspace, 'a.txt', 'old'))),
        codeOf(await files.write('a.txt', text('x'), was(workspace, 'a.txt', null))),
        codeOf(await files.write('gone.txt', text('x'), was(workspace, 'gone.txt', 'old'))),
      ];
      assert.deepEqual([codes, await workspace.text('a.txt'), await readdir(workspace.path)], [['changed', 'changed', 'changed'], 'somebody else', ['a.txt']]);
    });

    it('never makes a file through a dangling link', async () => {
      await symlink(join(workspace.outside, 'made.txt'), workspace.at('dangling'));
      const before = await workspace.outsideState();
      assert.equal(codeOf(await workspace.files().write('dangling', text('x'), was(workspace, 'dangling', null))), 'dangling_link');
      assert.deepEqual(await workspace.outsideState(), before);
    });

    it('notices a folder swapped for a link between the check and the write', async () => {
      await workspace.put('sub/a.txt', 'old');
      await writeFile(join(workspace.outside, 'a.txt'), 'old');
      const before = await workspace.outsideState();
      const swap = async (): Promise<void> => {
        await rename(workspace.at('sub'), workspace.at('sub-was'));
        await symlink(workspace.outside, workspace.at('sub'));
      };
      const written = await workspace.files({ beforeChange: swap }).write('sub/a.txt', text('new'), was(workspace, 'sub/a.txt', 'old'));
      assert.equal(written.ok, false);
      assert.deepEqual(await workspace.outsideState(), before);
      assert.equal(await workspace.text('sub-was/a.txt'), 'old');
    });

    it('notices a file swapped for a link, or changed, between the check and the write', async () => {
      const before = await workspace.outsideState();
      const swaps = {
        swapped: async (): Promise<void> => {
          await rm(workspace.at('a.txt'));
          await symlink(join(workspace.outside, 'secret.txt'), workspace.at('a.txt'));
        },
        changed: (): Promise<void> => writeFile(workspace.at('a.txt'), 'changed meanwhile'),
      };
      for (const [expected, swap] of Object.entries(swaps)) {
        await rm(workspace.at('a.txt'), { force: true });
        await workspace.put('a.txt', 'old');
        const written = await workspace.files({ beforeChange: swap }).write('a.txt', text('new'), was(workspace, 'a.txt', 'old'));
        assert.equal(codeOf(written), expected);
      }
      assert.deepEqual([await workspace.outsideState(), await workspace.text('a.txt'), await readdir(workspace.path)], [before, 'changed meanwhile', ['a.txt']]);
    });

    it('writes nothing when what was there before could not be kept', async () => {
      const files = workspace.files({ beforeChange: () => Promise.reject(new Error('no room')) });
      assert.equal(codeOf(await files.write('a.txt', text('x'), was(workspace, 'a.txt', null))), 'not_saved');
      assert.deepEqual(await readdir(workspace.path), []);
    });

    it('refuses folders and read-only places', async () => {
      await workspace.put('folder/x', '');
      const files = workspace.files();
      assert.equal(codeOf(await files.writeTarget('folder')), 'is_directory');
      assert.equal(codeOf(await files.write(join(workspace.outputs, 'x.log'), text('x'), { place: join(workspace.outputs, 'x.log'), hash: null })), 'read_only');
      assert.deepEqual(await readdir(workspace.outputs), []);
    });

    it('refuses a write-protected file', async () => {
      await workspace.put('locked.txt', 'x');
      const locked = workspace.at('locked.txt');
      // Permissions do not bind root; an immutable file does.
      const isRoot = process.getuid?.() === 0;
      const lock = (flag: string): void => void execFileSync('chattr', [flag, locked]);
      if (isRoot) lock('+i');
      else await chmod(locked, 0o444);
      try {
        assert.equal(codeOf(await workspace.files().writeTarget('locked.txt')), 'read_only');
      } finally {
        if (isRoot) lock('-i');
      }
    });
  });

  describe('listing and searching', () => {
    beforeEach(async () => {
      for (const [path, content] of Object.entries({
        '.gitignore': 'node_modules/\n*.log\n',
        '.github/x.yml': 'needle\n',
        '.git/config': 'needle\n',
        'node_modules/dep/index.ts': 'needle\n',
        'debug.log': 'needle\n',
        'src/b.ts': 'const a = 1;\nconst Needle = 2;\n',
        'src/a.ts': 'needle(1)\r\nneedle(2)\r\n',
        'src/deep/c.test.ts': 'nothing\n',
      })) {
        await workspace.put(path, content);
      }
    });

    const list = async (path: string | null, pattern: string | null, includeIgnored = false) => {
      const listed = await workspace.files().list(path, pattern, signal, { includeIgnored });
      assert.ok(listed.ok, JSON.stringify(listed));
      return listed.value.paths;
    };
    const search = async (query: string, more: { path?: string; glob?: string; regex?: boolean; caseSensitive?: boolean; includeIgnored?: boolean; skip?: number } = {}) => {
      const { path = null, ...options } = more;
      const searched = await workspace.files().search(path, { text: query, glob: null, regex: false, caseSensitive: false, maxMatches: 100, maxPerFile: 50, ...options }, signal);
      assert.ok(searched.ok, JSON.stringify(searched));
      return searched.value.found.map((one) => `${one.path}:${one.line}:${one.text.slice(one.start, one.end)}`);
    };

    it('lists in a stable order without ignored files, whatever the pattern says', async () => {
      const all = ['.github/x.yml', '.gitignore', 'src/a.ts', 'src/b.ts', 'src/deep/c.test.ts'];
      assert.deepEqual(await list(null, null), all);
      assert.deepEqual(await list('.', '**/*'), all);
      assert.deepEqual(await list(null, '*.ts'), ['src/a.ts', 'src/b.ts', 'src/deep/c.test.ts']);
      assert.deepEqual(await list(null, 'src/*.ts'), ['src/a.ts', 'src/b.ts']);
      assert.deepEqual(await list('src/deep', null), ['src/deep/c.test.ts']);
      assert.deepEqual(await list(null, '*.log'), []);
    });

    it('lists an ignored folder that is asked for by name', async () => {
      assert.deepEqual(await list('node_modules/dep', null), ['node_modules/dep/index.ts']);
    });

    it('finds plain text and patterns, in order', async () => {
      assert.deepEqual(await search('needle'), ['.github/x.yml:1:needle', 'src/a.ts:1:needle', 'src/a.ts:2:needle', 'src/b.ts:2:Needle']);
      assert.deepEqual(await search('needle', { caseSensitive: true, path: 'src' }), ['src/a.ts:1:needle', 'src/a.ts:2:needle']);
      assert.deepEqual(await search('needle(', { glob: '*.ts' }), ['src/a.ts:1:needle(', 'src/a.ts:2:needle(']);
      assert.deepEqual(await search('n\\w+\\(2', { regex: true, glob: '**' }), ['src/a.ts:2:needle(2']);
      assert.deepEqual(await search('needle', { path: 'src/b.ts' }), ['src/b.ts:2:Needle']);
    });

    it('takes no option from a query, a path or a glob', async () => {
      await workspace.put('--pre=touch', 'x');
      assert.deepEqual(await search('--pre=touch'), []);
      assert.deepEqual(await search('x', { path: '--pre=touch' }), ['--pre=touch:1:x']);
      assert.deepEqual(await search('needle', { glob: '--pre=touch' }), []);
    });

    it('runs no preprocessor a configuration file asks for', async () => {
      await workspace.put('rg.conf', `--pre=${workspace.at('pre.sh')}\n`);
      await workspace.put('pre.sh', `#!/bin/sh\ntouch ${workspace.at('marker')}\n`);
      await chmod(workspace.at('pre.sh'), 0o755);
      process.env['RIPGREP_CONFIG_PATH'] = workspace.at('rg.conf');
      try {
        await search('needle');
      } finally {
        delete process.env['RIPGREP_CONFIG_PATH'];
      }
      assert.equal((await readdir(workspace.path)).includes('marker'), false);
    });

    it('does not follow links, and refuses to start at one that leads out', async () => {
      await symlink(workspace.outside, workspace.at('link'));
      assert.deepEqual(await search('canary'), []);
      assert.equal(codeOf(await workspace.files().list('link', null, signal)), 'outside_workspace');
    });

    it('reports a pattern ripgrep does not take, and a missing ripgrep', async () => {
      const query = { text: '(', regex: true, glob: null, caseSensitive: false, maxMatches: 10, maxPerFile: 10 };
      const bad = await workspace.files().search(null, query, signal);
      assert.equal(codeOf(bad), 'bad_pattern');
      assert.equal(codeOf(await workspace.files({ ripgrepPath: null }).search(null, query, signal)), 'no_ripgrep');
      assert.equal(codeOf(await workspace.files({ ripgrepPath: workspace.at('no-rg') }).search(null, query, signal)), 'search_failed');
    });

    it('stops when it has enough, and drops lines too long to be read', async () => {
      await workspace.put('many.txt', 'hit\n'.repeat(30));
      await workspace.put('long.txt', `${'y'.repeat(2_000_000)}hit\n`);
      const query = { text: 'hit', regex: false, glob: null, caseSensitive: false, maxMatches: 10, maxPerFile: 20 };
      const some = await workspace.files().search(null, query, signal);
      assert.ok(some.ok);
      assert.deepEqual([some.value.found.length, some.value.ended, some.value.oversized], [10, 'enough', 1]);
    });

    it('covers every folder of a workspace with several', async () => {
      const other = join(workspace.base, 'other');
      await mkdir(other);
      await writeFile(join(other, 'z.ts'), 'needle\n');
      const files = workspace.files({ roots: [{ name: 'ws', path: workspace.path }, { name: 'other', path: other }] });
      const listed = await files.list(null, '*.ts', signal);
      assert.deepEqual(listed, { ok: true, value: { paths: ['other/z.ts', 'ws/src/a.ts', 'ws/src/b.ts', 'ws/src/deep/c.test.ts'], complete: true } });
      const below = await files.list('ws/src', 'a.ts', signal);
      assert.deepEqual(below, { ok: true, value: { paths: ['ws/src/a.ts'], complete: true } });
    });
  });
});
