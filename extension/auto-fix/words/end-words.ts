// How the loop ended, in words for people: what happened, and what to do next.
import { formatCount } from '../../../shared/format';
import type { EndReason } from '../rounds';

export type EndFacts = {
  /** The checks of the round as a person would type them. */
  commands: readonly string[];
  rounds: number;
  fresh: number;
  old: number;
  unclear: number;
  /** Changed files that were too many to look at. */
  leftOut: number;
  /** What kept a check from an answer, or why there was none. Whole sentences. */
  reason: string;
};

export function endWords(reason: EndReason, facts: EndFacts): string {
  const checks = few(facts.commands);
  const others = `${otherProblems(facts)}${facts.leftOut === 0 ? '' : ` ${facts.leftOut} more changed ${facts.leftOut === 1 ? 'file was' : 'files were'} not looked at.`}`;
  switch (reason) {
    case 'passed':
      return facts.rounds === 0 ? `${checks} passed.${others}` : `${checks} passed after ${formatCount(facts.rounds, 'round')}.${others}`;
    case 'only_old':
      return `${checks}: no new problems.${others}`;
    case 'repeated':
      return `The same ${facts.fresh === 1 ? 'problem' : formatCount(facts.fresh, 'problem')} came back after an attempt to fix ${them(facts.fresh)}, so auto-fix stopped. Look at ${them(facts.fresh)}, or say how to go on.${others}`;
    case 'round_limit':
      return `${formatCount(facts.fresh, 'problem')} ${are(facts.fresh)} left after ${formatCount(facts.rounds, 'round')}, the limit, so auto-fix stopped. Say how to go on, or raise boocode.autoFix.maxRounds.${others}`;
    case 'left_open':
      return `${formatCount(facts.fresh, 'problem')} ${are(facts.fresh)} left, and ${facts.reason || 'the agent is done'}.${others}`;
    case 'timed_out':
      return `${facts.reason} Whether the change is in order is not known. Set a quicker boocode.autoFix.command, or raise that limit.`;
    case 'stopped':
      return `${facts.reason || 'The check was stopped.'} Whether the change is in order is not known.`;
    case 'not_approved':
      return `${facts.reason || `${checks} was not allowed to run.`} The change was not checked.`;
    case 'no_check':
      return `The change was not checked: ${facts.reason} Set boocode.autoFix.command to name a check.`;
    case 'broken':
      return `${facts.reason} Whether the change is in order is not known.`;
  }
}

export function otherProblems({ old, unclear }: { old: number; unclear: number }): string {
  const before = old > 0 ? ` ${formatCount(old, 'problem')} ${was(old)} there before.` : '';
  const perhaps = unclear > 0 ? ` ${formatCount(unclear, 'problem')} may have been there before: nobody looked, and nothing ties ${them(unclear)} to the change.` : '';
  return `${before}${perhaps}`;
}

function them(number: number): string {
  return number === 1 ? 'it' : 'them';
}

function are(number: number): string {
  return number === 1 ? 'is' : 'are';
}

function was(number: number): string {
  return number === 1 ? 'was' : 'were';
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** Why there was no check, as one sentence: each reason once, and what it is said of. */
export function uncheckedWords(unchecked: readonly { files: readonly string[]; reason: string; at: readonly string[] }[]): string {
  const reasons = new Map<string, string[]>();
  for (const { files, reason, at } of unchecked) {
    const whose = few(files);
    reasons.set(whose, [...(reasons.get(whose) ?? []), `${reason}${at.length === 0 ? '' : ` (${few(at)})`}`]);
  }
  const said = [...reasons].map(([whose, why]) => `for ${whose} ${why.join('; ')}`);
  if (said.length === 0) return 'there is nothing to run.';
  const hidden = said.length - mostSaid;
  return `${said.slice(0, mostSaid).join('; ')}${hidden > 0 ? `; and for others there are ${formatCount(hidden, 'more reason')}` : ''}.`;
}

const mostSaid = 3;

/** The first of them, and how many more there are. */
export function few(names: readonly string[]): string {
  const hidden = names.length - mostSaid;
  return hidden > 0 ? `${names.slice(0, mostSaid).join(', ')} and ${hidden} more` : names.join(', ');
}

/** Why checks gave no answer, each reason once. */
export function silenceWords(silences: readonly { check: string; says: string }[]): string {
  const checks = new Map<string, string[]>();
  for (const { check, says } of silences) checks.set(says, [...(checks.get(says) ?? []), `"${check}"`]);
  const said = [...checks].map(([says, [first = '', ...others]]) => `${first} ${says}${others.length === 0 ? '' : ` The same goes for ${few(others)}.`}`);
  return said.join(' ');
}

export function unreadAgain(commands: readonly string[]): string {
  return `"${few(commands)}" fails again without naming a problem.`;
}
