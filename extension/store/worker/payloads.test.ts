import assert from 'node:assert/strict';
import { blobOf } from './blobs';
import { inlineBytes, putBack, takeOut } from './payloads';

const long = 'é'.repeat(inlineBytes);
const hash = blobOf(long).sha256;
const marker = `\u0000blob:${hash}:${2 * inlineBytes}`;

/** Takes out and puts back through JSON text, as writing and reading does. */
function there(field: unknown): { stored: string; back: unknown; blobs: number } {
  const { value, blobs } = takeOut({ field, other: long }, { field: 'json' });
  const stored = JSON.stringify((value as { field: unknown }).field);
  const texts = new Map(blobs.map(({ sha256, bytes }) => [sha256, bytes.toString('utf8')]));
  return { stored, back: JSON.parse(putBack(stored, (sha256) => texts.get(sha256) ?? 'lost')), blobs: blobs.length };
}

describe('payloads', () => {
  it('keep short strings where they are, and the value itself when nothing is long', () => {
    const value = { field: { text: 'x'.repeat(inlineBytes), list: [1, null, 'é'] } };
    const taken = takeOut(value, { field: 'json' });
    assert.equal(taken.value, value);
    assert.deepEqual(taken.blobs, []);
  });

  it('take long strings out of the fields they are told to look at, however deep', () => {
    const { value, blobs } = takeOut({ field: [{ a: long, b: 'short' }], other: long }, { field: 'json' });
    assert.deepEqual(value, { field: [{ a: marker, b: 'short' }], other: long });
    assert.deepEqual(blobs, [blobOf(long)]);
  });

  it('take them out of JSON text, which stays JSON text', () => {
    const { value, blobs } = takeOut({ body: JSON.stringify({ text: long, n: 1 }) }, { body: 'text' });
    assert.deepEqual([JSON.parse((value as { body: string }).body), blobs.length], [{ text: marker, n: 1 }, 1]);
    const notJson = { body: long };
    assert.equal(takeOut(notJson, { body: 'text' }).value, notJson);
  });

  const tricky: [what: string, text: string][] = [
    ['a long text', long],
    ['a text that is a marker', marker],
    ['a text that begins like a marker', '\u0000blob:'],
    ['a text that holds a marker within quotes', `say "${marker}" here`],
    ['JSON text that holds a marker', JSON.stringify({ a: marker })],
    ['JSON text of JSON text that holds a marker', JSON.stringify(JSON.stringify({ a: marker }))],
    ['the spelling of a marker', `"\\u0000blob:${hash}:5"`],
    ['a long text with a lone surrogate', `${long}\ud800`],
    ['a marker with a lone surrogate', `\u0000blob:\udc00`],
    ['quotes and backslashes', `${long}"\\"\\u0000blob:`],
  ];
  for (const [what, text] of tricky) {
    it(`give back exactly ${what}`, () => {
      assert.deepEqual(there({ text }).back, { text });
      assert.deepEqual(there([text, 'x', text]).back, [text, 'x', text]);
    });
  }

  it('give back exactly a key that is a marker', () => {
    assert.deepEqual(there({ [marker]: marker, [long]: 1 }).back, { [marker]: marker, [long]: 1 });
  });

  it('stand small in what is stored', () => {
    const { stored, blobs } = there({ text: long.repeat(100) });
    assert.deepEqual([stored.length < 120, blobs], [true, 1]);
  });
});
