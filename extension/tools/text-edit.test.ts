// Exact replacement with kept line endings, and the help when there is no match.
import assert from 'node:assert/strict';
import { countLineChanges } from './line-changes';
import { applyEdit } from './text-edit';

const edit = (text: string, old_text: string, new_text: string, replace_all = false) => applyEdit(text, { old_text, new_text, replace_all });

describe('applyEdit', () => {
  it('replaces one exact place', () => {
    assert.deepEqual(edit('a\nb\nc\n', 'b\n', 'x\ny\n'), { kind: 'edited', text: 'a\nx\ny\nc\n', replaced: 1, firstLine: 2 });
  });

  it('takes nothing in either text as a pattern', () => {
    assert.deepEqual(edit('if (a.b[0] + $x) { /* ^|?\\ */ }', '(a.b[0] + $x) { /* ^|?\\ */ }', "$& $1 $' \\n"), {
      kind: 'edited', text: "if $& $1 $' \\n", replaced: 1, firstLine: 1,
    });
  });

  it('matches over CRLF and writes CRLF', () => {
    assert.deepEqual(edit('a\r\nb\r\nc\r\n', 'a\nb', 'x\ny\nz'), { kind: 'edited', text: 'x\r\ny\r\nz\r\nc\r\n', replaced: 1, firstLine: 1 });
    assert.deepEqual(edit('a\r\nb\r\n', 'b', 'x\ny'), { kind: 'edited', text: 'a\r\nx\r\ny\r\n', replaced: 1, firstLine: 2 });
  });

  it('writes LF where the model wrote CRLF and the file has none', () => {
    assert.deepEqual(edit('a\nb\n', 'a\r\nb', 'x\r\ny'), { kind: 'edited', text: 'x\ny\n', replaced: 1, firstLine: 1 });
  });

  it('leaves the endings of untouched lines alone in a mixed file', () => {
    assert.deepEqual(edit('a\r\nb\nc\nd\n', 'b\nc', 'x\ny'), { kind: 'edited', text: 'a\r\nx\ny\nd\n', replaced: 1, firstLine: 2 });
  });

  it('asks which one when there are several, and takes all when told to', () => {
    assert.deepEqual(edit('x\ny\nx\n', 'x', 'z'), { kind: 'several', lines: [1, 3] });
    const many = edit('xx\n'.repeat(500_000), 'x', 'z');
    assert.deepEqual(many.kind === 'several' && [many.lines.length, many.lines.at(-1)], [1_000_000, 500_000]);
    assert.deepEqual(edit('x\ny\nx\n', 'x', 'z', true), { kind: 'edited', text: 'z\ny\nz\n', replaced: 2, firstLine: 1 });
  });

  it('shows the nearest lines with their numbers when nothing matches', () => {
    const text = ['import a', '', 'function total(items) {', '  return items.reduce((sum, item) => sum + item.price, 0);', '}', ''].join('\n');
    assert.deepEqual(edit(text, 'function total(items) {\n  return items.reduce((sum, item) => sum + item.cost, 0);\n}', 'x'), {
      kind: 'no_match',
      help: 'The nearest lines are:\n2\t\n3\tfunction total(items) {\n4\t  return items.reduce((sum, item) => sum + item.price, 0);\n5\t}\n6\t',
    });
  });

  it('says when only white space differs', () => {
    assert.deepEqual(edit('{\n\treturn 1;\n}\n', '{\n  return 1;\n}', 'x'), {
      kind: 'no_match', help: 'Only white space differs; the file has:\n1\t{\n2\t\treturn 1;\n3\t}\n4\t',
    });
  });

  it('says when the line numbers were copied too, and when nothing is close', () => {
    assert.match(edit('a\nb\n', '1\ta\n2\tb', 'x').kind === 'no_match' ? (edit('a\nb\n', '1\ta\n2\tb', 'x') as { help: string }).help : '', /leave out the number/);
    assert.deepEqual(edit('a\nb\n', 'something else entirely', 'x'), { kind: 'no_match', help: 'Nothing in the file is close to it.' });
    assert.deepEqual(edit('a\n', '   \n  ', 'x'), { kind: 'no_match', help: 'It is only white space that is not there in this form.' });
  });
});

describe('countLineChanges', () => {
  it('counts lines added and removed', async () => {
    assert.deepEqual(
      [await countLineChanges('a\nb\nc\n', 'a\nx\nc\nd\n'), await countLineChanges(null, 'a\nb'), await countLineChanges('a\n', ''), await countLineChanges('a', 'a\n')],
      [{ added: 2, removed: 1 }, { added: 2, removed: 0 }, { added: 0, removed: 1 }, { added: 1, removed: 1 }],
    );
  });

  it('counts two long texts with nothing in common as a whole', async () => {
    const lines = (mark: string): string => Array.from({ length: 5000 }, (_, index) => `${mark}${index}\n`).join('');
    assert.deepEqual(await countLineChanges(lines('a'), lines('b')), { added: 5000, removed: 5000 });
  });
});
