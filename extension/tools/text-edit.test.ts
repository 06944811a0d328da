// Exact replacement with kept line endings, and the help when there is no match.
import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { helpFor } from './edit-help';
import { countLineChanges } from './line-changes';
import { applyEdit, applyEdits } from './text-edit';

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

  it('finds the very place in a file of both endings, before and behind line breaks', () => {
    const text = '\r\n\r\na\n\r\nb\r\n\nc\r\n';
    const made = ['\na', 'a', 'a\n', 'b', '\nb', 'b\n', 'b\n\nc', 'c\n', '\n\na\n\nb\n\nc\n'].map((old_text) => edit(text, old_text, 'X'));
    assert.deepEqual(
      made.map((one) => one.kind === 'edited' && one.text),
      [
        '\r\nX\n\r\nb\r\n\nc\r\n', '\r\n\r\nX\n\r\nb\r\n\nc\r\n', '\r\n\r\nX\r\nb\r\n\nc\r\n', '\r\n\r\na\n\r\nX\r\n\nc\r\n', '\r\n\r\na\nX\r\n\nc\r\n',
        '\r\n\r\na\n\r\nX\nc\r\n', '\r\n\r\na\n\r\nX\r\n', '\r\n\r\na\n\r\nb\r\n\nX', 'X',
      ],
    );
  });

  it('takes a long text, and is done in time with whatever nearly fits', () => {
    const text = 'a\n'.repeat(500_000);
    const tries = (): string[] => [`${'a\n'.repeat(100_000)}b`, `b\n${'a\n'.repeat(100_000)}`, `${'a\n'.repeat(50_000)}b${'a\n'.repeat(50_000)}`].map((old_text) => edit(text, old_text, 'c').kind);
    assert.deepEqual([...runInNewContext('tries()', { tries }, { timeout: 15_000 })], ['no_match', 'no_match', 'no_match']);
    assert.equal(edit(`${text}b`, `${'a\n'.repeat(400_000)}b`, 'c').kind, 'edited');
  });

  it('makes nothing that is larger than a file may be', () => {
    assert.equal(edit('a\r\n'.repeat(3_000_000), 'a', 'x\n'.repeat(500), true).kind, 'too_large');
    assert.equal(edit(`${'a'.repeat(9_000_000)}b`, 'a'.repeat(9_000_000), 'c'.repeat(9_000_000)).kind, 'edited');
  });

  it('asks which one when there are several, and takes all when told to', () => {
    assert.deepEqual(edit('x\ny\nx\n', 'x', 'z'), { kind: 'several', lines: [1, 3] });
    const many = edit('xx\n'.repeat(500_000), 'x', 'z');
    assert.deepEqual(many.kind === 'several' && [many.lines.length, many.lines.at(-1)], [1_000_000, 500_000]);
    assert.deepEqual(edit('x\ny\nx\n', 'x', 'z', true), { kind: 'edited', text: 'z\ny\nz\n', replaced: 2, firstLine: 1 });
  });
});

describe('applyEdits', () => {
  const one = (old_text: string, new_text = 'x', replace_all = false) => ({ old_text, new_text, replace_all });

  it('makes edits in order, each on what the ones before it made', () => {
    assert.deepEqual(applyEdits('a\nb\nc\n', [one('a', 'b'), one('b', 'z', true), one('c\n', '')], 'f'), { kind: 'edited', text: 'z\nz\n', replaced: 4, firstLine: 3 });
  });

  it('makes none when one does not fit, and says all that is wrong by number', () => {
    const text = 'const a = 1;\nconst b = 2;\nconst a = 1;\n';
    assert.deepEqual(applyEdits(text, [one('const b = 2;'), one('const a = 1;'), one('const c = 3;'), one(''), one('b', 'b'), one('const b = 2;', 'y')], 'f.ts'), {
      kind: 'failed',
      failures: [
        { number: 2, code: 'several_matches', message: 'old_text is in f.ts 2 times, at lines 1, 3.', next_step: 'Take in more lines around the one you mean, or set replace_all.' },
        {
          number: 3,
          code: 'no_match',
          message: 'old_text is not in f.ts.',
          next_step: 'The nearest lines are:\n1\tconst a = 1;\n2\tx\nLine 1 is "const a = 1;", old_text has "const c = 3;".',
        },
        { number: 4, code: 'empty_old_text', message: 'old_text is empty.', next_step: 'Give the text to replace, or use write_file for a new file.' },
        { number: 5, code: 'no_change', message: 'old_text and new_text are the same.', next_step: 'Give a new_text that differs.' },
        { number: 6, code: 'no_match', message: 'old_text was at line 2 of f.ts until an edit before it changed that place.', next_step: 'Make one edit of the two.' },
      ],
    });
  });

  it('works out nearest lines for the first few failures only', () => {
    const many = applyEdits('alpha beta\n', Array.from({ length: 8 }, (_, index) => one(`alpha bet${index}`)), 'f');
    assert.deepEqual(many.kind === 'failed' && many.failures.map((failure) => failure.next_step.startsWith('The nearest')), [true, true, true, true, true, false, false, false]);
  });
});

