// One panel's view of one chat: everything after a sequence number from the store, then live from the bus, in
// order and without a gap, in messages of bounded size. A panel that lags is served from the store again.
import type { ChatSummary } from '../../shared/chats';
import type { SequencedEvent, TransientEvent } from '../../shared/events';
import type { Store } from '../store/store';
import type { BusMessage, EventBus, Refusal } from './event-bus';
import { eventOf } from './event-rows';
import { eventForPanel, inMessages, maxEventBytes, wireBytes } from './panel-frames';

export type FeedMessage =
  | { type: 'reset'; chat: ChatSummary | null; first_seq: number; more_before: boolean }
  | { type: 'events'; chat_id: string; events: SequencedEvent[]; summary: ChatSummary }
  | { type: 'transient'; events: TransientEvent[] }
  | ({ type: 'refused' } & Refusal)
  | { type: 'deleted'; chat_id: string };

export type ChatFeedPorts = {
  store: Store;
  bus: EventBus;
  /** The chat as it is now, null when there is none with this id. */
  summaryOf(chatId: string): Promise<ChatSummary | null>;
  /** What the store refused of a chat that it holds no end of, or nothing at all; null when there is none such. */
  unstoredEnd(chatId: string): Refusal | null;
  post(message: FeedMessage): void;
};

/** Events a view gets at once when it opens a chat; older ones are asked for. */
const openingEvents = 600;
const pageSize = 200;
/** Events that may be on their way to a view before it has to acknowledge some. */
const maxUnacknowledged = 2_000;
const deltaIntervalMs = 24;

export class ChatFeed {
  readonly #ports: ChatFeedPorts;
  readonly #unsubscribe: () => void;
  #chatId: string | null = null;
  #sent = 0;
  #acknowledged = 0;
  #live = false;
  #showing = 0;
  #pumping = false;
  /** Something was written while the pump looked. */
  #pumpAgain = false;
  #deleted = false;
  #deltas: TransientEvent[] = [];
  #deltaTimer: NodeJS.Timeout | null = null;

  constructor(ports: ChatFeedPorts) {
    this.#ports = ports;
    this.#unsubscribe = ports.bus.subscribe((message) => this.#onBus(message));
  }

  get chatId(): string | null {
    return this.#chatId;
  }

  dispose(): void {
    this.#unsubscribe();
    this.#showing++;
    this.#chatId = null;
    this.#dropDeltas();
  }

