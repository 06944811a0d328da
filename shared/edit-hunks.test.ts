import assert from 'node:assert/strict';
import { editHunks, withoutHunks } from './edit-hunks';

const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

describe('the changes of an edit', () => {
  for (const [what, end, last] of [['LF', '\n', '\n'], ['CRLF', '\r\n', '\r\n'], ['no final newline', '\n', '']] as const) {
    it(`are taken or left one by one, with ${what}`, () => {
      const text = (change: (all: string[]) => string[]): string => change(lines(40)).join(end) + last;
      const before = text((all) => all);
      const first = (all: string[]): string[] => all.with(2, 'changed first');
      const second = (all: string[]): string[] => all.toSpliced(20, 2, 'new', 'new too', 'and more');
      const third = (all: string[]): string[] => [...all.slice(0, -1), 'changed last'];
      const after = text((all) => third(second(first(all))));
      assert.equal(editHunks(before, after).length, 3);
      assert.deepEqual(
        [[], [0], [1], [2], [0, 2], [0, 1, 2]].map((rejected) => withoutHunks(before, after, rejected)),
        [after, text((all) => third(second(all))), text((all) => third(first(all))), text((all) => second(first(all))), text(second), before],
      );
    });
  }

  it('have no number that names nothing', () => {
    assert.equal(withoutHunks('a\n', 'b\n', [1]), null);
  });

  it('of a new file are one', () => {
    assert.equal(editHunks('', 'a\nb\n').length, 1);
    assert.equal(withoutHunks('', 'a\nb\n', [0]), '');
  });
});
