// When a snapshot is worth its cost: by size, after a while without writes, and at the end if it is cheap. Never
// needed for durability, so a failure is put off and told, not raised.
import type { Engine } from './engine';

const sizeBytes = 4 * 1024 * 1024;
/** Many small journals (of short headless runs) cost as much at opening as a large one. */
const journalLimit = 8;
const idleMs = 30_000;
const worthwhileWhenIdle = 256 * 1024;
const cheapImageBytes = 8 * 1024 * 1024;

export class SnapshotSchedule {
  readonly #engine: Engine;
  #running: Promise<void> | null = null;
  #idle: NodeJS.Timeout | null = null;
  /** After a failure: the next attempt waits until this much more has come. */
  #notBefore = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** To be called after every piece of work. */
  consider(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (this.#running !== null) return;
    const bytes = this.#engine.unsnapshotted;
    if (bytes >= Math.max(sizeBytes, this.#notBefore)) {
      this.#run();
    } else if (bytes >= worthwhileWhenIdle && bytes >= this.#notBefore) {
      this.#idle = setTimeout(() => this.#run(), idleMs).unref();
    }
  }

  /** Waits for a snapshot under way, and takes one more when that is quick and worth it. */
  async end(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    await this.#running;
    const worthIt = this.#engine.unsnapshotted >= worthwhileWhenIdle || this.#engine.journalCount > journalLimit;
    if (!worthIt || this.#engine.imageBytes > cheapImageBytes) return;
    this.#run();
    await this.#running;
  }

  #run(): void {
    this.#running = this.#engine
      .snapshot()
      .then((written) => {
        this.#notBefore = written ? 0 : this.#engine.unsnapshotted + sizeBytes;
      })
      .catch((error: unknown) => {
        this.#notBefore = this.#engine.unsnapshotted + sizeBytes;
        this.#engine.report(`A snapshot could not be written (${error instanceof Error ? error.message : String(error)}). The journals hold everything; it will be tried again.`);
      })
      .finally(() => {
        this.#running = null;
      });
  }
}
