// Opens what a panel points at: a file of the workspace at a line, or a web page. Nothing else is ever opened.
import * as vscode from 'vscode';
import { isAbsolute, join, relative } from 'node:path';

/** `path` is relative to a workspace folder or absolute inside one. Throws with a plain sentence otherwise. */
export async function openWorkspaceFile(path: string, line?: number): Promise<void> {
  const uri = await findInWorkspace(path);
  if (!uri) throw new Error(`${path} is not a file of this workspace.`);
  const position = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  await vscode.window.showTextDocument(uri, { preview: true, ...(line === undefined ? {} : { selection: new vscode.Range(position, position) }) });
}

async function findInWorkspace(path: string): Promise<vscode.Uri | null> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const root = folder.uri.fsPath;
    const absolute = isAbsolute(path) ? path : join(root, path);
    const inside = relative(root, absolute);
    if (inside.startsWith('..') || isAbsolute(inside)) continue;
    const uri = vscode.Uri.file(absolute);
    try {
      const { type } = await vscode.workspace.fs.stat(uri);
      if (type & vscode.FileType.File) return uri;
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError)) throw error;
    }
  }
  return null;
}

/** Only http and https; anything else is refused with a plain sentence. VS Code asks before it leaves. */
export async function openExternalLink(url: string): Promise<void> {
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  if (scheme !== 'https:' && scheme !== 'http:') throw new Error('Only http and https links can be opened.');
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
