// Long work in pieces: between them whatever else waits in this process has its turn.
import { setImmediate } from 'node:timers/promises';

const workMs = 8;

/** To be awaited between pieces; rests only when it has been long enough since it did. */
export function breather(): () => Promise<void> {
  let rested = performance.now();
  return async () => {
    if (performance.now() - rested < workMs) return;
    await setImmediate();
    rested = performance.now();
  };
}
