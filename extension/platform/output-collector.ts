// Keeps the beginning and the end of a command's output in memory and all of it in a file, made only when there is
// more than fits. Memory does not grow with the output, whatever its size.
import { createWriteStream, type WriteStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { withoutBrokenEnd } from './line-reader';
import type { OutputSink } from './output-pipe';

export type CollectedOutput = {
  text: string;
  bytes: number;
  /** Bytes between head and tail that are not in `text`. */
  hiddenBytes: number;
  /** The file with all of it; null when `text` is all, or when the file could not be written. */
  fullOutput: string | null;
  /** Bytes missing at the end of that file because it reached its limit. */
  fullOutputMissing: number;
};

export type OutputLimits = { keepBytes: number; maxFileBytes: number };

const fileBufferBytes = 1024 * 1024;

/** The folder of `path` is there already; when it is not, only the file is missing in the end. */
export class OutputCollector implements OutputSink {
  readonly #path: string;
  readonly #limits: OutputLimits;
  readonly #half: number;
  readonly #waiting = new Set<() => void>();
  /** All of it while it fits, later its first half. */
  #head: Buffer[] = [];
  #headBytes = 0;
  #tail = Buffer.alloc(0);
  #bytes = 0;
  #file: WriteStream | null = null;
  #fileBytes = 0;
  #fileError: Error | null = null;

  constructor(path: string, limits: OutputLimits) {
    this.#path = path;
    this.#limits = limits;
    this.#half = Math.floor(limits.keepBytes / 2);
  }

  /** False when the disk is behind: stop reading until `onceWritten` calls back. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#file === null && this.#bytes <= this.#limits.keepBytes) {
      this.#head.push(Buffer.from(chunk));
      this.#headBytes += chunk.length;
      return true;
    }
    if (this.#file === null) return this.#overflow(chunk);
    this.#keepTail(chunk);
    return this.#writeToFile(chunk);
  }

  onceWritten(resume: () => void): void {
    if (this.#file?.writableNeedDrain === true && this.#fileError === null) this.#waiting.add(resume);
    else resume();
  }

  /** Call once, after the last `add`. */
  async finish(): Promise<CollectedOutput> {
    if (this.#file !== null) {
      this.#file.end();
      await finished(this.#file).catch((error: unknown) => {
        this.#fileError ??= error instanceof Error ? error : new Error(String(error));
      });
      // Half a file would pass for a whole one. Where it cannot even be removed, nobody is told of it.
      if (this.#fileError !== null) await unlink(this.#path).catch(() => undefined);
    }
    const hiddenBytes = this.#bytes - this.#headBytes - this.#tail.length;
    const head = Buffer.concat(this.#head);
    const saved = this.#file !== null && this.#fileError === null;
    const text =
      hiddenBytes === 0
        ? Buffer.concat([head, this.#tail]).toString('utf8')
        : `${withoutBrokenEnd(head).toString('utf8')}\n[... ${hiddenBytes} bytes not shown ...]\n${withoutBrokenStart(this.#tail).toString('utf8')}`;
    return {
      text: readable(text),
      bytes: this.#bytes,
      hiddenBytes,
      fullOutput: saved ? this.#path : null,
      fullOutputMissing: saved ? this.#bytes - this.#fileBytes : 0,
    };
  }

  #overflow(chunk: Buffer): boolean {
    const all = Buffer.concat([...this.#head, chunk]);
    this.#head = [all.subarray(0, this.#half)];
    this.#headBytes = this.#half;
    this.#keepTail(all.subarray(this.#headBytes));
    this.#file = createWriteStream(this.#path, { flags: 'wx', mode: 0o600, highWaterMark: fileBufferBytes });
    const release = (): void => {
      for (const resume of this.#waiting) resume();
      this.#waiting.clear();
    };
    this.#file.on('drain', release);
    this.#file.on('error', (error) => {
      this.#fileError = error;
      release();
    });
    return this.#writeToFile(all);
  }

  #keepTail(chunk: Buffer): void {
    const last = chunk.length >= this.#half ? chunk.subarray(chunk.length - this.#half) : chunk;
    const before = this.#tail.subarray(Math.max(0, this.#tail.length + last.length - this.#half));
    this.#tail = Buffer.concat([before, last]);
  }

  #writeToFile(chunk: Buffer): boolean {
    const room = this.#limits.maxFileBytes - this.#fileBytes;
    if (this.#file === null || this.#fileError !== null || room <= 0) return true;
    const part = chunk.subarray(0, room);
    this.#fileBytes += part.length;
    return this.#file.write(part);
  }
}

/** Without colours, and a progress line that was drawn over itself only as it stood at last. */
export function readable(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r\n', '\n').replace(/[^\n]*\r(?=[^\n])/g, '').replaceAll('\r', '');
}

export function withoutBrokenStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return bytes.subarray(start);
}
