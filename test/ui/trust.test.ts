// What BooCode asks before it acts and shows afterwards, in a real VS Code with a scripted model: changes taken in part,
// questions, approvals for good, background commands, modes, and auto-fix on a real check.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { answer, type Reply } from '../support/model-server/reply';
import { startModelServer, type ModelServer } from '../support/model-server/server';
import { temporaryFolder } from '../support/temporary-folder';
import { openVsCode, type OpenVsCode } from '../support/vscode-host/open-vscode';

const numbered = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join('');

/** Says of each line with a bad word what a TypeScript compiler would say. */
const check = `import { readFileSync } from 'node:fs';
const lines = readFileSync('src/word.js', 'utf8').split('\\n');
const bad = lines.flatMap((line, index) => (line.includes('bad') ? [\`src/word.js(\${index + 1},1): error TS1000: A bad word.\`] : []));
for (const line of bad) console.log(line);
process.exitCode = bad.length > 0 ? 2 : 0;
`;

async function project(): Promise<string> {
  const folder = temporaryFolder('trust');
  await mkdir(join(folder, 'src'));
  await Promise.all([
    writeFile(join(folder, 'notes.txt'), numbered),
    writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'words', version: '1.0.0', scripts: { typecheck: 'node check.mjs' } })),
    writeFile(join(folder, 'check.mjs'), check),
    writeFile(join(folder, 'serve.mjs'), "console.log('listening');\nsetInterval(() => undefined, 1000);\n"),
    writeFile(join(folder, 'src/word.js'), 'export const first = 1;\nexport const word = "good";\n'),
  ]);
  return folder;
}

