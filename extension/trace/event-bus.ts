// Hands every run event to whoever listens in this process, in the order in which it was recorded.
import type { ChatSummary } from '../../shared/chats';
import type { SequencedEvent, TransientEvent } from '../../shared/events';

export type BusMessage =
  | { kind: 'events'; chat: ChatSummary; events: readonly SequencedEvent[] }
  | { kind: 'transient'; event: TransientEvent };

export type BusListener = (message: BusMessage) => void;

export class EventBus {
  readonly #listeners = new Set<BusListener>();
  readonly #onListenerError: (error: unknown) => void;

  /** A listener that throws never disturbs the run or the other listeners; its error goes to `onListenerError`. */
  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: BusListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(message: BusMessage): void {
    for (const listener of this.#listeners) {
      try {
        listener(message);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
