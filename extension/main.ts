// activate(): puts BooCode's views and commands in place and nothing more. Everything else is the host bundle,
// loaded when a view is shown or a command is run, so that starting VS Code costs next to nothing.
import * as vscode from 'vscode';
import { chatHtml, tracesHtml } from './vscode/panels/webview-html';
import { offerModels } from './vscode/language-models/offer-models';
import { PanelView } from './vscode/panels/panel-view';
import { commandIds, type CommandId } from './vscode/command-ids';
import type { Host } from './vscode/host';

let loading: Promise<Host> | null = null;

export function activate(context: vscode.ExtensionContext): void {
  const host = (): Promise<Host> => {
    // What kept it from starting may have been put right since.
    loading ??= loadHost(context).catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  // A page works without its host for a moment, and the two would take the time to load from each other.
  const hostBehind = async (pageSpoke: Promise<void>): Promise<Host> => {
    if (!loading) await pageSpoke;
    return host();
  };
  const chat = new PanelView(context.extensionUri, 'chat', chatHtml, async (view, spoke) => (await hostBehind(spoke)).chatPanel(view));
  const traces = new PanelView(context.extensionUri, 'traces', tracesHtml, async (view, spoke) => (await hostBehind(spoke)).tracesPanel(view.webview));
  context.subscriptions.push(
    vscode.window.registerWebviewViewProvider('boocode.chat', chat),
    vscode.window.registerWebviewViewProvider('boocode.traces', traces),
    offerModels(async () => (await import('./vscode/host')).createOfferedModels(context)),
    ...commandIds.map((id: CommandId) => vscode.commands.registerCommand(id, async (...given: unknown[]) => runCommand(host, id, given))),
  );
  void openChatOnSample(context);
}

/** Where there is no host the chat's view says why, and offers to try again. */
async function runCommand(host: () => Promise<Host>, id: CommandId, given: readonly unknown[]): Promise<void> {
  const started = await host().catch(() => null);
  if (started !== null) return started.run(id, given);
  await vscode.commands.executeCommand('boocode.chat.focus');
}

export async function deactivate(): Promise<void> {
  await (await loading)?.close();
}

async function loadHost(context: vscode.ExtensionContext): Promise<Host> {
  const { createHost } = await import('./vscode/host');
  return createHost(context);
}

/** The sample project is there to be tried: its window opens on the chat. Other windows open as they were left. */
async function openChatOnSample(context: vscode.ExtensionContext): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder || context.workspaceState.get('boocode.sampleShown')) return;
  try {
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, '.boocode-sample'));
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return;
    throw error;
  }
  await context.workspaceState.update('boocode.sampleShown', true);
  await vscode.commands.executeCommand('boocode.chat.focus');
}
