// What model calls came to, in US dollars where all of it is known, else in tokens. Pure.
import { formatTokens, formatUsd } from '../../../shared/format';
import { costOfCall } from '../../../shared/spent-math';
import type { WhyShare } from '../../../shared/trace-answers';
import type { ModelCall } from '../../../shared/trace-parts';
import type { Usage } from '../../../shared/usage';
import { inputTokens } from '../../../shared/usage-math';
import type { ChatPart } from './scoped-trace';
import { sumOf } from './slow-facts';

/** A call and where it was made. */
export type PlacedCall = { part: ChatPart; turn_number: number; call: ModelCall };

export type CostMeasure = {
  unit: 'usd' | 'tokens';
  whole: number;
  of(call: ModelCall): number;
  /** What so many tokens of input came to, by what input came to on average. */
  ofInput(tokens: number): number;
  figure(amount: number): string;
};

export type CostKind = 'fresh' | 'cached' | 'written' | 'output' | 'reasoning';
type Split = Record<CostKind, number>;

const kinds = ['fresh', 'cached', 'written', 'output', 'reasoning'] as const;
const labels: Record<CostKind, string> = {
  fresh: 'Fresh input',
  cached: 'Cached input',
  written: 'Input written to the cache',
  output: 'Output',
  reasoning: 'Reasoning',
};

/** The share of calls that did not say what they used. */
export const estimatedLabel = 'Not said by the API (estimate)';

export function placedCalls(parts: readonly ChatPart[]): PlacedCall[] {
  return parts.flatMap((part) => part.turns.flatMap(({ turn_number, calls }) => calls.map((call) => ({ part, turn_number, call }))));
}

export function measureOf(calls: readonly ModelCall[]): CostMeasure {
  const cost = sumOf(calls, ({ cost_usd }) => cost_usd ?? 0);
  const isUsd = cost > 0 && calls.every((call) => call.cost_usd !== null && (call.cost_usd === 0 || call.usage === null || call.prices !== null));
  const unit = isUsd ? 'usd' : 'tokens';
  const of = (call: ModelCall): number => (isUsd ? (call.cost_usd ?? 0) : costOfCall(call).tokens);
  const tokens = sumOf(calls, ({ usage }) => (usage === null ? 0 : inputTokens(usage)));
  const input = sumOf(calls, (call) => inputOf(splitOf(call, unit)));
  return {
    ...{ unit, whole: sumOf(calls, of), of },
    ofInput: (count) => (tokens === 0 ? 0 : (count * input) / tokens),
    figure: (amount) => (isUsd ? formatUsd(amount) : `${formatTokens(Math.round(amount))} tokens`),
  };
}

function inputOf({ fresh, cached, written }: Split): number {
  return fresh + cached + written;
}

function tokensOf({ input, cache_read, cache_write, output, reasoning }: Usage): Split {
  return { fresh: input, cached: cache_read, written: cache_write, output, reasoning };
}

/** Adds up to what the call came to; all 0 for a call that did not say what it used. */
function splitOf({ usage, prices, cost_usd }: ModelCall, unit: CostMeasure['unit']): Split {
  const tokens = tokensOf(usage ?? { input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 });
  if (unit === 'tokens') return tokens;
  const price = prices ?? { input: 0, cache_read: 0, output: 0 };
  const weights: Split = {
    fresh: tokens.fresh * price.input,
    cached: tokens.cached * price.cache_read,
    written: tokens.written * price.input,
    output: tokens.output * price.output,
    reasoning: tokens.reasoning * price.output,
  };
  const all = sumOf(kinds, (kind) => weights[kind]);
  for (const kind of kinds) weights[kind] = all === 0 ? 0 : (weights[kind] * (cost_usd ?? 0)) / all;
  return weights;
}

/** What calls without a usage are taken to have come to is a share of its own. */
export function costShares(calls: readonly ModelCall[], measure: CostMeasure): WhyShare[] {
  const splits = calls.map((call) => splitOf(call, measure.unit));
  const share = (label: string, amount: number, kind: CostKind): WhyShare[] =>
    amount > 0 ? [{ label, amount, figure: measure.figure(amount), share: Math.min(1, amount / measure.whole), kind }] : [];
  const estimated = sumOf(calls.filter(({ usage }) => usage === null), measure.of);
  return [
    ...kinds.flatMap((kind) => share(labels[kind], sumOf(splits, (split) => split[kind]), kind)),
    ...share(estimatedLabel, estimated, 'fresh'),
  ];
}
