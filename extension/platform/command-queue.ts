// Lets only so many commands run at once; the others wait in the order in which they came. Who gives up waiting
// leaves the line and never gets a place.
export class CommandQueue {
  readonly #most: () => number;
  readonly #line: (() => void)[] = [];
  #taken = 0;

  /** `most` is asked anew for each. */
  constructor(most: () => number) {
    this.#most = most;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Runs `work` when there is a place; null when the signal aborted first, and then it never runs. */
  async run<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value | null> {
    if (!(await this.#place(signal))) return null;
    try {
      return await work();
    } finally {
      this.#taken--;
      this.#callNext();
    }
  }

  /** True with a place taken. */
  #place(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const leave = (): void => {
        this.#line.splice(this.#line.indexOf(enter), 1);
        resolve(false);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        this.#taken++;
        resolve(true);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#line.push(enter);
      this.#callNext();
    });
  }

  #callNext(): void {
    while (this.#line.length > 0 && this.#taken < Math.max(1, this.#most())) this.#line.shift()?.();
  }
}
