// Opens what a panel points at: a file of the workspace at a line, a kept output of a command, or a web page. Nothing
// else is ever opened.
import * as vscode from 'vscode';
import { isAbsolute, join, relative } from 'node:path';

/** `path` is relative to a workspace folder or absolute inside one. Throws with a plain sentence otherwise. */
export async function openWorkspaceFile(path: string, line?: number): Promise<void> {
  const uri = await findInWorkspace(path);
  if (!uri) throw new Error(`${path} is not a file of this workspace.`);
  const position = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  await vscode.window.showTextDocument(uri, { preview: true, ...(line === undefined ? {} : { selection: new vscode.Range(position, position) }) });
}

/** `path` is a file right in `directory`, where outputs are kept. Throws with a plain sentence otherwise. */
export async function openKeptOutput(path: string, directory: string): Promise<void> {
  const name = relative(directory, path);
  if (!isAbsolute(path) || !/^[\w-]+(?:\.\d+)?\.log$/.test(name)) throw new Error('This is no kept output of a command.');
  const uri = vscode.Uri.file(join(directory, name));
  try {
    await vscode.workspace.fs.stat(uri);
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    throw new Error('This output is no longer kept. Outputs are deleted after a week, or sooner where all of them take more than 256 MB.', { cause: error });
  }
  // Unlike a text document this opens a file of any size.
  await vscode.commands.executeCommand('vscode.open', uri, { preview: true });
}

async function findInWorkspace(path: string): Promise<vscode.Uri | null> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  // Of several folders a path begins with the name of its own, which may also be that of a folder in another.
  const isNamed = ({ name }: vscode.WorkspaceFolder): boolean => folders.length > 1 && path.startsWith(`${name}/`);
  for (const folder of [...folders.filter(isNamed), ...folders.filter((other) => !isNamed(other))]) {
    const root = folder.uri.fsPath;
    const ownName = isNamed(folder) ? path.slice(folder.name.length + 1) : path;
    const absolute = isAbsolute(path) ? path : join(root, ownName);
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
