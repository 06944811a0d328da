// The chat as a person uses it, in a real VS Code: the demo task from the first word to the mended test, and what
// happens when things go wrong.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Frame } from 'playwright-core';
import { answer, fault } from '../support/model-server/reply';
import { startModelServer, type ModelServer, type Script } from '../support/model-server/server';
import { repositoryRoot } from '../support/repository-root';
import { temporaryFolder } from '../support/temporary-folder';
import { openVsCode, type OpenVsCode } from '../support/vscode-host/open-vscode';

async function sampleCopy(): Promise<string> {
  const folder = temporaryFolder('chat');
  await cp(join(repositoryRoot, 'media', 'sample-workspace'), folder, { recursive: true });
  return folder;
}

function composerOf(chat: Frame): ReturnType<Frame['locator']> {
  return chat.getByRole('textbox', { name: 'Message to BooCode' });
}

async function send(chat: Frame, text: string): Promise<void> {
  await composerOf(chat).fill(text);
  await composerOf(chat).press('Enter');
}

describe('the chat on the sample project', () => {
  let vscode: OpenVsCode | undefined;
  let folder: string;

  before(async () => {
    folder = await sampleCopy();
    vscode = await openVsCode({ folder });
  });

  after(async () => {
    await vscode?.close();
  });

  it('opens by itself and is worked with the keyboard alone until the test passes', async () => {
    assert.ok(vscode);
    const chat = await vscode.webview({ view: 'chat' });
    await composerOf(chat).waitFor();
    await composerOf(chat).focus();
    await vscode.page.keyboard.type('Fix the failing test');
    await vscode.page.keyboard.press('Enter');
    for (const [tool, shown] of [['run_command', 'node --test'], ['edit_file', 'src/cart.js'], ['auto_fix', 'npm run check']] as const) {
      const card = chat.getByRole('group', { name: /^Approval needed/ });
      await card.getByText(shown).first().waitFor();
      await vscode.screenshot(`chat-approval-${tool}`);
      await vscode.page.keyboard.press('Control+Enter');
      await card.waitFor({ state: 'detached' });
    }
    await chat.getByText(/^Done ·/).waitFor();
    await chat.getByRole('group', { name: 'Auto-fix' }).getByText('Passed', { exact: true }).waitFor();
    await promisify(execFile)(process.execPath, ['--test'], { cwd: folder });
    assert.deepEqual(vscode.errors(), []);
  });

  it('shows the same transcript after the window was reloaded', async () => {
    assert.ok(vscode);
    const transcript = async (): Promise<string> => {
      const chat = await (vscode as OpenVsCode).webview({ view: 'chat' });
      await chat.getByText(/^Done ·/).waitFor();
      return chat.getByRole('region', { name: 'Conversation' }).innerText();
    };
    const before = await transcript();
    await vscode.reload();
    assert.equal(await transcript(), before);
    // What the closing window says of itself is not ours.
    vscode.forgetErrors();
  });

  it('lists every call in the traces, with input and output on demand', async () => {
    assert.ok(vscode);
    await vscode.runCommand('BooCode: Open Traces');
    const traces = await vscode.webview({ view: 'traces' });
    await traces.getByRole('contentinfo').getByText('8 calls').waitFor();
    await traces.getByRole('textbox', { name: 'Filter' }).fill('tool:edit');
    const edit = traces.getByRole('row', { name: /edit_file/ });
    await edit.click();
    await traces.getByText('old_text').first().waitFor();
    await vscode.screenshot('traces-expanded');
    assert.deepEqual(vscode.errors(), []);
  });
});

/** More than any run of the tests but the one that is to reach it. */
const runTokens = 100_000;

