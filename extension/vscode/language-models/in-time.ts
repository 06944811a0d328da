// Waiting for what cannot be cancelled itself: given up at once on an abort, and when it takes too long.
import { SilentModel } from './vscode-model-failure';

/** Rejects on an abort, and with SilentModel after `ms`. What the promise does after that is nobody's concern. */
export async function inTime<T>(promise: PromiseLike<T>, signal: AbortSignal, ms: number | null): Promise<T> {
  const listening = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(new Error('aborted'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true, signal: listening.signal });
    if (ms !== null) timer = setTimeout(() => reject(new SilentModel()), ms);
  });
  try {
    return await Promise.race([promise, givenUp]);
  } finally {
    listening.abort();
    clearTimeout(timer);
  }
}
