// What is known, check by check, of the problems that were there before the agent's first write of a run, and what it
// left behind itself in earlier runs of the chat.
import type { Check } from '../check';
import { hidesOthers } from '../parse/parsers';
import type { Problem } from '../problem';
import type { CheckRun } from '../run-check';
import { judgeProblems, nothingKnown, type Judged, type JudgeWith, type Known } from './judge-problems';

type Memory = Known & {
  /** It failed then too, and nobody could read why. */
  unread: boolean;
};

export class KnownProblems {
  readonly #known = new Map<string, Memory>();
  /** The agent's own, from this run and earlier ones. Shared by the runs of a chat. */
  readonly #own: Map<string, readonly Problem[]>;

  constructor(own: Map<string, readonly Problem[]>) {
    this.#own = own;
  }

  /** Whether a look before the change would add anything for this check. */
  covers({ key, only }: Check): boolean {
    const known = this.#known.get(key);
    if (known === undefined) return false;
    return only === undefined || known.complete === 'all' || only.every((file) => known.complete !== 'all' && known.complete.has(file));
  }

  wasUnread(check: Check): boolean {
    return this.#known.get(check.key)?.unread ?? false;
  }

  /** A look before the first write. Answers what was there and is not the agent's own. */
  before(check: Check, run: CheckRun): readonly Problem[] {
    const was = this.#of(check);
    if (run.result === 'passed') this.#learn(check, { ...was, complete: covered(was, check) });
    if (run.result === 'unread') this.#learn(check, { ...was, unread: true });
    if (run.result !== 'failed') return [];
    const found = this.#withoutOwn(check, run.problems);
    this.#learn(check, { ...was, problems: [...was.problems, ...found], complete: isComplete(check, run.problems) ? covered(was, check) : was.complete });
    return found;
  }

  /** Judges what a check found after a change, and remembers it for the next. */
  judge(check: Check, problems: readonly Problem[], evidence: Pick<JudgeWith, 'evidence' | 'gone'>): Judged {
    const was = this.#of(check);
    const judged = judgeProblems(problems, { known: was, own: this.#own.get(check.key) ?? [], ...evidence });
    this.#own.set(check.key, [...this.#ownElsewhere(check), ...judged.fresh]);
    // What cannot be told now could be told even less later. And what a whole look did not find is new from now on.
    const complete = isComplete(check, problems) ? covered(was, check) : was.complete;
    this.#learn(check, { ...was, problems: [...was.problems, ...judged.unclear], complete });
    return judged;
  }

  /** A check that passed proves that there is nothing old left, nor anything of the agent's. */
  passed(check: Check): void {
    this.#own.set(check.key, this.#ownElsewhere(check));
    const was = this.#of(check);
    const rest = check.only === undefined ? [] : was.problems.filter(({ file }) => file === null || check.only?.includes(file) === false);
    this.#learn(check, { problems: rest, complete: covered(was, check), unread: false });
  }

  /** The agent's own in files that this run of the check did not look at. */
  #ownElsewhere({ key, only }: Check): Problem[] {
    return only === undefined ? [] : (this.#own.get(key) ?? []).filter(({ file }) => file === null || !only.includes(file));
  }

  #of({ key }: Check): Memory {
    return this.#known.get(key) ?? { ...nothingKnown, unread: false };
  }

  #learn({ key }: Check, memory: Memory): void {
    this.#known.set(key, memory);
  }

  #withoutOwn({ key }: Check, problems: readonly Problem[]): Problem[] {
    const own: Known = { problems: this.#own.get(key) ?? [], complete: 'all' };
    return judgeProblems(problems, { known: own, own: [], evidence: { causes: () => true }, gone: new Set() }).fresh;
  }
}

function isComplete(check: Check, problems: readonly Problem[]): boolean {
  return check.thorough && !problems.some(hidesOthers);
}

function covered(was: Known, { only }: Check): Known['complete'] {
  if (only === undefined || was.complete === 'all') return 'all';
  return new Set([...was.complete, ...only]);
}
