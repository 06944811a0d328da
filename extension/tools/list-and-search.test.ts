// list_files and search_files over trees as they are: ignore files, links, several folders, odd files; always sorted,
// bounded and with a way to the rest.
import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolBench } from './testing/tool-bench';

describe('list_files and search_files', function () {
  this.timeout(30_000);
  let bench: ToolBench;
  beforeEach(async () => {
    bench = await ToolBench.create({
      '.gitignore': 'dist/\n*.log\n!keep.log\n',
      '.ignore': 'fixtures/\n',
      '.git/config': 'needle\n',
      'dist/out.js': 'needle\n',
      'fixtures/big.json': 'needle\n',
      'debug.log': 'needle\n',
      'keep.log': 'needle\n',
      'src/a.ts': 'needle\n',
      'src/b/.gitignore': 'local.ts\n',
      'src/b/local.ts': 'needle\n',
      'src/b/c.ts': 'needle\n',
    });
  });
  afterEach(() => bench.remove());

  const listed = async (input: object): Promise<string[]> => (await bench.call('list_files', input)).text.split('\n');
  const searched = async (input: object): Promise<string[]> =>
    (await bench.call('search_files', { query: 'needle', ...input })).text.split('\n').filter((line) => !/^\d+\t/.test(line));

  it('leave out what .gitignore and .ignore name, in any folder, with or without a repository', async () => {
    const some = ['.gitignore', '.ignore', 'keep.log', 'src/a.ts', 'src/b/.gitignore', 'src/b/c.ts'];
    const found = ['keep.log', 'src/a.ts', 'src/b/c.ts'];
    assert.deepEqual([await listed({}), await searched({})], [some, found]);
    await rm(bench.workspace.at('.git'), { recursive: true });
    assert.deepEqual([await listed({}), await searched({})], [some, found]);
    assert.deepEqual([await listed({ path: 'src' }), await listed({ path: 'src/b' }), await searched({ path: 'src/b' })], [some.slice(3), some.slice(4), ['src/b/c.ts']]);
  });

  it('include them when told to, but never what belongs to git', async () => {
    const all = ['.gitignore', '.ignore', 'debug.log', 'dist/out.js', 'fixtures/big.json', 'keep.log', 'src/a.ts', 'src/b/.gitignore', 'src/b/c.ts', 'src/b/local.ts'];
    const found = all.filter((path) => !path.endsWith('ignore'));
    assert.deepEqual([await listed({ include_ignored: true }), await searched({ include_ignored: true })], [all, found]);
    assert.deepEqual([await listed({ pattern: '*.json' }), await listed({ pattern: '*.json', include_ignored: true })], [
      ['No files that match *.json in the workspace (ignored files are not listed; include_ignored lists them).'], ['fixtures/big.json'],
    ]);
    assert.deepEqual(await searched({ glob: 'dist/**', include_ignored: true }), ['dist/out.js']);
  });

  it('give the same order every time', async () => {
    for (const name of ['B.txt', 'a.txt', 'a-b/x.txt', 'a/x.txt', 'ä.txt', '10.txt', '9.txt']) await bench.workspace.put(`order/${name}`, 'needle\n');
    const list = await listed({ path: 'order' });
    assert.deepEqual(list, ['order/10.txt', 'order/9.txt', 'order/B.txt', 'order/a-b/x.txt', 'order/a.txt', 'order/a/x.txt', 'order/ä.txt']);
    const first = await searched({ path: 'order' });
    for (let round = 0; round < 3; round++) assert.deepEqual([await listed({ path: 'order' }), await searched({ path: 'order' })], [list, first]);
  });

  it('name the folder first where there are several, and go on when one is gone', async () => {
    const { workspace } = bench;
    const other = join(workspace.base, 'other');
    await mkdir(other);
    await writeFile(join(other, 'z.ts'), 'needle\n');
    const roots = [{ name: 'ws', path: workspace.path }, { name: 'other', path: other }];
    bench.useFiles({ roots });
    assert.deepEqual([await listed({ pattern: '*.ts' }), await searched({ glob: '*.ts' })], [['other/z.ts', 'ws/src/a.ts', 'ws/src/b/c.ts'], ['ws/src/a.ts', 'ws/src/b/c.ts', 'other/z.ts']]);
    assert.deepEqual([await listed({ path: 'other' }), await listed({ path: 'ws/src/b', pattern: '*.ts' })], [['other/z.ts'], ['ws/src/b/c.ts']]);
    // An offset counts over all of them.
    assert.deepEqual([await searched({ glob: '*.ts', offset: 1 }), await searched({ glob: '*.ts', offset: 2 })], [['ws/src/b/c.ts', 'other/z.ts'], ['other/z.ts']]);
    await rm(other, { recursive: true });
    assert.deepEqual(await listed({ pattern: '*.ts' }), ['ws/src/a.ts', 'ws/src/b/c.ts']);
  });

  it('show a linked folder under the name it really has, and do not follow links below', async () => {
    const { workspace } = bench;
    await symlink('src', workspace.at('alias'));
    await symlink('..', workspace.at('src/up'));
    assert.deepEqual([await listed({ path: 'alias' }), await searched({ path: 'alias' })], [['src/a.ts', 'src/b/.gitignore', 'src/b/c.ts'], ['src/a.ts', 'src/b/c.ts']]);
    assert.deepEqual(await listed({ pattern: '*.ts' }), ['src/a.ts', 'src/b/c.ts']);
  });

  it('pass over binary files and name what else was not searched', async () => {
    await bench.workspace.put('bin/data', Buffer.from([0x6e, 0x65, 0x65, 0x64, 0x6c, 0x65, 0, 1]));
    await bench.workspace.put('bin/huge.txt', Buffer.concat([Buffer.alloc(10 * 1024 * 1024 + 1, 'x\n'), Buffer.from('\nneedle at the end\n')]));
    assert.deepEqual(await searched({ path: 'bin' }), ['No matches (ignored and binary files and files over 10 MB are not searched).']);
    // Named by itself a file is searched whatever its size.
    assert.match((await bench.call('search_files', { query: 'at the end', path: 'bin/huge.txt' })).text, /^bin\/huge\.txt\n\d+\tneedle at the end$/);
  });

  it('search a single file to its end, page by page', async () => {
    await bench.workspace.put('many.txt', Array.from({ length: 450 }, (_, index) => `needle ${index}\n`).join(''));
    const pages = [];
    for (let offset = 0; offset <= 450; offset += 200) {
      const lines = (await bench.call('search_files', { query: 'needle', path: 'many.txt', offset })).text.split('\n');
      pages.push([lines[1], lines.length, lines.at(-1)]);
    }
    assert.deepEqual(pages, [
      ['1\tneedle 0', 202, '[stopped at 200 matches; go on with offset 200, or narrow it with path, glob or a longer query]'],
      ['201\tneedle 200', 202, '[stopped at 200 matches; go on with offset 400, or narrow it with path, glob or a longer query]'],
      ['401\tneedle 400', 51, '450\tneedle 449'],
    ]);
  });

  it('show the part around a match of a huge line, and count what is too long to be read', async () => {
    await bench.workspace.put('min.js', `${'a'.repeat(300_000)};needle();${'b'.repeat(300_000)}\n`);
    await bench.workspace.put('wide.js', `${'a'.repeat(2_000_000)}needle\n`);
    const { text } = await bench.call('search_files', { query: 'needle', glob: '*.js' });
    assert.match(text, /^min\.js\n1\t…a+;needle\(\);b+…\n\[not shown for overlong lines: 1 place\]$/);
    assert.ok(text.length < 400);
    const read = await bench.call('read_file', { path: 'min.js' });
    assert.match(read.text, /^1\ta{4000} \[596011 more bytes in this line; search_files shows the part around a match\]$/);
  });
});
