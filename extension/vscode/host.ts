// The composition root inside VS Code, wired by hand. Loaded by main.ts when something is first needed.
import * as vscode from 'vscode';
import { join } from 'node:path';
import { createWorkspaceAgents, type WorkspaceAgents } from '../agent/workspace-agents';
import { findRipgrep } from '../platform/ripgrep-path';
import { workspaceDirectory } from '../platform/storage-location';
import { DemoProvider, demoModel } from '../providers/demo';
import { openStore } from '../store/open-store';
import { StoreError, type Store } from '../store/store';
import { Redactor } from '../trace/redaction';
import { ApiKeys } from './api-keys';
import type { CommandId } from './command-ids';
import { HostStatusReader } from './host-status';
import { askForKey, chooseModel, chosenProvider } from './model-choice';
import { ChatPanel } from './panels/chat-panel';
import { TracesPanel } from './panels/traces-panel';
import { ProposedEdits } from './proposed-edits';
import { offerSample, sampleIsOpen } from './sample-workspace';
import { approvalMode, saveSetting, setting } from './settings';
import { ShownChat } from './shown-chat';
import { showStatusItem } from './status-item';
import { workspaceRoots } from './workspace-roots';

export async function createHost(context: vscode.ExtensionContext): Promise<Host> {
  const log = vscode.window.createOutputChannel('BooCode', { log: true });
  context.subscriptions.push(log);
  const roots = workspaceRoots();
  const directory = await workspaceDirectory(context.globalStorageUri.fsPath, roots.map((root) => root.path));
  const dist = join(context.extensionPath, 'dist');
  const store = await openStore({ directory, workerPath: join(dist, 'store-worker.js') });
  const redactor = new Redactor();
  const keys = new ApiKeys(context.secrets, redactor);
  const demoChats = new Set<string>();
  const agents = createWorkspaceAgents({
    roots,
    store,
    redactor,
    directory,
    ripgrepPath: findRipgrep(dist),
    passEnvironment: () => setting('commands.passEnvironment'),
    chooseModel: async (chatId) => (demoChats.has(chatId) ? { provider: new DemoProvider(), model: demoModel } : chosenProvider(keys)),
    approvalMode,
    limits: () => ({ maxTurns: setting('limits.maxTurns'), budgetTokens: setting('limits.budgetTokens') }),
    reportBug: (error, where) => {
      log.error(`${where}:`, error instanceof Error ? error : String(error));
      if (!(error instanceof StoreError)) return;
      void vscode.window.showErrorMessage(`BooCode stopped the run because it could not store it: ${error.message} What was stored before is kept. Reload the window to go on.`);
    },
  });
  return new Host(context, log, store, keys, demoChats, agents, new ShownChat(directory));
}

