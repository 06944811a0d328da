// Findings about time in which nothing worked: a person was waited for, or a limit.
import { formatCount, formatDuration } from '../../../shared/format';
import type { Wait } from '../../../shared/trace-parts';
import { listed, mostRefs, refOfTurn, refOfWait, shortText } from './place-words';
import { byMost, type SlowFacts, type SlowFinding } from './slow-facts';

export function waitsForPerson({ own, time, steps }: SlowFacts): SlowFinding[] {
  const waits = byMost(steps.filter(({ wait }) => wait !== null), ({ ms }) => ms);
  const longest = waits[0];
  if (!longest?.wait) return [];
  const open = waits.find(({ wait }) => wait?.waited_ms === null);
  return [
    {
      title: `${waitWords(waits.flatMap(({ wait }) => wait ?? []))} waited for you: ${formatDuration(time.approval)} in all.`,
      detail: `The longest was “${shortText(longest.wait.title)}” with ${formatDuration(longest.ms)}. ${open ? 'One still waits for your answer.' : longest.wait.kind === 'approval' ? 'What you allow for the session or for good is not asked again.' : 'The run goes on as soon as a question is answered.'}`,
      ms: time.approval,
      at: waits.slice(0, mostRefs).flatMap(({ wait, turn_number, ms }) => (wait === null ? [] : [refOfWait(own, turn_number, wait, formatDuration(ms))])),
    },
  ];
}

/** `3 approvals and 1 question`. */
export function waitWords(waits: readonly Wait[]): string {
  const questions = waits.filter(({ kind }) => kind === 'question').length;
  const approvals = waits.length - questions;
  return listed([...(approvals > 0 ? [formatCount(approvals, 'approval')] : []), ...(questions > 0 ? [formatCount(questions, 'question')] : [])]);
}

export function queue({ own, time, steps }: SlowFacts): SlowFinding[] {
  const held = byMost(steps.filter(({ kind }) => kind === 'queue'), ({ ms }) => ms);
  if (held.length === 0) return [];
  return [
    {
      title: `${formatCount(held.length, 'request')} ${held.length === 1 ? 'was' : 'were'} held back until a limit had room: ${formatDuration(time.queue)} in all.`,
      detail: 'What runs at the same time shares the limits on tokens and money. Raise the limit in the settings, or run less at once.',
      ms: time.queue,
      at: held.slice(0, mostRefs).map(({ turn_number, ms }) => refOfTurn(own, { turn_number }, formatDuration(ms))),
    },
  ];
}

export function withoutCalls({ own, time, untold }: SlowFacts): SlowFinding[] {
  if (time.other < time.whole * 0.1) return [];
  return [
    {
      title: `${formatDuration(time.other)} went by between the calls.`,
      detail: 'That is BooCode itself, what it writes to disk, and time in which the computer slept.',
      ms: time.other,
      at: byMost(untold.filter(({ ms }) => ms > 0), ({ ms }) => ms).slice(0, mostRefs).map((turn) => refOfTurn(own, turn, formatDuration(turn.ms))),
    },
  ];
}
