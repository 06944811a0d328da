// The storage's commands in the editor: a report that can be read and not edited, and notices with their way on.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('BooCode: Check Storage', () => {
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('opens a report of the workspace’s own storage', async () => {
    await vscode.commands.executeCommand('boocode.checkStorage');
    await until(() => reports() === 1);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('boocode-report:/BooCode Storage.md'));
    const text = document.getText();
    for (const part of ['# BooCode storage', 'Storage is in order: 0 chats', '## Sizes', '## Journals', 'kept: up to 1,024 MB', `VS Code ${vscode.version}`]) assert.ok(text.includes(part), part);
    assert.match(text, /Everything of this workspace is in `.+workspaces.[0-9a-f]{16}`/);
  });

  it('shows in the same page what a second check finds', async () => {
    await vscode.commands.executeCommand('boocode.checkStorage');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(reports(), 1);
  });

  it('says where a new report comes from in place of one of a window before', async () => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('boocode-report:/Of a window before.md'));
    assert.match(document.getText(), /^This report is no longer there\. Run \*\*BooCode: Check Storage\*\*/);
  });
});

function reports(): number {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ label }) => label.includes('BooCode Storage.md')).length;
}

/** A preview's tab appears some time after its command is done. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('waited in vain');
}
