// The traces view's host side: pages of stored tool calls and turns, what is found out about them, and what changes
// while the view is there. Holds nothing of a trace itself; a view that comes back asks for everything anew.
import * as vscode from 'vscode';
import { tracesCommand, tracesRequests, type TracesCommand, type TracesEvent, type TracesRequests, type TraceTarget } from '../../../shared/messages/traces';
import type { ChatSummary } from '../../../shared/chats';
import { cacheBreak } from '../../agent/cache-break';
import type { Chats } from '../../agent/chats';
import type { StorageHealth } from '../../session/storage-health';
import { StoreError } from '../../store/store';
import { compareTraces } from '../../trace/compare/compare';
import type { BusMessage, EventBus } from '../../trace/event-bus';
import { Gathered } from '../../trace/gathered';
import { traceForPanel } from '../../trace/panel-frames';
import { requireChat, traceById } from '../../trace/queries';
import { TraceFeed } from '../../trace/trace-feed';
import { viewerPage } from '../../trace/trace-reads';
import { UsualLatencies, viewerAgents, viewerRuns, viewerSearch } from '../../trace/viewer-lists';
import { whyAnswer } from '../../trace/why/why';
import type { Log } from '../log';
import { openWorkspaceFile } from '../open-targets';
import { TraceDocumentError, type TraceDocuments } from '../trace-documents';
import { Channel } from './channel';

export type TracesPanelPorts = {
  chats: Pick<Chats, 'list' | 'find' | 'current'>;
  health: StorageHealth;
  bus: EventBus;
  documents: TraceDocuments;
  log: Log;
  actions: Record<Extract<TracesCommand, { type: 'run' }>['action'], string>;
  /** The chat that the chat view shows. */
  shownChat(): string | null;
  /** A place in the conversation; `traceId` null for the beginning of the turn. */
  showInChat(chatId: string, turnNumber: number, traceId: string | null): Promise<void>;
  export(chatId: string): Promise<void>;
  onDispose(): void;
};

/** What other processes write comes in many small pieces. */
const listChangeMs = 250;
const listedChats = 100;
const keptCharacters = 24 * 1024;

export class TracesPanel {
  readonly #ports: TracesPanelPorts;
  readonly #channel: Channel<TracesEvent>;
  readonly #feed: TraceFeed;
  readonly #usual: UsualLatencies;
  readonly #handlers;
  readonly #unsubscribe: (() => void)[];
  readonly #listChanged = new Gathered(listChangeMs, () => this.#refresh(this.#wanted));
  #isReady = false;
  #chatId: string | null = null;
  /** The chat that was asked for last; null: the newest. */
  #wanted: string | null = null;
  /** Of several chats that were asked for the last one is shown. */
  #showing = 0;
  /** What is to be shown as soon as the view is there and has heard of its chat. */
  #toReveal: { chatId: string | null; target: TraceTarget } | null = null;

