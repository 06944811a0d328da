// Exact replacement in a text whose line endings are kept, and help when the text to replace is not there.
import { distance } from 'fastest-levenshtein';
import { lineEndingOf, withLineEnding } from '../platform/text-file';

export type TextEdit = { old_text: string; new_text: string; replace_all: boolean };

export type EditedText =
  | { kind: 'edited'; text: string; replaced: number; firstLine: number }
  | { kind: 'no_match'; help: string }
  | { kind: 'several'; lines: number[] };

/** Line breaks in `old_text` match either ending; those in `new_text` become what the replaced place or the file has. */
export function applyEdit(text: string, edit: TextEdit): EditedText {
  const wanted = withLineEnding(edit.old_text, '\n');
  const pattern = new RegExp(escaped(wanted).replaceAll('\n', '\\r?\\n'), 'g');
  const places = [...text.matchAll(pattern)];
  const [first] = places;
  if (!first) return { kind: 'no_match', help: helpFor(text, wanted) };
  if (places.length > 1 && !edit.replace_all) return { kind: 'several', lines: linesAt(text, places.map((place) => place.index)) };
  const ofFile = lineEndingOf(text);
  const edited = text.replace(pattern, (place) => withLineEnding(edit.new_text, place.includes('\n') ? lineEndingOf(place) : ofFile));
  return { kind: 'edited', text: edited, replaced: places.length, firstLine: linesAt(text, [first.index])[0] ?? 1 };
}

/** The line of each offset; `offsets` ascend. */
function linesAt(text: string, offsets: readonly number[]): number[] {
  let line = 1;
  let at = text.indexOf('\n');
  return offsets.map((offset) => {
    for (; at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
    return line;
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

const mostLinesCompared = 20_000;
const mostWantedLines = 12;
const longestLine = 200;
const shownAround = 1;
const near = 0.5;

/** What the file has where the wanted text most likely was meant to be. */
function helpFor(text: string, wanted: string): string {
  const lines = text.split(/\r?\n/, mostLinesCompared);
  const asked = wanted.replace(/^\n+|\n+$/g, '').split('\n');
  if (asked.every((line) => line.trim() === '')) return 'It is only white space that is not there in this form.';
  if (asked.every((line) => line.trim() === '' || /^\s*\d+\t/.test(line))) {
    return 'It begins with line numbers: leave out the number and the tab that read_file puts before each line.';
  }
  const best = nearest(lines, asked.slice(0, mostWantedLines));
  if (best.score < near) return 'Nothing in the file is close to it.';
  const count = Math.min(asked.length, mostWantedLines);
  const same = asked.slice(0, count).every((line, index) => line.trim() === (lines[best.start + index] ?? '').trim());
  const from = Math.max(0, best.start - shownAround);
  const shown = lines.slice(from, best.start + count + shownAround).map((line, index) => `${from + index + 1}\t${line.slice(0, 2 * longestLine)}`);
  const why = same && asked.length <= mostWantedLines ? 'Only white space differs; the file has' : 'The nearest lines are';
  return `${why}:\n${shown.join('\n')}`;
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
