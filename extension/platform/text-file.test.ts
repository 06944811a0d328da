// Encodings: what is read comes back byte for byte, and what cannot be held is refused rather than changed.
import assert from 'node:assert/strict';
import { decodeText, encodeText, encodingOfNewFile, type TextEncoding } from './text-file';
import { TemporaryWorkspace } from './testing/temporary-workspace';

const signal = new AbortController().signal;
const utf16le = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const utf16be = (text: string): Buffer => utf16le(text).swap16();

describe('decodeText and encodeText', () => {
  const cases: [what: string, bytes: Buffer, configured: TextEncoding | null, text: string, encoding: TextEncoding][] = [
    ['UTF-8', Buffer.from('grüße €\r\n'), null, 'grüße €\r\n', 'utf8'],
    ['nothing', Buffer.alloc(0), null, '', 'utf8'],
    ['UTF-8 with a mark', Buffer.from('\ufeffgrüße\n'), null, 'grüße\n', 'utf8bom'],
    ['only a mark', Buffer.from('\ufeff'), null, '', 'utf8bom'],
    ['UTF-16 LE', utf16le('grüße 🙂\r\n'), null, 'grüße 🙂\r\n', 'utf16le'],
    ['UTF-16 BE', utf16be('grüße 🙂\n'), null, 'grüße 🙂\n', 'utf16be'],
    ['UTF-16 with half a character', utf16le('a\ud83d'), null, 'a\ud83d', 'utf16le'],
    ['windows-1252, said so', Buffer.from([0x63, 0xe9, 0x80, 0x0a]), 'windows1252', 'cé€\n', 'windows1252'],
    ['latin-1, said so', Buffer.from([0x63, 0xe9, 0x80]), 'iso88591', 'cé\u0080', 'iso88591'],
    ['windows-1251, said so', Buffer.from([0xcf, 0xf0, 0xe8]), 'windows1251', 'При', 'windows1251'],
    ['Shift-JIS, said so', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), 'shiftjis', '日本', 'shiftjis'],
    ['GBK, said so', Buffer.from([0xd6, 0xd0, 0xce, 0xc4]), 'gbk', '中文', 'gbk'],
    ['EUC-KR, said so', Buffer.from([0xc7, 0xd1]), 'euckr', '한', 'euckr'],
    ['UTF-8 where something else was said', Buffer.from('grüße'), 'windows1252', 'grüße', 'utf8'],
    ['ASCII where something else was said', Buffer.from('plain'), 'windows1252', 'plain', 'windows1252'],
    ['ASCII where nothing that exists was said', Buffer.from('plain'), 'no-such-set', 'plain', 'utf8'],
    ['UTF-16 with a mark where something else was said', utf16le('x'), 'windows1252', 'x', 'utf16le'],
  ];
  for (const [what, bytes, configured, text, encoding] of cases) {
    it(`goes there and back: ${what}`, async () => {
      assert.deepEqual(await decodeText(bytes, 'f', configured), { ok: true, value: { text, encoding } });
      const back = await encodeText(text, encoding, 'f');
      assert.ok(back.ok, JSON.stringify(back));
      assert.deepEqual(back.value, bytes);
    });
  }

  it('takes every byte that a one-byte set has there and back', async () => {
    const bytes = Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1));
    for (const set of ['iso88591', 'windows1251', 'iso885915', 'cp437', 'koi8r', 'macroman']) {
      const decoded = await decodeText(bytes, 'f', set);
      assert.ok(decoded.ok, set);
      const back = await encodeText(decoded.value.text, set, 'f');
      assert.deepEqual(back, { ok: true, value: bytes }, set);
    }
  });

  it('refuses binary files, and text in an encoding that nobody named or that it is not in', async () => {
    const code = async (bytes: Buffer, configured: TextEncoding | null = null): Promise<string> => {
      const decoded = await decodeText(bytes, 'f', configured);
      return decoded.ok ? 'ok' : decoded.error.code;
    };
    assert.deepEqual(
      [
        await code(Buffer.from([1, 0, 2])), await code(Buffer.from([1, 0, 2]), 'windows1252'), await code(Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0])), await code(utf16le('ab').subarray(0, 5)),
        await code(Buffer.from([0x63, 0xe9])), await code(Buffer.from([0x63, 0xe9]), 'no-such-set'), await code(Buffer.from([0x63, 0xe9]), 'utf8'), await code(Buffer.from([0x93, 0x20]), 'shiftjis'),
        await code(Buffer.from([0xef, 0xbb, 0xbf, 0xe9])),
      ],
      ['binary', 'binary', 'binary', 'binary', 'not_utf8', 'not_utf8', 'not_utf8', 'not_utf8', 'not_utf8'],
    );
  });

  it('refuses a text that the encoding cannot hold, and names the first character', async () => {
    assert.deepEqual(await encodeText('ok\nthen → here\n', 'windows1252', 'old.txt'), {
      ok: false,
      error: {
        code: 'not_encodable',
        message: 'old.txt is kept in windows1252, which has no "→" (U+2192, line 2 of the new text).',
        next_step: 'Use only characters it has.',
      },
    });
    const codes = [];
    for (const [text, encoding] of [['a\0b', 'utf8'], ['a\0b', 'windows1252'], ['half \ud83d', 'utf8'], ['日本', 'iso88591'], ['x', 'no-such-set']] as const) {
      const encoded = await encodeText(text, encoding, 'f');
      codes.push(encoded.ok ? 'ok' : encoded.error.code);
    }
    assert.deepEqual(codes, ['not_encodable', 'not_encodable', 'not_encodable', 'not_encodable', 'not_encodable']);
  });

  it('writes new files in what was said, where that can be written', async () => {
    const said = [null, 'utf8', 'utf8bom', 'utf16le', 'windows1252', 'no-such-set'];
    assert.deepEqual(await Promise.all(said.map((one) => encodingOfNewFile(one))), ['utf8', 'utf8', 'utf8bom', 'utf16le', 'windows1252', 'utf8']);
  });
});

