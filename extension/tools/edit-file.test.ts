// edit_file and write_file: several edits at once, forms that models write, and files that stay what they are.
import assert from 'node:assert/strict';
import { chmod, readFile, stat } from 'node:fs/promises';
import { toolNamed, ToolBench } from './testing/tool-bench';
import { toolSchemas } from './registry';

describe('edit_file', function () {
  this.timeout(20_000);
  let bench: ToolBench;
  beforeEach(async () => {
    bench = await ToolBench.create({ 'a.ts': 'const a = 1;\nconst b = 2;\nconst c = 3;\n' });
  });
  afterEach(() => bench.remove());

  it('makes several edits at once, asked for as one', async () => {
    const asked = await bench.asked('edit_file', {
      path: 'a.ts',
      edits: [{ old_text: 'a = 1', new_text: 'a = 10' }, { old_text: 'const c = 3;\n', new_text: '' }, { old_text: 'const', new_text: 'let', replace_all: true }],
    });
    const after = 'let a = 10;\nlet b = 2;\n';
    assert.deepEqual(asked.subject, { kind: 'edit', path: 'a.ts', before: 'const a = 1;\nconst b = 2;\nconst c = 3;\n', after, added: 2, removed: 3 });
    assert.deepEqual([(await bench.run('edit_file', asked.prepared)).text, await bench.workspace.text('a.ts')], ['Edited a.ts in 4 places (+2 −3).', after]);
  });

  it('makes none when one does not fit, and says of each what is wrong', async () => {
    const { code, text } = await bench.refusal('edit_file', {
      path: 'a.ts',
      edits: [{ old_text: 'a = 1', new_text: 'a = 10' }, { old_text: 'const b = 3;', new_text: 'x' }, { old_text: 'const', new_text: 'let' }],
    });
    assert.deepEqual([code, text], [
      'no_match',
      [
        '2 of 3 edits do not fit a.ts, so none was made. ',
        'Edit 2: old_text is not in a.ts. The nearest lines are:', '1\tconst a = 10;', '2\tconst b = 2;', '3\tconst c = 3;', 'Line 2 is "const b = 2;", old_text has "const b = 3;".',
        'Edit 3: old_text is in a.ts 3 times, at lines 1, 2, 3. Take in more lines around the one you mean, or set replace_all.',
      ].join('\n'),
    ]);
    assert.equal(await bench.workspace.text('a.ts'), 'const a = 1;\nconst b = 2;\nconst c = 3;\n');
  });

  it('takes the forms that models write, and shows them one', async () => {
    const { input } = toolNamed('edit_file');
    const one = { path: 'a.ts', edits: [{ old_text: 'x', new_text: 'y' }] };
    const forms: unknown[] = [
      one,
      { path: 'a.ts', old_text: 'x', new_text: 'y' },
      { path: 'a.ts', old_text: 'x', new_text: 'y', replace_all: null },
      { path: 'a.ts', edits: '[{"old_text":"x","new_text":"y"}]' },
      { path: 'a.ts', edits: { old_text: 'x', new_text: 'y' } },
      { path: 'a.ts', edits: [{ old_text: 'x', new_text: 'y', replace_all: null }] },
    ];
    for (const form of forms) assert.deepEqual(input.parse(form), one, JSON.stringify(form));
    assert.deepEqual(input.parse({ path: 'a.ts', old_text: 'x', new_text: '', replace_all: true }), { path: 'a.ts', edits: [{ old_text: 'x', new_text: '', replace_all: true }] });
    const bad: unknown[] = [
      { path: 'a.ts' }, { path: 'a.ts', edits: [] }, { path: 'a.ts', old_text: 'x' }, { path: 'a.ts', edits: 'x' }, { path: 'a.ts', edits: [{ old_text: 'x' }] },
      { ...one, old_text: 'z', new_text: 'q' }, { ...one, more: 1 }, 'a.ts', null, [one],
    ];
    for (const form of bad) assert.equal(input.safeParse(form).success, false, JSON.stringify(form));
    assert.deepEqual(Object.keys(toolSchemas([toolNamed('edit_file')])[0]?.parameters['properties'] ?? {}), ['edits', 'path']);
  });

  it('keeps encoding, mark, line endings, a missing last line break and the mode', async () => {
    const { workspace } = bench;
    const files: [path: string, before: Buffer, after: Buffer, encoding: string | null][] = [
      ['bom.txt', Buffer.from('\ufeffone\r\ntwo'), Buffer.from('\ufeffone\r\n2\r\n3'), null],
      ['le.txt', Buffer.from('\ufeffone\r\ntwo', 'utf16le'), Buffer.from('\ufeffone\r\n2\r\n3', 'utf16le'), null],
      ['be.txt', Buffer.from('\ufeffé\ntwo', 'utf16le').swap16(), Buffer.from('\ufeffé\n2\n3', 'utf16le').swap16(), null],
      ['latin.txt', Buffer.from('caf\xe9\r\ntwo', 'latin1'), Buffer.from('caf\xe9\r\n2\r\n3', 'latin1'), 'windows1252'],
      ['jis.txt', Buffer.from([0x93, 0xfa, 0x0a, 0x74, 0x77, 0x6f]), Buffer.from([0x93, 0xfa, 0x0a, 0x32, 0x0a, 0x33]), 'shiftjis'],
    ];
    for (const [path, before, after, encoding] of files) {
      bench.useFiles({ encodingFor: () => encoding });
      await workspace.put(path, before);
      await chmod(workspace.at(path), 0o754);
      assert.equal((await bench.call('edit_file', { path, edits: [{ old_text: 'two', new_text: '2\n3' }] })).is_error, false, path);
      assert.deepEqual([await readFile(workspace.at(path)), (await stat(workspace.at(path))).mode & 0o7777], [after, 0o754], path);
      assert.equal((await bench.call('edit_file', { path, edits: [{ old_text: '2\n3', new_text: 'two' }] })).is_error, false, path);
      assert.deepEqual(await readFile(workspace.at(path)), before, path);
    }
  });

  it('refuses, before anyone is asked, what the encoding cannot hold and what is no text it knows', async () => {
    const { workspace } = bench;
    await workspace.put('latin.txt', Buffer.from('caf\xe9\n', 'latin1'));
    assert.deepEqual(await bench.refusal('edit_file', { path: 'latin.txt', edits: [{ old_text: 'caf', new_text: 'tea' }] }), {
      code: 'not_utf8',
      text: 'latin.txt is text, but not UTF-8, so it can be read but not edited. Tell the user: the setting files.encoding can name its encoding. Or change it with a command.',
    });
    assert.equal((await bench.refusal('write_file', { path: 'latin.txt', content: 'x' })).code, 'not_utf8');
    bench.useFiles({ encodingFor: () => 'windows1252' });
    assert.deepEqual(await bench.refusal('edit_file', { path: 'latin.txt', edits: [{ old_text: 'caf', new_text: '→' }] }), {
      code: 'not_encodable', text: 'latin.txt is kept in windows1252, which has no "→" (U+2192, line 1 of the new text). Use only characters it has.',
    });
    assert.deepEqual(await readFile(workspace.at('latin.txt')), Buffer.from('caf\xe9\n', 'latin1'));
  });
});

describe('write_file', () => {
  it('makes files in the encoding that files are kept in there', async () => {
    const bench = await ToolBench.create();
    try {
      bench.useFiles({ encodingFor: (real) => (real.endsWith('.txt') ? 'windows1252' : null) });
      await bench.call('write_file', { path: 'new.txt', content: 'café €\n' });
      await bench.call('write_file', { path: 'new.md', content: 'café €\n' });
      assert.deepEqual(await readFile(bench.workspace.at('new.txt')), Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x20, 0x80, 0x0a]));
      assert.equal(await bench.workspace.text('new.md'), 'café €\n');
      assert.equal((await bench.refusal('write_file', { path: 'other.txt', content: '日本\n' })).code, 'not_encodable');
      assert.equal((await bench.refusal('write_file', { path: 'zero.md', content: 'a\0b' })).code, 'not_encodable');
      assert.equal((await bench.refusal('write_file', { path: 'huge.md', content: 'x'.repeat(10 * 1024 * 1024 + 1) })).code, 'too_large');
    } finally {
      await bench.remove();
    }
  });
});
