// Folders that come into the workspace, or leave it, while the window is open.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder';
import { openVsCode, type OpenVsCode } from '../support/vscode-host/open-vscode';

describe('a workspace whose folders change', function () {
  this.timeout(120_000);
  let vscode: OpenVsCode;
  const place = temporaryFolder('folders');
  const file = join(place, 'both.code-workspace');
  const holds = (...names: string[]): Promise<void> => writeFile(file, JSON.stringify({ folders: names.map((path) => ({ path })) }));

  before(async () => {
    await Promise.all(['one', 'two', 'three'].map((name) => mkdir(join(place, name))));
    await holds('one', 'two');
    vscode = await openVsCode({ workspace: file });
  });

  after(() => vscode.close());

  it('is told which BooCode does not see yet and which it can still reach, and is reloaded with one button', async () => {
    await vscode.openContainer('BooCode');
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByText('What should BooCode do?').waitFor();
    await holds('one', 'three');
    await vscode.runCommand('Notifications: Show Notifications');
    const told = vscode.page.locator('.notifications-center.visible .notification-list-item').filter({ hasText: 'does not see "three" yet, and can still reach "two"' });
    await told.waitFor();
    await told.hover();
    await vscode.screenshot('workspace-folders');
    await Promise.all([vscode.page.waitForEvent('load'), told.getByRole('button', { name: 'Reload Window' }).click()]);
    await vscode.openContainer('BooCode');
    await (await vscode.webview({ view: 'chat' })).getByText('What should BooCode do?').waitFor();
  });
});
