// The traces view's host side: pages of stored tool calls, and the frames of those that happen now.
import * as vscode from 'vscode';
import { tracesCommand, tracesRequests, type TraceFrame, type TracesCommand, type TracesEvent, type TracesRequests } from '../../../shared/messages/traces';
import type { Chats } from '../../agent/chats';
import type { Store } from '../../store/store';
import type { BusMessage, EventBus } from '../../trace/event-bus';
import { eventForPanel, inMessages, traceForPanel } from '../../trace/panel-frames';
import { traceById, tracePageForPanel } from '../../trace/queries';
import { Channel } from './channel';

export type TracesPanelPorts = {
  chats: Chats;
  store: Store;
  bus: EventBus;
  log: vscode.LogOutputChannel;
  actions: Record<Extract<TracesCommand, { type: 'run' }>['action'], string>;
  /** The chat that the chat view shows. */
  shownChat(): string | null;
  onDispose(): void;
};

export class TracesPanel {
  readonly #ports: TracesPanelPorts;
  readonly #channel: Channel<TracesEvent>;
  readonly #unsubscribe: () => void;
  #chatId: string | null = null;

  constructor(webview: vscode.Webview, ports: TracesPanelPorts) {
    this.#ports = ports;
    this.#channel = new Channel(webview, ports.log);
    this.#unsubscribe = ports.bus.subscribe((message) => this.#onBus(message));
  }

  dispose(): void {
    this.#unsubscribe();
    this.#ports.onDispose();
  }

  receive(message: unknown): void {
    const { store, log } = this.#ports;
    this.#channel.receive<TracesCommand, TracesRequests>(message, {
      commandSchema: tracesCommand,
      onCommand: (command) => this.#onCommand(command),
      requestSchemas: tracesRequests,
      requests: {
        page: (request) => tracePageForPanel(store, request),
        trace: async ({ trace_id }) => traceForPanel(await traceById(store, trace_id), 24 * 1024),
      },
      log,
      onCommandFailed: (error) => void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error)),
    });
  }

  /** Follows another chat, and tells the view which there are. */
  async show(chatId: string | null): Promise<void> {
    this.#chatId = chatId;
    const listed = await this.#ports.chats.list('', 100);
    const chats = listed.slice(0, 100);
    this.#chatId = chats.some((chat) => chat.chat_id === chatId) ? chatId : (chats[0]?.chat_id ?? null);
    this.#channel.send({ type: 'chats', chats, chat_id: this.#chatId });
  }

  async #onCommand(command: TracesCommand): Promise<void> {
    switch (command.type) {
      case 'ready':
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

  #onBus(message: BusMessage): void {
    if (message.kind !== 'events') return;
    const { chat_id } = message.chat;
    const starts = message.events.some((event) => event.type === 'run:start' || event.type === 'run:end');
    if (starts) {
      // The panel owns the failure of a refresh: the list it has stays, and the next event tries again.
      this.show(this.#chatId ?? chat_id).catch((error: unknown) => this.#ports.log.error('could not list chats', error));
    }
    if (chat_id !== this.#chatId) return;
    const frames: TraceFrame[] = [];
    for (const event of message.events.map(eventForPanel)) {
      if (event.type === 'tool_trace:start' || event.type === 'tool_trace:complete') frames.push(event);
    }
    for (const group of inMessages(frames)) this.#channel.send({ type: 'frames', chat_id, frames: group });
  }
}
