// Hands every run event to whoever listens in this process, in the order in which it was recorded, and tells what
// became of chats without an event of this process.
import type { ChatSummary } from '../../shared/chats';
import type { RunError, SequencedEvent, TransientEvent } from '../../shared/events';

/** The store took no more of a chat. */
export type Refusal = {
  chat_id: string;
  /** The chat as it is stored; null when nothing of it is. */
  chat: ChatSummary | null;
  error: RunError;
  /** A run ended with it that has a beginning in the store, but no end. */
  in_run: boolean;
};

export type BusMessage =
  | { kind: 'events'; chat: ChatSummary; events: readonly SequencedEvent[] }
  | { kind: 'transient'; event: TransientEvent }
  /** Another process wrote in these chats, or they were deleted: what is shown of them has to be read again. */
  | { kind: 'changed'; chat_ids: readonly string[] }
  | ({ kind: 'refused' } & Refusal);

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
