// The models BooCode knows: what they take and what they cost, as data. What is not written here is unknown, and
// unknown is null: nothing is ever guessed. Prices: https://api-docs.deepseek.com/quick_start/pricing

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

export type ModelInfo = {
  provider: string;
  id: string;
  /** Other names the API still answers to. */
  aliases: readonly string[];
  contextTokens: number | null;
  maxOutputTokens: number | null;
  takesImages: boolean;
  reasons: boolean;
  /** Oldest first. */
  prices: readonly PricePeriod[];
};

/** Chinese public holidays are off-peak too; they are not counted here, so a cost on such a day is the upper bound. */
const deepSeekPeak = { factor: 2, hours: [[1, 4], [6, 10]], weekdays: [1, 2, 3, 4, 5] } as const;

export const models: readonly ModelInfo[] = [
  {
    provider: 'deepseek',
    id: 'deepseek-flash',
    aliases: ['deepseek-v4-flash'],
    contextTokens: 1_000_000,
    maxOutputTokens: 384_000,
    takesImages: true,
    reasons: true,
    prices: [{ from: '2026-09-10T04:00:00Z', prices: { input: 0.15, cacheRead: 0.003, output: 0.6 }, peak: deepSeekPeak }],
  },
  {
    provider: 'deepseek',
    id: 'deepseek-v4-pro',
    aliases: [],
    contextTokens: 1_000_000,
    maxOutputTokens: 384_000,
    takesImages: false,
    reasons: true,
    prices: [{ from: '2026-08-16T16:00:00Z', prices: { input: 0.66, cacheRead: 0.022, output: 1.98 }, peak: deepSeekPeak }],
  },
];

export function modelsOf(provider: string): ModelInfo[] {
  return models.filter((model) => model.provider === provider);
}

export function modelById(id: string, provider?: string): ModelInfo | null {
  return models.find((model) => (provider === undefined || model.provider === provider) && (model.id === id || model.aliases.includes(id))) ?? null;
}

/** What the model costs at a moment (microseconds since the epoch); null before its first known price. */
export function pricesAt(model: ModelInfo, atMicros: number): TokenPrices | null {
  const at = new Date(atMicros / 1000);
  const period = model.prices.findLast(({ from }) => Date.parse(from) <= at.getTime());
  if (!period) return null;
  const { prices, peak } = period;
  const hour = at.getUTCHours();
  const isPeak = peak !== null && peak.weekdays.includes(at.getUTCDay()) && peak.hours.some(([from, to]) => hour >= from && hour < to);
  if (!isPeak) return prices;
  return { input: prices.input * peak.factor, cacheRead: prices.cacheRead * peak.factor, output: prices.output * peak.factor };
}
