// When a failed request is tried again and how long that takes. Holds no clock: callers wait.

export type RetryPolicy = {
  /** Tries after the first. */
  retries: number;
  minMs: number;
  maxMs: number;
  /** The longest Retry-After that is waited for; longer ones are told to the user. */
  honourMs: number;
  /** 0 to 1. */
  random: () => number;
};

export const defaultRetryPolicy: RetryPolicy = { retries: 5, minMs: 1_000, maxMs: 30_000, honourMs: 60_000, random: Math.random };

/**
 * Milliseconds before try `attempt` + 1 (attempts count from 1). What the server asks for is done exactly; without
 * that, full jitter between the minimum and a bound that doubles with every try. Null: it asks for too long.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, retryAfterMs: number | null): number | null {
  if (retryAfterMs !== null && retryAfterMs > policy.honourMs) return null;
  // "At once" is taken at its word only the first time, or a broken server would be asked in a tight loop.
  if (retryAfterMs !== null && (retryAfterMs > 0 || attempt === 1)) return retryAfterMs;
  const bound = Math.min(policy.maxMs, policy.minMs * 2 ** attempt);
  return Math.round(policy.minMs + policy.random() * (bound - policy.minMs));
}

/** A Retry-After header (RFC 9110, 10.2.3: seconds or a date) in milliseconds from now; null when there is none to read. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
