// The chat view's host side: turns its commands into work on chats, and feeds it what happens. Holds no state of a
// chat itself; a view that comes back is served from the store.
import * as vscode from 'vscode';
import { chatCommand, chatRequests, type ChatCommand, type ChatEvent, type ChatRequests } from '../../../shared/messages/chat';
import type { Chats } from '../../agent/chats';
import type { BackgroundCommands } from '../../platform/background-commands';
import type { StorageHealth } from '../../session/storage-health';
import { storageProblem } from '../../session/storage-words';
import { StoreError } from '../../store/store';
import { ChatFeed } from '../../trace/chat-feed';
import type { BusMessage, EventBus } from '../../trace/event-bus';
import { eventsBefore } from '../../trace/events-before';
import { Gathered } from '../../trace/gathered';
import { traceForPanel } from '../../trace/panel-frames';
import { QueryError, traceById } from '../../trace/queries';
import type { Log } from '../log';
import type { HostStatusSource } from '../host-status';
import type { ProposedEdits } from '../proposed-edits';
import { backgroundRows } from '../background-rows';
import { openExternalLink, openKeptOutput, openWorkspaceFile } from '../open-targets';
import { raiseLimit } from '../raise-limit';
import { budgets } from '../settings';
import type { ShownChat } from '../shown-chat';
import { Channel } from './channel';

/** What the panel needs; the actions are commands of the extension under short names. */
export type ChatPanelPorts = {
  chats: Chats;
  health: StorageHealth;
  bus: EventBus;
  status: HostStatusSource;
  proposedEdits: ProposedEdits;
  background: BackgroundCommands;
  /** Where outputs of commands are kept. */
  outputDirectory: string;
  log: Log;
  actions: Record<Extract<ChatCommand, { type: 'run' }>['action'], string>;
  /** The title of the chat that is shown; empty for none. */
  showTitle(title: string): void;
  isVisible(): boolean;
  /** A call in the traces, or the beginning of its turn where `traceId` is null. */
  showInTraces(chatId: string, turnNumber: number, traceId: string | null): Promise<void>;
  onDispose(): void;
  shownChat: ShownChat;
};

/** Several changes in a moment are one to whoever looks at the list of chats. */
const listChangeMs = 250;

export class ChatPanel {
  readonly #ports: ChatPanelPorts;
  readonly #channel: Channel<ChatEvent>;
  readonly #feed: ChatFeed;
  readonly #handlers;
  readonly #unsubscribe: (() => void)[];
  readonly #listChanged = new Gathered(listChangeMs, () => this.#isReady && this.#channel.send({ type: 'chats_changed' }));
  /** Only the status tells what all chats spent today. */
  readonly #spentMore = new Gathered(listChangeMs, () => this.#isReady && this.#refreshStatus());
  #isReady = false;
  #beforeReady: ChatEvent[] = [];
  /** The chat that was asked for last. */
  #opening: string | null = null;
  /** What the view asked to be shown while the store could not be read. */
  #unshown: { chatId: string | null; afterSeq: number } | null = null;