export class Host {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #store: Store;
  readonly #keys: ApiKeys;
  readonly #demoChats: Set<string>;
  readonly #agents: WorkspaceAgents;
  readonly #shownChat: ShownChat;
  readonly #status: HostStatusReader;
  readonly #proposedEdits = new ProposedEdits();
  #chatPanel: ChatPanel | null = null;
  #tracesPanel: TracesPanel | null = null;
  /** Handed to the next chat view that appears. */
  #onChatPanel: ((panel: ChatPanel) => void)[] = [];

  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    store: Store,
    keys: ApiKeys,
    demoChats: Set<string>,
    agents: WorkspaceAgents,
    shownChat: ShownChat,
  ) {
    this.#context = context;
    this.#log = log;
    this.#store = store;
    this.#keys = keys;
    this.#demoChats = demoChats;
    this.#agents = agents;
    this.#shownChat = shownChat;
    this.#status = new HostStatusReader(keys);
    const refresh = (): void => {
      this.#chatPanel?.sendStatus().catch((error: unknown) => log.error('status', error));
    };
    context.subscriptions.push(
      this.#proposedEdits,
      showStatusItem(agents.chats, agents.bus),
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('boocode') && refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      context.secrets.onDidChange(refresh),
    );
  }

  chatPanel(view: vscode.WebviewView): ChatPanel {
    const panel = new ChatPanel(view.webview, {
      showTitle: (title) => {
        view.title = title === '' ? 'Chat' : title;
      },
      chats: this.#agents.chats,
      store: this.#store,
      bus: this.#agents.bus,
      status: this.#status,
      proposedEdits: this.#proposedEdits,
      log: this.#log,
      actions: {
        choose_model: 'boocode.chooseModel',
        set_api_key: 'boocode.setApiKey',
        run_demo: 'boocode.runDemo',
        open_folder: 'workbench.action.files.openFolder',
        open_traces: 'boocode.openTraces',
        show_log: 'boocode.showLog',
        manage_trust: 'workbench.trust.manage',
        open_settings: 'boocode.openSettings',
      },
      onDispose: () => {
        if (this.#chatPanel === panel) this.#chatPanel = null;
      },
      shownChat: this.#shownChat,
    });
    this.#chatPanel = panel;
    const waiting = this.#onChatPanel;
    this.#onChatPanel = [];
    for (const use of waiting) use(panel);
    return panel;
  }

  tracesPanel(webview: vscode.Webview): TracesPanel {
    const panel = new TracesPanel(webview, {
      chats: this.#agents.chats,
      store: this.#store,
      bus: this.#agents.bus,
      log: this.#log,
      actions: { run_demo: 'boocode.runDemo', new_chat: 'boocode.newChat' },
      shownChat: () => this.#chatPanel?.chatId ?? null,
      onDispose: () => {
        if (this.#tracesPanel === panel) this.#tracesPanel = null;
      },
    });
    this.#tracesPanel = panel;
    return panel;
  }

  async run(command: CommandId): Promise<void> {
    this.#log.debug(`command ${command}`);
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
        return chooseModel(this.#keys);
      case 'boocode.setApiKey':
        return askForKey(this.#keys);
      case 'boocode.chooseApprovalMode':
        return this.#chooseApprovalMode();
      case 'boocode.openTraces': {
        await vscode.commands.executeCommand('boocode.traces.focus');
        await this.#tracesPanel?.show(this.#chatPanel?.chatId ?? null);
        return;
      }
      case 'boocode.runDemo':
        return this.#runDemo();
      case 'boocode.showLog':
        return this.#log.show();
      case 'boocode.openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:boocode.boocode');
        return;
    }
  }

  /** Stops what runs and writes what is left. VS Code gives this five seconds at most; nothing depends on it. */
  async close(): Promise<void> {
    await this.#agents.stop();
    await this.#store.close();
  }

  async #withChat(use: (panel: ChatPanel) => void | Promise<void>): Promise<void> {
    await vscode.commands.executeCommand('boocode.chat.focus');
    if (this.#chatPanel) return use(this.#chatPanel);
    await new Promise<void>((resolve, reject) => {
      this.#onChatPanel.push((panel) => void Promise.resolve(use(panel)).then(resolve, reject));
    });
  }

  /** The chat in view if it runs, else everything that runs. */
  #stop(): void {
    const { chats } = this.#agents;
    const shown = this.#chatPanel?.chatId;
    const agent = shown ? chats.current(shown) : undefined;
    if (agent?.isRunning) return agent.stop();
    for (const running of chats.running) running.stop();
  }

  async #chooseApprovalMode(): Promise<void> {
    const now = setting('approvals.mode');
    const items = [
      { mode: 'ask' as const, label: '$(shield) Ask', description: 'every write and every command asks first' },
      { mode: 'autoEdit' as const, label: '$(edit) Auto edit', description: 'edits are made at once; commands ask' },
      { mode: 'fullAuto' as const, label: '$(warning) Full auto', description: 'edits and commands run at once' },
    ].map((item) => (item.mode === now ? { ...item, detail: 'Current. Protected files ask in every mode.' } : item));
    const chosen = await vscode.window.showQuickPick(items, { title: 'BooCode: Choose Approval Mode', matchOnDescription: true });
    if (chosen) await saveSetting('approvals.mode', chosen.mode);
  }

  async #runDemo(): Promise<void> {
    if (!(await sampleIsOpen())) return offerSample(this.#context);
    if (!vscode.workspace.isTrusted) return this.#withChat((panel) => panel.sendStatus());
    await this.#withChat(async (panel) => {
      const agent = this.#agents.chats.create();
      this.#demoChats.add(agent.chat.chat_id);
      agent.send(crypto.randomUUID(), 'Fix the failing test');
      await panel.show(agent.chat.chat_id);
    });
  }
}
