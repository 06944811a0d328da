// Findings about results of tools that made requests long: those sent again with every later request, and reads made
// twice. Estimates.
import { formatBytes, formatCount, formatTokens } from '../../../shared/format';
import { bytesOfToken, type CostFacts, type CostFinding } from './cost-facts';
import { mostRefs, nameOfCall, refOfRow } from './place-words';
import type { ChatPart } from './scoped-trace';
import { byMost, sumOf } from './slow-facts';

/** Shorter results make no request long. */
const leastBytes = 8 * 1024;

export function largeResults({ longest, measure }: CostFacts): CostFinding[] {
  const sent = byMost(
    longest
      .filter(({ output }) => output.bytes >= leastBytes)
      .map(({ part, output }) => ({ part, output, times: requestsAfter(part, output.turn_number) }))
      .map((result) => ({ ...result, tokens: Math.round(result.output.bytes / bytesOfToken) * result.times }))
      .filter(({ tokens }) => tokens > 0),
    ({ tokens }) => tokens,
  ).slice(0, mostRefs);
  const [most] = sent;
  if (!most) return [];
  const tokens = sumOf(sent, (result) => result.tokens);
  const what = `what ${nameOfCall(most.output)} gave (${formatBytes(most.output.bytes)}) went out again with ${formatCount(most.times, 'later request')}`;
  return [
    {
      title: sent.length === 1 ? `W${what.slice(1)}: about ${formatTokens(tokens)} tokens.` : `${sent.length} long results went out again with later requests: about ${formatTokens(tokens)} tokens.`,
      detail: `${sent.length === 1 ? '' : `Most of all, ${what}. `}An estimate at ${bytesOfToken} bytes a token, as if none had been left out meanwhile. Reading a part, or searching, sends less.`,
      amount: measure.ofInput(tokens),
      at: sent.map(({ part, output, times }) => refOfRow(part.chat_id, output, `${formatBytes(output.bytes)}, ${formatCount(times, 'time')}`)),
    },
  ];
}

/** Up to the summary that took its place, if one did. */
function requestsAfter({ turns }: ChatPart, turn: number): number {
  const calls = turns.filter(({ turn_number }) => turn_number > turn).flatMap((each) => each.calls);
  const end = calls.findIndex(({ purpose, error }) => purpose === 'compaction' && error === null);
  return end === -1 ? calls.length : end + 1;
}

export function repeatedReads({ repeats, measure }: CostFacts): CostFinding[] {
  const worth = byMost(repeats, ({ repeated }) => repeated.bytes);
  const [most] = worth;
  if (!most) return [];
  const tokens = Math.round(sumOf(worth, ({ repeated }) => repeated.bytes) / bytesOfToken);
  const times = sumOf(worth, ({ repeated }) => repeated.times - 1);
  return [
    {
      title: `${formatCount(times, 'read')} had been made before with the same arguments.`,
      detail: `Most of all ${nameOfCall(most.repeated)}, ${most.repeated.times} times. What came again is about ${formatTokens(tokens)} tokens, at ${bytesOfToken} bytes a token; a read that gives the same is sent as one line.`,
      amount: measure.ofInput(tokens),
      at: worth.slice(0, mostRefs).map(({ part, repeated }) => refOfRow(part.chat_id, { ...repeated, id: repeated.last_id, turn_number: repeated.last_turn }, `${repeated.times} times`)),
    },
  ];
}
