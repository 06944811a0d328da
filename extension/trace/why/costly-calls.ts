// Findings about what model calls came to: turns, agents, reasoning, summaries, calls that failed or did not say.
import { formatCount, formatPercent, formatTokens, formatUsd } from '../../../shared/format';
import { addUsage, inputTokens, noUsage } from '../../../shared/usage-math';
import type { CostFacts, CostFinding } from './cost-facts';
import type { PlacedCall } from './cost-measure';
import { listed, mostRefs, nameOfTurn, refOfTurn, sentence, shortText, startingBig } from './place-words';
import type { ChatPart } from './scoped-trace';
import { byMost, sumOf } from './slow-facts';

type Turns = { part: ChatPart; turn_number: number; calls: PlacedCall[] };

export function costlyTurns({ calls, measure }: CostFacts): CostFinding[] {
  const turns = new Map<string, Turns>();
  for (const call of calls) {
    const key = `${call.part.chat_id} ${call.turn_number}`;
    const turn = turns.get(key) ?? { part: call.part, turn_number: call.turn_number, calls: [] };
    turn.calls.push(call);
    turns.set(key, turn);
  }
  // One alone is the whole.
  if (turns.size < 2) return [];
  const amountOf = ({ calls: made }: Turns): number => sumOf(made, ({ call }) => measure.of(call));
  const [most, ...others] = byMost([...turns.values()], amountOf).slice(0, mostRefs);
  if (!most) return [];
  const usage = most.calls.reduce((sum, { call }) => addUsage(sum, call.usage ?? noUsage), noUsage);
  const next = others.slice(0, 2).map((turn) => `${nameOfTurn(turn.part, turn.turn_number)} with ${measure.figure(amountOf(turn))}`);
  return [
    {
      title: `${startingBig(nameOfTurn(most.part, most.turn_number))} came to ${measure.figure(amountOf(most))}.`,
      detail: `${formatTokens(inputTokens(usage))} tokens went in, ${formatTokens(usage.cache_read)} of them from the cache, and ${formatTokens(usage.output + usage.reasoning)} came out. Next ${next.length === 1 ? 'is' : 'are'} ${listed(next)}.`,
      amount: amountOf(most),
      at: [most, ...others].map((turn) => refOfTurn(turn.part, turn, measure.figure(amountOf(turn)))),
    },
  ];
}

export function agentsByCost({ agents, calls, measure }: CostFacts): CostFinding[] {
  if (agents.length === 0) return [];
  const costs = new Map<ChatPart, number>(agents.map((part) => [part, 0]));
  for (const { part, call } of calls) if (part.agent !== null) costs.set(part, (costs.get(part) ?? 0) + measure.of(call));
  const sorted = byMost([...costs], ([, cost]) => cost);
  const amount = sumOf(sorted, ([, cost]) => cost);
  const words = sorted.slice(0, 3).map(([{ agent }, cost]) => `“${shortText(agent?.label ?? '')}” with ${measure.figure(cost)}`);
  return [
    {
      title: `${formatCount(agents.length, 'agent')} came to ${measure.figure(amount)}.`,
      detail: `${agents.length === 1 ? 'That is' : 'Most of it went to'} ${listed(words)}.`,
      amount,
      at: sorted.slice(0, mostRefs).map(([part, cost]) => ({ chat_id: part.chat_id, turn_number: part.turns[0]?.turn_number ?? 1, trace_id: null, label: `${shortText(part.agent?.label ?? '')}, ${measure.figure(cost)}` })),
    },
  ];
}

