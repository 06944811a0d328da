// The composition root inside VS Code, wired by hand. Loaded by main.ts when something is first needed.
import * as vscode from 'vscode';
import { join } from 'node:path';
import type { WorkspaceAgents } from '../agent/workspace-agents';
import { Retention, type RetentionReport } from '../session/retention';
import type { StorageHealth } from '../session/storage-health';
import { storageProblem } from '../session/storage-words';
import { StoreError } from '../store/store';
import type { Redactor } from '../trace/redaction';
import { version } from '../../package.json';
import type { ApiKeys } from './api-keys';
import { chooseApprovalMode } from './approval-mode';
import { askForKey } from './ask-for-key';
import { Attention } from './attention';
import { checkStorage } from './check-storage';
import type { CommandId } from './command-ids';
import { editorAgents } from './editor-agents';
import { exportTraces } from './export-traces';
import { hostBasics } from './host-basics';
import { HostStatusReader } from './host-status';
import { OfferedModels } from './language-models/offered-models';
import type { Log } from './log';
import { manageApprovals } from './manage-approvals';
import { chooseModel } from './model-choice';
import { providerIds, type ModelProviders } from './model-providers';
import { OpenTelemetry } from './open-telemetry';
import { chatActions } from './panels/chat-actions';
import { ChatPanel } from './panels/chat-panel';
import { TracesPanel } from './panels/traces-panel';
import { ProposedEdits } from './proposed-edits';
import { reapOrphans } from './reap-orphans';
import { ReportDocuments } from './report-document';
import { tellFirstRetention } from './retention-notice';
import { offerSample, sampleIsOpen } from './sample-workspace';
import { storageSettings } from './settings';
import { ShownChat } from './shown-chat';
import { startStorage } from './start-storage';
import { showStatusItem } from './status-item';
import { tellStorageNotices } from './storage-notices';
import { manageStoredData } from './stored-data';
import { TraceDocuments } from './trace-documents';
import { linkOfDocument, linkOfFile, type TraceLink } from './trace-links';
import { TracesView } from './traces-view';
import { tellFolderChanges } from './workspace-folders-notice';
import { workspaceRoots } from './workspace-roots';

export async function createHost(context: vscode.ExtensionContext): Promise<Host> {
  const roots = workspaceRoots();
  const dist = join(context.extensionPath, 'dist');
  // First, since it may fail and be tried again; nothing is registered before.
  const { directory, health } = await startStorage(context, roots, dist);
  const basics = hostBasics(context);
  const { log, redactor, keys, providers } = basics;
  const demoChats = new Set<string>();
  const agents = editorAgents(context, { roots, directory, dist, store: health.store, basics, demoChats });
  reapOrphans(agents, log).catch((error: unknown) => log.error('commands left behind:', error instanceof Error ? error : String(error)));
  return new Host(context, { log, health, keys, providers, redactor, demoChats, agents, directory });
}

/** Without a host: VS Code may ask for the models where no view of BooCode is ever shown. */
export function createOfferedModels(context: vscode.ExtensionContext): OfferedModels {
  return new OfferedModels(hostBasics(context), context.subscriptions);
}

type HostParts = {
  log: Log;
  health: StorageHealth;
  keys: ApiKeys;
  providers: ModelProviders;
  redactor: Redactor;
  /** Chats that the demo model answers. */
  demoChats: Set<string>;
  agents: WorkspaceAgents;
  /** The workspace's own folder. */
  directory: string;
};

export class Host {
  readonly #context: vscode.ExtensionContext;
  readonly #parts: HostParts;
  readonly #log: Log;
  readonly #agents: WorkspaceAgents;
  readonly #shownChat: ShownChat;
  readonly #status: HostStatusReader;
  readonly #retention: Retention;
  readonly #proposedEdits = new ProposedEdits();
  readonly #documents = new ReportDocuments();
  readonly #traceDocuments: TraceDocuments;
  readonly #traces = new TracesView();
  readonly #attention: Attention;
  readonly #openTelemetry: OpenTelemetry;
  #chatPanel: ChatPanel | null = null;
  /** Handed to the next chat view that appears. */
  #onChatPanel: ((panel: ChatPanel) => void)[] = [];

