// Between the wire and the traces view: which chat, its model and those of its agents, what is looked for, what is open.
// Pages are loaded one after the other until all of a chat is here; what happens now is merged once a frame.
import type { ChatStatus, ChatSummary } from '../../shared/chats';
import type { TracesCommand, TracesEvent, TracesRequests, TraceTarget, UsualLatency } from '../../shared/messages/traces';
import type { StorageStatus } from '../../shared/storage';
import type { ChildAgent, TraceRef } from '../../shared/trace-parts';
import type { Wire } from '../kit/wire';
import { KnownAgents } from './known-agents';
import { agentKey, callKey, RowLayout, type LayoutView, type VisibleRow } from './row-layout';
import { savedState, type SavedState } from './saved-state';
import { TextSearch } from './text-search';
import { holdsText, parseFilter, type TraceFilter } from './trace-filter';
import { TraceModel, type TurnNode } from './trace-model';

export type TracesWire = Wire<TracesCommand, TracesRequests, TracesEvent>;

export type TracesView = {
  /** Null until the host has said which there are. */
  chats: readonly ChatSummary[] | null;
  chat_id: string | null;
  load: 'idle' | 'loading' | 'failed';
  failure: string;
  filter_line: string;
  filter: TraceFilter;
  searching: boolean;
  /** Bars are coloured by what is usual for their tool. */
  relative: boolean;
  usual: ReadonlyMap<string, UsualLatency> | null;
  dropped_events: number;
  problem: { message: string; next_step: string } | null;
  /** A place that a link leads to and that is not there yet. */
  target: TraceTarget | null;
  /** How many links were followed to here. */
  links: number;
  /** Null until the host has said it. */
  storage: StorageStatus | null;
  /** Why there is no host that could say anything. */
  start_failed: { message: string; next_step: string } | null;
};

/** Enough for a screen, then as many as a request may ask for. */
const firstPage = 50;
const nextPages = 200;

function goesOn(status: ChatStatus | undefined): boolean {
  return status === 'in_progress' || status === 'awaiting_input';
}

export class TracesSession {
  readonly wire: TracesWire;
  readonly #frame: (run: () => void) => void;
  readonly #listeners = new Set<() => void>();
  readonly #models = new Map<string, TraceModel>();
  readonly #agents = new KnownAgents();
  readonly #search: TextSearch;
  #view: TracesView;
  #layout: RowLayout | null = null;
  #closedTurns = new Set<string>();
  #opened = new Set<string>();
  #layoutVersion = 0;
  #waiting: TracesEvent[] = [];
  #frameAsked = false;
  /** When the chat was last written in while nothing went on in it: a turn from before that has no end was cut off. */
  #restedAt = 0;
  /** Where to go once the chat that was asked for is shown. */
  #next: TraceRef | null = null;
  /** What VS Code kept of the view from before. */
  #saved: SavedState;

