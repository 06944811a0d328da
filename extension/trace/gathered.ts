// One action for many reasons: however often it is asked for, it is done once in a while, and never after the end.

export class Gathered {
  readonly #ms: number;
  readonly #act: () => void;
  #timer: NodeJS.Timeout | null = null;
  #ended = false;

  constructor(ms: number, act: () => void) {
    this.#ms = ms;
    this.#act = act;
  }

  ask(): void {
    if (this.#ended) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#act();
    }, this.#ms);
  }

  end(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