  constructor(webview: vscode.Webview, ports: TracesPanelPorts) {
    const { chats, health, bus, log } = ports;
    this.#ports = ports;
    this.#channel = new Channel(webview, log);
    this.#usual = new UsualLatencies(health.store);
    this.#feed = new TraceFeed({
      store: health.store,
      bus,
      summaryOf: (chatId) => chats.find(chatId),
      post: (message) => this.#channel.send(message),
      onFailed: (error) => log.error('could not follow the traces', error),
    });
    this.#handlers = {
      commandSchema: tracesCommand,
      onCommand: (command: TracesCommand) => this.#onCommand(command),
      requestSchemas: tracesRequests,
      requests: this.#requests(),
      log,
      onCommandFailed: (error: unknown) => this.#onCommandFailed(error),
    };
    this.#unsubscribe = [bus.subscribe((message) => this.#onBus(message)), health.subscribe(() => this.#onStorage())];
  }

  get chatId(): string | null {
    return this.#chatId;
  }

  dispose(): void {
    this.#showing++;
    this.#isReady = false;
    this.#feed.dispose();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#listChanged.end();
    this.#ports.onDispose();
  }

  receive(message: unknown): void {
    this.#channel.receive<TracesCommand, TracesRequests>(message, this.#handlers);
  }

  /** Follows another chat (null: the newest), and tells the view which there are. */
  async show(chatId: string | null): Promise<void> {
    this.#toReveal = null;
    await this.#show(chatId);
  }

  async #show(chatId: string | null): Promise<void> {
    this.#wanted = chatId;
    if (!this.#isReady) return;
    const showing = ++this.#showing;
    const chats = await this.#chatsWith(chatId);
    if (showing !== this.#showing) return;
    const shown = chats.some((chat) => chat.chat_id === chatId) ? chatId : (chats[0]?.chat_id ?? null);
    // The view asks for rows once it has heard of the chat, so nothing is missing between them and what is posted after.
    if (shown !== this.#chatId) await this.#feed.show(shown);
    if (showing !== this.#showing) return;
    this.#chatId = shown;
    this.#wanted = shown;
    this.#channel.send({ type: 'chats', chats, chat_id: shown });
    this.#sendReveal(shown);
  }

  /** Shows a place in a chat (null: the newest one), now or as soon as the view is there. */
  async reveal(chatId: string | null, target: TraceTarget): Promise<void> {
    this.#toReveal = { chatId, target };
    await this.#show(chatId);
  }

  #sendReveal(shown: string | null): void {
    const place = this.#toReveal;
    this.#toReveal = null;
    if (place === null || shown === null) return;
    if (place.chatId === null || place.chatId === shown) this.#channel.send({ type: 'reveal', chat_id: shown, target: place.target });
    else this.#channel.send({ type: 'problem', message: 'This chat is no longer stored, so its trace cannot be shown.', next_step: 'Choose another chat above.' });
  }

  /** The newest chats, and the one that is asked for if there is such a one: an older one, or that of an agent. */
  async #chatsWith(chatId: string | null): Promise<ChatSummary[]> {
    const chats = await this.#ports.chats.list('', listedChats);
    if (chatId === null || chats.some((chat) => chat.chat_id === chatId)) return chats;
    const chat = await this.#ports.chats.find(chatId);
    return chat === null ? chats : [...chats, chat];
  }

  #requests(): { [N in keyof TracesRequests]: (params: TracesRequests[N][0]) => Promise<TracesRequests[N][1]> } {
    const { chats, health } = this.#ports;
    const { store } = health;
    return {
      page: async (request) => {
        await requireChat(store, request.chat_id);
        await this.#feed.follow(request.chat_id);
        return viewerPage(store, request);
      },
      trace: async ({ trace_id }) => traceForPanel(await traceById(store, trace_id), keptCharacters),
      runs: (request) => viewerRuns(store, request),
      agents: (request) => viewerAgents(store, request, (chatId) => chats.find(chatId)),
      search: (request) => viewerSearch(store, request),
      usual: () => this.#usual.read(),
      // What goes on counts up to now.
      why: ({ question, scope }) => whyAnswer(store, question, scope, chats.current(scope.chat_id)?.isRunning === true ? Date.now() * 1000 : null),
      compare: (request) => compareTraces(store, request),
      cache_break: (request) => cacheBreak(store, request),
    };
  }

  async #onCommand(command: TracesCommand): Promise<void> {
    const { actions, documents } = this.#ports;
    switch (command.type) {
      case 'ready':
        return this.#onReady(command.chat_id);
      case 'open_chat':
        return this.show(command.chat_id);
      case 'copy':
        return vscode.env.clipboard.writeText(command.text);
      case 'open_file':
        return openWorkspaceFile(command.path, command.line);
      case 'open_value':
        return documents.openValue(command.trace_id, command.part);
      case 'open_diff':
        return documents.openDiff(command.trace_id);
      case 'show_in_chat':
        return this.#ports.showInChat(command.chat_id, command.turn_number, command.trace_id);
      case 'export':
        return this.#ports.export(command.chat_id);
      case 'run':
        await vscode.commands.executeCommand(actions[command.action]);
        return;
    }
  }

  /** The view is there, and has nothing. */
  async #onReady(ofView: string | null): Promise<void> {
    this.#isReady = true;
    this.#chatId = null;
    await this.#feed.show(null);
    if (!this.#isReady) return;
    this.#channel.send({ type: 'storage', storage: this.#ports.health.status });
    return this.#show(this.#wanted ?? ofView ?? this.#ports.shownChat());
  }

  #onStorage(): void {
    if (!this.#isReady) return;
    this.#channel.send({ type: 'storage', storage: this.#ports.health.status });
    // What could not be listed before may be listed now.
    if (this.#chatId === null) this.#refresh(this.#ports.shownChat());
  }

  #onBus(message: BusMessage): void {
    if (message.kind === 'changed') this.#listChanged.ask();
    if (message.kind !== 'events') return;
    if (message.events.some(({ type }) => type === 'run:start' || type === 'run:end')) this.#refresh(this.#wanted);
  }

  /** The panel owns the failure of a refresh: the list it has stays, and the next event tries again. */
  #refresh(chatId: string | null): void {
    this.#show(chatId).catch((error: unknown) => this.#ports.log.error('could not list chats', error));
  }

  #onCommandFailed(error: unknown): void {
    // What the storage cannot do stands in the view itself.
    if (error instanceof StoreError) return;
    const message = error instanceof Error ? error.message : String(error);
    if (this.#isReady) this.#channel.send({ type: 'problem', message, next_step: error instanceof TraceDocumentError ? error.nextStep : 'See BooCode: Show Log for more.' });
  }
}
