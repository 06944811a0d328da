// The sample project for the demo: a fresh copy under globalStorage, so that it can be broken and mended at will.
import * as vscode from 'vscode';

const marker = '.boocode-sample';

/** Whether the first folder of this window is a copy of the sample. */
export async function sampleIsOpen(): Promise<boolean> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) return false;
  try {
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, marker));
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}

/** Offers to open a new copy in a new window; the chat opens there by itself. */
export async function offerSample(context: vscode.ExtensionContext): Promise<void> {
  const open = 'Open Sample Project';
  const answer = await vscode.window.showInformationMessage(
    'The demo fixes a failing test in a small sample project. Open a fresh copy of it in a new window?',
    { modal: false },
    open,
  );
  if (answer !== open) return;
  const copy = vscode.Uri.joinPath(context.globalStorageUri, 'samples', new Date().toISOString().replaceAll(/[:.]/g, '-'));
  await vscode.workspace.fs.copy(vscode.Uri.joinPath(context.extensionUri, 'media', 'sample-workspace'), copy);
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow: true });
}
