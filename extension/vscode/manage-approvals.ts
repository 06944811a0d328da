// Shows what was allowed for good in this workspace, and takes it back.
import * as vscode from 'vscode';
import { formatCount } from '../../shared/format';
import type { LastingGrants } from '../agent/lasting-grants';
import { inLabel } from './plain-text';

export async function manageApprovals(grants: LastingGrants): Promise<void> {
  const all = await grants.list();
  if (all.length === 0) {
    void vscode.window.showInformationMessage('Nothing is allowed for good in this workspace. What you answer with Always will be listed here.');
    return;
  }
  const items = all.map(({ grant_key, tool_name, title, granted_at }) => ({
    grant_key,
    label: inLabel(title.replace(/\s+/g, ' ').slice(0, 1_000)),
    description: `${tool_name} · ${new Date(granted_at / 1000).toLocaleString()}`,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'BooCode: Manage Approvals',
    placeHolder: 'Choose what is to be asked about again',
    canPickMany: true,
    matchOnDescription: true,
  });
  if (chosen === undefined || chosen.length === 0) return;
  await grants.revoke(chosen.map(({ grant_key }) => grant_key));
  void vscode.window.showInformationMessage(
    `${formatCount(chosen.length, 'approval')} taken back. What a chat that is open now was allowed for its session holds until the chat or the window is closed.`,
  );
}
