// Gives run events their place, redacts them, makes them durable, and only then shows them to anyone.
import type { ChatSummary } from '../../shared/chats';
import type { RunEventBody, SequencedEvent, TransientEvent } from '../../shared/events';
import { StoreError, type Store } from '../store/store';
import type { BusMessage, EventBus } from './event-bus';
import { chatAfter, rowsOf } from './event-rows';
import type { Redactor } from './redaction';

export type RecorderPorts = { store: Store; bus: EventBus; redactor: Redactor; nowMicros: () => number };

type Leaving = { chat: ChatSummary; events: SequencedEvent[] };

/** A view that lags is served record by record. */
const mostInRecord = 100;

/**
 * The one writer of a chat's events in this process. When the store refuses one of its records it is over: what it
 * holds is no longer what is stored, so it takes nothing more, and the chat has to be read anew.
 */
export class ChatLog {
  #chat: ChatSummary;
  #stored: ChatSummary | null;
  #lastSeq: number;
  /** What the next record holds so far; null while none waits to leave. */
  #leaving: Leaving | null = null;
  #onDisk: Promise<void> = Promise.resolve();
  /** On disk, and not yet told to anyone. */
  #unshown: BusMessage[] = [];
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
   * Gives the events their place and sends them to the store, in the order of calls; what comes before somebody waits
   * for the disk, or before the end of a turn of the event loop, as one atomic record. They reach the bus once they are on disk; await `onDisk()` before anything that must not
   * happen without them. Throws the StoreError of a record that was refused before.
   */
  append(...bodies: RunEventBody[]): SequencedEvent[] {
    if (this.#refused !== null) throw this.#refused;
    const { redactor, nowMicros } = this.#ports;
    const recorded: SequencedEvent[] = [];
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
      recorded.push(event);
    }
    if (recorded.length === 0) return recorded;
    if (this.#leaving === null || this.#leaving.events.length >= mostInRecord) this.#leaving = this.#nextRecord();
    this.#leaving.events.push(...recorded);
    this.#leaving.chat = this.#chat;
    return recorded;
  }

  /** Resolves when everything appended so far is on disk; rejects with the store's first error. */
  onDisk(): Promise<void> {
    if (this.#leaving !== null) this.#ports.store.leave();
    return this.#onDisk;
  }

  /** Resolves when everything appended so far is on disk and shown; rejects with the store's first error. */
  async durable(): Promise<void> {
    await this.onDisk();
    this.#show();
  }

  transient(event: TransientEvent): void {
    this.#show();
    this.#ports.bus.publish({ kind: 'transient', event });
  }

  /** A record that is about to leave; what is appended before it does joins it. */
  #nextRecord(): Leaving {
    const record: Leaving = { chat: this.#chat, events: [] };
    const written = this.#ports.store.write(() => {
      if (this.#leaving === record) this.#leaving = null;
      const { spent: _, ...row } = record.chat;
      return [...record.events.flatMap(rowsOf), { op: 'chats.put', value: { ...row, ...this.#model } }];
    });
    this.#onDisk = Promise.all([this.#onDisk, written]).then(() => {
      this.#stored = record.chat;
      // Who waits for the disk goes on first: nobody who looks on can hold up a run.
      if (this.#unshown.length === 0) setImmediate(() => this.#show());
      this.#unshown.push({ kind: 'events', ...record });
    });
    // Owned by who awaits onDisk(), who gets the failure too. Without this line an early one would be unhandled.
    this.#onDisk.catch((error: unknown) => this.#refuse(error));
    return record;
  }

  #show(): void {
    for (const message of this.#unshown.splice(0)) this.#ports.bus.publish(message);
  }

  #refuse(error: unknown): void {
    if (this.#refused !== null) return;
    this.#show();
    const message = error instanceof Error ? error.message : String(error);
    this.#refused = error instanceof StoreError ? error : new StoreError('unavailable', message, { cause: error });
    this.#onRefused(this.#refused);
  }
}
