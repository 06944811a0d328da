// Whether a change can be seen to have caused a problem, where nobody looked before the change. A pure function of
// both texts: it answers yes only for what it can point at.
import { locateLimits } from '../parse/locate-problems';
import type { Problem } from '../problem';
import type { FileChange } from './file-changes';

const word = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
/** A name that a changed line declares or calls, so that others may depend on it. */
const declared = /(?:\b(?:function|class|interface|type|enum|const|let|var|def|fn|func|struct|trait|union|module|namespace|package|typedef)\s+)([\p{L}_$][\p{L}\p{N}_$]*)|([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:[?!]?:(?!:)|\(|=(?![=>]))/gu;
const keywords = new Set(
  'if else for while do switch case return function class new const let var import export from default type interface enum public private protected static async await def elif in is not and or with as try except finally raise fn mut pub use mod impl struct trait match where self func package range go defer chan map int char void unsigned long short double float bool sizeof string number boolean any unknown never null true false None True False'.split(' '),
);

export type ChangeEvidence = {
  /** True when the problem stands on a line that was written, or speaks of a name that was changed or taken away. */
  causes(problem: Problem): boolean;
};

export function evidenceOf(changes: readonly FileChange[]): ChangeEvidence {
  const byFile = new Map(changes.map((change) => [change.file, change]));
  // Cut as the text of a problem is, or a long line would be none of those that were there.
  const linesBefore = new Map(changes.map(({ file, before }) => [file, new Set([...countedLines(before ?? '').keys()].map((line) => line.slice(0, locateLimits.textLength)))]));
  const named = new Set(changes.flatMap(changedNames));
  return {
    causes(problem) {
      const change = problem.file === null ? undefined : byFile.get(problem.file);
      if (change && (change.before === undefined || change.before === null)) return true;
      const written = change && problem.text !== null && problem.text !== '' && !linesBefore.get(change.file)?.has(problem.text);
      if (written) return true;
      // In a message only what is quoted is code; the rest is English, where "value" is no name.
      const quoted = problem.message.match(/(['"`])[^'"`]*\1|‘[^’]*’|“[^”]*”/g) ?? [];
      return wordsIn([...quoted, problem.text ?? ''].join('\n')).some((name) => named.has(name));
    },
  };
}

/** Names that are gone from a file, that its changed lines declare, and of files that came or went. */
function changedNames({ file, before, after }: FileChange): string[] {
  if (before === undefined || after === undefined) return [];
  const stem = /([^/\\]+?)(?:\.[^./\\]+)*$/.exec(file)?.[1];
  if (before === null || after === null) return before === after || stem === undefined ? [] : wordsIn(stem);
  const [old, current] = [countedLines(before), countedLines(after)];
  const removed = [...old.keys()].filter((line) => (current.get(line) ?? 0) < (old.get(line) ?? 0));
  const added = [...current.keys()].filter((line) => (old.get(line) ?? 0) < (current.get(line) ?? 0));
  const left = new Set(wordsIn(after));
  const gone = wordsIn(removed.join('\n')).filter((name) => !left.has(name));
  const declarations = [...removed, ...added].flatMap((line) => [...line.matchAll(declared)].map((match) => match[1] ?? match[2] ?? ''));
  return [...gone, ...declarations].filter((name) => name.length > 1 && !keywords.has(name));
}

function wordsIn(text: string): string[] {
  return text.match(word) ?? [];
}

function countedLines(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split(/\r\n|\n|\r/)) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  return counts;
}
