// Calls whose inputs or outputs hold a text, which only the host can look for: page after page, and on from there when
// rows were added.
import type { TracesRequests } from '../../shared/messages/traces';

type Search = TracesRequests['search'];
type Looked = { chat_id: string; text: string; found: Set<string>; cursor: string | null; isLooking: boolean };

/** Rows come in quickly while an agent works. */
const growthPauseMs = 700;
/** A letter more is another search. */
const typingPauseMs = 200;

export class TextSearch {
  readonly #ask: (params: Search[0]) => Promise<Search[1]>;
  readonly #changed: () => void;
  #looked: Looked | null = null;
  #grown: ReturnType<typeof setTimeout> | null = null;

  constructor(ask: (params: Search[0]) => Promise<Search[1]>, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  has(traceId: string): boolean {
    return this.#looked?.found.has(traceId) === true;
  }

  forget(): void {
    this.#looked = null;
  }

  /** Resolves with true when all was looked through, with false when another search took its place; rejects with what the host said. */
  async look(chatId: string | null, text: string): Promise<boolean> {
    if (chatId === null || text === '') {
      this.#looked = null;
      return true;
    }
    if (this.#looked?.chat_id === chatId && this.#looked.text === text) return !this.#looked.isLooking;
    const looked: Looked = { chat_id: chatId, text, found: new Set(), cursor: null, isLooking: true };
    this.#looked = looked;
    await new Promise((resolve) => setTimeout(resolve, typingPauseMs));
    return this.#goOn(looked);
  }

  /** Rows were added or finished. */
  grew(chatId: string): void {
    const looked = this.#looked;
    if (looked === null || looked.chat_id !== chatId || this.#grown !== null) return;
    this.#grown = setTimeout(() => {
      this.#grown = null;
      // What fails now is looked for with the next rows.
      if (looked === this.#looked && !looked.isLooking) this.#goOn(looked).catch(() => undefined);
    }, growthPauseMs);
  }

  async #goOn(looked: Looked): Promise<boolean> {
    looked.isLooking = true;
    try {
      for (;;) {
        if (looked !== this.#looked) return false;
        const { trace_ids, next_cursor } = await this.#ask({ chat_id: looked.chat_id, text: looked.text, cursor: looked.cursor });
        for (const id of trace_ids) looked.found.add(id);
        if (trace_ids.length > 0 && looked === this.#looked) this.#changed();
        if (next_cursor === null) return looked === this.#looked;
        looked.cursor = next_cursor;
      }
    } finally {
      looked.isLooking = false;
    }
  }
}
