// When the loop goes on and when it ends: pure, one step a round. A round is one sending of the agent after problems.
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
  /** How often the agent was sent after problems since a check last passed. */
  sent: number;
  /** The sets of problems it was sent after. */
  seen: readonly string[];
  /** Whether it was sent after an output that nobody could read. */
  sentUnread: boolean;
  /** Set when the loop is over for this run. */
  over: EndReason | null;
};

export const firstRound: Rounds = { sent: 0, seen: [], sentUnread: false, over: null };

export type Step = { kind: 'again'; round: number } | { kind: 'end'; reason: EndReason; rounds: number };

export function nextStep(rounds: Rounds, result: RoundResult, maxRounds: number): { rounds: Rounds; step: Step } {
  const end = (reason: EndReason): { rounds: Rounds; step: Step } => ({
    rounds: startsAnew(reason) ? firstRound : { ...rounds, over: reason },
    step: { kind: 'end', reason, rounds: rounds.sent },
  });
  if (result.hindered === 'stopped') return end('stopped');
  if (result.fresh.length > 0) {
    const set = fingerprintOfAll(result.fresh);
    if (rounds.seen.includes(set)) return end('repeated');
    if (rounds.sentUnread && result.fresh.every(isUnread)) return end('broken');
    if (rounds.sent >= maxRounds) return end('round_limit');
    const sentUnread = rounds.sentUnread || result.fresh.some(isUnread);
    return { rounds: { ...rounds, sent: rounds.sent + 1, seen: [...rounds.seen, set], sentUnread }, step: { kind: 'again', round: rounds.sent + 1 } };
  }
  if (result.hindered !== null) return end(result.hindered);
  if (result.answered === 0) return end('no_check');
  return end(result.old + result.unclear > 0 ? 'only_old' : 'passed');
}

/** After these the next change is checked again, in rounds of its own, by whatever gave an answer. */
function startsAnew(reason: EndReason): boolean {
  return ['passed', 'only_old', 'no_check', 'timed_out', 'not_approved', 'broken'].includes(reason);
}

/** The end of an output that nobody could read, as a problem of an unknown place. It is sent once, whatever it says. */
export function unreadProblem(tail: string): Problem {
  return { file: null, line: null, column: null, severity: 'error', code: null, message: tail, source: 'output', text: null };
}

export function isUnread(problem: Problem): boolean {
  return problem.source === 'output' && problem.file === null;
}
