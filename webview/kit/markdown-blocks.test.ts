import assert from 'node:assert/strict';
import { growBlocks, markdownBlocks, noBlocks, webAddress, type Block } from './markdown-blocks';

function grow(source: string, step: number): Block[] {
  let state = noBlocks;
  for (let end = 0; end < source.length + step; end += step) state = growBlocks(state, source.slice(0, end));
  return state.blocks;
}

const document = [
  '# Title\n\nFirst *paragraph* with `code`\nand a second line.',
  '- one\n- two\n\n  still two\n- [x] three',
  '```ts\nconst a = "<b>";\n\nconst c = 1;\n```',
  '> quoted\nlazy',
  '| a | b |\n|---|--:|\n| 1 | 2 |',
  'Setext\n======',
  '1. x\n2. y',
  '    indented\tcode',
  'end\r\nof it',
].join('\n\n');

describe('markdownBlocks', () => {
  it('keeps code blocks as text and writes the rest as HTML', () => {
    assert.deepEqual(markdownBlocks('Use `a<b`:\n\n```ts title=x\na < b\n```\n'), [
      { kind: 'html', html: '<p>Use <code>a&lt;b</code>:</p>\n' },
      { kind: 'code', text: 'a < b', language: 'ts' },
    ]);
  });

  it('shows raw HTML and images as text', () => {
    const html = markdownBlocks('<img src=x onerror=alert(1)> ![a](https://evil.example/p.png) <b>x</b>').map((block) => JSON.stringify(block)).join('');
    assert.doesNotMatch(html, /<img|<b>|evil\.example/);
  });

  it('makes links of http and https only', () => {
    assert.deepEqual(
      ['https://a.example/x?y=1', 'http://a.example', 'javascript:alert(1)', 'command:x', 'vscode://x', 'file:///etc/passwd', 'data:text/html,x', '//a.example', 'src/a.ts'].map(webAddress),
      ['https://a.example/x?y=1', 'http://a.example/', null, null, null, null, null, null, null],
    );
    assert.doesNotMatch(JSON.stringify(markdownBlocks('[x](javascript:alert(1)) [y](command:z) <vscode://a>')), /data-url/);
  });
});

describe('growBlocks', () => {
  for (const step of [1, 7, 50]) {
    it(`gives the same blocks as the whole text at once when it grows by ${step}`, () => {
      assert.deepEqual(grow(document, step), markdownBlocks(document));
    });
  }

  it('keeps the very same objects for what can no longer change', () => {
    const before = growBlocks(noBlocks, 'one\n\ntwo\n\nthree\n\nfour');
    const after = growBlocks(before, 'one\n\ntwo\n\nthree\n\nfour five');
    assert.ok(before.settledBlocks.length > 0);
    assert.equal(after.blocks[0], before.blocks[0]);
  });

  it('starts again when the text is another one', () => {
    const before = growBlocks(noBlocks, 'one\n\ntwo\n\nthree\n\nfour');
    assert.deepEqual(growBlocks(before, 'other').blocks, markdownBlocks('other'));
  });
});
