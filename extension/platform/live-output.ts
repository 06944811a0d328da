// Passes a command's output on while it runs, a few times a second and only so much of it: for eyes, not for the
// record. What a flood brings between two passes is dropped but for its end.
import { stripVTControlCharacters } from 'node:util';

const everyMs = 100;
const mostBytes = 8 * 1024;

export class LiveOutput {
  readonly #pass: (chunk: string) => void;
  #pending: Buffer[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(pass: (chunk: string) => void) {
    this.#pass = pass;
  }

  add(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#pending.push(Buffer.from(chunk.subarray(-mostBytes)));
    this.#bytes += chunk.length;
    while (this.#pending.length > 1 && this.#pendingBytes() - (this.#pending[0]?.length ?? 0) >= mostBytes) this.#pending.shift();
    this.#timer ??= setTimeout(() => this.flush(), everyMs);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#bytes === 0) return;
    const kept = Buffer.concat(this.#pending).subarray(-mostBytes);
    const dropped = this.#bytes - kept.length;
    this.#pending = [];
    this.#bytes = 0;
    const text = stripVTControlCharacters(kept.toString('utf8'));
    this.#pass(dropped > 0 ? `[... ${dropped} bytes ...]\n${text}` : text);
  }

  #pendingBytes(): number {
    return this.#pending.reduce((sum, one) => sum + one.length, 0);
  }
}
