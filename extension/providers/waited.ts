// Waiting that an abort ends at once and without an exception, and the clock that retries are told by.
import { setTimeout as sleep } from 'node:timers/promises';

/** False when the signal ended it. */
export async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** False when the signal ended it. */
  wait(ms: number, signal: AbortSignal): Promise<boolean>;
};

export const realClock: Clock = { now: () => Date.now(), wait: waited };
