// What BooCode does with the editor itself: diffs of proposed edits, files at a line, links, settings, forged messages.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { maxMessageBytes } from '../../shared/messages/channel';
import { chatCommand, chatRequests, type ChatCommand, type ChatRequests } from '../../shared/messages/chat';
import { openExternalLink, openKeptOutput, openWorkspaceFile } from '../../extension/vscode/open-targets';
import { Channel } from '../../extension/vscode/panels/channel';
import { ProposedEdits } from '../../extension/vscode/proposed-edits';
import { commandIds } from '../../extension/vscode/command-ids';
import { defaultAutoFixSettings } from '../../extension/auto-fix/settings';
import { noBudgets } from '../../shared/spent-math';
import { approvalMode, autoFixSettings, budgets, setting, storageSettings } from '../../extension/vscode/settings';

function folder(): vscode.Uri {
  const first = vscode.workspace.workspaceFolders?.[0];
  assert.ok(first, 'the suite needs a folder');
  return first.uri;
}

describe('proposed edits', () => {
  let edits: ProposedEdits;

  beforeEach(() => {
    edits = new ProposedEdits();
  });

  afterEach(async () => {
    edits.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('shows both texts in the diff editor without touching the file, and closes it when answered', async () => {
    const approval_id = randomUUID();
    const path = 'src/cart.ts';
    await edits.show({
      approval_id,
      tool_name: 'edit_file',
      title: 'Edit src/cart.ts',
      protected_reason: null,
      subject: { kind: 'edit', path, before: 'old\n', after: 'new\n', added: 1, removed: 1 },
      binding: null,
      offers: [],
    });
    const diffs = (): vscode.TabInputTextDiff[] =>
      vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.input).filter((input) => input instanceof vscode.TabInputTextDiff);
    const [shown] = diffs();
    assert.ok(shown);
    const textOf = async (uri: vscode.Uri): Promise<string> => (await vscode.workspace.openTextDocument(uri)).getText();
    assert.deepEqual([await textOf(shown.original), await textOf(shown.modified)], ['old\n', 'new\n']);
    await assert.rejects(async () => vscode.workspace.fs.stat(vscode.Uri.joinPath(folder(), path)));
    await edits.close(approval_id);
    assert.deepEqual(diffs(), []);
  });
});

describe('proposed edits in part', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
  const after = before.replace('line 2\n', 'LINE 2\n').replace('line 15\n', 'LINE 15\n');
  const question = (approval_id: string): Parameters<ProposedEdits['show']>[0] => ({
    ...{ approval_id, tool_name: 'edit_file', title: 'Edit notes.txt', protected_reason: null, binding: null, offers: ['partial'] },
    subject: { kind: 'edit', path: 'notes.txt', before, after, added: 2, removed: 2 },
  });
  const proposed = (): string | undefined => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'boocode-proposal' && uri.authority === 'after')?.getText();

  it('show what would be written, and follow the choice while they are open', async () => {
    const edits = new ProposedEdits();
    try {
      const asked = question(randomUUID());
      await edits.show(asked, [0]);
      assert.equal(proposed(), after.replace('LINE 2\n', 'line 2\n'));
      const changed = new Promise<void>((resolve) => {
        const heard = vscode.workspace.onDidChangeTextDocument(({ document }) => {
          if (document.uri.scheme !== 'boocode-proposal') return;
          heard.dispose();
          resolve();
        });
      });
      edits.choose(asked, [1]);
      await changed;
      assert.equal(proposed(), after.replace('LINE 15\n', 'line 15\n'));
    } finally {
      edits.dispose();
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });

  it('open nothing for a choice alone', async () => {
    const edits = new ProposedEdits();
    try {
      edits.choose(question(randomUUID()), [1]);
      assert.deepEqual(vscode.window.tabGroups.all.flatMap((group) => group.tabs), []);
    } finally {
      edits.dispose();
    }
  });
});

