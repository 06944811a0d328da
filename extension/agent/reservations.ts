// What model calls on their way may still come to, so that calls side by side do not pass together a limit that each
// of them keeps. One for a workspace; knows nothing of other processes.

export type Amount = { tokens: number; usd: number };

type Held = Amount & { chatId: string };

export type Watch = {
  /** All that was set aside at any moment since the watch began. */
  held(): Amount;
  /** Resolves once something of it is given back; at once when something was already, or after an abort. */
  released(signal: AbortSignal): Promise<void>;
  end(): void;
};

export class Reservations {
  readonly #held = new Set<Held>();
  readonly #watches = new Set<Set<Held>>();
  readonly #onRelease = new Set<() => void>();

  /** Returns what gives it back; calling that twice does nothing more. */
  hold(chatId: string, { tokens, usd }: Amount): () => void {
    const held: Held = { chatId, tokens, usd };
    this.#held.add(held);
    for (const watch of this.#watches) watch.add(held);
    return () => {
      if (!this.#held.delete(held)) return;
      for (const tell of [...this.#onRelease]) tell();
    };
  }

  heldIn(chatId: string): Amount {
    return sum([...this.#held].filter((held) => held.chatId === chatId));
  }

  /**
   * For whoever reads from the store what was spent: what is given back meanwhile may not be in what was read, so it
   * counts until the watch ends.
   */
  watch(): Watch {
    const seen = new Set(this.#held);
    this.#watches.add(seen);
    return {
      held: () => sum(seen),
      released: (signal) => this.#released(seen, signal),
      end: () => this.#watches.delete(seen),
    };
  }

  async #released(seen: ReadonlySet<Held>, signal: AbortSignal): Promise<void> {
    if (signal.aborted || [...seen].some((held) => !this.#held.has(held))) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        this.#onRelease.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.#onRelease.add(end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

function sum(all: Iterable<Held>): Amount {
  const total = { tokens: 0, usd: 0 };
  for (const { tokens, usd } of all) {
    total.tokens += tokens;
    total.usd += usd;
  }
  return total;
}
