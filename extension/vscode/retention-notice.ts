// The first time that the retention settings delete something of a person's, they are told, and where to change it.
import * as vscode from 'vscode';
import { formatBytes, formatCount } from '../../shared/format';
import { retentionWords, type RetentionReport } from '../session/retention';
import { storageSettings } from './settings';

const toldKey = 'boocode.retentionTold';

export function tellFirstRetention(memory: vscode.Memento, { pruned }: RetentionReport): void {
  if (pruned.chats === 0 || memory.get(toldKey) === true) return;
  const settings = 'Retention Settings';
  const text = `BooCode deleted ${formatCount(pruned.chats, 'old chat')} (about ${formatBytes(pruned.bytes)}), as its settings say (${retentionWords(storageSettings())}). It will go on doing so without a word.`;
  void vscode.window.showInformationMessage(text, settings).then((answer) => (answer === settings ? vscode.commands.executeCommand('workbench.action.openSettings', 'boocode.storage') : undefined));
  void memory.update(toldKey, true);
}
