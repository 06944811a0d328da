// Reasoning that a server left in the text: `<think>…</think>` at the very beginning of an answer, wherever the stream
// is cut. Tags anywhere else are text that somebody wrote.

const opening = '<think>';
const closing = '</think>';

export type Told = { reasoning: string; text: string };

export class ThinkTags {
  #state: 'before' | 'inside' | 'gap' | 'text' = 'before';
  /** What may still turn out to be part of a tag. */
  #held = '';

  /** Takes the next piece of the answer; returns what is certain by now. */
  add(piece: string): Told {
    if (this.#state === 'text') return { reasoning: '', text: piece };
    const told: Told = { reasoning: '', text: '' };
    let rest = this.#held + piece;
    this.#held = '';
    if (this.#state === 'before') {
      const begun = rest.trimStart();
      if (opening.startsWith(begun) && begun !== opening) {
        this.#held = rest;
        return told;
      }
      if (!begun.startsWith(opening)) {
        this.#state = 'text';
        return { reasoning: '', text: rest };
      }
      this.#state = 'inside';
      rest = begun.slice(opening.length);
    }
    if (this.#state === 'inside') {
      const end = rest.indexOf(closing);
      if (end === -1) {
        const certain = rest.length - overlap(rest, closing);
        this.#held = rest.slice(certain);
        return { reasoning: rest.slice(0, certain), text: '' };
      }
      told.reasoning = rest.slice(0, end);
      this.#state = 'gap';
      rest = rest.slice(end + closing.length);
    }
    told.text = rest.trimStart();
    if (told.text !== '') this.#state = 'text';
    return told;
  }

  /** The answer is over: what was held is no tag any more. */
  end(): Told {
    const held = this.#held;
    this.#held = '';
    return this.#state === 'inside' ? { reasoning: held, text: '' } : { reasoning: '', text: held };
  }
}

/** How many characters at the end of `text` begin `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) if (tag.startsWith(text.slice(-length))) return length;
  return 0;
}
