// The folders the agent may work in: the open workspace folders that are on disk.
import * as vscode from 'vscode';

export function workspaceRoots(): { name: string; path: string }[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => ({ name: folder.name, path: folder.uri.fsPath }));
}
