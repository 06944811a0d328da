// Gives run events their place, redacts them, makes them durable, and only then shows them to anyone.
import type { ChatSummary } from '../../shared/chats';
import type { RunEventBody, SequencedEvent, TransientEvent } from '../../shared/events';
import type { Store, WriteOp } from '../store/store';
import type { EventBus } from './event-bus';
import { chatAfter, rowsOf } from './event-rows';
import type { Redactor } from './redaction';

export type RecorderPorts = { store: Store; bus: EventBus; redactor: Redactor; nowMicros: () => number };

/** The one writer of a chat's events in this process. */
export class ChatLog {
  #chat: ChatSummary;
  #lastSeq: number;
  #durable: Promise<void> = Promise.resolve();
  readonly #ports: RecorderPorts;
  readonly #model: { provider: string; model: string };

  /** `lastSeq` is the chat's last stored sequence number, 0 for a new chat. */
  constructor(ports: RecorderPorts, chat: ChatSummary, lastSeq: number, model = { provider: '', model: '' }) {
    this.#ports = ports;
    this.#chat = chat;
    this.#lastSeq = lastSeq;
    this.#model = { ...model };
  }

  /** The chat after everything appended so far, durable or on its way. */
  get chat(): ChatSummary {
    return this.#chat;
  }

  /**
   * Gives the events their place and sends them to the store as one atomic record, in the order of calls. They
   * reach the bus once they are on disk; await `durable()` before anything that must not happen without them.
   */
  append(...bodies: RunEventBody[]): SequencedEvent[] {
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
    ops.push({ op: 'chats.put', value: { ...this.#chat, ...this.#model } });
    const chat = this.#chat;
    this.#durable = Promise.all([this.#durable, store.write(ops)]).then(() => bus.publish({ kind: 'events', chat, events }));
    // Owned by durable(): whoever awaits it gets the failure. Without this line an early one would be unhandled.
    this.#durable.catch(() => undefined);
    return events;
  }

  /** Resolves when everything appended so far is on disk and shown; rejects with the store's first error. */
  durable(): Promise<void> {
    return this.#durable;
  }

  transient(event: TransientEvent): void {
    this.#ports.bus.publish({ kind: 'transient', event });
  }
}
