// Between the wire and the components: gathers host events into one change a frame, acknowledges what was folded,
// keeps the drafts, and offers what a person can do. The host decides everything; nothing here is trusted by it.
import type { ReachedLimit } from '../../shared/budgets';
import type { ChatSummary } from '../../shared/chats';
import type { ApprovalDecision } from '../../shared/events';
import type { ChatCommand, ChatEvent, ChatRequests } from '../../shared/messages/chat';
import type { Wire } from '../kit/wire';
import { Drafts } from './drafts';
import type { Item } from './items';
import { OlderEvents } from './older-events';
import { isPlace, itemAt, placeProblem, type Place } from './place';
import { applyEvent, emptyView, hasGap, isBusy, isElsewhere, type ChatView } from './state';

export type ChatWire = Wire<ChatCommand, ChatRequests, ChatEvent>;
export type RunAction = Extract<ChatCommand, { type: 'run' }>['action'];
type ComposerEvent = { type: 'focus' } | { type: 'put'; text: string };

const ackDelayMs = 250;
const gapPatienceMs = 2000;

export class ChatSession {
  readonly drafts: Drafts;
  readonly #wire: ChatWire;
  readonly #frame: (run: () => void) => void;
  readonly #older: OlderEvents;
  readonly #listeners = new Set<() => void>();
  readonly #composerListeners = new Set<(event: ComposerEvent) => void>();
  readonly #chatsListeners = new Set<() => void>();
  readonly #listListeners = new Set<() => void>();
  readonly #revealListeners = new Set<(itemId: string) => void>();
  #view = emptyView;
  #waiting: ChatEvent[] = [];
  #frameAsked = false;
  #ackTimer: ReturnType<typeof setTimeout> | null = null;
  #acknowledged = 0;
  #gap: { lastSeq: number; askedAt: number } | null = null;

  /** `frame` runs its argument before the next paint. */
  constructor(wire: ChatWire, frame: (run: () => void) => void) {
    this.#wire = wire;
    this.#frame = frame;
    this.drafts = new Drafts(wire);
    this.#older = new OlderEvents(wire, () => this.#view, (view) => this.#change(view));
  }

  get view(): ChatView {
    return this.#view;
  }

  start(): void {
    this.#wire.onEvent((event) => this.#receive(event));
    this.sayReady();
  }