describe('helpFor', () => {
  it('shows the nearest lines with their numbers, and the first lines that differ', () => {
    const text = ['import a', '', 'function total(items) {', '  return items.reduce((sum, item) => sum + item.price, 0);', '}', ''].join('\n');
    assert.equal(
      helpFor(text, 'function total(items) {\n  return items.reduce((sum, item) => sum + item.cost, 0);\n}'),
      [
        'The nearest lines are:', '2\t', '3\tfunction total(items) {', '4\t  return items.reduce((sum, item) => sum + item.price, 0);', '5\t}', '6\t',
        'Line 4 is "return items.reduce((sum, item) => sum + item.price, 0);", old_text has "return items.reduce((sum, item) => sum + item.cost, 0);".',
      ].join('\n'),
    );
  });

  it('makes white space visible where only that differs', () => {
    assert.equal(
      helpFor('{\n\treturn 1;\n}\n', '{\n  return 1;\n}'),
      'Only white space differs; the file has:\n1\t{\n2\t\treturn 1;\n3\t}\n4\t\nLine 2 is "→return·1;", old_text has "··return·1;" (→ tab, · space).',
    );
    assert.match(helpFor('a\u00a0b  \r\nc\r\n', 'a b\nc'), /^Only white space differs[^]*Line 1 is "a<U\+00A0>b··", old_text has "a·b"/);
    assert.match(helpFor('one\rtwo\n', 'one two'), /Line 1 is "one<U\+000D>two", old_text has "one·two"/);
  });

  it('names characters that look alike', () => {
    assert.equal(helpFor('say(\u201chi\u201d)\n', 'say("hi")'), 'Only characters that look alike differ; the file has:\n1\tsay(\u201chi\u201d)\n2\t\nLine 1 has \u201c (U+201C) where old_text has " (U+0022).');
    assert.match(helpFor('a \u2013 b\n', 'a - b'), /look alike[^]*Line 1 has \u2013 \(U\+2013\) where old_text has - \(U\+002D\)/);
    assert.match(helpFor('caf\u0065\u0301 = 1\n', 'caf\u00e9 = 1'), /look alike[^]*Line 1 has e \(U\+0065\) where old_text has \u00e9 \(U\+00E9\)/);
  });

  it('says when lines are there but not the breaks around them, and when the text was escaped twice', () => {
    assert.match(helpFor('one\ntwo', 'two\n'), /^Its lines are there, but not the empty lines or the last line break/);
    assert.match(helpFor('a = "x";\nb = 2;\n', 'a = \\"x\\";\\nb = 2;'), /when its backslashes are taken away/);
  });

  it('says when the line numbers were copied too, and when nothing is close', () => {
    assert.match(helpFor('a\nb\n', '1\ta\n2\tb'), /leave out the number/);
    assert.equal(helpFor('a\nb\n', 'something else entirely'), 'Nothing in the file is close to it.');
    assert.equal(helpFor('a\n', '   \n  '), 'It is only white space that is not there in this form.');
  });

  it('stays bounded for a text and a file of any size', () => {
    const wide = 'x'.repeat(100_000);
    assert.ok(helpFor(`${wide}y\n`.repeat(50), `${wide}z\n`.repeat(50)).length < 10_000);
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
