// The thresholds of a cache hit rate: green from 60 %, yellow from 30 %, red below, with a word for each.

export type CacheLook = { level: 'good' | 'fair' | 'poor'; word: string };

/** `rate` from 0 to 1. */
export function cacheLook(rate: number): CacheLook {
  if (rate >= 0.6) return { level: 'good', word: 'good' };
  return rate >= 0.3 ? { level: 'fair', word: 'fair' } : { level: 'poor', word: 'poor' };
}

/** Whole percent, never rounded up over a threshold; 0 only when it is exactly that. */
export function hitPercent(rate: number): number {
  return rate > 0 ? Math.max(1, Math.floor(rate * 100)) : 0;
}
