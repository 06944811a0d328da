// From the output of a check to the problems it names, in the order they stand in it.
import { stripVTControlCharacters } from 'node:util';
import type { PrintedProblem } from '../problem';
import { parsers } from './parsers';

/** A line of JSON is one record, useless when cut; other lines are for people and no parser needs more of them. */
export const outputLimits = { lines: 20_000, lineLength: 2000, recordLength: 1_000_000, messageLength: 2000, problems: 5000 } as const;

/** `pnpm -r` and the like put the folder and the script before each line. */
const packagePrefix = /^(\S+) [\w:.-]+: (.*)$/;

/**
 * Errors only, where there are any: a check that fails with errors does not fail for its warnings. Empty for output
 * that no parser understands.
 */
export function parseOutput(output: string): PrintedProblem[] {
  const { lines, bases } = linesOf(output);
  const taken = new Set<number>();
  const found = parsers.flatMap((parser) => {
    const own = parser.find(lines).filter((one) => !taken.has(one.from));
    for (const one of own) for (let line = one.from; line <= one.to; line++) taken.add(line);
    return own.map(({ from, file, line, column, severity, code, message, base = bases[from] }) => ({
      at: from,
      problem: { ...(base === undefined ? {} : { base }), file, line, column, severity, code, message: message.trim().slice(0, outputLimits.messageLength), source: parser.id },
    }));
  });
  const inOrder = found.sort((a, b) => a.at - b.at).map(({ problem }) => problem);
  const once = [...new Map(inOrder.map((problem) => [JSON.stringify([problem.file, problem.base, problem.line, problem.column, problem.code, problem.message]), problem])).values()];
  const errors = once.filter((problem) => problem.severity === 'error');
  return (errors.length > 0 ? errors : once).slice(0, outputLimits.problems);
}

/** Whoever prints more than this says the same over and over. */
function headAndTail(lines: string[]): string[] {
  const half = outputLimits.lines / 2;
  return lines.length <= outputLimits.lines ? lines : [...lines.slice(0, half), ...lines.slice(-half)];
}

function linesOf(output: string): { lines: string[]; bases: (string | undefined)[] } {
  const raw = headAndTail(stripVTControlCharacters(output).split(/\r\n|\n|\r/)).map((line) =>
    line.slice(0, /^\[?\{"/.test(line) ? outputLimits.recordLength : outputLimits.lineLength).trimEnd(),
  );
  const announced = new Set(raw.map((line) => /^(\S+) [\w:.-]+\$ /.exec(line)?.[1]).filter((folder) => folder !== undefined));
  const split = raw.map((line): { text: string; base?: string } => {
    const [, folder = '', text = ''] = announced.size === 0 ? [] : (packagePrefix.exec(line) ?? []);
    return announced.has(folder) ? { text, base: folder } : { text: line };
  });
  return { lines: split.map(({ text }) => text), bases: split.map(({ base }) => base) };
}
