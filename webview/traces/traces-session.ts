// Between the wire and the traces view: loads pages, merges live frames once a frame, asks for a whole row.
import type { ChatSummary } from '../../shared/chats';
import type { TracesCommand, TracesEvent, TracesRequests } from '../../shared/messages/traces';
import type { StorageStatus } from '../../shared/storage';
import type { Wire } from '../kit/wire';
import { addFrames, addPage, noTraces, type Traces } from './trace-rows';

const pageSize = 50;

export type TracesWire = Wire<TracesCommand, TracesRequests, TracesEvent>;

export type TracesView = {
  /** Null until the host has said which there are. */
  chats: readonly ChatSummary[] | null;
  traces: Traces;
  load: 'idle' | 'loading' | 'failed';
  failure: string;
  /** Null until the host has said it. */
  storage: StorageStatus | null;
  /** Why there is no host that could say anything. */
  start_failed: { message: string; next_step: string } | null;
};

export class TracesSession {
  readonly #wire: TracesWire;
  readonly #frame: (run: () => void) => void;
  readonly #listeners = new Set<() => void>();
  #view: TracesView = { chats: null, traces: noTraces(null), load: 'idle', failure: '', storage: null, start_failed: null };
  #waiting: TracesEvent[] = [];
  #frameAsked = false;

  /** `frame` runs its argument before the next paint. */
  constructor(wire: TracesWire, frame: (run: () => void) => void) {
    this.#wire = wire;
    this.#frame = frame;
  }

  get view(): TracesView {
    return this.#view;
  }

  start(): void {
    this.#wire.onEvent((event) => {
      this.#waiting.push(event);
      if (this.#frameAsked) return;
      this.#frameAsked = true;
      this.#frame(() => this.#flush());
    });
    this.sayReady();
  }

  /** Asks for everything: at the start, and again when there was nobody to answer. */
  sayReady(): void {
    this.#wire.send({ type: 'ready', chat_id: savedChat(this.#wire.getState()) });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  openChat(chatId: string): void {
    this.#wire.send({ type: 'open_chat', chat_id: chatId });
  }

  run(action: Extract<TracesCommand, { type: 'run' }>['action']): void {
    this.#wire.send({ type: 'run', action });
  }

  copy(text: string): void {
    this.#wire.send({ type: 'copy', text });
  }

  trace(traceId: string): Promise<TracesRequests['trace'][1]> {
    return this.#wire.request('trace', { trace_id: traceId });
  }

  /** The first page, or the one after the last that came. One at a time. */
  async loadMore(): Promise<void> {
    const { chat_id, next_cursor, paged_to } = this.#view.traces;
    if (chat_id === null || this.#view.load === 'loading' || (paged_to !== null && next_cursor === null)) return;
    this.#change({ ...this.#view, load: 'loading', failure: '' });
    try {
      const page = await this.#wire.request('page', {
        chat_id,
        limit: pageSize,
        ...(next_cursor === null ? {} : { cursor: next_cursor }),
      });
      if (this.#view.traces.chat_id !== chat_id) return;
      this.#change({ ...this.#view, load: 'idle', traces: addPage(this.#view.traces, page) });
    } catch (error) {
      if (this.#view.traces.chat_id !== chat_id) return;
      this.#change({ ...this.#view, load: 'failed', failure: error instanceof Error ? error.message : String(error) });
    }
  }

  #flush(): void {
    this.#frameAsked = false;
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of events) this.#apply(event);
  }

  #apply(event: TracesEvent): void {
    if (event.type === 'chats') {
      const isSame = event.chat_id === this.#view.traces.chat_id;
      this.#change({ ...this.#view, chats: event.chats, ...(isSame ? {} : { traces: noTraces(event.chat_id), load: 'idle' as const, failure: '' }) });
      if (isSame) return;
      this.#wire.setState({ chat_id: event.chat_id });
      void this.loadMore();
    } else if (event.type === 'storage') {
      this.#change({ ...this.#view, storage: event.storage, start_failed: null });
    } else if (event.type === 'start_failed') {
      this.#change({ ...this.#view, start_failed: { message: event.message, next_step: event.next_step } });
    } else if (event.chat_id === this.#view.traces.chat_id) {
      this.#change({ ...this.#view, traces: addFrames(this.#view.traces, event.frames) });
    }
  }

  #change(view: TracesView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}

function savedChat(state: unknown): string | null {
  if (state === null || typeof state !== 'object' || !('chat_id' in state)) return null;
  return typeof state.chat_id === 'string' ? state.chat_id : null;
}