  constructor(context: vscode.ExtensionContext, parts: HostParts) {
    const { log, health, keys, providers, agents, directory } = parts;
    this.#context = context;
    this.#parts = parts;
    this.#log = log;
    this.#agents = agents;
    this.#shownChat = new ShownChat(directory);
    this.#traceDocuments = new TraceDocuments(health.store);
    this.#status = new HostStatusReader(keys, health, providers);
    this.#retention = new Retention({
      store: health.store,
      outputDirectory: agents.outputDirectory,
      deletedDirectory: agents.deletedDirectory,
      settings: storageSettings,
      onDone: (report) => this.#onRetention(report),
      onFailed: (error) => log.warn('retention', error instanceof Error ? error.message : String(error)),
    });
    this.#retention.soon();
    this.#attention = new Attention(agents.bus, {
      isShowing: (chatId) => this.#chatPanel?.isShowing(chatId) === true,
      showChat: (chatId) => this.#withChat((panel) => panel.show(chatId)),
    });
    this.#openTelemetry = new OpenTelemetry({ store: health.store, bus: agents.bus, redactor: parts.redactor, keys, log });
    const refresh = (): void => {
      this.#chatPanel?.sendStatus().catch((error: unknown) => log.error('status', error));
    };
    context.subscriptions.push(
      this.#proposedEdits,
      this.#documents,
      this.#traceDocuments,
      this.#attention,
      this.#openTelemetry,
      showStatusItem(agents.chats, agents.bus, health, this.#attention, providers),
      tellStorageNotices(health, log),
      tellFolderChanges(log, refresh),
      new vscode.Disposable(agents.bus.subscribe((message) => message.kind === 'refused' && this.#onRefused(message.chat_id, message.error.message))),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('boocode')) refresh();
        if (event.affectsConfiguration('boocode.storage')) this.#retention.soon();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      keys.onDidChange(refresh),
      providers.onDidChange(refresh),
    );
  }

  chatPanel(view: vscode.WebviewView): ChatPanel {
    const panel = new ChatPanel(view.webview, {
      showTitle: (title) => {
        view.title = title === '' ? 'Chat' : title;
      },
      isVisible: () => view.visible,
      chats: this.#agents.chats,
      health: this.#parts.health,
      bus: this.#agents.bus,
      status: this.#status,
      proposedEdits: this.#proposedEdits,
      background: this.#agents.background,
      outputDirectory: this.#agents.outputDirectory,
      log: this.#log,
      actions: chatActions,
      showInTraces: (chatId, turnNumber, traceId) => this.#showTrace({ chatId, target: { turn_number: turnNumber, trace_id: traceId, filter: null } }),
      onDispose: () => {
        if (this.#chatPanel !== panel) return;
        this.#chatPanel = null;
        this.#attention.view = null;
      },
      shownChat: this.#shownChat,
    });
    this.#chatPanel = panel;
    this.#attention.view = view;
    const waiting = this.#onChatPanel;
    this.#onChatPanel = [];
    for (const use of waiting) use(panel);
    return panel;
  }

  tracesPanel(webview: vscode.Webview): TracesPanel {
    const panel = new TracesPanel(webview, {
      chats: this.#agents.chats,
      health: this.#parts.health,
      bus: this.#agents.bus,
      log: this.#log,
      actions: { run_demo: 'boocode.runDemo', new_chat: 'boocode.newChat', check_storage: 'boocode.checkStorage' },
      documents: this.#traceDocuments,
      shownChat: () => this.#chatPanel?.chatId ?? null,
      showInChat: (chatId, turnNumber, traceId) => this.#withChat((chat) => chat.reveal(chatId, turnNumber, traceId)),
      export: (chatId) => this.#exportTraces(chatId),
      onDispose: () => this.#traces.detach(panel),
    });
    this.#traces.attach(panel).catch((error: unknown) => this.#log.error('a link to the traces', error));
    return panel;
  }

  /** `given`: what VS Code hands to the command. */
  async run(command: CommandId, given: readonly unknown[] = []): Promise<void> {
    this.#log.debug(`command ${command}`);
    try {
      await this.#run(command, given);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#log.error(`command ${command}`, error);
      const { message, next_step } = storageProblem(error);
      void vscode.window.showErrorMessage(`${message} ${next_step}`);
    }
  }

  async #run(command: CommandId, given: readonly unknown[]): Promise<void> {
    const { health, keys, providers, redactor, directory } = this.#parts;
    const { chats, grants, outputDirectory, deletedDirectory } = this.#agents;
    switch (command) {
      case 'boocode.focusChat':
        return this.#withChat((panel) => panel.send({ type: 'focus_composer' }));
      case 'boocode.newChat':
        return this.#withChat(async (panel) => {
          await panel.show(null);
          panel.send({ type: 'focus_composer' });
        });
      case 'boocode.showChats':
        return this.#withChat((panel) => panel.send({ type: 'show_chats' }));
      case 'boocode.stop':
        return this.#stop();
      case 'boocode.chooseModel':
        return chooseModel(keys, providers);
      case 'boocode.setApiKey':
        return void (await askForKey(keys, providers));
      case 'boocode.chooseApprovalMode':
        return chooseApprovalMode();
      case 'boocode.manageApprovals':
        return manageApprovals(grants);
      case 'boocode.openTraces':
        return this.#traces.open(this.#chatPanel?.chatId ?? this.#traces.chatId);
      case 'boocode.showFileTraces':
        return this.#showTrace(linkOfFile(given));
      case 'boocode.showInTraces':
        return this.#showTrace(await linkOfDocument(given, this.#traceDocuments));
      case 'boocode.exportTraces':
        return this.#exportTraces(this.#traces.chatId ?? this.#chatPanel?.chatId ?? null);
      case 'boocode.setOpenTelemetryHeaders':
        return this.#openTelemetry.askForHeaders();
      case 'boocode.runDemo':
        return this.#runDemo();
      case 'boocode.showLog':
        return this.#log.show();
      case 'boocode.openSettings':
        return void (await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:boocode.boocode'));
      case 'boocode.checkStorage':
        return checkStorage({ store: health.store, outputDirectory, documents: this.#documents, version, log: this.#log });
      case 'boocode.storedData': {
        const folders = workspaceRoots().map(({ path }) => path);
        return manageStoredData({ chats, grants, store: health.store, directory, outputDirectory, deletedDirectory, redactor, learnKeys: () => keys.learn(providerIds), version, folders });
      }
    }
  }

  /** Stops what runs and writes what is left. VS Code gives this five seconds at most; nothing depends on it. */
  async close(): Promise<void> {
    const { health } = this.#parts;
    await Promise.all([this.#retention.end(), this.#agents.stop()]);
    await this.#openTelemetry.close();
    const status = health.status;
    // Nothing can be asked of a person any more; closing writes what the disk takes now.
    if (status.state === 'unsaved') this.#log.error(`The window closes while ${status.writes} changes are only in memory. What the disk does not take now is lost.`);
    await health.store.close().catch((error: unknown) => this.#log.error('closing the storage', error instanceof Error ? error : String(error)));
  }

  /** Views hear of it themselves; whoever looks at something else is told here. */
  #onRefused(chatId: string, message: string): void {
    this.#log.error(`chat ${chatId}: ${message}`);
    if (this.#chatPanel?.isShowing(chatId)) return;
    const open = 'Open Chat';
    void vscode.window.showErrorMessage(message, open).then((answer) => (answer === open ? this.#withChat((panel) => panel.show(chatId)) : undefined));
  }

  #onRetention(report: RetentionReport): void {
    const { pruned, swept } = report;
    this.#log.info(`retention: ${pruned.chats} chats (${pruned.bytes} bytes) and ${swept.files} command outputs (${swept.bytes} bytes) deleted`);
    if (pruned.chats === 0) return;
    const shown = [this.#chatPanel?.chatId, this.#traces.chatId].filter((chatId) => typeof chatId === 'string');
    this.#agents.chats.recheck(shown).catch((error: unknown) => this.#log.error('after retention', error));
    tellFirstRetention(this.#context.globalState, report);
  }

  async #withChat(use: (panel: ChatPanel) => void | Promise<void>): Promise<void> {
    await vscode.commands.executeCommand('boocode.chat.focus');
    if (this.#chatPanel) return use(this.#chatPanel);
    await new Promise<void>((resolve, reject) => {
      this.#onChatPanel.push((panel) => void Promise.resolve(use(panel)).then(resolve, reject));
    });
  }

  /** In the chat that is shown, where the link names none. */
  async #showTrace(link: TraceLink | null): Promise<void> {
    if (link === null) return;
    await this.#traces.reveal({ ...link, chatId: link.chatId ?? this.#chatPanel?.chatId ?? this.#traces.chatId });
  }

  async #exportTraces(chatId: string | null): Promise<void> {
    if (chatId === null) return void vscode.window.showInformationMessage('There is no chat whose traces could be exported yet. Send a message first, or run the demo.');
    const { health, keys, redactor } = this.#parts;
    const folders = workspaceRoots().map(({ path }) => path);
    await exportTraces({ store: health.store, redactor, learnKeys: () => keys.learn(providerIds), documents: this.#documents, version, folders }, chatId);
  }

  /** The chat in view if it runs, else everything that runs. */
  #stop(): void {
    const { chats } = this.#agents;
    const shown = this.#chatPanel?.chatId;
    const agent = shown ? chats.current(shown) : undefined;
    if (agent?.isRunning) return agent.stop();
    for (const running of chats.running) running.stop();
  }

  async #runDemo(): Promise<void> {
    if (!(await sampleIsOpen())) return offerSample(this.#context);
    if (!vscode.workspace.isTrusted) return this.#withChat((panel) => panel.sendStatus());
    await this.#withChat(async (panel) => {
      const agent = this.#agents.chats.create();
      this.#parts.demoChats.add(agent.chat.chat_id);
      agent.send(crypto.randomUUID(), 'Fix the failing test');
      await panel.show(agent.chat.chat_id);
    });
  }
}
