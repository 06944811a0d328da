// The traces view's host side: pages of stored tool calls, and the frames of those that happen now.
import * as vscode from 'vscode';
import { tracesCommand, tracesRequests, type TraceFrame, type TracesCommand, type TracesEvent, type TracesRequests } from '../../../shared/messages/traces';
import type { SequencedEvent } from '../../../shared/events';
import type { Chats } from '../../agent/chats';
import type { StorageHealth } from '../../session/storage-health';
import { StoreError } from '../../store/store';
import type { BusMessage, EventBus } from '../../trace/event-bus';
import { eventForPanel, inMessages, traceForPanel } from '../../trace/panel-frames';
import { eventsOf, traceById, tracePageForPanel } from '../../trace/queries';
import type { Log } from '../log';
import { Channel } from './channel';
import { Gathered } from './gathered';

export type TracesPanelPorts = {
  chats: Chats;
  health: StorageHealth;
  bus: EventBus;
  log: Log;
  actions: Record<Extract<TracesCommand, { type: 'run' }>['action'], string>;
  /** The chat that the chat view shows. */
  shownChat(): string | null;
  onDispose(): void;
};

/** What other processes write comes in many small pieces. */
const listChangeMs = 250;

export class TracesPanel {
  readonly #ports: TracesPanelPorts;
  readonly #channel: Channel<TracesEvent>;
  readonly #unsubscribe: (() => void)[];
  readonly #listChanged = new Gathered(listChangeMs, () => this.#refresh(this.#chatId));
  #chatId: string | null = null;
  /** The last event of the chat whose frames the view has, or that was there when it asked for its rows. */
  #seq: { chatId: string | null; seq: number } = { chatId: null, seq: 0 };
  #catchingUp: Promise<void> = Promise.resolve();

  constructor(webview: vscode.Webview, ports: TracesPanelPorts) {
    this.#ports = ports;
    this.#channel = new Channel(webview, ports.log);
    this.#unsubscribe = [ports.bus.subscribe((message) => this.#onBus(message)), ports.health.subscribe(() => this.#onStorage())];
  }

  get chatId(): string | null {
    return this.#chatId;
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#listChanged.end();
    this.#ports.onDispose();
  }

  receive(message: unknown): void {
    const { health, log } = this.#ports;
    const { store } = health;
    this.#channel.receive<TracesCommand, TracesRequests>(message, {
      commandSchema: tracesCommand,
      onCommand: (command) => this.#onCommand(command),
      requestSchemas: tracesRequests,
      requests: {
        page: (request) => tracePageForPanel(store, request),
        trace: async ({ trace_id }) => traceForPanel(await traceById(store, trace_id), 24 * 1024),
      },
      log,
      onCommandFailed: (error) => {
        // What the storage cannot do stands in the view itself.
        if (!(error instanceof StoreError)) void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      },
    });
  }

  /** Follows another chat, and tells the view which there are. */
  async show(chatId: string | null): Promise<void> {
    this.#chatId = chatId;
    const chats = await this.#ports.chats.list('', 100);
    this.#chatId = chats.some((chat) => chat.chat_id === chatId) ? chatId : (chats[0]?.chat_id ?? null);
    // The view asks for rows once it has heard of the chat, so nothing is missing between them and the frames after.
    if (this.#chatId !== null && this.#seq.chatId !== this.#chatId) {
      this.#seq = { chatId: this.#chatId, seq: await this.#ports.health.store.read('events.last_seq', { chat_id: this.#chatId }) };
    }
    this.#channel.send({ type: 'chats', chats, chat_id: this.#chatId });
  }

  async #onCommand(command: TracesCommand): Promise<void> {
    switch (command.type) {
      case 'ready':
        this.#channel.send({ type: 'storage', storage: this.#ports.health.status });
        return this.show(command.chat_id ?? this.#ports.shownChat());
      case 'open_chat':
        return this.show(command.chat_id);
      case 'copy':
        return vscode.env.clipboard.writeText(command.text);
      case 'run':
        await vscode.commands.executeCommand(this.#ports.actions[command.action]);
        return;
    }
  }

  #onStorage(): void {
    this.#channel.send({ type: 'storage', storage: this.#ports.health.status });
    // What could not be listed before may be listed now.
    if (this.#chatId === null) this.#refresh(this.#ports.shownChat());
  }

  #onBus(message: BusMessage): void {
    if (message.kind === 'changed') {
      this.#listChanged.ask();
      if (this.#chatId !== null && message.chat_ids.includes(this.#chatId)) this.#catchUp(this.#chatId);
      return;
    }
    if (message.kind !== 'events') return;
    const { chat_id } = message.chat;
    const starts = message.events.some((event) => event.type === 'run:start' || event.type === 'run:end');
    if (starts) this.#refresh(this.#chatId ?? chat_id);
    if (chat_id === this.#chatId) this.#sendFrames(chat_id, message.events);
  }

  /** The panel owns the failure of a refresh: the list it has stays, and the next event tries again. */
  #refresh(chatId: string | null): void {
    this.show(chatId).catch((error: unknown) => this.#ports.log.error('could not list chats', error));
  }

  /** Frames of what another process has written in the chat. */
  #catchUp(chatId: string): void {
    const work = async (): Promise<void> => {
      for await (const event of eventsOf(this.#ports.health.store, chatId, this.#seq.seq)) {
        if (chatId !== this.#seq.chatId) return;
        this.#sendFrames(chatId, [event]);
      }
    };
    this.#catchingUp = this.#catchingUp.then(work).catch((error: unknown) => this.#ports.log.error('could not follow the traces', error));
  }

  #sendFrames(chatId: string, events: readonly SequencedEvent[]): void {
    if (this.#seq.chatId === chatId) this.#seq.seq = Math.max(this.#seq.seq, events.at(-1)?.seq ?? 0);
    const frames: TraceFrame[] = [];
    for (const event of events.map(eventForPanel)) {
      if (event.type === 'tool_trace:start' || event.type === 'tool_trace:complete') frames.push(event);
    }
    for (const group of inMessages(frames)) this.#channel.send({ type: 'frames', chat_id: chatId, frames: group });
  }
}
