// The separate changes of an edit, numbered from 0, and the text with only some of them. Both sides of the panel
// channel count them here, so that a number means the same change to both.
import { diffLines, type ChangeObject } from 'diff';

export type HunkLine = { sign: '+' | '-' | ' '; text: string };
export type EditHunk = {
  /** The line of the present text it begins at, from 1. */
  line: number;
  /** With up to two unchanged lines before and after. Line ends are left out. */
  lines: HunkLine[];
};

type Part = ChangeObject<string>;
/** A stretch that stays, or changes that stand too near to each other to be told apart. */
type Stretch = { changes: boolean; parts: Part[] };

/** Beyond this a diff is not worth its time, and an edit is taken or left as a whole. */
const timeoutMs = 2_000;
const context = 2;

function stretchesOf(before: string, after: string): Stretch[] | null {
  const parts = diffLines(before, after, { timeout: timeoutMs });
  if (parts === undefined) return null;
  const stretches: Stretch[] = [];
  for (const [index, part] of parts.entries()) {
    const isBetween = index > 0 && index < parts.length - 1;
    const changes = part.added || part.removed || (isBetween && part.count <= 2 * context);
    const last = stretches.at(-1);
    if (last?.changes === changes) last.parts.push(part);
    else stretches.push({ changes, parts: [part] });
  }
  return stretches;
}

function linesOf(part: Part): HunkLine[] {
  const sign = part.added ? '+' : part.removed ? '-' : ' ';
  return part.value
    .replace(/\n$/, '')
    .split('\n')
    .map((text) => ({ sign, text: text.replace(/\r$/, '') }));
}

/** In the order of the file; none when the two cannot be compared in time. */
export function editHunks(before: string, after: string): EditHunk[] {
  const stretches = stretchesOf(before, after) ?? [];
  const hunks: EditHunk[] = [];
  let line = 1;
  for (const [index, { changes, parts }] of stretches.entries()) {
    const around = (neighbour: Stretch | undefined): HunkLine[] => (neighbour?.parts ?? []).flatMap(linesOf);
    if (changes) {
      const lead = around(stretches[index - 1]).slice(-context);
      const tail = around(stretches[index + 1]).slice(0, context);
      hunks.push({ line: line - lead.length, lines: [...lead, ...parts.flatMap(linesOf), ...tail] });
    }
    for (const part of parts) if (!part.added) line += part.count;
  }
  return hunks;
}

/** `before` with all changes but the rejected ones. Null when a number names no change, or nothing can be told apart. */
export function withoutHunks(before: string, after: string, rejected: readonly number[]): string | null {
  const stretches = stretchesOf(before, after);
  if (stretches === null) return null;
  const count = stretches.filter(({ changes }) => changes).length;
  if (rejected.some((number) => number >= count)) return null;
  let number = -1;
  return stretches
    .map(({ changes, parts }) => {
      const isLeft = changes && rejected.includes(++number);
      return parts.map((part) => ((isLeft ? part.added : part.removed) ? '' : part.value)).join('');
    })
    .join('');
}
