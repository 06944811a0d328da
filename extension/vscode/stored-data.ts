// "BooCode: Export / Delete Stored Data": what is kept is the person's own. Asks what to do, says what goes before it
// goes, and what could not be removed.
import * as vscode from 'vscode';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ChatSummary } from '../../shared/chats';
import { formatAge, formatBytes, formatCount } from '../../shared/format';
import { deleteChats, deleteEverything, type Deleted, type DeletePorts } from '../agent/delete-stored-data';
import { folderBytes } from '../session/folder-size';
import { retentionWords } from '../session/retention';
import type { ChatRow } from '../store/tables/chats';
import { exportChats, type Exported } from '../trace/chat-export';
import type { Redactor } from '../trace/redaction';
import { inLabel } from './plain-text';
import { revealFolder } from './reveal-folder';
import { storageSettings } from './settings';

export type StoredDataPorts = DeletePorts & {
  redactor: Redactor;
  /** Makes every stored key known to the redactor. */
  learnKeys(): Promise<void>;
  version: string;
  folders: readonly string[];
};

type Item = vscode.QuickPickItem & { run?: () => Promise<void> };

const title = 'BooCode: Export / Delete Stored Data';

export async function manageStoredData(ports: StoredDataPorts): Promise<void> {
  const [chats, bytes] = await Promise.all([ports.chats.list('', Number.MAX_SAFE_INTEGER), folderBytes(ports.directory)]);
  const count = formatCount(chats.length, 'chat');
  const items: Item[] = [
    ...(chats.length === 0
      ? []
      : [
          { label: '$(export) Export All Chats…', description: count, run: () => exportToFile(ports, null) },
          { label: '$(export) Export One Chat…', run: () => withChat(chats, 'Which chat should be exported?', (chat) => exportToFile(ports, chat)) },
          { label: '', kind: vscode.QuickPickItemKind.Separator },
          { label: '$(trash) Delete One Chat…', run: () => withChat(chats, 'Which chat should be deleted?', (chat) => deleteAfterAsking(ports, [chat])) },
          { label: '$(trash) Delete Chats Older Than…', run: () => deleteOlder(ports, chats) },
        ]),
    { label: '$(trash) Delete Everything of This Workspace…', description: `${count}, ${formatBytes(bytes)}`, run: () => deleteAll(ports, chats, bytes) },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(folder-opened) Show the Storage Folder', run: () => revealFolder(ports.directory) },
    { label: '$(checklist) Check Storage', run: async () => void (await vscode.commands.executeCommand('boocode.checkStorage')) },
    { label: '$(gear) Retention Settings', description: retentionWords(storageSettings()), run: async () => void (await vscode.commands.executeCommand('workbench.action.openSettings', 'boocode.storage')) },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: `${title} · ${count}, ${formatBytes(bytes)}`, placeHolder: 'What should be done with what BooCode keeps of this workspace?' });
  await chosen?.run?.();
}

async function withChat(chats: readonly ChatSummary[], placeHolder: string, use: (chat: ChatSummary) => Promise<void>): Promise<void> {
  const now = Date.now() * 1000;
  const items = chats.map((chat) => ({ label: inLabel(titleOf(chat)), description: `${formatCount(chat.turns, 'turn')} · ${formatAge(chat.updated_at, now)}`, chat }));
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  if (chosen) await use(chosen.chat);
}

function titleOf(chat: Pick<ChatSummary, 'title'>): string {
  return chat.title === '' ? 'New chat' : chat.title;
}

const ages = [7, 30, 90, 365];
const microsInDay = 24 * 60 * 60 * 1_000_000;

async function deleteOlder(ports: StoredDataPorts, chats: readonly ChatSummary[]): Promise<void> {
  const now = Date.now() * 1000;
  const items = ages.map((days) => {
    const old = chats.filter((chat) => chat.updated_at < now - days * microsInDay && !isAtWork(ports, chat));
    return { label: days === 365 ? 'A year' : formatCount(days, 'day'), description: old.length === 0 ? 'none' : formatCount(old.length, 'chat'), old };
  });
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: 'Delete chats that nobody used for longer than…' });
  if (!chosen) return;
  if (chosen.old.length === 0) return void vscode.window.showInformationMessage('No chat is that old. Nothing was deleted.');
  await deleteAfterAsking(ports, chosen.old);
}

function isAtWork(ports: StoredDataPorts, chat: ChatSummary): boolean {
  return chat.elsewhere === true || ports.chats.current(chat.chat_id)?.isRunning === true;
}

