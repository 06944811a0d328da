import assert from 'node:assert/strict';
import { maxMessageBytes } from '../../shared/messages/channel';
import type { DiffLine } from '../../shared/trace-answers';
import { wireBytes } from '../trace/panel-frames';
import { changedLines } from './changed-lines';

const numbered = (from: number, to: number, word = 'line'): string[] => Array.from({ length: to - from + 1 }, (_, n) => `${word} ${from + n}`);
const marked = (lines: readonly DiffLine[]): string[] => lines.map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`);

describe('changed lines', () => {
  it('stand between what is the same', () => {
    const { lines, is_cut } = changedLines('a\nb\nc', 'a\nB\nc');
    assert.deepEqual([marked(lines), is_cut], [[' a', '-b', '+B', ' c'], false]);
  });

  it('are shown without what is the same far from them', () => {
    const before = [...numbered(1, 20), 'x', ...numbered(21, 40), 'y'].join('\n');
    const { lines, is_cut } = changedLines(before, before.replace('x', 'X').replace('\ny', ''));
    assert.deepEqual([marked(lines), is_cut], [
      [' … 17 lines …', ' line 18', ' line 19', ' line 20', '-x', '+X', ' line 21', ' line 22', ' line 23', ' … 14 lines …', ' line 38', ' line 39', ' line 40', '-y'],
      true,
    ]);
  });

  it('keep both ends of a long piece, so that what took its place is seen too', () => {
    const { lines, is_cut } = changedLines(numbered(1, 500).join('\n'), 'left out');
    const shown = marked(lines);
    assert.deepEqual([shown.length, shown[0], shown[20], shown.at(-2), shown.at(-1), is_cut], [28, '-line 1', ' … 474 lines …', '-line 500', '+left out', true]);
  });

  it('are at most 80, each short and around the first difference', () => {
    const long = 'x'.repeat(1_000);
    const { lines, is_cut } = changedLines(`${long}a${long}`, `${long}b${long}`);
    assert.deepEqual([lines.length, is_cut, lines.map(({ text }) => [text.length, text.indexOf('a'), text.indexOf('b')])], [2, true, [[302, 101, -1], [302, -1, 101]]]);
    const every = numbered(1, 400).map((line, n) => (n % 2 === 0 ? line : `${line}!`));
    const many = changedLines(numbered(1, 400).join('\n'), every.join('\n'));
    assert.deepEqual([many.lines.length, many.is_cut], [80, true]);
  });

  it('fit into one message to a view, whatever they are made of', () => {
    for (const letter of ['線', '\u0001']) {
      const numberedLines = (word: string): string => Array.from({ length: 100 }, (_, n) => `${n % 2 === 0 ? word : ''}${n}${letter.repeat(400)}`).join('\n');
      const { lines, is_cut } = changedLines(numberedLines('before'), numberedLines('now'));
      assert.ok(wireBytes(lines) < maxMessageBytes - 4 * 1024 && lines.length > 20, `${wireBytes(lines)} bytes, ${lines.length} lines`);
      assert.equal(is_cut, true);
    }
  });

  it('of texts that have nothing in common are both of them', () => {
    const { lines } = changedLines(numbered(1, 3_000, 'before').join('\n'), numbered(1, 3_000, 'now').join('\n'));
    assert.deepEqual([lines.length, lines[0], lines.at(-1)], [54, { kind: 'removed', text: 'before 1' }, { kind: 'added', text: 'now 3000' }]);
  });
});
