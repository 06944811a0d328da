// Help for an edit whose text is not in the file: the lines that come nearest, and what differs, made visible, so that
// the next try can be right. Reads only what it is given.
import { distance } from 'fastest-levenshtein';

const mostLinesCompared = 20_000;
const mostWantedLines = 12;
const longestLine = 200;
const shownAround = 1;
const near = 0.5;
const mostDifferencesShown = 3;

/** What the file has where `wanted` (with `\n`) most likely was meant to be. */
export function helpFor(text: string, wanted: string): string {
  const unescaped = wanted.replace(/\\([nrt"'`\\$])/g, (_, letter: string) => ({ n: '\n', r: '', t: '\t' })[letter] ?? letter);
  if (unescaped !== wanted && unescaped.trim() !== '' && text.replaceAll('\r\n', '\n').includes(unescaped)) {
    return 'It is there when its backslashes are taken away: send line breaks, tabs and quotes as they are in the file, escaped once for JSON.';
  }
  const asked = wanted.replace(/^\n+|\n+$/g, '').split('\n');
  if (asked.every((line) => line.trim() === '')) return 'It is only white space that is not there in this form.';
  if (asked.every((line) => line.trim() === '' || /^\s*\d+\t/.test(line))) {
    return 'It begins with line numbers: leave out the number and the tab that read_file puts before each line.';
  }
  const lines = text.split(/\r?\n/, mostLinesCompared);
  const best = nearest(lines, asked.slice(0, mostWantedLines));
  if (best.score < near) return 'Nothing in the file is close to it.';
  const compared = asked.slice(0, mostWantedLines).map((line, index) => compareLines(best.start + index + 1, lines[best.start + index] ?? '', line));
  const from = Math.max(0, best.start - shownAround);
  const shown = lines.slice(from, best.start + compared.length + shownAround).map((line, index) => `${from + index + 1}\t${cut(line)}`);
  const differing = compared.filter((one) => one.how !== 'same');
  const notes = differing.flatMap((one) => one.note ?? []).slice(0, mostDifferencesShown);
  return [`${headline(differing, asked.length > mostWantedLines)}:`, ...shown, ...notes].join('\n');
}

type Compared = { how: 'same' | 'white space' | 'look-alikes' | 'text'; note?: string };

function headline(differing: readonly Compared[], isPart: boolean): string {
  if (isPart) return 'The nearest lines are';
  if (differing.length === 0) return 'Its lines are there, but not the empty lines or the last line break it has around them; the file has';
  if (differing.every((one) => one.how === 'white space')) return 'Only white space differs; the file has';
  if (differing.every((one) => one.how !== 'text')) return 'Only characters that look alike differ; the file has';
  return 'The nearest lines are';
}

function compareLines(number: number, has: string, asked: string): Compared {
  if (has === asked) return { how: 'same' };
  if (withoutSpace(has) === withoutSpace(asked)) {
    return { how: 'white space', note: `Line ${number} is "${visible(has)}", old_text has "${visible(asked)}" (→ tab, · space).` };
  }
  if (plain(has) === plain(asked)) {
    const [ours = '', theirs = ''] = firstDifference(has, asked);
    return { how: 'look-alikes', note: `Line ${number} has ${named(ours)} where old_text has ${named(theirs)}.` };
  }
  return { how: 'text', note: `Line ${number} is "${cut(has.trim())}", old_text has "${cut(asked.trim())}".` };
}

function withoutSpace(line: string): string {
  return line.replace(/[\s\u00a0\u200b\ufeff]/g, '');
}

/** Quotes, dashes, spaces and composed letters that are easily taken for each other, as one. */
function plain(line: string): string {
  return withoutSpace(line)
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u201a\u201b\u2032`\u00b4]/g, "'")
    .replace(/[\u201c-\u201f\u2033\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2015\u2212\u00ad]/g, '-')
    .replace(/[\u200b-\u200f\u2060]/g, '');
}

function firstDifference(a: string, b: string): [string | undefined, string | undefined] {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, index) => character !== right[index]);
  return at === -1 ? [undefined, right[left.length]] : [left[at], right[at]];
}

function named(character: string): string {
  if (character === '') return 'nothing';
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${/[\p{L}\p{P}\p{S}]/u.test(character) ? `${character} ` : ''}(U+${point})`;
}

function visible(line: string): string {
  const marked = cut(line).replaceAll('\t', '→').replaceAll(' ', '·');
  // Everything else that cannot be seen, by its number.
  return marked.replace(/[\p{Z}\p{Cc}\p{Cf}]/gu, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`);
}

function cut(line: string): string {
  return line.length <= 2 * longestLine ? line : `${line.slice(0, 2 * longestLine)}…`;
}

function nearest(lines: readonly string[], asked: readonly string[]): { start: number; score: number } {
  const wanted = asked.map(comparable);
  let best = { start: 0, score: -1 };
  const have = lines.map(comparable);
  for (let start = 0; start < Math.max(1, have.length - wanted.length + 1); start++) {
    let score = 0;
    for (const [index, line] of wanted.entries()) {
      score += similarity(line, have[start + index] ?? '');
      // The lines still to come cannot lift it over the best any more.
      if (score + (wanted.length - index - 1) <= best.score * wanted.length) break;
    }
    if (score / wanted.length > best.score) best = { start, score: score / wanted.length };
  }
  return best;
}

function comparable(line: string): string {
  return line.trim().slice(0, longestLine);
}

/** 1 for equal lines, 0 for lines with nothing in common. */
function similarity(a: string, b: string): number {
  if (a === b) return 1;
  const longer = Math.max(a.length, b.length);
  // The lengths alone say how unlike they are at least; the exact figure is worth its price only for likely ones.
  if (Math.abs(a.length - b.length) > longer * near) return 0;
  return 1 - distance(a, b) / longer;
}
