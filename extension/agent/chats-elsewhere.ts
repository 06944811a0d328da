// Which chats other processes write in right now, as far as their writes tell: a run that has written nothing for a
// while may have died with its process. Measured with this process's own clock only.
import { performance } from 'node:perf_hooks';

/** Longer than a model usually thinks. A run that was killed is shown as going on for no longer than this. */
const quietMs = 120_000;

type Activity = { lastWrite: number; timer: NodeJS.Timeout | null };

export class ChatsElsewhere {
  readonly #activities = new Map<string, Activity>();
  readonly #onQuiet: (chatId: string) => void;
  readonly #quietMs: number;

  constructor(onQuiet: (chatId: string) => void, afterMs = quietMs) {
    this.#onQuiet = onQuiet;
    this.#quietMs = afterMs;
  }

  wroteIn(chatId: string): void {
    const known = this.#activities.get(chatId);
    if (known) {
      known.lastWrite = performance.now();
      return;
    }
    const activity: Activity = { lastWrite: performance.now(), timer: null };
    this.#activities.set(chatId, activity);
    this.#watch(chatId, activity, this.#quietMs);
  }

  isActive(chatId: string): boolean {
    return this.#activities.has(chatId);
  }

  forget(chatId: string): void {
    const timer = this.#activities.get(chatId)?.timer;
    if (timer) clearTimeout(timer);
    this.#activities.delete(chatId);
  }

  #watch(chatId: string, activity: Activity, ms: number): void {
    activity.timer = setTimeout(() => {
      const left = activity.lastWrite + this.#quietMs - performance.now();
      if (left > 0) return this.#watch(chatId, activity, left);
      this.#activities.delete(chatId);
      this.#onQuiet(chatId);
    }, ms);
    // What is shown does not keep a process alive.
    activity.timer.unref();
  }
}
