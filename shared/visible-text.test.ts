import assert from 'node:assert/strict';
import { quoteArgument, visibleParts } from './visible-text';

const flat = (text: string): string => visibleParts(text).map((part) => (part.hidden ? `<${part.text}>` : part.text)).join('');

describe('visibleParts', () => {
  it('leaves ordinary text of any language alone', () => {
    for (const text of ['npm test -- --grep "a b"', 'naïve größe', 'مرحبا', '日本語', '🙂']) {
      assert.deepEqual(visibleParts(text), [{ text, hidden: false }]);
    }
    assert.deepEqual(visibleParts(''), []);
  });

  it('shows direction overrides, zero-width characters, controls, odd spaces and tags', () => {
    assert.equal(flat('rm\u202etxt.exe'), 'rm<U+202E>txt.exe');
    assert.equal(flat('a\u200bb\u2066c\ufeff'), 'a<U+200B>b<U+2066>c<U+FEFF>');
    assert.equal(flat('x\ny\u001b[0m'), 'x<U+000A>y<U+001B>[0m');
    assert.equal(flat('a\u00a0b\u3000c'), 'a<U+00A0>b<U+3000>c');
    assert.equal(flat('ok\u{e0041}'), 'ok<U+E0041>');
  });
});

describe('quoteArgument', () => {
  it('keeps the border between arguments visible', () => {
    assert.deepEqual(
      ['npm', 'test', '--grep=a', 'a b', '', "it's", '$(id)', '*.ts', 'a\u202eb'].map(quoteArgument),
      ['npm', 'test', '--grep=a', "'a b'", "''", `'it'\\''s'`, "'$(id)'", "'*.ts'", "'a\u202eb'"],
    );
  });
});
