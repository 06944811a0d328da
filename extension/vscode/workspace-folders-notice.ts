// The folders BooCode works in are those the window had when BooCode started. Says so when others are added or some are
// taken out, until they are the same again; what to do is one button.
import * as vscode from 'vscode';
import type { Log } from './log';
import { workspaceRoots } from './workspace-roots';

const reload = 'Reload Window';

/** Until it is disposed of. */
export function tellFolderChanges(log: Log, onChange: () => void): vscode.Disposable {
  const began = workspaceRoots();
  let told = '';
  return vscode.workspace.onDidChangeWorkspaceFolders(() => {
    onChange();
    const text = folderChangeWords(began, workspaceRoots());
    if (text === told) return;
    told = text;
    if (text === '') return;
    log.warn(`workspace folders: ${text}`);
    void vscode.window.showWarningMessage(text, reload).then((answer) => (answer === reload ? vscode.commands.executeCommand('workbench.action.reloadWindow') : undefined));
  });
}

type Root = { readonly name: string; readonly path: string };

/** Empty when nothing is different. */
function folderChangeWords(began: readonly Root[], now: readonly Root[]): string {
  const missing = (from: readonly Root[], others: readonly Root[]): string =>
    from
      .filter(({ path }) => !others.some((other) => other.path === path))
      .map(({ name }) => `"${name}"`)
      .join(', ');
  const [added, removed] = [missing(now, began), missing(began, now)];
  const parts = [...(added === '' ? [] : [`does not see ${added} yet`]), ...(removed === '' ? [] : [`can still reach ${removed}, which is no longer in the workspace`])];
  if (parts.length === 0) return '';
  return `The folders of the workspace have changed. BooCode ${parts.join(', and ')}. Reload the window when nothing runs. Chats stay with the folders they were begun in, and are back when those are open again.`;
}
