// Gives run events their place, redacts them, makes them durable, and only then shows them to anyone.
import type { ChatSummary } from '../../shared/chats';
import type { RunEventBody, SequencedEvent, TransientEvent } from '../../shared/events';
import { StoreError, type Store, type WriteOp } from '../store/store';
import type { EventBus } from './event-bus';
import { chatAfter, rowsOf } from './event-rows';
import type { Redactor } from './redaction';

export type RecorderPorts = { store: Store; bus: EventBus; redactor: Redactor; nowMicros: () => number };

/**
 * The one writer of a chat's events in this process. When the store refuses one of its records it is over: what it
 * holds is no longer what is stored, so it takes nothing more, and the chat has to be read anew.
 */
export class ChatLog {
  #chat: ChatSummary;
  #stored: ChatSummary | null;
  #lastSeq: number;
  #durable: Promise<void> = Promise.resolve();
  #refused: StoreError | null = null;
  #onRefused: (error: StoreError) => void = () => undefined;
  readonly #ports: RecorderPorts;
  readonly #model: { provider: string; model: string };

  /** `lastSeq` is the chat's last stored sequence number, 0 for a new chat. */
  constructor(ports: RecorderPorts, chat: ChatSummary, lastSeq: number, model = { provider: '', model: '' }) {
    this.#ports = ports;
    this.#chat = chat;
    this.#stored = lastSeq > 0 ? chat : null;
    this.#lastSeq = lastSeq;
    this.#model = { ...model };
  }

  /** The chat after everything appended so far, durable or on its way. */
  get chat(): ChatSummary {
    return this.#chat;
  }

  /** The chat after everything that is on disk; null when nothing is. */
  get stored(): ChatSummary | null {
    return this.#stored;
  }

  /** Calls back once, when the store refuses a record. */
  onRefused(listener: (error: StoreError) => void): void {
    this.#onRefused = listener;
  }

  /**
   * Gives the events their place and sends them to the store as one atomic record, in the order of calls. They
   * reach the bus once they are on disk; await `durable()` before anything that must not happen without them.
   * Throws the StoreError of a record that was refused before.
   */
  append(...bodies: RunEventBody[]): SequencedEvent[] {
    if (this.#refused !== null) throw this.#refused;
    const { store, bus, redactor, nowMicros } = this.#ports;
    const events: SequencedEvent[] = [];
    const ops: WriteOp[] = [];
    for (const body of bodies) {
      const event: SequencedEvent = {
        ...redactor.value(body),
        seq: ++this.#lastSeq,
        at: nowMicros(),
        chat_id: this.#chat.chat_id,
        session_id: this.#chat.session_id,
      };
      if (event.type === 'run:start') Object.assign(this.#model, { provider: event.provider, model: event.model });
      this.#chat = chatAfter(this.#chat, event);
      events.push(event);
      ops.push(...rowsOf(event));
    }
    const chat = this.#chat;
    const { spent: _, ...row } = chat;
    ops.push({ op: 'chats.put', value: { ...row, ...this.#model } });
    this.#durable = Promise.all([this.#durable, store.write(ops)]).then(() => {
      this.#stored = chat;
      bus.publish({ kind: 'events', chat, events });
    });
    // Owned by durable(): whoever awaits it gets the failure too. Without this line an early one would be unhandled.
    this.#durable.catch((error: unknown) => this.#refuse(error));
    return events;
  }

  /** Resolves when everything appended so far is on disk and shown; rejects with the store's first error. */
  durable(): Promise<void> {
    return this.#durable;
  }

  transient(event: TransientEvent): void {
    this.#ports.bus.publish({ kind: 'transient', event });
  }

  #refuse(error: unknown): void {
    if (this.#refused !== null) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#refused = error instanceof StoreError ? error : new StoreError('unavailable', message, { cause: error });
    this.#onRefused(this.#refused);
  }
}
