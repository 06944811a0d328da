// Asks the host for events before the first one there is: a page for a person who scrolls up, or as many as it takes
// until one holds what is looked for. One asking at a time.
import type { SequencedEvent } from '../../shared/events';
import type { ChatCommand, ChatEvent, ChatRequests } from '../../shared/messages/chat';
import type { Wire } from '../kit/wire';
import { addOlder, type ChatView } from './state';

type EventsWire = Pick<Wire<ChatCommand, ChatRequests, ChatEvent>, 'request'>;

const pageSize = 200;
/** Pages that are looked through for something; each is as much as one message carries. */
const mostPages = 300;

export class OlderEvents {
  readonly #wire: EventsWire;
  readonly #view: () => ChatView;
  readonly #change: (view: ChatView) => void;
  #loading: Promise<boolean> | null = null;

  constructor(wire: EventsWire, view: () => ChatView, change: (view: ChatView) => void) {
    this.#wire = wire;
    this.#view = view;
    this.#change = change;
  }

  /** Resolves to whether any were added. */
  async page(): Promise<boolean> {
    return this.#loading === null && this.#load(() => true);
  }

  /** Adds all that come before and with the first page that holds what is wanted, at once. */
  async until(isWanted: (event: SequencedEvent) => boolean): Promise<void> {
    // Whoever asked for the page before is told how it went.
    await this.#loading?.catch(() => false);
    await this.#load(isWanted);
  }

  #load(isWanted: (event: SequencedEvent) => boolean): Promise<boolean> {
    const loading = this.#add(isWanted).finally(() => {
      if (this.#loading === loading) this.#loading = null;
    });
    this.#loading = loading;
    return loading;
  }

  async #add(isWanted: (event: SequencedEvent) => boolean): Promise<boolean> {
    const { chat, transcript, more_before } = this.#view();
    if (chat === null || !more_before || transcript.first_seq <= 1) return false;
    const pages: SequencedEvent[][] = [];
    for (let first = transcript.first_seq; ; ) {
      const page = await this.#wire.request('events_before', { chat_id: chat.chat_id, before_seq: first, limit: pageSize });
      if (this.#view().chat?.chat_id !== chat.chat_id) return false;
      pages.unshift(page.events);
      first = page.events[0]?.seq ?? 1;
      if (page.more_before && pages.length < mostPages && !page.events.some(isWanted)) continue;
      this.#change(addOlder(this.#view(), { events: pages.flat(), more_before: page.more_before }));
      return pages.some((events) => events.length > 0);
    }
  }
}
