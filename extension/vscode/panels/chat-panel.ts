// The chat view's host side: turns its commands into work on chats, and feeds it what happens. Holds no state of a
// chat itself; a view that comes back is served from the store.
import * as vscode from 'vscode';
import type { ApprovalDecision } from '../../../shared/events';
import { chatCommand, chatRequests, type ChatCommand, type ChatEvent, type ChatRequests } from '../../../shared/messages/chat';
import type { Chats } from '../../agent/chats';
import type { Store } from '../../store/store';
import { ChatFeed } from '../../trace/chat-feed';
import type { EventBus } from '../../trace/event-bus';
import { eventOf } from '../../trace/event-rows';
import { eventForPanel, traceForPanel, wireBytes } from '../../trace/panel-frames';
import { traceById } from '../../trace/queries';
import type { HostStatusSource } from '../host-status';
import type { ProposedEdits } from '../proposed-edits';
import { openExternalLink, openWorkspaceFile } from '../open-targets';
import type { ShownChat } from '../shown-chat';
import { Channel } from './channel';

/** What the panel needs; the actions are commands of the extension under short names. */
export type ChatPanelPorts = {
  chats: Chats;
  store: Store;
  bus: EventBus;
  status: HostStatusSource;
  proposedEdits: ProposedEdits;
  log: vscode.LogOutputChannel;
  actions: Record<Extract<ChatCommand, { type: 'run' }>['action'], string>;
  /** The title of the chat that is shown; empty for none. */
  showTitle(title: string): void;
  onDispose(): void;
  shownChat: ShownChat;
};

export class ChatPanel {
  readonly #ports: ChatPanelPorts;
  readonly #channel: Channel<ChatEvent>;
  readonly #feed: ChatFeed;
  readonly #handlers;
  #isReady = false;
  #beforeReady: ChatEvent[] = [];

