// The models BooCode knows: what they take and what they cost, as data. What is not written here is unknown, and
// unknown is null: nothing is ever guessed. Prices: https://api-docs.deepseek.com/quick_start/pricing
import { unknownFacts, type ModelFacts } from '../../shared/model-facts';
import type { Usage } from '../../shared/usage';

export type TokenPrices = {
  /** US dollars for a million tokens. */
  input: number;
  cacheRead: number;
  output: number;
};

export type PricePeriod = {
  /** ISO 8601, UTC; valid until the next period of the model begins. */
  from: string;
  prices: TokenPrices;
  /** Hours of the UTC day (from, to) on these days of the week (0 is Sunday) in which everything costs `factor` times as much. */
  peak: { factor: number; hours: readonly (readonly [number, number])[]; weekdays: readonly number[] } | null;
};

/** From the beginning on, at every hour. */
export function always(prices: TokenPrices): PricePeriod[] {
  return [{ from: '1970-01-01T00:00:00Z', prices, peak: null }];
}

/** What is known of a model, and what it costs; `prices` null: unknown; oldest first. */
export type KnownModel = ModelFacts & { prices: readonly PricePeriod[] | null };

export const unknownModel: KnownModel = { ...unknownFacts, prices: null };

export type ListedModel = KnownModel & {
  provider: string;
  id: string;
  /** Other names the API still answers to. */
  aliases: readonly string[];
};

/** Chinese public holidays are off-peak too; they are not counted here, so a cost on such a day is the upper bound. */
const deepSeekPeak = { factor: 2, hours: [[1, 4], [6, 10]], weekdays: [1, 2, 3, 4, 5] } as const;

export const models: readonly ListedModel[] = [
  {
    provider: 'deepseek',
    id: 'deepseek-flash',
    aliases: ['deepseek-v4-flash'],
    context_tokens: 1_000_000,
    max_output_tokens: 384_000,
    calls_tools: true,
    takes_images: true,
    reasons: true,
    prices: [{ from: '2026-09-10T04:00:00Z', prices: { input: 0.15, cacheRead: 0.003, output: 0.6 }, peak: deepSeekPeak }],
  },
  {
    provider: 'deepseek',
    id: 'deepseek-v4-pro',
    aliases: [],
    context_tokens: 1_000_000,
    max_output_tokens: 384_000,
    calls_tools: true,
    takes_images: false,
    reasons: true,
    prices: [{ from: '2026-08-16T16:00:00Z', prices: { input: 0.66, cacheRead: 0.022, output: 1.98 }, peak: deepSeekPeak }],
  },
];

export function modelsOf(provider: string): ListedModel[] {
  return models.filter((model) => model.provider === provider);
}

export function modelById(id: string, provider?: string): ListedModel | null {
  return models.find((model) => (provider === undefined || model.provider === provider) && (model.id === id || model.aliases.includes(id))) ?? null;
}

/** What a model costs at a moment (microseconds since the epoch); null before its first known price, and for an unknown one. */
export function pricesAt(periods: readonly PricePeriod[] | null, atMicros: number): TokenPrices | null {
  const at = new Date(atMicros / 1000);
  const period = periods?.findLast(({ from }) => Date.parse(from) <= at.getTime());
  if (!period) return null;
  const { prices, peak } = period;
  const hour = at.getUTCHours();
  const isPeak = peak !== null && peak.weekdays.includes(at.getUTCDay()) && peak.hours.some(([from, to]) => hour >= from && hour < to);
  if (!isPeak) return prices;
  return { input: prices.input * peak.factor, cacheRead: prices.cacheRead * peak.factor, output: prices.output * peak.factor };
}

/** US dollars; null when the price is unknown. What is written to a cache is taken to cost what fresh input costs. */
export function costOf(usage: Usage, prices: TokenPrices | null): number | null {
  if (prices === null) return null;
  const millionths = (usage.input + usage.cache_write) * prices.input + usage.cache_read * prices.cacheRead + (usage.output + usage.reasoning) * prices.output;
  return millionths / 1_000_000;
}
