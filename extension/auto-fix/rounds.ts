// When the loop goes on and when it ends: pure, one step for each time the checks ran. They run while the agent is still
// at work, so not everything they find is a failed attempt: a round is one in which it worked on what it was sent
// after and did not get further than before. It ends in any case: getting further has an end, and so have rounds.
import { fingerprintOfAll } from './judge/fingerprint';
import type { Problem } from './problem';

export type EndReason =
  /** Every check passed. */
  | 'passed'
  /** What is left was there before the agent's change, or may have been. */
  | 'only_old'
  /** The same problems came back after the agent had worked on them. */
  | 'repeated'
  | 'round_limit'
  /** The agent was told of problems and ended without changing anything more. */
  | 'left_open'
  /** Nothing is known of the code: the check did not end in time. */
  | 'timed_out'
  | 'stopped'
  | 'not_approved'
  | 'no_check'
  /** The check itself does not work. */
  | 'broken';

/** What the checks of one round came to. */
export type RoundResult = {
  fresh: readonly Problem[];
  old: number;
  unclear: number;
  /** The gravest of what kept a check from an answer. */
  hindered: 'stopped' | 'not_approved' | 'timed_out' | 'broken' | null;
  /** How many checks came to an answer. */
  answered: number;
};

export type Rounds = {
  /** Rounds since a check was last in order. */
  count: number;
  /** The sets of problems the agent was sent after. */
  seen: readonly string[];
  /** The fewest problems there were since. */
  fewest: number;
  /** Whether it was sent after an output that nobody could read. */
  sentUnread: boolean;
  /** Set when the loop is over for this run. */
  over: EndReason | null;
};

export const firstRound: Rounds = { count: 0, seen: [], fewest: Infinity, sentUnread: false, over: null };

export type Step =
  | { kind: 'again'; round: number }
  /** The agent is working on something else, and knows what there is. */
  | { kind: 'wait' }
  | { kind: 'end'; reason: EndReason; rounds: number };

/** `attempted`: since it was last sent, the agent wrote where the problems are or may come from. */
export type Circumstances = { maxRounds: number; attempted: boolean };

export function nextStep(rounds: Rounds, result: RoundResult, { maxRounds, attempted }: Circumstances): { rounds: Rounds; step: Step } {
  const end = (reason: EndReason): { rounds: Rounds; step: Step } => ({
    rounds: startsAnew(reason) ? firstRound : { ...rounds, over: reason },
    step: { kind: 'end', reason, rounds: rounds.count },
  });
  const { fresh } = result;
  if (result.hindered === 'stopped') return end('stopped');
  if (fresh.length === 0) {
    if (result.hindered !== null) return end(result.hindered);
    if (result.answered === 0) return end('no_check');
    return end(result.old + result.unclear > 0 ? 'only_old' : 'passed');
  }
  const isFirst = rounds.count === 0;
  const set = fingerprintOfAll(fresh);
  const onlyUnread = fresh.every(isUnread);
  if (!isFirst && !attempted && (rounds.seen.at(-1) === set || (onlyUnread && rounds.sentUnread))) return { rounds, step: { kind: 'wait' } };
  if (attempted && rounds.seen.includes(set)) return end('repeated');
  if (rounds.sentUnread && onlyUnread) return end('broken');
  const counts = isFirst || (attempted && fresh.length >= rounds.fewest);
  if (counts && rounds.count >= maxRounds) return end('round_limit');
  const next: Rounds = {
    count: rounds.count + (counts ? 1 : 0),
    seen: [...rounds.seen, set],
    fewest: Math.min(rounds.fewest, fresh.length),
    sentUnread: rounds.sentUnread || fresh.some(isUnread),
    over: null,
  };
  return { rounds: next, step: { kind: 'again', round: next.count } };
}

/** After these the next change is checked again, in rounds of its own, by whatever gave an answer. */
export function startsAnew(reason: EndReason): boolean {
  return ['passed', 'only_old', 'no_check', 'timed_out', 'not_approved', 'broken'].includes(reason);
}

/** The end of an output that nobody could read, as a problem of an unknown place. It is sent once, whatever it says. */
export function unreadProblem(tail: string): Problem {
  return { file: null, line: null, column: null, severity: 'error', code: null, message: tail, source: 'output', text: null };
}

export function isUnread(problem: Problem): boolean {
  return problem.source === 'output' && problem.file === null;
}