  constructor(webview: vscode.Webview, ports: ChatPanelPorts) {
    this.#ports = ports;
    this.#channel = new Channel(webview, ports.log);
    this.#feed = new ChatFeed({
      store: ports.store,
      bus: ports.bus,
      summaryOf: (chatId) => ports.chats.find(chatId),
      post: (message) => {
        if (message.type === 'reset') ports.showTitle(message.chat?.title ?? '');
        if (message.type === 'events') ports.showTitle(message.summary.title);
        this.#channel.send(message);
      },
    });
    this.#handlers = {
      commandSchema: chatCommand,
      onCommand: (command: ChatCommand) => this.#onCommand(command),
      requestSchemas: chatRequests,
      requests: this.#requests(),
      log: ports.log,
      onCommandFailed: (error: unknown) => this.#problem('command_failed', error instanceof Error ? error.message : String(error), 'See BooCode: Show Log.'),
    };
  }

  get chatId(): string | null {
    return this.#feed.chatId;
  }

  receive(message: unknown): void {
    this.#channel.receive<ChatCommand, ChatRequests>(message, this.#handlers);
  }

  dispose(): void {
    this.#feed.dispose();
    this.#ports.onDispose();
  }

  /** Sends an event now, or as soon as the view has said that it is there. */
  send(event: ChatEvent): void {
    if (this.#isReady) this.#channel.send(event);
    else this.#beforeReady.push(event);
  }

  async sendStatus(): Promise<void> {
    const status = await this.#ports.status.read();
    this.send({ type: 'status', status });
  }

  async show(chatId: string | null): Promise<void> {
    await Promise.all([this.#ports.shownChat.set(chatId), this.#feed.show(chatId)]);
  }

  async #onCommand(command: ChatCommand): Promise<void> {
    const { chats, actions, proposedEdits } = this.#ports;
    switch (command.type) {
      case 'ready':
        return this.#onReady(command.chat_id, command.after_seq);
      case 'ack':
        return this.#feed.acknowledge(command.chat_id, command.seq);
      case 'send':
        return this.#onSend(command);
      case 'unqueue':
        return (await chats.open(command.chat_id)).unqueue(command.message_id);
      case 'stop':
        return chats.current(command.chat_id)?.stop();
      case 'retry':
        if (!(await this.#isReadyToRun())) return;
        return (await chats.open(command.chat_id)).retry();
      case 'decide':
        return this.#onDecide(command.chat_id, command.approval_id, command.decision);
      case 'open_diff': {
        const question = chats.current(command.chat_id)?.approvals.question(command.approval_id);
        if (!question) return this.#problem('approval_closed', 'This question is no longer open.', 'The diff of a finished edit is in the traces.');
        return proposedEdits.show(question);
      }
      case 'open_file':
        return openWorkspaceFile(command.path, command.line);
      case 'open_link':
        return openExternalLink(command.url);
      case 'copy':
        return vscode.env.clipboard.writeText(command.text);
      case 'open_chat':
        return this.show(command.chat_id);
      case 'run':
        await vscode.commands.executeCommand(actions[command.action]);
        return;
    }
  }

  async #onReady(chatId: string | null, afterSeq: number): Promise<void> {
    this.#isReady = true;
    await this.sendStatus();
    // A view that follows already asks for what it lacks; a new one gets what was shown last.
    if (chatId !== null && chatId === this.chatId) await this.#feed.show(chatId, afterSeq);
    else await this.#feed.show(await this.#chatToShow(chatId));
    const waiting = this.#beforeReady;
    this.#beforeReady = [];
    for (const event of waiting) this.#channel.send(event);
  }

  /** When nothing may run (no folder, no trust, no key) the view is told why. */
  async #isReadyToRun(): Promise<boolean> {
    const { readiness } = await this.#ports.status.read();
    if (readiness !== 'ready') await this.sendStatus();
    return readiness === 'ready';
  }

  /** `ofView` is what the view itself remembers, which may be older than what was kept. */
  async #chatToShow(ofView: string | null): Promise<string | null> {
    const kept = await this.#ports.shownChat.get();
    return kept === undefined ? ofView : kept;
  }

  async #onSend({ chat_id, message_id, text }: Extract<ChatCommand, { type: 'send' }>): Promise<void> {
    if (!(await this.#isReadyToRun())) return;
    if (text.trim() === '') return this.#problem('empty_task', 'The message is empty.', 'Type what you want done.');
    const agent = chat_id === null ? this.#ports.chats.create() : await this.#ports.chats.open(chat_id);
    agent.send(message_id, text);
    if (chat_id === null || chat_id !== this.chatId) await this.show(agent.chat.chat_id);
  }

  async #onDecide(chatId: string, approvalId: string, decision: Exclude<ApprovalDecision, 'cancelled'>): Promise<void> {
    const known = this.#ports.chats.current(chatId)?.decide(approvalId, decision) ?? false;
    if (known) await this.#ports.proposedEdits.close(approvalId);
    else this.#ports.log.warn(`ignored a decision on an approval that is not open: ${approvalId}`);
  }

  #requests(): { [N in keyof ChatRequests]: (params: ChatRequests[N][0]) => Promise<ChatRequests[N][1]> } {
    const { store, chats } = this.#ports;
    return {
      list_chats: async ({ query }) => ({ chats: await chats.list(query, 100) }),
      events_before: async ({ chat_id, before_seq, limit }) => {
        const rows = await store.read('events.before', { chat_id, before_seq, limit });
        const events = rows.map(eventOf).map(eventForPanel);
        // As many of the newest as one message carries; the rest is before those.
        let bytes = 0;
        let from = events.length;
        while (from > 0 && (bytes += wireBytes(events[from - 1])) < 56 * 1024) from--;
        const page = events.slice(Math.min(from, events.length - 1));
        return { events: page, more_before: (page[0]?.seq ?? 1) > 1 };
      },
      trace: async ({ trace_id }) => traceForPanel(await traceById(store, trace_id), 24 * 1024),
    };
  }

  #problem(code: string, message: string, next_step: string): void {
    this.send({ type: 'problem', code, message, next_step });
  }
}
