// What people see of the storage in a real VS Code: a full disk, damage, a later version, other processes, a check,
// an export, and deleting everything.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { ownIdentity } from '../../extension/store/files/process-identity';
import { latestVersion } from '../../extension/store/migrations/registry';
import { encodeRecord } from '../../extension/store/worker/record';
import { answer } from '../support/model-server/reply';
import { startModelServer, type ModelServer, type Script } from '../support/model-server/server';
import { repositoryRoot } from '../support/repository-root';
import { temporaryFolder } from '../support/temporary-folder';
import { accessibilityViolations } from '../support/vscode-host/accessibility';
import { openVsCode, type OpenVsCode } from '../support/vscode-host/open-vscode';
import { copyExtension } from './storage/extension-copy';

describe('storage in VS Code', () => {
  let vscode: OpenVsCode;
  let server: ModelServer;
  let folder: string;
  let extension: string;
  let script: Script;
  const fullDisk = join(temporaryFolder('disk'), 'full');

  before(async () => {
    folder = temporaryFolder('stored');
    await cp(join(repositoryRoot, 'media', 'sample-workspace'), folder, { recursive: true });
    await rm(join(folder, '.boocode-sample'));
    extension = await copyExtension();
    server = await startModelServer({ script: (request) => script(request) });
    vscode = await openVsCode({
      folder,
      extensionFolders: [extension],
      env: { BOOCODE_TEST_FULL_DISK: fullDisk },
      settings: { 'boocode.provider': 'openai-compatible', 'boocode.model': 'scripted', 'boocode.openaiCompatible.baseUrl': server.url, 'files.simpleDialog.enable': true },
    });
  });

  after(async () => {
    await vscode.close();
    await server.close();
  });

  const storage = (): string => join(vscode.server.dataFolder, 'server', 'data', 'User', 'globalStorage', 'boocode.boocode');

  function database(): string {
    const workspaces = join(storage(), 'workspaces');
    const [name, ...others] = readdirSync(workspaces);
    assert.deepEqual(others, []);
    return join(workspaces, name ?? '');
  }

  async function newChat(): Promise<Frame> {
    await vscode.runCommand('BooCode: New Chat');
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByText('What should BooCode do?').waitFor();
    return chat;
  }

  async function send(chat: Frame, text: string): Promise<void> {
    const composer = chat.getByRole('textbox', { name: 'Message to BooCode' });
    await composer.fill(text);
    await composer.press('Enter');
  }

  /** Under the driver VS Code shows no toasts; what was told is in the notification centre. */
  async function notification(text: RegExp): Promise<Locator> {
    const centre = vscode.page.locator('.notifications-center.visible');
    const item = centre.locator('.notification-list-item').filter({ hasText: text });
    // It goes away by itself when the last one in it is gone, such as that of a progress.
    for (let attempt = 0; attempt < 60 && (await item.count()) === 0; attempt++) {
      if ((await centre.count()) === 0) await vscode.runCommand('Notifications: Show Notifications');
      await vscode.page.waitForTimeout(500);
    }
    assert.ok((await item.count()) > 0, `${text} was not told, but ${JSON.stringify(await centre.allInnerTexts())}`);
    return item;
  }

  async function closeNotifications(): Promise<void> {
    await vscode.runCommand('Notifications: Clear All Notifications');
    await vscode.page.locator('.notifications-center.visible').waitFor({ state: 'detached' });
  }

  /** A quick pick goes away when something else takes the focus at that moment. */
  async function chooseStoredData(label: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await vscode.runCommand('BooCode: Export / Delete Stored Data');
      try {
        return await vscode.page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: label }).first().click({ timeout: 5_000 });
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  it('works on while the disk is full, says so once and for as long as it lasts, and writes everything when there is room', async () => {
    script = ({ body }) => answer({ text: `Answer to ${String(body.messages.at(-1)?.content).split('\n').at(-1)}.` });
    const chat = await newChat();
    await send(chat, 'first');
    await chat.getByText('Answer to first.').waitFor();
    writeFileSync(fullDisk, '');
    await send(chat, 'second');
    await chat.getByText('Answer to second.').waitFor();
    const banner = chat.getByRole('group', { name: 'Storage' });
    await banner.getByText(/^Not saved: the disk is full\. \d+ changes? (is|are) only in memory\./).waitFor();
    await vscode.page.locator('.statusbar-item').filter({ hasText: 'BooCode: not saved' }).waitFor();
    await send(chat, 'third');
    await chat.getByText('Answer to third.').waitFor();
    await vscode.settle();
    assert.equal(await (await notification(/Not saved: the disk is full/)).count(), 1);
    await vscode.screenshot('storage-unsaved');
    assert.deepEqual(await accessibilityViolations(chat), []);
    rmSync(fullDisk);
    await banner.waitFor({ state: 'detached' });
    await chat.getByText('Everything is saved again').waitFor({ state: 'attached' });
    await vscode.page.locator('.statusbar-item').filter({ hasText: 'BooCode: not saved' }).waitFor({ state: 'detached' });
    await closeNotifications();
    await vscode.killExtensionHost();
    await vscode.reload();
    const again = await vscode.webview({ view: 'chat' });
    for (const text of ['Answer to first.', 'Answer to second.', 'Answer to third.']) await again.getByText(text).waitFor();
    vscode.forgetErrors();
  });

  it('shows what a run of another process does while it does it, in the list, the chat and the traces', async () => {
    script = ({ body }) =>
      body.messages.at(-1)?.role === 'tool'
        ? answer({ text: 'word '.repeat(60), pieceLength: 5, pauseMs: 50 })
        : answer({ toolCalls: [{ id: 'list', name: 'list_files', arguments: {} }] });
    const chat = await newChat();
    const options = ['--workspace', folder, '--storage', storage(), '--provider', 'openai-compatible', '--base-url', server.url, '--model', 'scripted'];
    const run = spawn(process.execPath, [join(extension, 'dist', 'headless.js'), 'run', 'from the command line', ...options], { stdio: 'ignore' });
    const ended = once(run, 'exit');
    await vscode.runCommand('BooCode: Show Chats');
    const row = chat.getByRole('option', { name: /from the command line/ });
    await row.filter({ hasText: 'Working' }).waitFor();
    await row.click();
    await chat.getByText('list_files').first().waitFor();
    await chat.getByText('Another window or run works here').waitFor();
    await vscode.screenshot('storage-elsewhere');
    await vscode.runCommand('BooCode: Open Traces');
    const traces = await vscode.webview({ view: 'traces' });
    await traces.getByRole('row', { name: /list_files/ }).waitFor();
    assert.deepEqual(await ended, [0, null]);
    await chat.getByText(/^Done ·/).waitFor();
    await chat.getByText('Another window or run works here').waitFor({ state: 'detached' });
    assert.deepEqual(vscode.errors(), []);
  });

  it('ends a run in words when a later version begins to write here, gives back what was not sent, and goes on once that is over', async () => {
    const later = join(database(), 'journal-00000000000000ac.log');
    let isLater = false;
    script = ({ body }) => {
      if (body.messages.at(-1)?.role === 'tool') return answer({ text: 'Too late.' });
      const opened = { kind: 'opened', schema_version: latestVersion + 1, owner: ownIdentity() };
      if (isLater) writeFileSync(later, encodeRecord(0, JSON.stringify(opened)));
      return answer({ text: 'Slow.', toolCalls: [{ id: 'wait', name: 'search_files', arguments: { pattern: 'x' } }], pieceLength: 1, pauseMs: 300 });
    };
    const chat = await newChat();
    isLater = true;
    await send(chat, 'do it');
    const end = chat.getByText(/^The run was stopped because it could not be stored\. A newer version of BooCode/);
    await end.first().waitFor();
    await vscode.screenshot('storage-refused');
    assert.deepEqual([await chat.locator('.working-line').count(), await chat.locator('.stop').count()], [0, 0]);
    await send(chat, 'and this');
    await chat.locator('.problem, .run-end').getByText(/A newer version of BooCode has written here/).first().waitFor();
    const composer = chat.getByRole('textbox', { name: 'Message to BooCode' });
    await waitUntil(async () => (await composer.inputValue()) === 'and this');
    await closeNotifications();
    rmSync(later);
    await vscode.reload();
    isLater = false;
    const again = await vscode.webview({ view: 'chat' });
    await again.getByRole('textbox', { name: 'Message to BooCode' }).waitFor();
    script = () => answer({ text: 'It goes on.' });
    await send(again, 'once more');
    await again.getByText('It goes on.').waitFor();
    vscode.forgetErrors();
  });

  it('checks the storage and opens a report that can be read', async () => {
    await vscode.runCommand('BooCode: Check Storage');
    await notification(/Storage is in order: \d+ chats?, /);
    const report = await vscode.webview({ title: '' });
    await report.getByRole('heading', { name: 'BooCode storage' }).waitFor();
    await report.getByRole('heading', { name: 'Journals' }).waitFor();
    await vscode.screenshot('storage-report');
    await closeNotifications();
  });

  it('exports every chat into a file of JSON lines', async () => {
    const target = join(folder, 'chats.jsonl');
    script = () => answer({ text: 'Noted.' });
    const chat = await newChat();
    await send(chat, 'to be exported');
    await chat.getByText(/^Done ·/).waitFor();
    await chooseStoredData('Export All Chats');
    const input = vscode.page.locator('.quick-input-widget input[type="text"]');
    await waitUntil(async () => (await input.inputValue()).endsWith('.jsonl'));
    await input.fill(target);
    // The dialog looks at each path that is typed, and takes Enter when it is done with that.
    await waitUntil(async () => {
      if (await input.isVisible()) await input.press('Enter');
      return existsSync(target);
    });
    await notification(/\d+ chats? exported to/);
    const lines = readFileSync(target, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { type: string; chats?: number; title?: string });
    assert.deepEqual([lines[0]?.type, lines.at(-1)?.type, lines[0]?.chats], ['boocode_export', 'end', lines.filter(({ type }) => type === 'chat').length]);
    assert.ok(lines.some(({ type, title }) => type === 'chat' && title === 'to be exported'));
    await closeNotifications();
  });

  it('tells once of damage that it finds, with what was read and where the copy is', async () => {
    await vscode.killExtensionHost();
    const journal = readdirSync(database()).find((name) => /^journal-.*\.log$/.test(name));
    assert.ok(journal);
    const path = join(database(), journal);
    const bytes = readFileSync(path);
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    await vscode.reload();
    await vscode.runCommand('BooCode: Open Chat');
    const told = await notification(/BooCode found damage in its storage\..*Everything else was read\. A copy of what was damaged is kept in/);
    await vscode.screenshot('storage-damage');
    await told.getByRole('button', { name: 'Show Copies' }).click();
    await notification(/The folder is on the machine where BooCode runs: .*quarantine/);
    assert.ok(existsSync(join(database(), 'quarantine')));
    await closeNotifications();
    await vscode.runCommand('BooCode: Check Storage');
    await notification(/\d+ problems? found in the storage/);
    await vscode.screenshot('storage-report-problems');
    await closeNotifications();
    vscode.forgetErrors();
  });

  it('deletes everything of the workspace after asking, and leaves nothing of it on disk', async () => {
    script = () => answer({ text: 'word '.repeat(3_000), pieceLength: 5, pauseMs: 20 });
    const chat = await newChat();
    await send(chat, 'canary task');
    await chat.getByText(/word word/).waitFor();
    const deleteAll = async (): Promise<Locator> => {
      await chooseStoredData('Delete Everything of This Workspace');
      const dialog = vscode.page.getByRole('dialog').filter({ hasText: 'Delete everything BooCode keeps of this workspace?' });
      await dialog.waitFor();
      return dialog;
    };
    const dialog = await deleteAll();
    await dialog.getByText(/1 running chat is stopped first\. This cannot be undone\./).waitFor();
    await vscode.screenshot('storage-delete-everything');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await chat.getByRole('button', { name: /^Stop/ }).count(), 1, 'nothing happens when it is cancelled');
    await (await deleteAll()).getByRole('button', { name: 'Delete Everything' }).click();
    await notification(/\d+ chats? deleted/);
    await chat.getByText('This chat was deleted, here or in another window.').waitFor();
    assert.equal(server.requests.at(-1)?.wasAborted, true);
    const contents = readdirSync(database(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const holding = contents.filter((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1').includes('canary task'));
    assert.deepEqual(holding.map(({ name }) => name), []);
    await chat.getByRole('button', { name: 'New Chat' }).click();
    await chat.getByText('What should BooCode do?').waitFor();
    await closeNotifications();
    await vscode.reload();
    await vscode.runCommand('BooCode: Show Chats');
    await (await vscode.webview({ view: 'chat' })).getByText('Your chats will appear here.').waitFor();
  });
});

describe('a storage that cannot be used', () => {
  let vscode: OpenVsCode;
  const dataFolder = temporaryFolder('d');
  const workspaces = join(dataFolder, 'server', 'data', 'User', 'globalStorage', 'boocode.boocode', 'workspaces');
  let wasm: string;
  let wasmBytes: Buffer;

  before(async () => {
    const extension = await copyExtension();
    wasm = join(extension, 'dist', 'sql-wasm.wasm');
    wasmBytes = readFileSync(wasm);
    writeFileSync(wasm, 'half of a download');
    mkdirSync(dirname(workspaces), { recursive: true });
    writeFileSync(workspaces, 'a file where the folder should be');
    vscode = await openVsCode({ folder: temporaryFolder('unusable'), extensionFolders: [extension], dataFolder });
  });

  after(() => vscode.close());

  it('is said in place of the chat whatever is asked for, each reason in words, and works as soon as it is put right', async () => {
    await vscode.runCommand('BooCode: Check Storage');
    const chat = await vscode.webview({ view: 'chat' });
    const failure = chat.getByRole('group', { name: 'Storage' });
    await failure.getByText(/^BooCode could not start\. BooCode’s folder .* cannot be used: /).waitFor();
    await vscode.screenshot('storage-start-failed');
    rmSync(workspaces);
    await failure.getByRole('button', { name: 'Try Again' }).click();
    await chat.getByText('What should BooCode do?').waitFor();
    const composer = chat.getByRole('textbox', { name: 'Message to BooCode' });
    await composer.fill('hello');
    await composer.press('Enter');
    await chat.locator('.problem').getByText(/The database engine could not be loaded/).waitFor();
    await vscode.screenshot('storage-unavailable');
    assert.equal(await composer.inputValue(), 'hello');
    assert.deepEqual(await accessibilityViolations(chat), []);
    writeFileSync(wasm, wasmBytes);
    await composer.press('Enter');
    await chat.locator('.user-message').getByText('hello').waitFor();
    await chat.locator('.problem, .storage-banner').first().waitFor({ state: 'detached' });
    await vscode.runCommand('BooCode: Open Traces');
    await (await vscode.webview({ view: 'traces' })).getByRole('combobox', { name: 'Chat' }).waitFor();
  });
});

async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('waited in vain');
}
