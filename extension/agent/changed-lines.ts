// What differs between two texts, line by line, short enough to be looked at: long pieces lose their middle, long lines
// what stands far from the first difference.
import { diffLines } from 'diff';
import type { DiffLine } from '../../shared/trace-answers';
import { maxEventBytes } from '../trace/panel-frames';
import { fitting } from '../trace/trace-reads';

export type ChangedLines = { lines: DiffLine[]; is_cut: boolean };

const mostLines = 80;
/** All of it goes to a view in one message, beside a label. */
const mostBytes = maxEventBytes - 4 * 1024;
const longestLine = 300;
/** Of what is the same, around what is not; and of one piece that is new or gone. */
const context = 3;
const pieceHead = 20;
const pieceTail = 6;
/** Texts that differ in more than this many lines are shown as another text. */
const mostEdits = 500;

type Piece = { kind: DiffLine['kind']; lines: readonly string[] };

export function changedLines(before: string, now: string): ChangedLines {
  const all = pieces(before, now);
  const shown: DiffLine[] = [];
  let is_cut = false;
  for (const [index, piece] of all.entries()) {
    const [head, tail] = piece.kind === 'same' ? [index === 0 ? 0 : context, index === all.length - 1 ? 0 : context] : [pieceHead, pieceTail];
    const counterpart = counterpartOf(all, index);
    const lines = piece.lines.map((text, at) => shortLine(text, counterpart?.lines[at]));
    const left = lines.length - head - tail;
    // A line that says that one is left out saves nothing.
    const isShort = left <= 1;
    const kept = isShort ? lines : [...lines.slice(0, head), null, ...lines.slice(lines.length - tail)];
    is_cut ||= !isShort || lines.some((text, at) => text !== piece.lines[at]);
    for (const text of kept) shown.push(text === null ? { kind: 'same', text: `… ${left} lines …` } : { kind: piece.kind, text });
  }
  const lines = fitting(shown.slice(0, mostLines), mostBytes);
  return { lines, is_cut: is_cut || shown.length > lines.length };
}

function pieces(before: string, now: string): Piece[] {
  const changes = diffLines(`${before}\n`, `${now}\n`, { maxEditLength: mostEdits });
  if (changes === undefined) return [{ kind: 'removed', lines: before.split('\n') }, { kind: 'added', lines: now.split('\n') }];
  return changes.map(({ value, added, removed }) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', lines: value.replace(/\n$/, '').split('\n') }));
}

/** What took the place of a piece, or what it took the place of. */
function counterpartOf(all: readonly Piece[], index: number): Piece | undefined {
  const kind = all[index]?.kind;
  if (kind === 'removed') return all[index + 1]?.kind === 'added' ? all[index + 1] : undefined;
  return kind === 'added' && all[index - 1]?.kind === 'removed' ? all[index - 1] : undefined;
}

function shortLine(text: string, other = ''): string {
  if (text.length <= longestLine) return text;
  let same = 0;
  while (same < other.length && text[same] === other[same]) same += 1;
  const from = same < longestLine / 2 ? 0 : Math.min(same - longestLine / 3, text.length - longestLine);
  const to = from + longestLine;
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