describe('what BooCode asks and shows, in VS Code', function () {
  this.timeout(120_000);
  let vscode: OpenVsCode;
  let server: ModelServer;
  let folder: string;
  let replies: Reply[];

  before(async () => {
    folder = await project();
    server = await startModelServer({ script: () => replies.shift() ?? answer({ text: 'That is all.' }) });
    vscode = await openVsCode({
      folder,
      settings: { 'boocode.provider': 'openai-compatible', 'boocode.model': 'scripted', 'boocode.openaiCompatible.baseUrl': server.url },
    });
  });

  after(async () => {
    await vscode.close();
    await server.close();
  });

  let callId = 0;
  const call = (name: string, parameters: unknown): Reply => answer({ toolCalls: [{ id: `call-${++callId}`, name, arguments: parameters }] });

  async function ask(text: string, ...script: Reply[]): Promise<Frame> {
    replies = script;
    await vscode.runCommand('BooCode: New Chat');
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByText('What should BooCode do?').waitFor();
    const composer = chat.getByRole('textbox', { name: 'Message to BooCode' });
    await composer.fill(text);
    await composer.press('Enter');
    return chat;
  }

  const card = (chat: Frame) => chat.getByRole('group', { name: /^Approval needed/ });
  const isDone = (chat: Frame): Promise<void> => chat.getByText(/^Done ·/).waitFor();

  it('writes only the changes that were chosen, and its diff shows them', async () => {
    const edits = [2, 15, 28].map((line) => ({ old_text: `line ${line}\n`, new_text: `LINE ${line}\n` }));
    const chat = await ask('Shout three lines', call('edit_file', { path: 'notes.txt', edits }));
    await card(chat).getByRole('button', { name: 'Open Diff' }).click();
    const diff = vscode.page.locator('.monaco-diff-editor .modified');
    await diff.getByText('LINE 15', { exact: true }).waitFor();
    await card(chat).getByLabel(/^Change 2/).first().uncheck();
    await diff.getByText('line 15', { exact: true }).waitFor();
    await vscode.screenshot('trust-partial');
    await card(chat).getByRole('button', { name: /^Allow 2 of 3/ }).click();
    await isDone(chat);
    assert.equal(readFileSync(join(folder, 'notes.txt'), 'utf8'), numbered.replace('line 2\n', 'LINE 2\n').replace('line 28\n', 'LINE 28\n'));
  });

  it('tells of a question while the chat is out of sight, and hands the answer to the model', async () => {
    const choices = [{ label: 'PostgreSQL' }, { label: 'SQLite', description: 'One file.' }];
    let beginAnswer = (): void => undefined;
    const after = new Promise<void>((resolve) => (beginAnswer = resolve));
    const chat = await ask('Where to?', answer({ after, toolCalls: [{ id: 'asked', name: 'ask_user', arguments: { question: 'Which database?', choices } }] }));
    await chat.getByText('Waiting for the model').waitFor();
    await vscode.openContainer('Explorer');
    beginAnswer();
    const badge = vscode.page.locator('.activitybar').getByRole('tab', { name: /^BooCode/ }).locator('.badge');
    await badge.getByText('1').waitFor();
    await vscode.page.locator('.statusbar').getByLabel(/^BooCode waits for your answer/).first().waitFor();
    // Under the driver VS Code shows no toasts; what was told is in the notification centre.
    await vscode.runCommand('Notifications: Show Notifications');
    const told = vscode.page.locator('.notifications-center.visible .notification-list-item').filter({ hasText: 'BooCode asks: Which database?' });
    await told.waitFor();
    await told.hover();
    await vscode.screenshot('trust-question-told');
    await told.getByRole('button', { name: 'Show Chat' }).click();
    const again = await vscode.webview({ view: 'chat' });
    await again.getByRole('radio', { name: 'SQLite' }).check();
    await vscode.screenshot('trust-question');
    await again.getByRole('button', { name: /^Answer/ }).click();
    await isDone(again);
    await badge.getByText('1').waitFor({ state: 'hidden' });
    assert.equal(server.toolResults().at(-1)?.content, 'The user chose "SQLite".');
  });

  it('does not ask again for what was allowed for good, until that is taken back', async () => {
    const run = (): Reply => call('run_command', { argv: ['node', '--version'] });
    const first = await ask('Which version?', run());
    await card(first).getByRole('button', { name: 'Always' }).click();
    await isDone(first);
    const second = await ask('And now?', run());
    await isDone(second);
    assert.equal(await card(second).count(), 0);
    await vscode.runCommand('BooCode: Manage Approvals');
    const row = vscode.page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: 'Run node --version' });
    await row.waitFor();
    await vscode.screenshot('trust-manage-approvals');
    await row.click();
    await vscode.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await vscode.page.getByText('1 approval taken back').first().waitFor();
    const third = await ask('Once more', run());
    await card(third).getByRole('button', { name: /^Deny/ }).click();
    await isDone(third);
    await vscode.runCommand('BooCode: Manage Approvals');
    await vscode.page.getByText('Nothing is allowed for good in this workspace.').first().waitFor();
  });

  it('lists a command that goes on in the background, shows its output and stops it', async () => {
    const chat = await ask('Serve', call('run_command', { argv: ['node', 'serve.mjs'], background: true }));
    await card(chat).getByText('Runs in the background').waitFor();
    await card(chat).getByRole('button', { name: /^Allow Ctrl/ }).click();
    const list = chat.getByRole('list', { name: 'Running in the background' });
    await list.getByText('node serve.mjs').waitFor();
    await list.getByText('listening').waitFor();
    await isDone(chat);
    await vscode.screenshot('trust-background');
    await list.getByRole('button', { name: /^Show Output/ }).click();
    await vscode.page.locator('.editor-instance').getByText('listening').waitFor();
    await list.getByRole('button', { name: /^Stop/ }).click();
    await list.waitFor({ state: 'detached' });
  });

  it('checks an edit, sends the agent after what it broke, and shows the loop with links to the lines', async () => {
    const word = (from: string, to: string): Reply => call('edit_file', { path: 'src/word.js', edits: [{ old_text: from, new_text: to }] });
    const chat = await ask('Change the word', word('"good"', '"bad"'), word('"bad"', '"fine"'));
    const allow = card(chat).getByRole('button', { name: /^Allow in Session/ });
    await card(chat).getByText('src/word.js').first().waitFor();
    await allow.click();
    await chat.getByRole('group', { name: 'Approval needed: Check the change with npm run typecheck' }).waitFor();
    await vscode.screenshot('trust-auto-fix-asked');
    await allow.click();
    await isDone(chat);
    const strip = chat.getByRole('group', { name: 'Auto-fix' });
    await strip.getByText(/npm run typecheck passed after 1 round/).waitFor();
    await strip.locator('.auto-fix-row').click();
    await strip.getByRole('button', { name: /^src\/word\.js:2/ }).click();
    await vscode.page.getByText('Ln 2, Col 1').waitFor();
    await vscode.screenshot('trust-auto-fix');
    assert.equal(await card(chat).count(), 0);
  });

  it('says the mode in the chat and, in full auto, in the status bar', async () => {
    const chat = await vscode.webview({ view: 'chat' });
    await chat.getByRole('button', { name: /^Approval mode: Ask/ }).click();
    await vscode.page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: 'Full auto' }).click();
    await chat.getByRole('button', { name: /^Approval mode: Full auto/ }).waitFor();
    await vscode.page.locator('.statusbar').getByText('BooCode: full auto').waitFor();
    await vscode.screenshot('trust-full-auto');
  });
});
