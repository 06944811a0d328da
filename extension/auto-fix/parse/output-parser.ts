// What a parser of a tool's output is: a pure function over lines. It reads nothing and never throws.
import type { PrintedProblem } from '../problem';

/** `from` and `to` are the lines it was read from, so that a more general parser leaves them alone. */
export type Found = Omit<PrintedProblem, 'source'> & { from: number; to: number };

export type OutputParser = {
  /** Stands in problems as their `source`. */
  id: string;
  find(lines: readonly string[]): Found[];
  /** True for a problem that keeps the tool from finding others, as a syntax error does. */
  hidesOthers?(problem: Pick<PrintedProblem, 'code' | 'file' | 'message'>): boolean;
};

/** A problem before the lines it was read from are known; `to` is the line of the match when left out. */
export type Read = Omit<Found, 'from' | 'to'> & { to?: number };

/** One problem a line: `read` says what a line that matches holds, or null when it is none after all. */
export function eachMatch(
  lines: readonly string[],
  pattern: RegExp,
  read: (match: RegExpExecArray, index: number) => Read | null,
): Found[] {
  return lines.flatMap((line, index) => {
    const match = pattern.exec(line);
    const found = match && read(match, index);
    return found ? [{ to: index, ...found, from: index }] : [];
  });
}

export function number(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits);
}

export function severityOf(word: string | undefined): 'error' | 'warning' {
  return word !== undefined && /^w/i.test(word) ? 'warning' : 'error';
}

/** The lines from `start` on for which `belongs` holds. */
export function stretch(lines: readonly string[], start: number, belongs: (line: string) => boolean, most = 40): string[] {
  const taken: string[] = [];
  for (let at = start; at < lines.length && taken.length < most; at++) {
    const line = lines[at] ?? '';
    if (!belongs(line)) break;
    taken.push(line);
  }
  return taken;
}

/** The first line from `start` on for which `isWanted` holds, among the next `most`; -1 when there is none. */
export function findNear(lines: readonly string[], start: number, isWanted: (line: string) => boolean, most = 200): number {
  const found = lines.slice(start, start + most).findIndex(isWanted);
  return found < 0 ? -1 : start + found;
}

/** Undefined for what is no JSON, as a line that was cut off is not. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
