// The links between a chat, its traces, files and diffs as a person follows them, in a real VS Code.
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { repositoryRoot } from '../support/repository-root';
import { temporaryFolder } from '../support/temporary-folder';
import { openVsCode, type OpenVsCode } from '../support/vscode-host/open-vscode';

describe('links between the chat, the traces and the editor', () => {
  let vscode: OpenVsCode;

  before(async () => {
    const folder = temporaryFolder('links');
    await cp(join(repositoryRoot, 'media', 'sample-workspace'), folder, { recursive: true });
    vscode = await openVsCode({ folder });
    const chat = await chatView();
    await chat.getByRole('textbox', { name: 'Message to BooCode' }).fill('Fix the failing test');
    await chat.getByRole('textbox', { name: 'Message to BooCode' }).press('Enter');
    for (const shown of ['node --test', 'src/cart.js', 'npm run check']) {
      const card = chat.getByRole('group', { name: /^Approval needed/ }).filter({ hasText: shown });
      await card.waitFor();
      await vscode.page.keyboard.press('Control+Enter');
      await card.waitFor({ state: 'detached' });
    }
    await chat.getByText(/^Done ·/).waitFor();
  });

  after(() => vscode.close());

  const chatView = (): Promise<Frame> => vscode.webview({ view: 'chat' });
  const tracesView = (): Promise<Frame> => vscode.webview({ view: 'traces' });
  const tabNamed = (name: RegExp): ReturnType<OpenVsCode['page']['getByRole']> => vscode.page.locator('.tabs-container').getByRole('tab', { name });

  it('leads from a call in the chat to its row, though the traces were never shown', async () => {
    const chat = await chatView();
    await chat.locator('.tool-row', { hasText: 'edit_file' }).press('Enter');
    await chat.getByRole('button', { name: 'Show in Traces' }).press('Enter');
    await (await tracesView()).locator('[role=row][aria-selected=true]', { hasText: 'edit_file' }).waitFor();
  });

  it('opens the diff of the call, and leads back from its title', async () => {
    const traces = await tracesView();
    await traces.getByRole('button', { name: 'Diff' }).click();
    await tabNamed(/edit_file src\/cart\.js \(as it was made\)/).waitFor();
    await traces.locator('[role=row]', { hasText: 'read_file' }).first().click();
    await vscode.page.locator('.editor-actions').getByRole('button', { name: 'Show in Traces' }).click();
    await (await tracesView()).locator('[role=row][aria-selected=true]', { hasText: 'edit_file' }).waitFor();
    await vscode.screenshot('trace-links-diff');
  });

  it('leads from the traces to the call in the chat', async () => {
    await (await tracesView()).getByRole('button', { name: 'Show in Chat' }).click();
    const chat = await chatView();
    await chat.locator('.tool-row.revealed', { hasText: 'edit_file' }).waitFor();
    assert.match(await chat.evaluate(() => document.activeElement?.textContent ?? ''), /^edit_file/);
  });

  it('leads from a file to what was done to it', async () => {
    const traces = await tracesView();
    await traces.getByRole('button', { name: 'Open File' }).click();
    await tabNamed(/^cart\.js/).waitFor();
    await vscode.runCommand('BooCode: Show What BooCode Did to This File');
    await (await tracesView()).waitForFunction(() => [...document.querySelectorAll('input')].some((input) => input.value === 'file:src/cart.js'));
    await vscode.screenshot('trace-links-file');
  });
});
