import assert from 'node:assert/strict';
import { asCut, cutJson } from './cut-json';

describe('cutJson', () => {
  it('leaves a value alone that is short enough', () => {
    const value = { path: 'cart.ts', lines: [1, 80] };
    assert.equal(cutJson(value, 100), value);
    assert.equal(asCut(value), null);
  });

  it('keeps the beginning and the size of a long one, and can be told from ordinary values', () => {
    assert.deepEqual(asCut(cutJson('x'.repeat(50), 10)), { head: '"xxxxxxxxx', characters: 52 });
    assert.deepEqual([asCut(null), asCut('text'), asCut({ boocode_cut: 1 }), asCut({ boocode_cut: { head: 1 } })], [null, null, null, null]);
  });

  it('keeps the beginning of the text of a tool output', () => {
    assert.deepEqual(asCut(cutJson({ summary: '80 lines', text: 'abcdefghij'.repeat(5) }, 12)), { head: 'abcdefghijab', characters: 50 });
  });
});
