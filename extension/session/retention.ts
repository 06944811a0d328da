// How long stored data is kept: deletes chats beyond the limits of the settings, old command outputs and what tools
// deleted a month ago, and forgets what chats that are gone had spent. A minute after the store is first used, a minute
// after a setting was changed, and once a day. Never in the headless command.
import { deletedFilesKeptDays } from '../../shared/deleted-files';
import { formatCount, formatExact } from '../../shared/format';
import { nowMicros } from '../platform/clock';
import { forgetKept } from '../platform/take-away';
import type { Pruned, RetentionLimits, Store } from '../store/store';
import { sweepOutputs, type Swept } from './output-sweep';

export type StorageSettings = { keepDays: number | null; keepChats: number | null; maxMegabytes: number | null };

export type RetentionReport = { pruned: Pruned; swept: Swept };

export type RetentionPorts = {
  store: Store;
  outputDirectory: string;
  deletedDirectory: string;
  settings(): StorageSettings;
  onDone(report: RetentionReport): void;
  onFailed(error: unknown): void;
};

/** A person who types a number into the settings has time to finish it. */
const delayMs = 60_000;
const dayMs = 24 * 60 * 60 * 1000;
const deletedMicros = deletedFilesKeptDays * dayMs * 1000;
/** Long past any day that a limit counts. */
const spendingMicros = 40 * dayMs * 1000;

export class Retention {
  readonly #ports: RetentionPorts;
  readonly #delayMs: number;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(ports: RetentionPorts, afterMs = delayMs) {
    this.#ports = ports;
    this.#delayMs = afterMs;
  }

  /** The store is in use, or a setting was changed: looks after everything in a minute, and from then on once a day. */
  soon(): void {
    this.#in(this.#delayMs);
  }

  /** Nothing is deleted any more once this resolves. */
  async end(): Promise<void> {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #in(ms: number): void {
    if (this.#ended) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#run());
    }, ms);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    if (this.#ended) return;
    this.#in(dayMs);
    // What cannot be removed of it, a read-only folder perhaps, keeps no chat longer.
    await forgetKept(this.#ports.deletedDirectory, nowMicros() - deletedMicros).catch((error: unknown) => this.#ports.onFailed(error));
    try {
      const pruned = await this.#ports.store.prune(limitsOf(this.#ports.settings()));
      await this.#forgetSpending();
      this.#ports.onDone({ pruned, swept: await sweepOutputs(this.#ports.outputDirectory) });
    } catch (error) {
      this.#ports.onFailed(error);
    }
  }

  async #forgetSpending(): Promise<void> {
    const { store } = this.#ports;
    // A write would make a storage of none.
    const { calls } = await store.read('spending.since', { at: 0 });
    if (calls > 0) await store.write([{ op: 'spending.prune', value: { before: nowMicros() - spendingMicros } }]);
  }
}

/** What the settings keep, in words. */
export function retentionWords({ keepDays, keepChats, maxMegabytes }: StorageSettings): string {
  const limits = [
    ...(keepDays === null ? [] : [`chats of the last ${formatCount(keepDays, 'day')}`]),
    ...(keepChats === null ? [] : [`the newest ${formatCount(keepChats, 'chat')}`]),
    ...(maxMegabytes === null ? [] : [`up to ${formatExact(maxMegabytes)} MB`]),
  ];
  return limits.length === 0 ? 'everything is kept' : `kept: ${limits.join(', ')}`;
}

export function limitsOf({ keepDays, keepChats, maxMegabytes }: StorageSettings): RetentionLimits {
  return { days: keepDays, chats: keepChats, bytes: maxMegabytes === null ? null : maxMegabytes * 1024 * 1024 };
}