export function reasoning({ calls, measure }: CostFacts): CostFinding[] {
  const amountOf = ({ call }: PlacedCall): number => {
    if (call.usage === null) return 0;
    return measure.unit === 'tokens' ? call.usage.reasoning : (call.usage.reasoning * (call.prices?.output ?? 0)) / 1_000_000;
  };
  const most = byMost(calls.filter((call) => amountOf(call) > 0), amountOf);
  const tokens = sumOf(most, ({ call }) => call.usage?.reasoning ?? 0);
  const out = sumOf(calls, ({ call }) => (call.usage === null ? 0 : call.usage.output + call.usage.reasoning));
  const amount = sumOf(most, amountOf);
  if (most.length === 0) return [];
  return [
    {
      title: `Reasoning came to ${measure.figure(amount)}.`,
      detail: `${formatTokens(tokens)} tokens, ${formatPercent(tokens / out)} of all that came out. The setting boocode.reasoning makes a model think less.`,
      amount,
      at: refsOf(most, measure, amountOf),
    },
  ];
}

export function summaries({ calls, measure }: CostFacts): CostFinding[] {
  const made = calls.filter(({ call }) => call.purpose === 'compaction');
  if (made.length === 0) return [];
  const amount = sumOf(made, ({ call }) => measure.of(call));
  return [
    {
      title: `${made.length === 1 ? '1 summary' : `${made.length} summaries`} to make room came to ${measure.figure(amount)}.`,
      detail: 'The conversation had outgrown what the model holds. A new chat for a new task needs none.',
      amount,
      at: refsOf(made, measure, ({ call }) => measure.of(call)),
    },
  ];
}

export function failedCalls({ calls, measure }: CostFacts): CostFinding[] {
  const failed = byMost(calls.filter(({ call }) => call.error !== null && measure.of(call) > 0), ({ call }) => measure.of(call));
  const error = failed[0]?.call.error;
  if (!error) return [];
  const amount = sumOf(failed, ({ call }) => measure.of(call));
  return [
    {
      title: `${formatCount(failed.length, 'model call')} failed and still came to ${measure.figure(amount)}.`,
      detail: `The costliest ended with ${error.code}: ${sentence(shortText(error.message, 160))}`,
      amount,
      at: refsOf(failed, measure, ({ call }) => measure.of(call)),
    },
  ];
}

export function unaccounted({ calls, measure }: CostFacts): CostFinding[] {
  const silent = byMost(calls.filter(({ call }) => call.usage === null && call.estimated_tokens > 0), ({ call }) => call.estimated_tokens);
  if (silent.length === 0) return [];
  const tokens = sumOf(silent, ({ call }) => call.estimated_tokens);
  return [
    {
      title: `${formatCount(silent.length, 'model call')} did not say what ${silent.length === 1 ? 'it' : 'they'} used.`,
      detail: `${formatTokens(tokens)} tokens are an estimate by the length of what was sent and what came.`,
      amount: sumOf(silent, ({ call }) => measure.of(call)),
      at: refsOf(silent, measure, ({ call }) => measure.of(call)),
    },
  ];
}

/** Always told, since the other figures are to be read with it. */
export function unpriced({ calls }: CostFacts): CostFinding[] {
  const without = calls.filter(({ call }) => call.cost_usd === null);
  if (without.length === 0) return [];
  const models = [...new Set(without.map(({ call }) => call.model))].slice(0, 3);
  const known = sumOf(calls, ({ call }) => call.cost_usd ?? 0);
  return [
    {
      title: `The price of ${without.length === calls.length ? 'the model calls' : `${without.length} of ${formatCount(calls.length, 'model call')}`} is unknown, so tokens are compared.`,
      detail: `${without.length === calls.length ? '' : `What is known comes to ${formatUsd(known)}. `}Set prices for ${listed(models.map((model) => shortText(model)))} in the setting boocode.models to see money.`,
      amount: null,
      at: without.slice(0, mostRefs).map(({ part, turn_number, call }) => refOfTurn(part, { turn_number }, shortText(call.model))),
    },
  ];
}

function refsOf(calls: readonly PlacedCall[], { figure }: CostFacts['measure'], amountOf: (call: PlacedCall) => number): CostFinding['at'] {
  return calls.slice(0, mostRefs).map((placed) => refOfTurn(placed.part, placed, figure(amountOf(placed))));
}