describe('what a panel may open of kept outputs', () => {
  const directory = join(tmpdir(), `boocode-outputs-${randomUUID()}`);

  before(() => {
    mkdirSync(join(directory, 'below'), { recursive: true });
    for (const name of ['0a1b.log', '0a1b.2.log', 'notes.txt', 'below/x.log']) writeFileSync(join(directory, name), `output of ${name}\n`);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(directory, { recursive: true });
  });

  for (const name of ['0a1b.log', '0a1b.2.log']) {
    it(`opens ${name}`, async () => {
      await openKeptOutput(join(directory, name), directory);
      assert.equal(vscode.window.activeTextEditor?.document.getText(), `output of ${name}\n`);
    });
  }

  for (const path of ['notes.txt', 'below/x.log', '../0a1b.log', '', '../../etc/passwd']) {
    it(`refuses ${JSON.stringify(path)}`, async () => {
      await assert.rejects(openKeptOutput(join(directory, path), directory), /no kept output/);
    });
  }

  it('refuses a path that only begins like one, and says of one that is gone that it is', async () => {
    await assert.rejects(openKeptOutput('0a1b.log', directory), /no kept output/);
    await assert.rejects(openKeptOutput(join(directory, 'ffff.log'), directory), /no longer kept/);
  });
});

describe('what a panel may open', () => {
  it('opens a workspace file at its line', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'lines.txt');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('one\ntwo\nthree\n'));
    await openWorkspaceFile('lines.txt', 2);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, uri.fsPath);
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 1);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const path of ['../outside.txt', '/etc/passwd', 'missing.txt', '', join('..', '..', 'etc', 'passwd')]) {
    it(`refuses ${JSON.stringify(path)}`, async () => {
      await assert.rejects(openWorkspaceFile(path), /not a file of this workspace/);
    });
  }

  for (const url of ['command:workbench.action.terminal.new', 'vscode://settings', 'file:///etc/passwd', 'javascript:alert(1)', 'not a link']) {
    it(`does not open ${url}`, async () => {
      await assert.rejects(openExternalLink(url), /Only http and https/);
    });
  }
});

