// Follows one chat from a moment on: hands over its events in order and without a gap, from the bus as they happen and
// from the store where that is behind: at the beginning, after what another process wrote, and when they came too fast.
import type { SequencedEvent } from '../../shared/events';
import type { Store } from '../store/store';
import { eventOf } from './event-rows';

export type EventFollowerPorts = {
  store: Store;
  take(events: readonly SequencedEvent[]): void;
  /** Null when more can be taken now, else what to wait for. */
  room(): Promise<void> | null;
  /** The store could not be read; the next event or change tries again. */
  onFailed(error: unknown): void;
};

const pageSize = 200;

export class EventFollower {
  readonly #chatId: string;
  readonly #ports: EventFollowerPorts;
  /** The last event that was handed over, or that was stored when following began. */
  #seq = 0;
  #live = false;
  #reading = false;
  /** Something was written while the store was read. */
  #readAgain = false;
  #ended = false;
  /** Resolves when every event that is stored from then on will be handed over; rejects when the store cannot be read. */
  readonly started: Promise<void>;

  constructor(chatId: string, ports: EventFollowerPorts) {
    this.#chatId = chatId;
    this.#ports = ports;
    this.started = this.#start();
  }

  end(): void {
    this.#ended = true;
  }

  /** Events of the chat, as the bus brings them. */
  onEvents(events: readonly SequencedEvent[]): void {
    const isKnown = this.#live && (events.at(-1)?.seq ?? 0) <= this.#seq;
    if (isKnown || this.#ended) return;
    if (this.#live && events[0]?.seq === this.#seq + 1 && this.#ports.room() === null) this.#take(events);
    else this.onChanged();
  }

  /** Something was written in the chat. */
  onChanged(): void {
    this.#live = false;
    this.#readAgain = true;
    this.started.then(
      () => this.#read(),
      // Whoever waits for the start is told; without one there is nothing to go on with.
      () => undefined,
    );
  }

  async #start(): Promise<void> {
    this.#seq = await this.#ports.store.read('events.last_seq', { chat_id: this.#chatId });
    this.#read();
  }

  #read(): void {
    this.#readAgain = true;
    if (this.#reading || this.#ended) return;
    this.#readOn().catch((error: unknown) => this.#ports.onFailed(error));
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    try {
      for (;;) {
        await this.#ports.room();
        this.#readAgain = false;
        const rows = await this.#ports.store.read('events.after', { chat_id: this.#chatId, after_seq: this.#seq, limit: pageSize });
        if (this.#ended) return;
        if (rows.length > 0) this.#take(rows.map(eventOf));
        else if (!this.#readAgain) {
          this.#live = true;
          return;
        }
      }
    } finally {
      this.#reading = false;
    }
  }

  #take(events: readonly SequencedEvent[]): void {
    this.#seq = events.at(-1)?.seq ?? this.#seq;
    this.#ports.take(events);
  }
}