describe('lines of files in other encodings', () => {
  let workspace: TemporaryWorkspace;
  beforeEach(async () => {
    workspace = await TemporaryWorkspace.create();
  });
  afterEach(() => workspace.remove());

  const lines = async (path: string, encoding: TextEncoding | null = null, range = { start: 1, end: null as number | null }) => {
    const read = await workspace.files({ encodingFor: () => encoding }).readLines(path, range, signal);
    assert.ok(read.ok, JSON.stringify(read));
    return { lines: read.value.lines.map((line) => line.text), total: read.value.totalLines, lossy: read.value.lossy };
  };

  it('are read as text, in any range', async () => {
    await workspace.put('le.txt', utf16le('eins\r\nzwei ü\r\ndrei 🙂'));
    await workspace.put('be.txt', utf16be('eins\nzwei ü\ndrei 🙂\n'));
    await workspace.put('win.txt', Buffer.from('caf\xe9\nna\xefve\n', 'latin1'));
    await workspace.put('jis.txt', Buffer.from([0x93, 0xfa, 0x0a, 0x96, 0x7b, 0x0a]));
    assert.deepEqual(await lines('le.txt'), { lines: ['eins', 'zwei ü', 'drei 🙂'], total: 3, lossy: false });
    assert.deepEqual(await lines('be.txt', null, { start: 2, end: 3 }), { lines: ['zwei ü', 'drei 🙂'], total: 3, lossy: false });
    assert.deepEqual(await lines('win.txt', 'windows1252'), { lines: ['café', 'naïve'], total: 2, lossy: false });
    assert.deepEqual(await lines('jis.txt', 'shiftjis', { start: 2, end: 2 }), { lines: ['本'], total: 2, lossy: false });
  });

  it('are whole where a character lies across two pieces', async () => {
    const long = `${'x'.repeat(32_767)}🙂`.repeat(4);
    for (const [path, bytes] of [['le.txt', utf16le(`${long}\nend`)], ['be.txt', utf16be(`${long}\nend`)]] as const) {
      await workspace.put(path, bytes);
      assert.deepEqual(await lines(path, null, { start: 2, end: null }), { lines: ['end'], total: 2, lossy: false });
      const searched = await workspace.files().search(path, { text: '🙂', regex: false, caseSensitive: true, glob: null, maxMatches: 5, maxPerFile: 5 }, signal);
      assert.deepEqual(searched.ok && searched.value.found.length, 1);
    }
    await workspace.put('short.txt', utf16le(`${'🙂'.repeat(40_000)}\nend`));
    const first = await workspace.files().readLines('short.txt', { start: 1, end: null }, signal);
    assert.ok(first.ok);
    assert.deepEqual([first.value.lines[0]?.text, first.value.lines[0]?.hiddenBytes, first.value.lines[1]?.text], ['🙂'.repeat(1000), 156_001, 'end']);
  });

  it('are shown as far as they go when nobody said what they are', async () => {
    await workspace.put('win.txt', Buffer.from('caf\xe9\nplain\n', 'latin1'));
    assert.deepEqual(await lines('win.txt'), { lines: ['caf\ufffd', 'plain'], total: 2, lossy: true });
    assert.deepEqual(await lines('win.txt', 'no-such-set'), { lines: ['caf\ufffd', 'plain'], total: 2, lossy: true });
    assert.deepEqual(await lines('win.txt', null, { start: 2, end: 2 }), { lines: ['plain'], total: 2, lossy: false });
  });
});
