// Lets a person choose what runs without asking.
import * as vscode from 'vscode';
import { saveSetting, setting } from './settings';

export async function chooseApprovalMode(): Promise<void> {
  const now = setting('approvals.mode');
  const items = [
    { mode: 'ask' as const, label: '$(shield) Ask', description: 'every write and every command asks first' },
    { mode: 'autoEdit' as const, label: '$(edit) Auto edit', description: 'edits are made at once; commands ask' },
    { mode: 'fullAuto' as const, label: '$(warning) Full auto', description: 'edits and commands run at once' },
  ].map((item) => (item.mode === now ? { ...item, detail: 'Current. Protected files ask in every mode.' } : item));
  const chosen = await vscode.window.showQuickPick(items, { title: 'BooCode: Choose Approval Mode', matchOnDescription: true });
  if (chosen) await saveSetting('approvals.mode', chosen.mode);
}
