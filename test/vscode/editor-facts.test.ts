// What the editor shows reaches the model beside a message: the real editor, agent and store against the scripted server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { factKinds } from '../../extension/agent/project-facts';
import { createWorkspaceAgents } from '../../extension/agent/workspace-agents';
import { defaultAutoFixSettings } from '../../extension/auto-fix/settings';
import { unknownModel } from '../../extension/providers/models';
import { OpenAICompatibleProvider } from '../../extension/providers/openai-compatible';
import { openStore } from '../../extension/store/open-store';
import { Redactor } from '../../extension/trace/redaction';
import { EditorFacts } from '../../extension/vscode/editor-facts';
import { includedFacts } from '../../extension/vscode/settings';
import { workspaceRoots } from '../../extension/vscode/workspace-roots';
import { noBudgets } from '../../shared/spent-math';
import { answer } from '../support/model-server/reply';
import { startModelServer } from '../support/model-server/server';

describe('what the editor shows', () => {
  const name = `facts-${randomUUID()}`;
  let folder: string;
  let directory: string;
  let problems: vscode.DiagnosticCollection;

  beforeEach(async () => {
    const [root] = workspaceRoots();
    assert.ok(root, 'the suite needs a folder');
    folder = join(root.path, name);
    await mkdir(folder);
    directory = await mkdtemp(join(tmpdir(), 'boocode-facts-'));
    problems = vscode.languages.createDiagnosticCollection('boocode-test-facts');
  });

  afterEach(async () => {
    problems.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  });

  const put = async (file: string, text: string): Promise<vscode.Uri> => {
    await writeFile(join(folder, file), text);
    return vscode.Uri.file(join(folder, file));
  };

  it('arrives in the request: open files, selection and problems, and then what changed', async () => {
    const extension = vscode.extensions.getExtension('boocode.boocode');
    assert.ok(extension);
    const dist = join(extension.extensionPath, 'dist');
    const server = await startModelServer({ script: () => answer({ text: 'I see.' }) });
    const store = await openStore({ directory, workerPath: join(dist, 'store-worker.js') });
    const bugs: string[] = [];
    const agents = createWorkspaceAgents({
      roots: workspaceRoots(),
      store,
      redactor: new Redactor(),
      directory,
      ripgrepPath: null,
      passEnvironment: () => [],
      chooseModel: () => Promise.resolve({ provider: new OpenAICompatibleProvider({ id: 'scripted', label: 'Scripted', baseUrl: server.url, requiresKey: false }), model: 'scripted', known: unknownModel }),
      attended: true,
      autoFix: () => ({ ...defaultAutoFixSettings, mode: 'off' }),
      approvalMode: () => 'ask',
      facts: { include: () => ['open_files', 'selection', 'problems'], editor: new EditorFacts(), waits: { gitMs: 10_000, otherMs: 10_000 } },
      limits: () => ({ maxTurns: 10, budgets: noBudgets }),
      reportBug: (error, where) => bugs.push(`${where}: ${String(error)}`),
    });
    try {
      const [a, b] = [await put('a.txt', 'one\ntwo\nthree\n'), await put('b.txt', 'four\n')];
      await vscode.window.showTextDocument(b, { preview: false });
      const editor = await vscode.window.showTextDocument(a, { preview: false });
      editor.selection = new vscode.Selection(0, 0, 2, 0);
      problems.set(b, [new vscode.Diagnostic(new vscode.Range(0, 1, 0, 2), 'four is wrong')]);
      const agent = agents.chats.create();
      const ask = async (text: string): Promise<string> => {
        agent.send(randomUUID(), text);
        assert.equal((await agent.settled())?.outcome, 'done');
        const said = server.requests.at(-1)?.body.messages.findLast(({ role }) => role === 'user')?.content;
        return String(said).split('\n').slice(2).join('\n');
      };
      assert.equal(
        await ask('look'),
        [
          `<open_files>\n${name}/a.txt (active)\n${name}/b.txt\n</open_files>`,
          `<selection path="${name}/a.txt" lines="1-2">\none\ntwo\n\n</selection>`,
          `<problems>\n1 error, 0 warnings in open files\n${name}/b.txt:1 error: four is wrong\n</problems>\n</project_facts>\n\nlook`,
        ].join('\n'),
      );
      problems.clear();
      editor.selection = new vscode.Selection(1, 1, 1, 1);
      assert.equal(await ask('now'), '<selection>\nNothing is selected any more.\n</selection>\n<problems>\nNo errors or warnings in open files any more.\n</problems>\n</project_facts>\n\nnow');
      assert.deepEqual(bugs, []);
    } finally {
      await agents.stop();
      await store.close();
      await server.close();
    }
  });

  it('is told of files on disk only, with what is not saved, and without the text of a long selection', async () => {
    const long = await put('long.txt', `${'x'.repeat(5_000)}\n`);
    const facts = new EditorFacts();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'not a file' }), { preview: false });
    assert.deepEqual(facts.state(), { active: null, files: [], selection: null, problems: [] });
    const editor = await vscode.window.showTextDocument(long, { preview: false });
    editor.selection = new vscode.Selection(0, 0, 0, 5_000);
    assert.deepEqual(facts.state().selection, { path: long.fsPath, startLine: 1, endLine: 1, text: null });
    await editor.edit((change) => change.insert(new vscode.Position(1, 0), 'typed'));
    // At once: VS Code in a browser saves by itself after a moment.
    assert.deepEqual(facts.state().files, [{ path: long.fsPath, visible: true, unsaved: true }]);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('is told as the setting says: all of it at first, and nothing where it makes no sense', async () => {
    const configuration = vscode.workspace.getConfiguration('boocode');
    assert.deepEqual(includedFacts(), factKinds);
    const told: unknown[] = [];
    for (const value of [['openFiles', 'git', 'nonsense'], [], 'all']) {
      await configuration.update('context.include', value, vscode.ConfigurationTarget.Global);
      told.push(includedFacts());
    }
    await configuration.update('context.include', undefined, vscode.ConfigurationTarget.Global);
    assert.deepEqual(told, [['open_files', 'git'], [], []]);
  });
});