  /** Asks for everything: at the start, and again when there was nobody to answer. */
  sayReady(): void {
    this.#wire.send({ type: 'ready', chat_id: this.drafts.chatId, after_seq: 0 });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The person asked for the list of chats, or to put it away again. */
  onShowChats(listener: () => void): () => void {
    this.#chatsListeners.add(listener);
    return () => this.#chatsListeners.delete(listener);
  }

  /** The list of chats is another than it was. */
  onListChanged(listener: () => void): () => void {
    this.#listListeners.add(listener);
    return () => this.#listListeners.delete(listener);
  }

  /** An item of the conversation is to be shown. */
  onReveal(listener: (itemId: string) => void): () => void {
    this.#revealListeners.add(listener);
    return () => this.#revealListeners.delete(listener);
  }

  focusComposer(): void {
    this.#compose({ type: 'focus' });
  }

  onComposer(listener: (event: ComposerEvent) => void): () => void {
    this.#composerListeners.add(listener);
    return () => this.#composerListeners.delete(listener);
  }

  /** Sends a task or a follow-up. While the host has not yet said that it can work, the message waits. */
  send(text: string): void {
    const message = { message_id: crypto.randomUUID(), text };
    this.#change({ ...this.#view, problem: null, outgoing: [...this.#view.outgoing, message] });
    if (this.#view.status !== null && this.#view.loaded) this.#post(message);
  }

  unqueue(messageId: string): void {
    this.#withChat((chat_id) => ({ type: 'unqueue', chat_id, message_id: messageId }));
  }

  stop(): void {
    if (isBusy(this.#view) && !isElsewhere(this.#view)) this.#withChat((chat_id) => ({ type: 'stop', chat_id }));
  }

  retry(): void {
    this.#withChat((chat_id) => ({ type: 'retry', chat_id }));
  }

  /** Asks for another value of a limit that ended a run; the host goes on with it. */
  raiseLimit({ scope, unit }: ReachedLimit): void {
    this.#withChat((chat_id) => ({ type: 'raise_limit', chat_id, scope, unit }));
  }

  decide(approvalId: string, decision: Exclude<ApprovalDecision, 'cancelled'>, rejectedHunks: readonly number[] = []): void {
    const rejected = rejectedHunks.length === 0 ? {} : { rejected_hunks: [...rejectedHunks] };
    this.#withChat((chat_id) => ({ type: 'decide', chat_id, approval_id: approvalId, decision, ...rejected }));
  }

  /** Null closes the question without an answer. */
  answer(questionId: string, answer: { chosen: string[]; text: string } | null): void {
    this.#withChat((chat_id) => ({ type: 'answer', chat_id, question_id: questionId, answer }));
  }

  openDiff(approvalId: string, rejectedHunks: readonly number[] = []): void {
    const rejected = rejectedHunks.length === 0 ? {} : { rejected_hunks: [...rejectedHunks] };
    this.#withChat((chat_id) => ({ type: 'open_diff', chat_id, approval_id: approvalId, ...rejected }));
  }

  /** An open diff shows what would be written without these. */
  chooseChanges(approvalId: string, rejectedHunks: readonly number[]): void {
    this.#withChat((chat_id) => ({ type: 'choose_changes', chat_id, approval_id: approvalId, rejected_hunks: [...rejectedHunks] }));
  }

  openFile(path: string, line?: number): void {
    this.#wire.send({ type: 'open_file', path, ...(line !== undefined && { line }) });
  }

  /** The whole of a command's output, where it was too long for the chat. */
  openOutput(path: string): void {
    this.#wire.send({ type: 'open_output', path });
  }

  background(id: string, action: 'stop' | 'show'): void {
    this.#wire.send({ type: 'background', id, do: action });
  }

  openLink(url: string): void {
    this.#wire.send({ type: 'open_link', url });
  }

  copy(text: string): void {
    this.#wire.send({ type: 'copy', text });
  }

  openChat(chatId: string | null): void {
    this.#wire.send({ type: 'open_chat', chat_id: chatId });
    this.focusComposer();
  }

  /** A new chat that takes along what is being typed. */
  startOver(): void {
    const chatId = this.#view.chat?.chat_id ?? null;
    const texts = [this.drafts.text(null), chatId === null ? '' : this.drafts.text(chatId)].filter((text) => text !== '');
    if (chatId !== null) this.drafts.put(chatId, '');
    this.drafts.put(null, texts.join('\n\n'));
    this.openChat(null);
  }

  /** A call, or the beginning of its turn, in the traces. */
  showInTraces(turnNumber: number, traceId: string | null): void {
    this.#withChat((chat_id) => ({ type: 'show_in_traces', chat_id, turn_number: turnNumber, trace_id: traceId }));
  }

  run(action: RunAction): void {
    this.#wire.send({ type: 'run', action });
  }

  dismissProblem(): void {
    this.#change({ ...this.#view, problem: null });
  }

  async listChats(query: string): Promise<ChatSummary[]> {
    return (await this.#wire.request('list_chats', { query })).chats;
  }

  trace(traceId: string): Promise<ChatRequests['trace'][1]> {
    return this.#wire.request('trace', { trace_id: traceId });
  }

  /** Asks for the events before the first there is; resolves to whether any were added. */
  loadOlder(): Promise<boolean> {
    return this.#older.page();
  }

  /** Shows a place of the conversation, and loads what is above for it. */
  async #reveal(chatId: string, place: Place): Promise<void> {
    const isHere = (): boolean => this.#view.chat?.chat_id === chatId;
    if (isHere() && this.#itemAt(place) === null) await this.#older.until((event) => isPlace(event, place));
    // A call that has no row of its own is part of its turn.
    const item = isHere() ? (this.#itemAt(place) ?? this.#itemAt({ ...place, trace_id: null })) : null;
    if (item === null) return this.#change({ ...this.#view, problem: placeProblem(isHere(), this.#view.more_before) });
    for (const listener of this.#revealListeners) listener(item.id);
  }

  #receive(event: ChatEvent): void {
    if (event.type === 'focus_composer') return this.focusComposer();
    if (event.type === 'show_chats') {
      for (const listener of this.#chatsListeners) listener();
      return;
    }
    if (event.type === 'chats_changed') {
      for (const listener of this.#listListeners) listener();
      return;
    }
    if (event.type === 'compose') {
      if (event.send) this.send(event.text);
      else this.#compose({ type: 'put', text: event.text });
      return;
    }
    this.#waiting.push(event);
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    this.#frame(() => this.#flush());
  }

  #flush(): void {
    this.#frameAsked = false;
    const events = this.#waiting;
    this.#waiting = [];
    let view = this.#view;
    for (const event of events) {
      if (event.type === 'events' && hasGap(view, event)) this.#fillGap(event.chat_id, view.transcript.last_seq);
      else view = applyEvent(view, event);
    }
    const justReady = (this.#view.status === null || !this.#view.loaded) && view.status !== null && view.loaded;
    const { returned } = view;
    if (returned.length > 0) view = { ...view, returned: [] };
    this.#change(view);
    const place = events.findLast((event) => event.type === 'reveal');
    if (place?.type === 'reveal') this.#onReveal(place);
    if (returned.length > 0) this.#compose({ type: 'put', text: returned.join('\n\n') });
    if (justReady) for (const message of view.outgoing) this.#post(message);
    this.#scheduleAck();
  }

  #itemAt(place: Place): Item | null {
    const { transcript, more_before } = this.#view;
    return itemAt(transcript.items, place, !more_before);
  }

  #onReveal({ chat_id, ...place }: Extract<ChatEvent, { type: 'reveal' }>): void {
    this.#reveal(chat_id, place).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#change({ ...this.#view, problem: { code: 'place_not_found', message: `The place in the conversation could not be shown. ${message}`, next_step: 'Try again from Traces.' } });
    });
  }

  /** Events were lost on the way: asks for what is missing, and when that does not help for the whole chat. */
  #fillGap(chatId: string, lastSeq: number): void {
    const again = this.#gap?.lastSeq === lastSeq;
    if (again && Date.now() - (this.#gap?.askedAt ?? 0) < gapPatienceMs) return;
    this.#gap = { lastSeq, askedAt: Date.now() };
    this.#wire.send({ type: 'ready', chat_id: chatId, after_seq: again ? 0 : lastSeq });
  }

  #scheduleAck(): void {
    const { chat, transcript } = this.#view;
    if (chat === null || this.#ackTimer !== null || transcript.last_seq === this.#acknowledged) return;
    this.#ackTimer = setTimeout(() => {
      this.#ackTimer = null;
      const { chat: now, transcript: then } = this.#view;
      if (now === null || then.last_seq === 0) return;
      this.#acknowledged = then.last_seq;
      this.#wire.send({ type: 'ack', chat_id: now.chat_id, seq: then.last_seq });
    }, ackDelayMs);
  }

  #post({ message_id, text }: { message_id: string; text: string }): void {
    this.#wire.send({ type: 'send', chat_id: this.#view.chat?.chat_id ?? null, message_id, text });
  }

  #withChat(command: (chatId: string) => ChatCommand): void {
    const chatId = this.#view.chat?.chat_id;
    if (chatId !== undefined) this.#wire.send(command(chatId));
  }

  #compose(event: ComposerEvent): void {
    for (const listener of this.#composerListeners) listener(event);
  }

  #change(view: ChatView): void {
    if (view === this.#view) return;
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