  constructor(webview: vscode.Webview, ports: ChatPanelPorts) {
    this.#ports = ports;
    this.#channel = new Channel(webview, ports.log);
    this.#feed = new ChatFeed({
      store: ports.health.store,
      bus: ports.bus,
      summaryOf: (chatId) => ports.chats.find(chatId),
      unstoredEnd: (chatId) => ports.chats.unstoredEnd(chatId),
      post: (message) => {
        if (message.type === 'reset') ports.showTitle(message.chat?.title ?? '');
        if (message.type === 'events') ports.showTitle(message.summary.title);
        if (message.type === 'refused') ports.showTitle(message.chat?.title ?? '');
        this.#channel.send(message);
      },
    });
    this.#handlers = {
      commandSchema: chatCommand,
      onCommand: (command: ChatCommand) => this.#onCommand(command),
      requestSchemas: chatRequests,
      requests: this.#requests(),
      log: ports.log,
      onCommandFailed: (error: unknown) => this.#onCommandFailed(error),
    };
    this.#unsubscribe = [ports.bus.subscribe((message) => this.#onBus(message)), ports.health.subscribe(() => this.#onStorage()), ports.background.subscribe(() => this.#sendBackground())];
  }

  get chatId(): string | null {
    return this.#feed.chatId;
  }

  /** Whether a person who looks at the view sees this chat. */
  isShowing(chatId: string): boolean {
    return this.#ports.isVisible() && (this.chatId === chatId || this.#opening === chatId);
  }

  receive(message: unknown): void {
    this.#channel.receive<ChatCommand, ChatRequests>(message, this.#handlers);
  }

  dispose(): void {
    this.#feed.dispose();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#listChanged.end();
    this.#spentMore.end();
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
    this.#opening = chatId;
    await Promise.all([this.#ports.shownChat.set(chatId), this.#feed.show(chatId)]);
  }

  /** Shows a call of the chat, or the beginning of its turn where `traceId` is null. */
  async reveal(chatId: string, turnNumber: number, traceId: string | null): Promise<void> {
    // Where a view has just been made it asks for the chat that was shown last: this one.
    await (this.#isReady && this.chatId === chatId ? undefined : this.show(chatId));
    this.send({ type: 'reveal', chat_id: chatId, turn_number: turnNumber, trace_id: traceId });
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
        if (await this.#isElsewhere(command.chat_id)) return;
        return (await chats.open(command.chat_id)).unqueue(command.message_id);
      case 'stop':
        if (await this.#isElsewhere(command.chat_id)) return;
        return chats.current(command.chat_id)?.stop();
      case 'retry':
        if (!(await this.#isReadyToRun()) || (await this.#isElsewhere(command.chat_id))) return;
        return (await chats.open(command.chat_id)).retry();
      case 'decide':
        return this.#onDecide(command);
      case 'raise_limit':
        if (!(await raiseLimit(command.scope, command.unit)) || !(await this.#isReadyToRun()) || (await this.#isElsewhere(command.chat_id))) return;
        return (await chats.open(command.chat_id)).retry();
      case 'answer':
        if (chats.current(command.chat_id)?.answer(command.question_id, command.answer) !== true) {
          this.#ports.log.warn(`ignored an answer to a question that is not open: ${command.question_id}`);
        }
        return;
      case 'open_diff': {
        const question = chats.current(command.chat_id)?.approvals.question(command.approval_id);
        if (!question) return this.#problem('approval_closed', 'This question is no longer open.', 'The diff of a finished edit is in the traces.');
        return proposedEdits.show(question, command.rejected_hunks);
      }
      case 'choose_changes': {
        const question = chats.current(command.chat_id)?.approvals.question(command.approval_id);
        if (question) proposedEdits.choose(question, command.rejected_hunks);
        return;
      }
      case 'background':
        return this.#onBackground(command.id, command.do);
      case 'open_output':
        return openKeptOutput(command.path, this.#ports.outputDirectory);
      case 'open_file':
        return openWorkspaceFile(command.path, command.line);
      case 'open_link':
        return openExternalLink(command.url);
      case 'copy':
        return vscode.env.clipboard.writeText(command.text);
      case 'open_chat':
        return this.show(command.chat_id);
      case 'show_in_traces':
        return this.#ports.showInTraces(command.chat_id, command.turn_number, command.trace_id);
      case 'run':
        await vscode.commands.executeCommand(actions[command.action]);
        return;
    }
  }

  async #onReady(chatId: string | null, afterSeq: number): Promise<void> {
    this.#isReady = true;
    this.#unshown = { chatId, afterSeq };
    await this.sendStatus();
    this.#sendBackground();
    try {
      // A view that follows already asks for what it lacks; a new one gets what was shown last.
      if (chatId !== null && chatId === this.chatId) await this.#feed.show(chatId, afterSeq);
      else await this.#feed.show(await this.#chatToShow(chatId));
      this.#unshown = null;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // The status says in the view's own place what is wrong; it is tried again when the storage works or when asked.
      this.#ports.log.error('the chat could not be read', error);
    }
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
    if (chat_id !== null && (await this.#isElsewhere(chat_id))) return;
    const agent = chat_id === null ? this.#ports.chats.create() : await this.#ports.chats.open(chat_id);
    agent.send(message_id, text);
    if (chat_id === null || chat_id !== this.chatId) await this.show(agent.chat.chat_id);
  }

  async #onDecide({ chat_id, approval_id, decision, rejected_hunks }: Extract<ChatCommand, { type: 'decide' }>): Promise<void> {
    const known = this.#ports.chats.current(chat_id)?.decide(approval_id, decision, rejected_hunks) ?? false;
    if (known) await this.#ports.proposedEdits.close(approval_id);
    else this.#ports.log.warn(`ignored a decision on an approval that is not open: ${approval_id}`);
  }

  async #onBackground(id: string, action: 'stop' | 'show'): Promise<void> {
    const { background, outputDirectory } = this.#ports;
    const command = background.list().find((one) => one.id === id);
    if (!command) return this.#problem('no_such_command', 'This command no longer runs.', 'Its output is in the chat.');
    if (action === 'stop') return void (await background.stop(id, command.chat_id));
    const newest = command.output_files.at(-1);
    if (newest === undefined) return this.#problem('no_output', 'This command has written nothing yet.', 'Look again later.');
    return openKeptOutput(newest, outputDirectory);
  }

  #sendBackground(): void {
    if (this.#isReady) this.#channel.send({ type: 'background', commands: backgroundRows(this.#ports.background) });
  }

  #requests(): { [N in keyof ChatRequests]: (params: ChatRequests[N][0]) => Promise<ChatRequests[N][1]> } {
    const { chats, health } = this.#ports;
    const { store } = health;
    return {
      list_chats: async ({ query }) => ({ chats: await chats.list(query, 100) }),
      events_before: (params) => eventsBefore(store, params),
      trace: async ({ trace_id }) => traceForPanel(await traceById(store, trace_id), 24 * 1024),
    };
  }

  /** Another process works in the chat: two at once would take each other's places in it. */
  async #isElsewhere(chatId: string): Promise<boolean> {
    if (this.#ports.chats.current(chatId)?.isRunning === true || (await this.#ports.chats.find(chatId))?.elsewhere !== true) return false;
    this.#problem('runs_elsewhere', 'Another window or run works in this chat right now.', 'Wait until it is done, or stop it there. Your text is kept.');
    return true;
  }

  #onBus(message: BusMessage): void {
    const changesList = message.kind === 'changed' || (message.kind === 'events' && message.events.some(({ type }) => type === 'message:user' || type === 'run:start' || type === 'run:end'));
    if (changesList) this.#listChanged.ask();
    const spends = message.kind === 'changed' || (message.kind === 'events' && message.events.some(({ type }) => type === 'llm_call:complete'));
    const { tokens, usd } = budgets().day;
    if (spends && (tokens !== null || usd !== null)) this.#spentMore.ask();
  }

  #onStorage(): void {
    const { health, log } = this.#ports;
    const again = health.status.state !== 'unavailable' ? this.#unshown : null;
    if (again === null) return this.#refreshStatus();
    this.#onReady(again.chatId, again.afterSeq).catch((error: unknown) => log.error('status', error));
  }

  #refreshStatus(): void {
    this.sendStatus().catch((error: unknown) => this.#ports.log.error('status', error));
  }

  #onCommandFailed(error: unknown): void {
    if (error instanceof QueryError && error.code === 'chat_not_found') {
      return this.#problem('chat_deleted', 'This chat was deleted, so nothing can be added to it.', 'Start a new chat; your text is kept.');
    }
    if (error instanceof StoreError) {
      const { code, message, next_step } = storageProblem(error);
      return this.#problem(code, message, next_step);
    }
    this.#problem('command_failed', error instanceof Error ? error.message : String(error), 'See BooCode: Show Log.');
  }

  #problem(code: string, message: string, next_step: string): void {
    this.send({ type: 'problem', code, message, next_step });
  }
}
