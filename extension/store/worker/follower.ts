// Notices that another process has written, so that a window shows it without being asked. Watching is a help only:
// every read takes in what is there, watched or not.
import { watch, type FSWatcher } from 'node:fs';
import type { Engine } from './engine';

/** Many appends at once are taken in once. */
const gatherMs = 40;
/** Where a file system tells nothing, and until there is a directory to watch. */
const pollMs = 2_000;

export class Follower {
  readonly #engine: Engine;
  readonly #directory: string;
  #watcher: FSWatcher | null = null;
  #gathering: NodeJS.Timeout | null = null;
  readonly #poll: NodeJS.Timeout;

  constructor(engine: Engine, directory: string) {
    this.#engine = engine;
    this.#directory = directory;
    this.#poll = setInterval(() => this.#look(), pollMs).unref();
    this.#watch();
  }

  stop(): void {
    clearInterval(this.#poll);
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#watcher?.close();
  }

  #watch(): void {
    try {
      this.#watcher = watch(this.#directory, { persistent: false }, (_event, name) => {
        if (name === null || this.#engine.isForeign(name)) this.#gathering ??= setTimeout(() => this.#look(), gatherMs).unref();
      });
      this.#watcher.on('error', () => this.#unwatch());
    } catch {
      // No directory yet, or no watching here: polling goes on.
      this.#watcher = null;
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #look(): void {
    this.#gathering = null;
    if (this.#watcher === null) this.#watch();
    this.#engine.follow();
  }
}
