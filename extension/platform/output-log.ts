// The output of a command that may run for days: the newest part of it on disk, in files of one size of which the
// oldest goes when there are too many, and the very last in memory. Every byte has its place, counted from the first.
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { OutputSink } from './output-pipe';

export type LogLimits = { fileBytes: number; files: number; recentBytes: number };

const mostUnwritten = 1024 * 1024;
const mostLineBytes = 4096;
const newline = 10;

type LogFile = { path: string; from: number; to: number };

export class OutputLog implements OutputSink {
  readonly #path: (number: number) => string;
  readonly #limits: LogLimits;
  readonly #watching = new Set<(chunk: Buffer, from: number) => void>();
  readonly #waiting = new Set<() => void>();
  /** What is on disk, without gaps. */
  #files: LogFile[] = [];
  #count = 0;
  #handle: FileHandle | null = null;
  #unwritten: Buffer[] = [];
  #unwrittenBytes = 0;
  /** The last of it, without a gap to the end. */
  #recent: Buffer[] = [];
  #recentBytes = 0;
  #bytes = 0;
  #line = Buffer.alloc(0);
  #lastLine = '';
  #diskFailed = false;
  /** Reads and writes, one after another. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(path: (number: number) => string, limits: LogLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** All that ever came. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The last line that is not empty, as far as it has come; no colours. */
  get lastLine(): string {
    return shownLine(this.#line) || this.#lastLine;
  }

  /** The files with what is kept, the oldest first. */
  get paths(): string[] {
    return this.#files.map((file) => file.path);
  }

  add(chunk: Buffer): boolean {
    const from = this.#bytes;
    this.#bytes += chunk.length;
    const kept = Buffer.from(chunk);
    this.#remember(kept);
    this.#followLine(kept);
    if (!this.#diskFailed) {
      this.#unwritten.push(kept);
      this.#unwrittenBytes += kept.length;
      void this.#next(() => this.#write());
    }
    for (const watcher of this.#watching) watcher(kept, from);
    return this.#unwrittenBytes < mostUnwritten;
  }

  onceWritten(resume: () => void): void {
    if (this.#unwrittenBytes < mostUnwritten) resume();
    else this.#waiting.add(resume);
  }

  /** Calls back with each piece from now on, and where it stands. Answers how to end that. */
  watch(listener: (chunk: Buffer, from: number) => void): () => void {
    this.#watching.add(listener);
    return () => this.#watching.delete(listener);
  }

  /** Up to `most` bytes from `from` on; from the first that is still kept where that is later. */
  async read(from: number, most: number): Promise<{ from: number; bytes: Buffer }> {
    const recent = this.#fromRecent(from, most);
    if (recent !== null) return recent;
    return this.#next(async () => {
      await this.#write();
      return this.#fromDisk(from, most);
    });
  }

  /** Nothing comes any more; what is kept can still be read. */
  async close(): Promise<void> {
    await this.#next(async () => {
      await this.#write();
      // What was written is written; a handle that cannot be closed is closed with the process.
      await this.#handle?.close().catch(() => undefined);
      this.#handle = null;
    });
  }

  #next<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined); // whoever asked for it is told
    return done;
  }

  #remember(chunk: Buffer): void {
    this.#recent.push(chunk);
    this.#recentBytes += chunk.length;
    while (this.#recent.length > 1 && this.#recentBytes - (this.#recent[0]?.length ?? 0) >= this.#limits.recentBytes) {
      this.#recentBytes -= this.#recent.shift()?.length ?? 0;
    }
  }

  #followLine(chunk: Buffer): void {
    const last = chunk.lastIndexOf(newline);
    if (last === -1) {
      this.#line = Buffer.concat([this.#line, chunk]).subarray(0, mostLineBytes);
      return;
    }
    const ended = chunk.subarray(0, last).toString('utf8').split('\n');
    ended[0] = this.#line.toString('utf8') + ended[0];
    this.#lastLine = ended.map((line) => shownLine(Buffer.from(line.slice(0, mostLineBytes)))).findLast((line) => line !== '') ?? this.#lastLine;
    this.#line = Buffer.from(chunk.subarray(last + 1).subarray(0, mostLineBytes));
  }

  /** What there is now and no more: what comes meanwhile has its own turn, behind the readers that wait for theirs. */
  async #write(): Promise<void> {
    if (this.#unwritten.length > 0 && !this.#diskFailed) {
      const bytes = Buffer.concat(this.#unwritten);
      this.#unwritten = [];
      try {
        await this.#append(bytes);
      } catch {
        // A full or broken disk: from now on there is what memory holds, and a reader is told where that begins.
        this.#diskFailed = true;
        this.#files = [];
      }
      this.#unwrittenBytes = this.#unwritten.reduce((sum, one) => sum + one.length, 0);
    }
    if (this.#diskFailed) [this.#unwritten, this.#unwrittenBytes] = [[], 0];
    if (this.#unwrittenBytes >= mostUnwritten) return;
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }

  async #append(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      let file = this.#files.at(-1);
      if (file === undefined || this.#handle === null || file.to - file.from >= this.#limits.fileBytes) file = await this.#nextFile(file?.to ?? 0);
      const part = bytes.subarray(done, done + this.#limits.fileBytes - (file.to - file.from));
      await this.#handle?.writeFile(part);
      file.to += part.length;
      done += part.length;
    }
  }

  async #nextFile(from: number): Promise<LogFile> {
    await this.#handle?.close();
    this.#handle = null;
    const path = this.#path(this.#count++);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    this.#handle = await open(path, 'wx', 0o600);
    const file = { path, from, to: from };
    this.#files.push(file);
    while (this.#files.length > this.#limits.files) {
      const oldest = this.#files.shift();
      // Where it cannot be removed it is swept later, with the other kept outputs.
      if (oldest) await unlink(oldest.path).catch(() => undefined);
    }
    return file;
  }

  #fromRecent(from: number, most: number): { from: number; bytes: Buffer } | null {
    const start = this.#bytes - this.#recentBytes;
    if (from < start) return null;
    const at = Math.min(from, this.#bytes) - start;
    return { from: at + start, bytes: Buffer.concat(this.#recent).subarray(at, at + most) };
  }

  async #fromDisk(from: number, most: number): Promise<{ from: number; bytes: Buffer }> {
    const pieces: Buffer[] = [];
    let start = Math.max(from, this.#files[0]?.from ?? Infinity);
    let at = start;
    for (const file of this.#files) {
      if (at < file.from || at >= file.to || at - start >= most) continue;
      const piece = await readPart(file.path, at - file.from, Math.min(file.to - at, most - (at - start)));
      if (piece === null && pieces.length > 0) break;
      if (piece === null) {
        start = at = file.to;
        continue;
      }
      pieces.push(piece);
      at += piece.length;
    }
    if (pieces.length > 0) return { from: start, bytes: Buffer.concat(pieces) };
    return this.#fromRecent(this.#bytes - this.#recentBytes, most) ?? { from: this.#bytes, bytes: Buffer.alloc(0) };
  }
}

/** Null when the file was swept, or what was there is gone from it. */
async function readPart(path: string, from: number, most: number): Promise<Buffer | null> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(most);
      const { bytesRead } = await file.read(buffer, 0, most, from);
      return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    // What was kept in it is gone; the reader is told where the rest begins.
    return null;
  }
}

function shownLine(bytes: Buffer): string {
  return stripVTControlCharacters(bytes.toString('utf8')).split('\r').findLast((part) => part.trim() !== '')?.trim() ?? '';
}
