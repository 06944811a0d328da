// The storage's commands in the editor: a report that can be read and not edited, and notices with their way on.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('BooCode: Check Storage', () => {
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('opens a report of the workspace’s own storage', async () => {
    await vscode.commands.executeCommand('boocode.checkStorage');
    const labels = vscode.window.tabGroups.all.flatMap((group) => group.tabs).map(({ label }) => label);
    assert.ok(labels.some((label) => label.includes('BooCode Storage.md')), labels.join());
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('boocode-report:/BooCode Storage.md'));
    const text = document.getText();
    for (const part of ['# BooCode storage', 'Storage is in order: 0 chats', '## Sizes', '## Journals', 'kept: up to 1,024 MB', `VS Code ${vscode.version}`]) assert.ok(text.includes(part), part);
    assert.match(text, /Everything of this workspace is in `.+workspaces.[0-9a-f]{16}`/);
  });

  it('shows in the same page what a second check finds', async () => {
    await vscode.commands.executeCommand('boocode.checkStorage');
    const reports = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ label }) => label.includes('BooCode Storage.md'));
    assert.equal(reports.length, 1);
  });

  it('says where a new report comes from in place of one of a window before', async () => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('boocode-report:/Of a window before.md'));
    assert.match(document.getText(), /^This report is no longer there\. Run \*\*BooCode: Check Storage\*\*/);
  });
});