  /** `frame` runs its argument before the next paint. */
  constructor(wire: TracesWire, frame: (run: () => void) => void) {
    this.wire = wire;
    this.#frame = frame;
    this.#saved = savedState(wire.getState());
    const { filter, relative } = this.#saved;
    this.#view = {
      ...{ chats: null, chat_id: null, load: 'idle', failure: '', filter_line: filter, filter: parseFilter(filter), searching: false, relative, usual: null },
      ...{ dropped_events: 0, problem: null, target: null, links: 0, storage: null, start_failed: null },
    };
    this.#search = new TextSearch(
      (params) => wire.request('search', params),
      () => this.#filterChanged(),
    );
  }

  get view(): TracesView {
    return this.#view;
  }

  /** The chat that is followed; null before there is one. */
  get model(): TraceModel | null {
    return this.#view.chat_id === null ? null : (this.#models.get(this.#view.chat_id) ?? null);
  }

  /** The rows as they stand now; null before there is a chat. */
  get layout(): RowLayout | null {
    this.#layout?.update(this.layoutView);
    return this.#layout;
  }

  get layoutView(): LayoutView {
    const { filter } = this.#view;
    const { text } = filter;
    const found = this.#search;
    return {
      version: this.#layoutVersion,
      closedTurns: this.#closedTurns,
      opened: this.#opened,
      filter: filter.isEmpty ? null : (row) => filter.matches(row) && (text === '' || holdsText(row, text) || found.has(row.id)),
      agentsOf: (chatId, traceId) => this.#agents.of(chatId, traceId),
      modelOf: (chatId) => this.#models.get(chatId) ?? null,
    };
  }

  start(): void {
    this.wire.onEvent((event) => {
      this.#waiting.push(event);
      if (this.#frameAsked) return;
      this.#frameAsked = true;
      this.#frame(() => this.#flush());
    });
    this.sayReady();
  }

  /** Asks for everything: at the start, and again when there was nobody to answer. */
  sayReady(): void {
    this.wire.send({ type: 'ready', chat_id: this.#saved.chat_id });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  openChat(chatId: string): void {
    this.wire.send({ type: 'open_chat', chat_id: chatId });
  }

  run(action: Extract<TracesCommand, { type: 'run' }>['action']): void {
    this.wire.send({ type: 'run', action });
  }

  copy(text: string): void {
    this.wire.send({ type: 'copy', text });
  }

  trace(traceId: string): Promise<TracesRequests['trace'][1]> {
    return this.wire.request('trace', { trace_id: traceId });
  }

  dismissProblem(): void {
    this.#change({ problem: null });
  }

  setFilter(line: string): void {
    this.#change({ filter_line: line, filter: parseFilter(line) });
    this.#filterChanged();
    this.#save();
    this.#lookForText();
  }

  setRelative(relative: boolean): void {
    this.#change({ relative });
    this.#save();
    if (relative) void this.#loadUsual();
  }

  /** Opens or closes a turn. */
  setTurnOpen(key: string, isOpen: boolean): void {
    if (isOpen) this.#closedTurns.delete(key);
    else this.#closedTurns.add(key);
    this.#layoutChanged();
  }

  setAllTurnsOpen(keys: readonly string[], isOpen: boolean): void {
    this.#closedTurns = new Set(isOpen ? [] : keys);
    this.#layoutChanged();
  }

  isTurnOpen(key: string): boolean {
    return !this.#closedTurns.has(key);
  }

  /** Whether the agent works in the chat at this moment. */
  get isLive(): boolean {
    return goesOn(this.#chat?.status);
  }

  /** Whether anything that is shown may go on: the chat, or an agent that is open. */
  get showsLive(): boolean {
    return [...this.#models.keys()].some((chatId) => this.#isLiveChat(chatId));
  }

  /** Whether what the row shows goes on. */
  isLiveRow(row: VisibleRow): boolean {
    return row.kind !== 'agent' && row.kind !== 'loading' && row.kind !== 'model' && this.isLiveTurn(row.node, row.model);
  }

  isLiveTurn({ turn, turn_number }: TurnNode, model: TraceModel): boolean {
    if (turn_number !== model.lastTurn || !this.#isLiveChat(model.chatId)) return false;
    return turn === null || (turn.duration_ms === null && (model !== this.model || turn.started_at > this.#restedAt));
  }

  #isLiveChat(chatId: string): boolean {
    return chatId === this.#view.chat_id ? this.isLive : goesOn(this.#agents.status(chatId));
  }

  get #chat(): ChatSummary | undefined {
    return this.#view.chats?.find(({ chat_id }) => chat_id === this.#view.chat_id);
  }

  /** The row as it is now: of the chat itself, calls and turns may have gone on. */
  current(row: VisibleRow): VisibleRow {
    const { layout } = this;
    const at = layout?.indexOf(row, this.layoutView) ?? -1;
    return (at === -1 ? undefined : layout?.rowAt(at, this.layoutView)) ?? row;
  }

  /**
   * Goes to a row that an answer rests on; for one of an agent to the call that started it, with the agent opened, or to
   * the agent's own trace when no call here is known to have started it.
   */
  show(ref: TraceRef): void {
    const { chat_id, turn_number, trace_id } = ref;
    const starter = chat_id === this.#view.chat_id ? null : this.#agents.starterIn(this.#view.chat_id, chat_id);
    if (starter === null && chat_id !== this.#view.chat_id) {
      this.#next = ref;
      return this.openChat(chat_id);
    }
    if (starter !== null) {
      this.setOpened(callKey(starter), true);
      this.setOpened(agentKey(chat_id), true);
    }
    this.#reveal({ turn_number: starter === null ? turn_number : (this.model?.row(starter)?.turn_number ?? null), trace_id: starter ?? trace_id, filter: null });
    this.#changed();
  }

  /** The place a link led to is not in this chat. */
  targetMissing(): void {
    this.#change({ target: null, problem: { message: 'What the link leads to is not in the trace of this chat.', next_step: 'It may be in another chat: choose it above.' } });
  }

  get hasClosedTurns(): boolean {
    return this.#closedTurns.size > 0;
  }

  /** Opens or closes the agents of a call, or one of them. */
  setOpened(key: string, isOpen: boolean): void {
    if (isOpen) this.#opened.add(key);
    else this.#opened.delete(key);
    this.#layoutChanged();
    const chatId = key.startsWith('agent:') ? key.slice('agent:'.length) : null;
    if (isOpen && chatId !== null && !this.#models.has(chatId)) void this.#loadAgent(chatId);
  }

  /** The place a link led to is in sight. */
  targetReached(): void {
    this.#change({ target: null });
  }

  /** Goes on where loading failed, or begins. */
  async load(): Promise<void> {
    const { model } = this;
    if (model === null || this.#view.load === 'loading') return;
    this.#change({ load: 'loading', failure: '' });
    try {
      while (!model.isWhole) {
        await this.#loadPage(model);
        if (model !== this.model) return;
        this.#changed();
      }
      this.#change({ load: 'idle' });
      this.#lookForText();
    } catch (error) {
      if (model === this.model) this.#change({ load: 'failed', failure: error instanceof Error ? error.message : String(error) });
    }
  }

  async #loadPage(model: TraceModel): Promise<void> {
    const { chatId: chat_id, nextCursor } = model;
    const cursor = nextCursor ?? undefined;
    const limit = cursor === undefined ? firstPage : nextPages;
    model.addPage(await this.wire.request('page', { chat_id, limit, ...(cursor !== undefined && { cursor }) }));
  }

  async #loadAgent(chatId: string): Promise<void> {
    const model = new TraceModel(chatId);
    this.#models.set(chatId, model);
    void this.#loadAgentsOf(chatId);
    try {
      while (!model.isWhole && this.#models.get(chatId) === model) {
        await this.#loadPage(model);
        this.#layoutChanged();
      }
    } catch (error) {
      if (this.#models.get(chatId) !== model) return;
      this.#models.delete(chatId);
      this.#opened.delete(agentKey(chatId));
      this.#layoutChanged();
      this.#change({ problem: { message: `The trace of this agent could not be read: ${error instanceof Error ? error.message : String(error)}`, next_step: 'It is kept. Open it again to try again.' } });
    }
  }

  async #loadAgentsOf(chatId: string): Promise<void> {
    try {
      for (let after: string | null = null; ; ) {
        const reply: TracesRequests['agents'][1] = await this.wire.request('agents', { chat_id: chatId, after });
        this.#addAgents(chatId, reply.agents);
        after = reply.agents.at(-1)?.chat_id ?? null;
        if (!reply.more || after === null) return;
      }
    } catch {
      // Rows stand without their agents; those that begin from now on are told by events.
    }
  }

  async #loadUsual(): Promise<void> {
    try {
      const { tools } = await this.wire.request('usual', {});
      this.#change({ usual: new Map(tools.map((tool) => [tool.tool_name, tool])) });
    } catch (error) {
      this.#change({ relative: false, problem: { message: `What is usual could not be read: ${error instanceof Error ? error.message : String(error)}`, next_step: 'Times are coloured by seconds as before.' } });
    }
  }

  #lookForText(): void {
    const { chat_id, filter } = this.#view;
    const isOver = this.#search.look(chat_id, filter.text);
    this.#change({ searching: filter.text !== '' });
    // Its failure is shown as a problem; a search that another one took the place of says nothing.
    isOver.then(
      (isDone) => isDone && this.#change({ searching: false }),
      (error: unknown) => this.#change({ searching: false, problem: { message: `Inputs and outputs could not be searched: ${error instanceof Error ? error.message : String(error)}`, next_step: 'Names and subjects were searched. Change the text to try again.' } }),
    );
  }

  #flush(): void {
    this.#frameAsked = false;
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of events) this.#apply(event);
    this.#changed();
  }

  #apply(event: TracesEvent): void {
    switch (event.type) {
      case 'chats':
        return this.#onChats(event.chats, event.chat_id);
      case 'dropped_events':
        if (event.chat_id === this.#view.chat_id) this.#set({ dropped_events: event.count });
        return;
      case 'frames':
        this.#models.get(event.chat_id)?.addFrames(event.frames);
        return this.#search.grew(event.chat_id);
      case 'turns':
        return this.#models.get(event.chat_id)?.addTurns(event.turns);
      case 'agents':
        return this.#addAgents(event.chat_id, event.agents);
      case 'reveal':
        this.#set({ links: this.#view.links + 1, problem: null });
        if (!event.target.filter) return this.#reveal(event.target);
        return this.setFilter(event.target.filter);
      case 'problem':
        return this.#set({ problem: { message: event.message, next_step: event.next_step } });
      case 'storage':
        return this.#set({ storage: event.storage, start_failed: null });
      case 'start_failed':
        return this.#set({ start_failed: { message: event.message, next_step: event.next_step } });
    }
  }

  #onChats(chats: readonly ChatSummary[], chatId: string | null): void {
    if (chatId === this.#view.chat_id && this.#view.chats !== null) {
      this.#set({ chats });
      return this.#noteRest();
    }
    const next = this.#next?.chat_id === chatId ? { turn_number: this.#next.turn_number, trace_id: this.#next.trace_id, filter: null } : null;
    this.#next = null;
    this.#models.clear();
    this.#agents.clear();
    this.#closedTurns = new Set();
    this.#opened = new Set();
    this.#layoutVersion++;
    const isOther = this.#view.chats !== null || (chatId !== null && this.#saved.chat_id !== chatId);
    const filter_line = isOther ? '' : this.#view.filter_line;
    this.#set({ chats, chat_id: chatId, load: 'idle', failure: '', dropped_events: 0, problem: null, target: next, filter_line, filter: parseFilter(filter_line), searching: false });
    const model = chatId === null ? null : new TraceModel(chatId);
    this.#layout = model && new RowLayout(model);
    if (model) this.#models.set(model.chatId, model);
    this.#restedAt = 0;
    this.#noteRest();
    this.#save();
    this.#search.forget();
    if (chatId === null) return;
    void this.load();
    void this.#loadAgentsOf(chatId);
    if (this.#view.relative) void this.#loadUsual();
  }

  #noteRest(): void {
    if (this.#chat !== undefined && !this.isLive) this.#restedAt = this.#chat.updated_at;
  }

  /** A filter that hides the place is taken away. */
  #reveal(target: TraceTarget): void {
    if (!this.#view.filter.isEmpty) this.setFilter('');
    this.#set({ target });
  }

  #addAgents(chatId: string, agents: readonly ChildAgent[]): void {
    if (agents.length === 0) return;
    this.#agents.add(chatId, agents);
    this.#layoutChanged();
  }

  #filterChanged(): void {
    this.#layoutChanged();
  }

  #layoutChanged(): void {
    this.#layoutVersion++;
    this.#changed();
  }

  #save(): void {
    const { chat_id, filter_line, relative } = this.#view;
    this.#saved = { chat_id, filter: filter_line, relative };
    this.wire.setState(this.#saved);
  }

  #set(change: Partial<TracesView>): void {
    this.#view = { ...this.#view, ...change };
  }

  #change(change: Partial<TracesView>): void {
    this.#set(change);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
