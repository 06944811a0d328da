// Takes secrets out of a stream of output before anything of it is kept or shown. What is cut between two chunks is
// put together first: pieces leave only at white space, which no secret holds, or where a cut provably splits none.
import { brokenEndLength } from './line-reader';

/** Gives the text without its secrets, and the very same text where there are none. */
export type Redact = (text: string) => string;

/** A secret is no longer than this, in bytes. */
const longestSecret = 4 * 1024;
/** More than this without white space is let go in pieces. */
const mostHeld = 16 * 1024;

/** For one stream alone: what another stream brings in between belongs to no secret of this one. */
export class OutputRedaction {
  readonly #redact: Redact | null;
  #held = Buffer.alloc(0);

  constructor(redact: Redact | null) {
    this.#redact = redact;
  }

  /** What may leave now, which is all up to the last white space; whole characters come in and go out. */
  take(chunk: Buffer): Buffer {
    if (this.#redact === null) return chunk;
    const all = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let cut = afterLastSpace(all);
    if (all.length - cut > mostHeld) cut = this.#cutWithoutSpace(all, cut);
    this.#held = Buffer.from(all.subarray(cut));
    return this.#redacted(all.subarray(0, cut));
  }

  rest(): Buffer {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return this.#redacted(held);
  }

  /** Behind the cut stays room for a secret that goes on in the next chunk. Moves back while the cut would split one. */
  #cutWithoutSpace(all: Buffer, from: number): number {
    const last = all.length - longestSecret;
    for (let cut = last; cut > from && last - cut <= 2 * longestSecret; cut -= longestSecret / 8) {
      const border = cut - brokenEndLength(all.subarray(0, cut));
      const [before, after] = [all.subarray(Math.max(from, border - longestSecret), border), all.subarray(border, border + longestSecret)];
      const apart = this.#text(before) + this.#text(after);
      if (apart === this.#text(Buffer.concat([before, after]))) return border;
    }
    // One secret longer than there can be: what there is of it goes at once, and is redacted as far as it is known.
    return all.length;
  }

  #text(bytes: Buffer): string {
    const text = bytes.toString('utf8');
    return this.#redact === null ? text : this.#redact(text);
  }

  /** The same bytes where there is nothing to take out, also where they are no text. */
  #redacted(bytes: Buffer): Buffer {
    if (this.#redact === null || bytes.length === 0) return bytes;
    const text = bytes.toString('utf8');
    const redacted = this.#redact(text);
    return redacted === text ? bytes : Buffer.from(redacted);
  }
}

function afterLastSpace(bytes: Buffer): number {
  for (let at = bytes.length - 1; at >= 0; at--) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return at + 1;
  }
  return 0;
}
