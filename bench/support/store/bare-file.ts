// The disk by itself: what no durable append can be faster than.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const kilobyte = Buffer.alloc(1024, 'x');

export class BareFile {
  readonly #path: string;
  readonly #file: number;

  /** Beside the directory, on the same disk, where nothing takes it for a part of the database. */
  constructor(directory: string) {
    this.#path = join(directory, '..', `bare-${process.pid}`);
    this.#file = openSync(this.#path, 'a');
  }

  /** Milliseconds of one write of 1 KB and its fdatasync. */
  append(): number {
    const start = performance.now();
    writeSync(this.#file, kilobyte);
    fdatasyncSync(this.#file);
    return performance.now() - start;
  }

  remove(): void {
    closeSync(this.#file);
    rmSync(this.#path);
  }
}
