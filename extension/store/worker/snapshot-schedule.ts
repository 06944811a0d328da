// When a snapshot is worth its cost: by size, after a while without writes, and at the end if it is cheap. Never
// needed for durability, so a failure is put off and told, not raised.
import type { Engine } from './engine';

/** What a killed process leaves to replay at the most; replaying is nearly all that an opening costs. */
const sizeBytes = 1024 * 1024;
/** Many small journals (of short headless runs) cost as much at opening as a large one. */
const journalLimit = 8;
const idleMs = 30_000;
/** While another process holds the lock: often enough to see that it gives no sign of life. */
const lockedMs = 5_000;
const worthwhileWhenIdle = 256 * 1024;
/** Opening a window is a bad time: its first page is on its way. */
export const firstSnapshotMs = 1_000;
/** A snapshot of so much takes a fraction of a second; an extension host gets five seconds to end. */
const cheapImageBytes = 48 * 1024 * 1024;

export class SnapshotSchedule {
  readonly #engine: Engine;
  readonly #notBeforeMs = performance.now() + firstSnapshotMs;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** After a failure: the next attempt waits until this much more has come. */
  #notBefore = 0;
  /** The last attempt found the lock taken, or nothing to do. */
  #wasRefused = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** To be called after every piece of work. */
  consider(): void {
    if (this.#running !== null) return;
    const bytes = this.#engine.unsnapshotted;
    if (bytes < Math.max(worthwhileWhenIdle, this.#notBefore)) return this.#wait(null);
    if (bytes < sizeBytes) return this.#wait(idleMs);
    const early = this.#notBeforeMs - performance.now();
    if (early > 0) return this.#wait(early);
    if (!this.#wasRefused) this.#run();
    else if (this.#timer === null) this.#wait(lockedMs);
  }

  /** Waits for a snapshot under way, and takes one more when that is quick and worth it. */
  async end(): Promise<void> {
    this.#wait(null);
    await this.#running;
    const worthIt = this.#engine.unsnapshotted >= worthwhileWhenIdle || this.#engine.journalCount > journalLimit;
    if (!worthIt || this.#engine.imageBytes > cheapImageBytes) return;
    this.#run();
    await this.#running;
  }

  #wait(ms: number | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = ms === null ? null : setTimeout(() => this.#run(), ms).unref();
  }

  #run(): void {
    this.#wait(null);
    if (this.#running !== null) return;
    this.#running = this.#engine
      .snapshot()
      .then((written) => {
        this.#notBefore = 0;
        this.#wasRefused = !written;
      })
      .catch((error: unknown) => {
        this.#notBefore = this.#engine.unsnapshotted + sizeBytes;
        this.#engine.report(`A snapshot could not be written (${error instanceof Error ? error.message : String(error)}). The journals hold everything; it will be tried again.`);
      })
      .finally(() => {
        this.#running = null;
        if (this.#wasRefused) this.consider();
      });
  }
}