describe('the chat with a model server', () => {
  let vscode: OpenVsCode;
  let server: ModelServer;
  let folder: string;
  let script: Script;

  before(async () => {
    folder = await sampleCopy();
    // An ordinary project: its window does not open the chat by itself.
    await rm(join(folder, '.boocode-sample'));
    server = await startModelServer({ script: (request) => script(request) });
    vscode = await openVsCode({
      folder,
      settings: { 'boocode.provider': 'openai-compatible', 'boocode.model': 'scripted', 'boocode.openaiCompatible.baseUrl': server.url, 'boocode.budget.runTokens': runTokens },
    });
  });

  after(async () => {
    await vscode.close();
    await server.close();
  });

  async function newChat(): Promise<Frame> {
    await vscode.runCommand('BooCode: New Chat');
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByText('What should BooCode do?').waitFor();
    return chat;
  }

  it('denies an edit: nothing is written and the model hears of it', async () => {
    const edit = { id: 'edit', name: 'edit_file', arguments: { path: 'README.md', old_text: '#', new_text: '##' } };
    script = ({ body }) => (body.messages.at(-1)?.role === 'tool' ? answer({ text: 'I leave it as it is.' }) : answer({ toolCalls: [{ ...edit, name: 'write_file', arguments: { path: 'README.md', content: 'gone' } }] }));
    const before = readFileSync(join(folder, 'README.md'), 'utf8');
    const chat = await newChat();
    await send(chat, 'Replace the readme');
    await chat.getByRole('button', { name: 'Open Diff' }).click();
    await vscode.page.locator('.monaco-diff-editor').first().waitFor();
    await vscode.screenshot('chat-diff');
    await chat.getByRole('button', { name: /^Deny/ }).click();
    await chat.getByText('I leave it as it is.').waitFor();
    assert.equal(readFileSync(join(folder, 'README.md'), 'utf8'), before);
    assert.match(server.toolResults().at(-1)?.content ?? '', /user refused/);
    await vscode.page.locator('.monaco-diff-editor').first().waitFor({ state: 'detached' });
  });

  it('streams, queues a follow-up, and stops at once', async () => {
    script = () => answer({ text: 'word '.repeat(3_000), pieceLength: 5, pauseMs: 20 });
    const chat = await newChat();
    await send(chat, 'Talk');
    await chat.getByText(/word word word/).waitFor();
    await send(chat, 'and then this');
    await chat.getByText('and then this').waitFor();
    await vscode.screenshot('chat-streaming-and-queue');
    const asked = server.requests.length;
    await chat.getByRole('button', { name: /^Stop/ }).click();
    await chat.getByText(/Stopped/).first().waitFor();
    assert.equal(server.requests.at(-1)?.wasAborted, true);
    assert.equal(server.requests.length, asked, 'what is queued does not start by itself after a stop');
  });

  it('says plainly that the key is wrong and offers to set it; trying again works', async () => {
    script = () => fault.status(401, { message: 'Incorrect API key provided' });
    const chat = await newChat();
    await send(chat, 'Hello');
    await chat.getByRole('button', { name: /Set API Key/ }).waitFor();
    await vscode.screenshot('chat-wrong-key');
    script = () => answer({ text: 'Hello again.' });
    await chat.getByRole('button', { name: /Retry|Try again/i }).click();
    await chat.getByText('Hello again.').waitFor();
  });

  it('counts down while the service limits requests, and stops right there', async () => {
    script = () => fault.status(429, { retryAfter: 30 });
    const chat = await newChat();
    const asked = server.requests.length;
    await send(chat, 'Hello');
    const line = chat.locator('.working-line');
    await line.getByText('The service limits requests').waitFor();
    await line.getByText(/^Trying again in (2\d|30) s$/).waitFor();
    await line.getByText('attempt 2 of 6').waitFor();
    await vscode.screenshot('chat-rate-limited');
    await line.getByRole('button', { name: 'Stop' }).press('Enter');
    await chat.getByText(/^Stopped/).first().waitFor();
    assert.equal(server.requests.length, asked + 1);
  });

  it('raises the limit that stopped a run with the keyboard, and goes on', async () => {
    const usage = { prompt_tokens: runTokens - 500, completion_tokens: 100, total_tokens: runTokens - 400 };
    script = ({ body }) => (body.messages.at(-1)?.role === 'tool' ? answer({ text: 'It is a shop.' }) : answer({ toolCalls: [{ id: 'read', name: 'read_file', arguments: { path: 'README.md' } }], usage }));
    const chat = await newChat();
    await send(chat, 'What is this?');
    await chat.getByText('99.6K of 100K tokens in this run').waitFor();
    await vscode.screenshot('chat-limit-reached');
    await chat.getByRole('button', { name: 'Raise Limit…' }).press('Enter');
    const box = vscode.page.locator('.quick-input-widget input[type=text]');
    await box.waitFor();
    assert.equal(await box.inputValue(), String(2 * runTokens));
    await vscode.page.keyboard.type('1000000');
    await vscode.page.keyboard.press('Enter');
    await chat.getByText('It is a shop.').waitFor();
    await chat.getByText(/^Done ·/).waitFor();
  });

  it('makes no request and runs no script for hostile markdown, live and after a reload', async () => {
    const hits: string[] = [];
    vscode.page.on('request', (request) => request.url().includes('evil.invalid') && hits.push(request.url()));
    const hostile = '![x](https://evil.invalid/a.png) <img src="https://evil.invalid/b.png" onerror="document.title=1"> <script>fetch("https://evil.invalid/c")</script>\n\n[cmd](command:workbench.action.terminal.new)\n\nThe end of it.';
    script = () => answer({ text: hostile });
    const chat = await newChat();
    await send(chat, 'Show me');
    await chat.getByText('The end of it.').waitFor();
    await vscode.reload();
    const again = await vscode.webview({ view: 'chat' });
    await again.getByText('The end of it.').waitFor();
    assert.deepEqual(hits, []);
    assert.equal(await again.locator('.transcript img, .transcript script').count(), 0);
  });

  it('ends the host in mid-answer without losing what was said, and goes on', async () => {
    const replies = [
      answer({ text: 'First I look.', toolCalls: [{ id: 'list', name: 'list_files', arguments: {} }] }),
      answer({ text: 'slow '.repeat(3_000), pieceLength: 5, pauseMs: 20 }),
    ];
    script = () => replies.shift() ?? answer({ text: 'I go on.' });
    const chat = await newChat();
    await send(chat, 'Look around');
    await chat.getByText(/slow slow/).waitFor();
    await vscode.killExtensionHost();
    await vscode.reload();
    const again = await vscode.webview({ view: 'chat' });
    await again.getByText('First I look.').waitFor();
    await again.getByText('list_files').first().waitFor();
    await again.getByText('The run was cut off before it ended.').waitFor();
    await vscode.screenshot('chat-after-kill');
    await again.getByRole('button', { name: 'Continue' }).click();
    await again.getByText('I go on.').waitFor();
  });
});

describe('the chat without a folder', () => {
  it('says that it needs one and offers to open it', async () => {
    const vscode = await openVsCode({});
    try {
      await vscode.runCommand('BooCode: Open Chat');
      const chat = await vscode.webview({ view: 'chat' });
      await chat.getByRole('button', { name: /Open Folder/ }).waitFor();
      await vscode.screenshot('chat-no-folder');
    } finally {
      await vscode.close();
    }
  });
});
