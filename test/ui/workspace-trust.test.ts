// Row 23 of the fault list. A folder nobody trusts: BooCode says so, offers the way out, and does nothing else. (VS Code
// keeps an installed BooCode off altogether; under development it runs, so that its own refusal can be seen.)
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { answer } from '../support/model-server/reply';
import { startModelServer, type ModelServer } from '../support/model-server/server';
import { repositoryRoot } from '../support/repository-root';
import { temporaryFolder } from '../support/temporary-folder';
import { openVsCode, type OpenVsCode } from '../support/vscode-host/open-vscode';

describe('a folder that is not trusted', function () {
  this.timeout(120_000);
  let vscode: OpenVsCode;
  let server: ModelServer;
  const seen = join(temporaryFolder('spawns'), 'seen');
  /** The programs that BooCode's code has started since it was last asked. */
  const started = (): string[] => {
    const lines = existsSync(seen) ? readFileSync(seen, 'utf8').trimEnd().split('\n') : [];
    rmSync(seen, { force: true });
    return [...new Set(lines)];
  };

  before(async () => {
    const folder = temporaryFolder('untrusted');
    await cp(join(repositoryRoot, 'media', 'sample-workspace'), folder, { recursive: true });
    const list = { id: 'list', name: 'list_files', arguments: {} };
    server = await startModelServer({ script: ({ body }) => (body.messages.at(-1)?.role === 'tool' ? answer({ text: 'That is all.' }) : answer({ toolCalls: [list] })) });
    vscode = await openVsCode({
      folder,
      workspaceTrust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never', 'boocode.provider': 'openai-compatible', 'boocode.model': 'scripted', 'boocode.openaiCompatible.baseUrl': server.url, 'boocode.approvals.mode': 'fullAuto' },
      preload: join(repositoryRoot, 'test/support/vscode-host/record-spawns.cjs'),
      env: { BOOCODE_SPAWNS: seen },
    });
  });

  after(async () => {
    await vscode.close();
    await server.close();
  });

  it('row 23: says why it stays off, and starts no program and asks no model, whatever is asked of it', async () => {
    await vscode.openContainer('BooCode');
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByText('This folder is not trusted').waitFor();
    const composer = chat.getByRole('textbox', { name: 'Message to BooCode' });
    await composer.fill('Fix the failing test');
    await composer.press('Enter');
    for (const command of ['Run Demo', 'New Chat', 'Open Traces']) await vscode.runCommand(`BooCode: ${command}`);
    await vscode.openContainer('BooCode');
    await vscode.settle();
    assert.deepEqual({ started: started(), requests: server.requests.length }, { started: [], requests: 0 });
    const again = await vscode.webview({ view: 'chat' });
    assert.equal(await again.getByRole('textbox', { name: 'Message to BooCode' }).inputValue(), 'Fix the failing test', 'the text is kept');
    assert.equal(await again.getByRole('group', { name: 'You' }).count(), 0);
    await vscode.screenshot('untrusted');
    assert.deepEqual(vscode.errors(), []);
  });

  it('works as soon as the folder is trusted', async () => {
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByRole('button', { name: 'Manage Trust' }).click();
    await vscode.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    const trusted = await vscode.webview({ view: 'chat' });
    await trusted.getByText('What should BooCode do?').waitFor();
    const composer = trusted.getByRole('textbox', { name: 'Message to BooCode' });
    await composer.fill('List the files');
    await composer.press('Enter');
    await trusted.getByText('That is all.').waitFor();
    // What was counted before is seen where it happens.
    assert.deepEqual([started().some((program) => /\brg(\.exe)?"$/.test(program)), server.requests.length], [true, 2]);
  });
});
