// Shows a folder outside the workspace: in the system's file manager where VS Code runs beside it, by its path where
// the folder is on another machine or VS Code is in a browser.
import * as vscode from 'vscode';

export async function revealFolder(path: string): Promise<void> {
  const isBeside = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  if (isBeside) {
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path));
    return;
  }
  const [copy, open] = ['Copy Path', 'Open in New Window'];
  const answer = await vscode.window.showInformationMessage(`The folder is on the machine where BooCode runs: ${path}`, copy, open);
  if (answer === copy) await vscode.env.clipboard.writeText(path);
  if (answer === open) await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(path), { forceNewWindow: true });
}
