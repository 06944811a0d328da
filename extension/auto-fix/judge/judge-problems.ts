// Which problems of a check are the agent's. The promise: it is never sent after one that was there before. So a
// problem is new only if the check before the change did not have it and would have shown it, or if the change can
// be seen to have caused it; what nobody can tell is set aside and said to be so.
import type { Problem } from '../problem';
import type { ChangeEvidence } from './change-evidence';
import { complaintOf, fingerprintOf, fingerprintWithoutFile } from './fingerprint';

export type Known = {
  problems: readonly Problem[];
  /** For which files these were all there were: every file, or those alone, or (where one hid others) none. */
  complete: 'all' | ReadonlySet<string>;
};

export const nothingKnown: Known = { problems: [], complete: new Set() };

export type Judged = {
  /** The agent's own. */
  fresh: Problem[];
  /** There before. */
  old: Problem[];
  /** Perhaps there before: nobody looked, and nothing ties them to the change. */
  unclear: Problem[];
};

export type JudgeWith = {
  known: Known;
  /** The agent's from before, in this chat: never taken for old. */
  own: readonly Problem[];
  evidence: ChangeEvidence;
  /** Files that are no more: what was known of them may stand elsewhere under another name. */
  gone: ReadonlySet<string>;
};

export function judgeProblems(problems: readonly Problem[], { known, own, evidence, gone }: JudgeWith): Judged {
  const judged: Judged = { fresh: [], old: [], unclear: [] };
  const mine = new Set(own.map(fingerprintOf));
  let rest = [...problems];
  let open = [...known.problems];
  // The strictest way of knowing one again goes first, so that it is not used up by a looser one.
  const take = (key: (problem: Problem) => string, isSame: (before: Problem, now: Problem) => boolean): void => {
    const byKey = new Map<string, Problem[]>();
    for (const before of open) {
      const same = byKey.get(key(before));
      if (same) same.push(before);
      else byKey.set(key(before), [before]);
    }
    const left: Problem[] = [];
    const found = new Set<Problem>();
    for (const problem of rest) {
      const before = byKey.get(key(problem))?.find((one) => !found.has(one) && isSame(one, problem));
      if (before === undefined) left.push(problem);
      else judged.old.push(problem);
      if (before !== undefined) found.add(before);
    }
    rest = left;
    open = open.filter((before) => !found.has(before));
  };
  take(fingerprintOf, () => true);
  const isGone = ({ file }: Problem): boolean => file !== null && gone.has(file);
  take(complaintOf, (before, now) => !isGone(before) && alike(before.text, now.text));
  take(fingerprintWithoutFile, isGone);
  for (const problem of rest) {
    const wouldHaveShown = known.complete === 'all' || (problem.file !== null && known.complete.has(problem.file));
    if (wouldHaveShown || mine.has(fingerprintOf(problem)) || evidence.causes(problem)) judged.fresh.push(problem);
    else judged.unclear.push(problem);
  }
  return judged;
}

/** Whether one line may be the other after an edit: half of their words are the same. */
function alike(a: string | null, b: string | null): boolean {
  const [left, right] = [new Set(words(a)), new Set(words(b))];
  const most = Math.max(left.size, right.size);
  return most === 0 || [...left].filter((word) => right.has(word)).length * 2 >= most;
}

function words(text: string | null): string[] {
  return text?.match(/[\p{L}\p{N}_$]+/gu) ?? [];
}
