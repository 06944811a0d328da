// A folder nobody trusts: BooCode says so, offers the way out, and does nothing else. (VS Code keeps an installed BooCode
// off altogether; under development it runs, so that its own refusal can be seen.)
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../support/repository-root';
import { temporaryFolder } from '../support/temporary-folder';
import { openVsCode, type OpenVsCode } from '../support/vscode-host/open-vscode';

describe('a folder that is not trusted', () => {
  let vscode: OpenVsCode;

  before(async () => {
    const folder = temporaryFolder('untrusted');
    await cp(join(repositoryRoot, 'media', 'sample-workspace'), folder, { recursive: true });
    vscode = await openVsCode({ folder, workspaceTrust: true, settings: { 'security.workspace.trust.startupPrompt': 'never' } });
  });

  after(async () => {
    await vscode.close();
  });

  it('says why it stays off, and runs nothing that is asked of it', async () => {
    await vscode.openContainer('BooCode');
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByText('This folder is not trusted').waitFor();
    const composer = chat.getByRole('textbox', { name: 'Message to BooCode' });
    await composer.fill('Fix the failing test');
    await composer.press('Enter');
    await vscode.runCommand('BooCode: Run Demo');
    await vscode.settle();
    assert.equal(await composer.inputValue(), 'Fix the failing test', 'the text is kept');
    assert.equal(await chat.getByRole('group', { name: 'You' }).count(), 0);
    await vscode.screenshot('untrusted');
    assert.deepEqual(vscode.errors(), []);
  });

  it('works as soon as the folder is trusted', async () => {
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByRole('button', { name: 'Manage Trust' }).click();
    await vscode.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    const trusted = await vscode.webview({ view: 'chat' });
    await trusted.getByText('What should BooCode do?').waitFor();
  });
});
