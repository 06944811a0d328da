// How the loop ended, in words for people: what happened, and what to do next.
import type { EndReason } from '../rounds';

export type EndFacts = {
  /** The checks of the round as a person would type them. */
  commands: readonly string[];
  rounds: number;
  fresh: number;
  old: number;
  unclear: number;
  /** What kept a check from an answer, or why there was none. Whole sentences. */
  reason: string;
};

export function endWords(reason: EndReason, facts: EndFacts): string {
  const checks = facts.commands.join(', ');
  const others = otherProblems(facts);
  switch (reason) {
    case 'passed':
      return facts.rounds === 0 ? `${checks} passed.` : `${checks} passed after ${count(facts.rounds, 'round')}.`;
    case 'only_old':
      return `${checks}: no new problems.${others}`;
    case 'repeated':
      return `The same ${facts.fresh === 1 ? 'problem' : count(facts.fresh, 'problem')} came back after an attempt to fix ${them(facts.fresh)}, so auto-fix stopped. Look at ${them(facts.fresh)}, or say how to go on.${others}`;
    case 'round_limit':
      return `${count(facts.fresh, 'problem')} ${are(facts.fresh)} left after ${count(facts.rounds, 'round')}, the limit, so auto-fix stopped. Say how to go on, or raise boocode.autoFix.maxRounds.${others}`;
    case 'left_open':
      return `${count(facts.fresh, 'problem')} ${are(facts.fresh)} left, and ${facts.reason || 'the agent is done'}.${others}`;
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
  const before = old > 0 ? ` ${count(old, 'problem')} ${was(old)} there before.` : '';
  const perhaps = unclear > 0 ? ` ${count(unclear, 'problem')} may have been there before: nobody looked, and nothing ties ${them(unclear)} to the change.` : '';
  return `${before}${perhaps}`;
}

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
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

/** Why there was no check, as one sentence. */
export function uncheckedWords(unchecked: readonly { files: readonly string[]; reason: string }[]): string {
  const one = unchecked.map(({ files, reason }) => `for ${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''} ${reason}`);
  return one.length === 0 ? 'there is nothing to run.' : `${one.join('; ')}.`;
}

export function unreadAgain(commands: readonly string[]): string {
  return `"${commands.join(', ')}" fails again without naming a problem.`;
}
