// Findings about the time of model calls: writing, the wait for the first token, requests that were made again.
import { formatCount, formatDuration, formatTokens } from '../../../shared/format';
import type { ModelCall } from '../../../shared/trace-parts';
import { noUsage } from '../../../shared/usage-math';
import { mostRefs, nameOfTurn, refOfTurn, sentence, shortText, startingBig } from './place-words';
import { byMost, sumOf, type SlowFacts, type SlowFinding } from './slow-facts';

type CallInTurn = { call: ModelCall; turn_number: number };

function callsOf({ own }: SlowFacts): CallInTurn[] {
  return own.turns.flatMap(({ turn_number, calls }) => calls.map((call) => ({ call, turn_number })));
}

export function generation(facts: SlowFacts): SlowFinding[] {
  const { own, time } = facts;
  const writing = ({ call }: CallInTurn): number => (call.first_token_ms === null ? 0 : call.duration_ms - call.first_token_ms);
  const calls = byMost(callsOf(facts).filter((call) => writing(call) > 0), writing);
  const longest = calls[0];
  if (!longest) return [];
  const output = sumOf(calls, ({ call: { usage } }) => (usage ?? noUsage).output);
  const reasoning = sumOf(calls, ({ call: { usage } }) => (usage ?? noUsage).reasoning);
  const known = calls.every(({ call }) => call.usage !== null);
  const words = known ? `${formatTokens(output + reasoning)} tokens came, ${formatTokens(reasoning)} of them reasoning: ${Math.round(((output + reasoning) / time.generation) * 1000)} a second.` : 'Not every call said how many tokens came.';
  return [
    {
      title: `The model wrote for ${formatDuration(time.generation)} in ${formatCount(calls.length, 'call')}.`,
      detail: `${words} ${reasoning > output ? 'Less reasoning would shorten it most.' : 'A faster model or a smaller task would shorten it.'}`,
      ms: time.generation,
      at: calls.slice(0, mostRefs).map((item) => refOfTurn(own, item, formatDuration(writing(item)))),
    },
  ];
}

export function longestModelCall(facts: SlowFacts): SlowFinding[] {
  const calls = callsOf(facts);
  const [longest] = byMost(calls, ({ call }) => call.duration_ms);
  // One alone is told of by what it is made of.
  if (!longest || calls.length === 1) return [];
  const { call, turn_number } = longest;
  const tokens = call.usage === null ? '' : ` It wrote ${formatTokens(call.usage.output + call.usage.reasoning)} tokens.`;
  return [
    {
      title: `${startingBig(call.purpose === 'compaction' ? `the summary before the answer of ${nameOfTurn(facts.own, turn_number)}` : `the model call of ${nameOfTurn(facts.own, turn_number)}`)} took ${formatDuration(call.duration_ms)}.`,
      detail: call.first_token_ms === null ? 'Nothing came of it.' : `Its first token came after ${formatDuration(call.first_token_ms)}.${tokens}`,
      ms: call.duration_ms,
      at: [refOfTurn(facts.own, { turn_number }, formatDuration(call.duration_ms))],
    },
  ];
}

export function firstToken(facts: SlowFacts): SlowFinding[] {
  const { own, time } = facts;
  const waiting = ({ call }: CallInTurn): number => Math.max(0, (call.first_token_ms ?? call.duration_ms) - call.retry_ms);
  const calls = byMost(callsOf(facts).filter((call) => waiting(call) > 0), waiting);
  if (calls.length === 0) return [];
  return [
    {
      title: `${formatCount(calls.length, 'model call')} waited ${formatDuration(time.first_token)} for the first token.`,
      detail: `The median is ${formatDuration(median(calls.map(waiting)))} a call; writing took ${formatDuration(time.generation)} in all. Long requests that no cache holds, and busy servers, make it longer.`,
      ms: time.first_token,
      at: calls.slice(0, mostRefs).map((item) => refOfTurn(own, item, formatDuration(waiting(item)))),
    },
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

export function retries(facts: SlowFacts): SlowFinding[] {
  const { own, time } = facts;
  const retried = byMost(callsOf(facts).filter(({ call }) => call.attempts > 1), ({ call }) => call.retry_ms);
  if (retried.length === 0 || time.retry === 0) return [];
  const attempts = sumOf(retried, ({ call }) => call.attempts - 1);
  const failed = retried.find(({ call }) => call.error !== null)?.call.error;
  return [
    {
      title: `${formatCount(attempts, 'request')} had to be made again: ${formatDuration(time.retry)} lost.`,
      detail: failed
        ? `The last attempt ended with ${failed.code}: ${sentence(shortText(failed.message, 160))}`
        : 'The attempt after that went well. A server that is busy, a rate limit or a connection that breaks off are the usual causes.',
      ms: time.retry,
      at: retried.slice(0, mostRefs).map(({ call, turn_number }) => refOfTurn(own, { turn_number }, `${formatCount(call.attempts, 'attempt')}, ${formatDuration(call.retry_ms)}`)),
    },
  ];
}
