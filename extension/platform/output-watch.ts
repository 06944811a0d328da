// Waits until output holds one of some texts, or anything new. Line by line; case and colours do not matter. Plain
// texts and no patterns, since a pattern that a model wrote could keep the host busy for ever.
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { OutputLog } from './output-log';

export type OutputWait = {
  /** Where to begin, in bytes. */
  from: number;
  /** Without any, whatever comes ends the wait. */
  texts: readonly string[];
  waitMs: number;
  /** Ends the wait as well: nothing comes any more. */
  over: Promise<unknown>;
  signal: AbortSignal;
};

const pieceBytes = 256 * 1024;
const mostLineBytes = 16 * 1024;

/** Where the first line begins that holds one of the texts; null when the wait ended without. */
export async function waitForOutput(log: OutputLog, { from, texts, waitMs, over, signal }: OutputWait): Promise<number | null> {
  const ended = new AbortController();
  // What comes after the end is not looked at: it may come faster than that can be done.
  let last = Infinity;
  const end = (): void => {
    last = Math.min(last, log.bytes);
    ended.abort();
  };
  const timer = wait(waitMs, undefined, { signal: AbortSignal.any([ended.signal, signal]) });
  timer.then(end, end);
  over.then(end, end);
  let lines = new LineSearch(texts, from);
  for (let at = from; ; ) {
    const wasOver = ended.signal.aborted;
    while (at < Math.min(log.bytes, last) && texts.length > 0 && !signal.aborted) {
      const piece = await log.read(at, pieceBytes);
      if (piece.from !== at) lines = new LineSearch(texts, piece.from);
      at = piece.from + piece.bytes.length;
      const found = lines.look(piece.bytes);
      if (found !== null) {
        end();
        return found;
      }
    }
    if (wasOver || (texts.length === 0 && log.bytes > from)) {
      end();
      return null;
    }
    await nextOutput(log, at, ended.signal);
  }
}

/** Resolves at once when there is something after `at` by now. */
function nextOutput(log: OutputLog, at: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (log.bytes > at || ended.aborted) return resolve();
    const done = (): void => {
      stop();
      ended.removeEventListener('abort', done);
      resolve();
    };
    const stop = log.watch(done);
    ended.addEventListener('abort', done, { once: true });
  });
}

class LineSearch {
  readonly #texts: readonly string[];
  /** The line that has not ended, and where it begins. */
  #line = Buffer.alloc(0);
  #at: number;

  constructor(texts: readonly string[], at: number) {
    this.#texts = texts.map((text) => text.toLowerCase());
    this.#at = at;
  }

  look(chunk: Buffer): number | null {
    let lines = Buffer.concat([this.#line, chunk]);
    for (;;) {
      const end = lines.indexOf(0x0a);
      const line = end === -1 ? lines : lines.subarray(0, end);
      const text = stripVTControlCharacters(line.toString('utf8')).toLowerCase();
      if (this.#texts.some((one) => text.includes(one))) return this.#at;
      if (end === -1) break;
      this.#at += end + 1;
      lines = lines.subarray(end + 1);
    }
    const tooMuch = Math.max(0, lines.length - mostLineBytes);
    this.#line = Buffer.from(lines.subarray(tooMuch));
    this.#at += tooMuch;
    return null;
  }
}