async function deleteAfterAsking(ports: StoredDataPorts, chats: readonly ChatSummary[]): Promise<void> {
  const [first] = chats;
  const what = chats.length === 1 && first ? `the chat “${titleOf(first)}”` : formatCount(chats.length, 'chat');
  const detail = `Its messages, tool calls and model calls are removed from this computer.${atWorkText(ports, chats)} This cannot be undone. The files of your project are not touched, and what was spent today goes on counting.`;
  if (!(await confirmed(`Delete ${what}?`, chats.length === 1 ? detail : detail.replace('Its', 'Their'), 'Delete'))) return;
  await tell(await withDeleteProgress(() => deleteChats(ports, chats.map(({ chat_id }) => chat_id))), ports);
}

async function deleteAll(ports: StoredDataPorts, chats: readonly ChatSummary[], bytes: number): Promise<void> {
  const detail =
    `${formatCount(chats.length, 'chat')} with all messages, tool calls and model calls, the copies of damaged files, the kept command outputs, the files BooCode deleted and kept, what you allowed for good, and what counts towards your budgets ` +
    `are removed from this computer (${formatBytes(bytes)}).${atWorkText(ports, chats)} This cannot be undone. The files of your project, your settings and your keys are not touched.`;
  if (!(await confirmed('Delete everything BooCode keeps of this workspace?', detail, 'Delete Everything'))) return;
  await tell(await withDeleteProgress(() => deleteEverything(ports)), ports);
}

function atWorkText(ports: StoredDataPorts, chats: readonly ChatSummary[]): string {
  const atWork = chats.filter((chat) => isAtWork(ports, chat)).length;
  return atWork === 0 ? '' : ` ${formatCount(atWork, 'running chat')} ${atWork === 1 ? 'is' : 'are'} stopped first.`;
}

async function confirmed(question: string, detail: string, button: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

function withDeleteProgress(work: () => Promise<Deleted>): Promise<Deleted> {
  return Promise.resolve(vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'BooCode is deleting stored data' }, work));
}

const showFolder = 'Show Folder';

async function tell({ chats, freed_bytes, remaining }: Deleted, { directory }: StoredDataPorts): Promise<void> {
  const done = `${formatCount(chats, 'chat')} deleted, ${formatBytes(freed_bytes)} freed.`;
  if (remaining.length === 0) return void vscode.window.showInformationMessage(done);
  const answer = await vscode.window.showWarningMessage(`${done} Something of it may still be on disk: ${remaining.join(' ')}`, showFolder);
  if (answer === showFolder) await revealFolder(directory);
}

/** `only` null: every chat of the workspace. */
async function exportToFile(ports: StoredDataPorts, only: ChatSummary | null): Promise<void> {
  const name = basename(ports.folders[0] ?? 'workspace');
  const day = new Date().toISOString().slice(0, 10);
  const target = await vscode.window.showSaveDialog({
    title: only === null ? 'Export All Chats' : `Export “${titleOf(only)}”`,
    saveLabel: 'Export',
    defaultUri: vscode.Uri.file(join(homedir(), `boocode-${name}-${day}.jsonl`)),
    filters: { 'JSON Lines': ['jsonl'] },
  });
  if (!target) return;
  if (target.scheme !== 'file') return void vscode.window.showErrorMessage('Chats can only be exported to a file on the machine where BooCode runs. Nothing was written.');
  await ports.learnKeys();
  const stored = await ports.store.read('chats.list', { query: '', limit: Number.MAX_SAFE_INTEGER });
  const chats = only === null ? stored : stored.filter((chat) => chat.chat_id === only.chat_id);
  try {
    const result = await withExportProgress(ports, target.fsPath, chats);
    if (result.cancelled) return void vscode.window.showInformationMessage('The export was cancelled. Nothing was written.');
    const answer = await vscode.window.showInformationMessage(`${formatCount(chats.length, 'chat')} exported to ${target.fsPath} (${formatBytes(result.bytes)}).`, showFolder);
    if (answer === showFolder) await revealFolder(dirname(target.fsPath));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The export failed: ${reason} Nothing was written; what BooCode keeps is as it was. Try again, perhaps with another folder.`);
  }
}

function withExportProgress(ports: StoredDataPorts, path: string, chats: readonly ChatRow[]): Thenable<Exported> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'Exporting chats', cancellable: true }, (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    const onChat = (done: number, chat: ChatRow): void => progress.report({ message: `${done + 1} of ${chats.length}: ${titleOf(chat)}`, increment: 100 / chats.length });
    const about = { exported_at: Date.now() * 1000, boocode: ports.version, folders: ports.folders };
    return exportChats(ports.store, ports.redactor, { path, chats, about, signal: stop.signal, onChat });
  });
}
