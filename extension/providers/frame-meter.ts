// Measures how large the server-sent event is that is still being received. Events end with a blank line; bytes
// without one pile up in the parser, so the meter is what stops a server from filling the memory.

const lineFeed = 10;
const carriageReturn = 13;

export class FrameMeter {
  #open = 0;
  /** True at the start of a line. */
  #lineIsEmpty = true;

  /** Takes the next bytes of a body and returns the size of the largest event seen in or ending in them. */
  add(bytes: Uint8Array): number {
    let largest = 0;
    let from = 0;
    let lineStart = 0;
    let isEmpty = this.#lineIsEmpty;
    for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, lineStart)) {
      const hasText = at > lineStart + 1 || (at === lineStart + 1 && bytes[lineStart] !== carriageReturn);
      if (isEmpty && !hasText) {
        largest = Math.max(largest, this.#open + at - from);
        this.#open = 0;
        from = at + 1;
      }
      isEmpty = true;
      lineStart = at + 1;
    }
    const rest = bytes.length - lineStart;
    const onlyReturn = rest === 1 && bytes[lineStart] === carriageReturn;
    this.#lineIsEmpty = isEmpty && (rest === 0 || onlyReturn);
    this.#open += bytes.length - from;
    return Math.max(largest, this.#open);
  }
}
