// The finding about input that had been sent before and was not read from a cache, and why.
import { cacheVerdict, type CacheVerdict } from '../../../shared/cache-math';
import { formatCount, formatTokens, formatUsd } from '../../../shared/format';
import type { ModelCall } from '../../../shared/trace-parts';
import type { CostFacts, CostFinding } from './cost-facts';
import type { PlacedCall } from './cost-measure';
import { mostRefs, nameOfTurn, refOfTurn } from './place-words';
import { byMost, sumOf } from './slow-facts';

type Lost = PlacedCall & { verdict: CacheVerdict };

export function cacheLosses({ own, agents, calls, measure }: CostFacts): CostFinding[] {
  const byId = new Map<string, ModelCall>();
  for (const { callsBefore } of [own, ...agents]) for (const call of callsBefore) byId.set(call.llm_call_id, call);
  for (const { call } of calls) byId.set(call.llm_call_id, call);
  const lost = byMost(
    calls
      .map((placed): Lost => ({ ...placed, verdict: cacheVerdict(placed.call, byId.get(placed.call.request?.previous ?? '') ?? null) }))
      .filter(({ verdict }) => verdict.lost_tokens > 0),
    ({ verdict }) => verdict.lost_tokens,
  );
  const [most] = lost;
  if (!most) return [];
  const tokens = sumOf(lost, ({ verdict }) => verdict.lost_tokens);
  const usd = lost.every(({ verdict }) => verdict.lost_usd !== null) ? sumOf(lost, ({ verdict }) => verdict.lost_usd ?? 0) : null;
  return [
    {
      title: `${formatTokens(tokens)} tokens were read anew although they had been sent before${usd === null ? '' : `: ${formatUsd(usd)} more than from a cache`}.`,
      detail: `In ${formatCount(lost.length, 'model call')}. Most of it (${formatTokens(most.verdict.lost_tokens)}) in ${nameOfTurn(most.part, most.turn_number)}: ${causeWords(most.verdict.kind)} These are estimates.`,
      amount: measure.unit === 'usd' ? usd : tokens,
      at: lost.slice(0, mostRefs).map((item) => refOfTurn(item.part, item, `${formatTokens(item.verdict.lost_tokens)} tokens`)),
    },
  ];
}

function causeWords(kind: CacheVerdict['kind']): string {
  switch (kind) {
    case 'model':
      return 'another model, or another reasoning, was chosen.';
    case 'tools':
      return 'the tools that are offered had changed.';
    case 'system':
      return 'the system prompt had changed.';
    case 'history':
      return 'something earlier in the conversation had changed, as when room is made.';
    case 'idle':
      return 'nothing had been sent for so long that the cache had run out.';
    case 'provider':
      return 'the provider did not reuse what it was sent before.';
    case 'first':
    case 'as_expected':
    case 'unknown':
      return 'why cannot be told.';
  }
}
