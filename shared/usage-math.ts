// Sums and rates over Usage. Kept apart from the schema so that webviews carry no validator.
import type { Usage } from './usage';

export const noUsage: Usage = { input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cache_read: a.cache_read + b.cache_read,
    cache_write: a.cache_write + b.cache_write,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}

export function inputTokens(usage: Usage): number {
  return usage.input + usage.cache_read + usage.cache_write;
}

export function totalTokens(usage: Usage): number {
  return inputTokens(usage) + usage.output + usage.reasoning;
}

/** Cached share of all input, 0 to 1; null when there was no input. Never a mean of rates. */
export function cacheHitRate(usage: Usage): number | null {
  const all = inputTokens(usage);
  return all === 0 ? null : usage.cache_read / all;
}
