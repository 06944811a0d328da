// Exact replacement in a text whose line endings are kept: one edit, or several in order of which each sees what the
// ones before it made. All of them or none.
import { fileLimits } from '../platform/file-limits';
import { lineEndingOf, withLineEnding } from '../platform/text-file';
import { helpFor } from './edit-help';

export type TextEdit = { old_text: string; new_text: string; replace_all: boolean };

export type EditedText =
  | { kind: 'edited'; text: string; replaced: number; firstLine: number }
  | { kind: 'no_match' }
  | { kind: 'several'; lines: number[] }
  /** What would come out is more than any file that is edited holds. */
  | { kind: 'too_large' };

/** What is wrong with the edit of this number, counted from 1, and what to do about it. */
export type EditFailure = { number: number; code: 'empty_old_text' | 'no_change' | 'no_match' | 'several_matches' | 'too_large'; message: string; next_step: string };

export type EditedTexts = { kind: 'edited'; text: string; replaced: number; firstLine: number } | { kind: 'failed'; failures: EditFailure[] };

const mostLinesNamed = 20;
/** Working out the nearest lines takes time; past this many failures the words alone must do. */
const mostHelped = 5;

/** Every edit is tried, so that all that is wrong is said at once. `name` is what messages call the file. */
export function applyEdits(text: string, edits: readonly TextEdit[], name: string): EditedTexts {
  const failures: EditFailure[] = [];
  let now = text;
  let replaced = 0;
  let firstLine = 1;
  for (const [index, edit] of edits.entries()) {
    const number = index + 1;
    const applied = edit.old_text === '' || edit.old_text === edit.new_text ? null : applyEdit(now, edit);
    if (applied?.kind === 'edited') {
      now = applied.text;
      replaced += applied.replaced;
      firstLine = applied.firstLine;
    } else {
      failures.push({ number, ...whyNot({ original: text, now, name }, edit, applied, failures.length < mostHelped) });
    }
  }
  return failures.length > 0 ? { kind: 'failed', failures } : { kind: 'edited', text: now, replaced, firstLine };
}

/** Line breaks in `old_text` match either ending; those in `new_text` become what the replaced place or the file has. */
export function applyEdit(text: string, edit: TextEdit): EditedText {
  const places = placesOf(text, edit.old_text);
  const [first] = places;
  if (!first) return { kind: 'no_match' };
  if (places.length > 1 && !edit.replace_all) return { kind: 'several', lines: linesAt(text, places.map((place) => place.from)) };
  // Twice what is written: whether it really fits is seen when it is encoded.
  const removed = places.reduce((sum, { from, to }) => sum + to - from, 0);
  if (text.length - removed + places.length * edit.new_text.length > 2 * fileLimits.editBytes) return { kind: 'too_large' };
  const ofFile = lineEndingOf(text);
  const pieces: string[] = [];
  let end = 0;
  for (const { from, to } of places) {
    const place = text.slice(from, to);
    pieces.push(text.slice(end, from), withLineEnding(edit.new_text, place.includes('\n') ? lineEndingOf(place) : ofFile));
    end = to;
  }
  return { kind: 'edited', text: `${pieces.join('')}${text.slice(end)}`, replaced: places.length, firstLine: linesAt(text, [first.from])[0] ?? 1 };
}

function whyNot(
  { original, now, name }: { original: string; now: string; name: string },
  edit: TextEdit,
  applied: Exclude<EditedText, { kind: 'edited' }> | null,
  help: boolean,
): Omit<EditFailure, 'number'> {
  if (edit.old_text === '') {
    return { code: 'empty_old_text', message: 'old_text is empty.', next_step: 'Give the text to replace, or use write_file for a new file.' };
  }
  if (applied === null) return { code: 'no_change', message: 'old_text and new_text are the same.', next_step: 'Give a new_text that differs.' };
  if (applied.kind === 'several') {
    const named = applied.lines.slice(0, mostLinesNamed).join(', ');
    const more = applied.lines.length > mostLinesNamed ? ', …' : '';
    return {
      code: 'several_matches',
      message: `old_text is in ${name} ${applied.lines.length} times, at lines ${named}${more}.`,
      next_step: 'Take in more lines around the one you mean, or set replace_all.',
    };
  }
  if (applied.kind === 'too_large') return { code: 'too_large', message: `${name} would be over 10 MB.`, next_step: 'Make the file with a command.' };
  const [before] = placesOf(original, edit.old_text);
  if (before !== undefined) {
    const line = linesAt(original, [before.from])[0] ?? 1;
    return { code: 'no_match', message: `old_text was at line ${line} of ${name} until an edit before it changed that place.`, next_step: 'Make one edit of the two.' };
  }
  return { code: 'no_match', message: `old_text is not in ${name}.`, next_step: help ? helpFor(now, withLineEnding(edit.old_text, '\n')) : 'Read the place again.' };
}

type Place = { from: number; to: number };

/** Where `wanted` stands, as plain text: a regular expression takes no long text, and minutes for some that it takes. */
function placesOf(text: string, wanted: string): Place[] {
  const lines = withLineEnding(text, '\n');
  const sought = withLineEnding(wanted, '\n');
  const places = offsetsOf(lines, sought).map((from) => ({ from, to: from + sought.length }));
  return lines === text ? places : inText(text, places);
}

/** By Knuth, Morris and Pratt: no character of `text` is looked at anew, as `indexOf` does with texts that repeat themselves. */
function offsetsOf(text: string, sought: string): number[] {
  // For each beginning of `sought` the longest shorter one that it ends with.
  const shorter = new Int32Array(sought.length + 1);
  const grown = (length: number, unit: number): number => {
    let now = length;
    while (now > 0 && sought.charCodeAt(now) !== unit) now = shorter[now] ?? 0;
    return sought.charCodeAt(now) === unit ? now + 1 : 0;
  };
  for (let at = 1; at < sought.length; at++) shorter[at + 1] = grown(shorter[at] ?? 0, sought.charCodeAt(at));
  const offsets: number[] = [];
  for (let at = 0, length = 0; at < text.length; at++) {
    length = grown(length, text.charCodeAt(at));
    if (length < sought.length) continue;
    offsets.push(at + 1 - length);
    length = 0;
  }
  return offsets;
}

/** The same places in a text whose line ends are longer by one here and there. */
function inText(text: string, places: readonly Place[]): Place[] {
  let longer = 0;
  let ending = text.indexOf('\r\n');
  const moved = (offset: number): number => {
    for (; ending !== -1 && ending < offset + longer; ending = text.indexOf('\r\n', ending + 2)) longer++;
    return offset + longer;
  };
  return places.map(({ from, to }) => ({ from: moved(from), to: moved(to) }));
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