  /** Shows a chat to a view that has it up to `haveSeq` (0: not at all). An unknown or deleted chat shows as none. */
  async show(chatId: string | null, haveSeq = 0): Promise<void> {
    const showing = ++this.#showing;
    this.#live = false;
    this.#dropDeltas();
    const chat = chatId === null ? null : await this.#ports.summaryOf(chatId);
    const last = chat === null ? 0 : await this.#ports.store.read('events.last_seq', { chat_id: chat.chat_id });
    if (showing !== this.#showing) return;
    this.#chatId = chat?.chat_id ?? null;
    this.#deleted = false;
    const unstored = chatId === null ? null : this.#ports.unstoredEnd(chatId);
    const goesOn = haveSeq > 0 && haveSeq <= last && last - haveSeq <= openingEvents;
    this.#sent = goesOn ? haveSeq : Math.max(0, last - openingEvents);
    this.#acknowledged = this.#sent;
    // A chat of which nothing was stored is none, but the view is told why.
    if (!goesOn && (chat !== null || unstored === null)) this.#ports.post({ type: 'reset', chat, first_seq: this.#sent + 1, more_before: this.#sent > 0 });
    if (chat !== null) await this.#pump();
    if (unstored !== null && showing === this.#showing) this.#ports.post({ type: 'refused', chat_id: unstored.chat_id, chat, error: unstored.error, in_run: chat !== null });
  }

  /** The view has everything of the chat up to `seq`. */
  async acknowledge(chatId: string, seq: number): Promise<void> {
    if (chatId !== this.#chatId || seq > this.#sent) return;
    this.#acknowledged = Math.max(this.#acknowledged, seq);
    if (!this.#live) await this.#pump();
  }

  #onBus(message: BusMessage): void {
    if (this.#deleted || this.#chatId === null) return;
    switch (message.kind) {
      case 'transient':
        if (message.event.chat_id === this.#chatId && this.#live) this.#addDelta(message.event);
        return;
      case 'events':
        if (message.chat.chat_id === this.#chatId) this.#onEvents(message.events, message.chat);
        return;
      case 'changed':
        // Like the pump: what fails here is tried again with the next event, change or acknowledgement.
        if (message.chat_ids.includes(this.#chatId)) this.#reread(this.#chatId).catch(() => undefined);
        return;
      case 'refused':
        if (message.chat_id === this.#chatId) this.#onRefused(message);
        return;
    }
  }

  #onEvents(events: readonly SequencedEvent[], chat: ChatSummary): void {
    const isNext = this.#live && events[0]?.seq === this.#sent + 1 && !this.#isLagging();
    if (isNext) return this.#send(events, chat);
    this.#live = false;
    // The pump owns its failure: it leaves the feed not live, and the next event or acknowledgement tries again.
    this.#pump().catch(() => undefined);
  }

  #onRefused({ chat_id, chat, error, in_run }: Refusal): void {
    this.#dropDeltas();
    if (chat === null) this.#chatId = null;
    this.#ports.post({ type: 'refused', chat_id, chat, error, in_run });
  }

  /** Another process wrote in the chat, or it is gone. */
  async #reread(chatId: string): Promise<void> {
    const showing = this.#showing;
    this.#live = false;
    const summary = await this.#ports.summaryOf(chatId);
    if (showing !== this.#showing) return;
    if (summary === null) {
      this.#deleted = true;
      this.#dropDeltas();
      return this.#ports.post({ type: 'deleted', chat_id: chatId });
    }
    const sent = this.#sent;
    await this.#pump();
    // Without new events the chat itself may still be another: its run is given up, say.
    if (showing === this.#showing && sent === this.#sent) this.#ports.post({ type: 'events', chat_id: chatId, events: [], summary });
  }

  #isLagging(): boolean {
    return this.#sent - this.#acknowledged > maxUnacknowledged;
  }

  /** Sends what the store has beyond what was sent, until nothing is left or the view lags. */
  async #pump(): Promise<void> {
    const showing = this.#showing;
    const chatId = this.#chatId;
    this.#pumpAgain = true;
    if (this.#pumping || chatId === null) return;
    this.#pumping = true;
    try {
      while (!this.#isLagging()) {
        this.#pumpAgain = false;
        const rows = await this.#ports.store.read('events.after', { chat_id: chatId, after_seq: this.#sent, limit: pageSize });
        const summary = rows.length > 0 ? await this.#ports.summaryOf(chatId) : null;
        if (showing !== this.#showing) break;
        if (rows.length > 0 && summary !== null) this.#send(rows.map(eventOf), summary);
        else if (!this.#pumpAgain) {
          this.#live = true;
          return;
        }
      }
    } finally {
      this.#pumping = false;
    }
    if (showing !== this.#showing) await this.#pump();
  }

  #send(events: readonly SequencedEvent[], summary: ChatSummary): void {
    this.#flushDeltas();
    const { chat_id } = summary;
    for (const group of inMessages(events.map(eventForPanel))) this.#ports.post({ type: 'events', chat_id, events: group, summary });
    this.#sent = events.at(-1)?.seq ?? this.#sent;
  }

  #addDelta(event: TransientEvent): void {
    const last = this.#deltas.at(-1);
    if (event.type === 'text:delta' && last?.type === 'text:delta' && last.message_id === event.message_id && last.kind === event.kind) {
      this.#deltas[this.#deltas.length - 1] = { ...last, delta: last.delta + event.delta };
    } else if (event.type === 'tool_call:delta' && last?.type === 'tool_call:delta' && last.message_id === event.message_id) {
      this.#deltas[this.#deltas.length - 1] = event;
    } else {
      this.#deltas.push(event);
    }
    this.#deltaTimer ??= setTimeout(() => this.#flushDeltas(), deltaIntervalMs);
  }

  #flushDeltas(): void {
    const deltas = this.#deltas;
    this.#dropDeltas();
    // One too large for a message is dropped, as a transient event may be: the message it belongs to follows.
    for (const events of inMessages(deltas.filter((delta) => wireBytes(delta) <= maxEventBytes))) this.#ports.post({ type: 'transient', events });
  }

  #dropDeltas(): void {
    this.#deltas = [];
    if (this.#deltaTimer) clearTimeout(this.#deltaTimer);
    this.#deltaTimer = null;
  }
}