describe('settings', () => {
  it('start with asking before every write and no key needed', () => {
    assert.deepEqual([setting('provider'), approvalMode(), setting('limits.maxTurns'), setting('budget.runTokens')], ['demo', 'ask', 100, null]);
  });

  it('ask before a check runs, and take a command as a line or as a list', async () => {
    const configuration = vscode.workspace.getConfiguration('boocode');
    const command = async (value: unknown): Promise<unknown> => {
      await configuration.update('autoFix.command', value, vscode.ConfigurationTarget.Global);
      return autoFixSettings().command;
    };
    try {
      assert.deepEqual(autoFixSettings(), defaultAutoFixSettings);
      assert.deepEqual([await command('npm run lint'), await command(['tsc', '-p', '.']), await command(5)], ['npm run lint', ['tsc', '-p', '.'], null]);
    } finally {
      await configuration.update('autoFix.command', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('keep chats for ever at first, up to a size', () => {
    assert.deepEqual(storageSettings(), { keepDays: null, keepChats: null, maxMegabytes: 1024 });
  });

  it('delete nothing because of a number that makes no sense', async () => {
    const configuration = vscode.workspace.getConfiguration('boocode');
    const names = ['storage.keepDays', 'storage.keepChats', 'storage.maxMegabytes'];
    try {
      for (const name of names) await configuration.update(name, -1, vscode.ConfigurationTarget.Global);
      assert.deepEqual(storageSettings(), { keepDays: null, keepChats: null, maxMegabytes: 1024 });
      await configuration.update('storage.maxMegabytes', null, vscode.ConfigurationTarget.Global);
      assert.equal(storageSettings().maxMegabytes, null);
    } finally {
      for (const name of names) await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('say with a link of their own how much is kept', () => {
    for (const name of ['storage.keepDays', 'storage.keepChats', 'storage.maxMegabytes']) {
      const links = [...(manifestSettings()[`boocode.${name}`]?.markdownDescription ?? '').matchAll(/\(command:([\w.]+)\)/g)].map(([, command]) => command);
      assert.ok(links.includes('boocode.checkStorage'), name);
      assert.deepEqual(links.filter((command) => !commandIds.some((id) => id === command)), []);
    }
  });

  it('cannot be set by a workspace: they decide what runs, what is sent and where a key goes', () => {
    const all = Object.entries(manifestSettings());
    assert.ok(all.length > 20);
    for (const [name, { scope }] of all) assert.ok(scope === 'machine' || scope === 'application', `${name} is ${scope}`);
  });

  it('take a limit that makes no sense as one that nothing fits in', async () => {
    const configuration = vscode.workspace.getConfiguration('boocode');
    const wrong = { 'budget.dayUsd': '5', 'budget.runTokens': 0 };
    try {
      for (const [name, value] of Object.entries(wrong)) await configuration.update(name, value, vscode.ConfigurationTarget.Global);
      assert.deepEqual(budgets(), { ...noBudgets, run: { tokens: 0, usd: null }, day: { tokens: null, usd: 0 } });
    } finally {
      for (const name of Object.keys(wrong)) await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
    }
    assert.deepEqual(budgets(), noBudgets);
  });

  it('take a value that makes no sense as the default', async () => {
    const configuration = vscode.workspace.getConfiguration('boocode');
    try {
      await configuration.update('limits.maxTurns', -5, vscode.ConfigurationTarget.Global);
      await configuration.update('openaiCompatible.baseUrl', 'ftp://example.invalid', vscode.ConfigurationTarget.Global);
      assert.deepEqual([setting('limits.maxTurns'), setting('openaiCompatible.baseUrl')], [100, 'http://localhost:11434/v1']);
    } finally {
      await configuration.update('limits.maxTurns', undefined, vscode.ConfigurationTarget.Global);
      await configuration.update('openaiCompatible.baseUrl', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

describe('the host’s end of a panel', () => {
  const posted: unknown[] = [];
  const warnings: string[] = [];
  const commands: ChatCommand[] = [];
  // A webview is VS Code's; of it the channel uses only this.
  const webview = { postMessage: (message: unknown) => Promise.resolve(posted.push(message) > 0) } as unknown as vscode.Webview;
  const log = { warn: (text: string) => void warnings.push(text), error: (text: string) => void warnings.push(text) };

  function receive(message: unknown): void {
    new Channel(webview, log).receive<ChatCommand, ChatRequests>(message, {
      commandSchema: chatCommand,
      onCommand: (command) => void commands.push(command),
      requestSchemas: chatRequests,
      requests: {
        list_chats: () => Promise.resolve({ chats: [] }),
        events_before: () => Promise.reject(new Error('the store is gone')),
        trace: () => Promise.reject(new Error('no such trace')),
      },
      log,
      onCommandFailed: () => undefined,
    });
  }

  beforeEach(() => {
    posted.length = warnings.length = commands.length = 0;
  });

  const forged: [string, unknown][] = [
    ['nothing', null],
    ['a text', 'approve'],
    ['a kind that is none', { kind: 'eval', command: { type: 'stop' } }],
    ['a command that is none', { kind: 'command', command: { type: 'run_shell', argv: ['rm'] } }],
    ['an action that is none', { kind: 'command', command: { type: 'run', action: 'workbench.action.terminal.new' } }],
    ['an approval of an id that is none', { kind: 'command', command: { type: 'decide', chat_id: 'x', approval_id: 'y', decision: 'allow' } }],
    ['a decision only the host may make', { kind: 'command', command: { type: 'decide', chat_id: randomUUID(), approval_id: randomUUID(), decision: 'cancelled' } }],
    ['a message of megabytes', { kind: 'command', command: { type: 'send', chat_id: null, message_id: randomUUID(), text: 'x'.repeat(2_000_000) } }],
  ];
  for (const [what, message] of forged) {
    it(`ignores ${what}, and says so in the log`, () => {
      receive(message);
      assert.deepEqual([commands, posted, warnings.length], [[], [], 1]);
    });
  }

  it('answers a request that is none, one with bad parameters, and one that fails, each with an error', async () => {
    receive({ kind: 'request', id: 1, name: 'constructor', params: {} });
    receive({ kind: 'request', id: 2, name: 'list_chats', params: { query: 5 } });
    receive({ kind: 'request', id: 3, name: 'events_before', params: { chat_id: randomUUID(), before_seq: 5, limit: 10 } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const codes = posted.map((reply) => (reply as { id: number; error: { code: string } })).sort((a, b) => a.id - b.id).map(({ error }) => error.code);
    assert.deepEqual(codes, ['unknown_request', 'bad_request', 'internal']);
  });

  it('never posts more than a message may carry', () => {
    const channel = new Channel<string>(webview, log);
    assert.throws(() => channel.send('x'.repeat(maxMessageBytes)), /over the limit/);
    assert.deepEqual(posted, []);
  });
});

type ManifestSetting = { scope?: string; markdownDescription?: string };

function manifestSettings(): Record<string, ManifestSetting> {
  type Section = { properties: Record<string, ManifestSetting> };
  // The manifest is this repository's own package.json, checked by VS Code itself.
  const manifest = vscode.extensions.getExtension('boocode.boocode')?.packageJSON as { contributes: { configuration: Section[] } } | undefined;
  return Object.assign({}, ...(manifest?.contributes.configuration ?? []).map(({ properties }) => properties));
}
