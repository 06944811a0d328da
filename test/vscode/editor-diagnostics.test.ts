// The editor's own problems as tools see them: of files as they are now, not as they were before the last change.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { EditorDiagnostics } from '../../extension/vscode/editor-diagnostics';
import type { FileProblems } from '../../extension/tools/editor';

const signal = new AbortController().signal;

describe('the problems the editor shows', () => {
  let folder: string;
  let editor: EditorDiagnostics;
  let collection: vscode.DiagnosticCollection;

  beforeEach(async () => {
    const first = vscode.workspace.workspaceFolders?.[0];
    assert.ok(first, 'the suite needs a folder');
    folder = join(first.uri.fsPath, `problems-${randomUUID()}`);
    await mkdir(folder);
    editor = new EditorDiagnostics();
    collection = vscode.languages.createDiagnosticCollection('boocode-test');
  });

  afterEach(async () => {
    editor.dispose();
    collection.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  const put = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return path;
  };
  const diagnostic = (line: number, message: string, severity = vscode.DiagnosticSeverity.Error): vscode.Diagnostic => {
    const one = new vscode.Diagnostic(new vscode.Range(line, 2, line, 5), message, severity);
    one.source = 'test';
    one.code = { value: 42, target: vscode.Uri.parse('https://example.com') };
    return one;
  };
  const inFolder = (found: readonly FileProblems[]): FileProblems[] => found.filter(({ path }) => path.startsWith(folder));
  const messages = (found: readonly FileProblems[]): string[] => inFolder(found).flatMap(({ problems }) => problems.map(({ message }) => message));

  it('are given for a file, for a folder and for all', async () => {
    const [a, b] = [await put('a.txt', 'one\ntwo\n'), await put('deep/b.txt', 'three\n')];
    collection.set(vscode.Uri.file(a), [diagnostic(1, 'in a', vscode.DiagnosticSeverity.Warning)]);
    collection.set(vscode.Uri.file(b), [diagnostic(0, 'in b')]);
    assert.deepEqual(inFolder(await editor.diagnostics(a, signal)), [
      { path: a, open: false, unsaved: false, problems: [{ severity: 'warning', line: 2, column: 3, message: 'in a', source: 'test', code: '42' }] },
    ]);
    assert.deepEqual(messages(await editor.diagnostics(join(folder, 'deep'), signal)), ['in b']);
    assert.deepEqual(messages(await editor.diagnostics(null, signal)).toSorted(), ['in a', 'in b']);
    assert.deepEqual(messages(await editor.diagnostics(join(folder, 'gone.txt'), signal)), []);
  });

  it('are those of the text on disk after a tool changed a file that is open', async () => {
    const path = await put('open.txt', 'good\n');
    // A language that takes its time, as they do.
    const language = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.fsPath !== path) return;
      setTimeout(() => collection.set(document.uri, document.getText().includes('bad') ? [diagnostic(0, 'bad text')] : []), 700);
    });
    try {
      await vscode.window.showTextDocument(vscode.Uri.file(path));
      assert.deepEqual(messages(await editor.diagnostics(path, signal)), []);
      for (const [text, expected] of [['bad\n', ['bad text']], ['good again\n', []], ['bad again\n', ['bad text']]] as const) {
        await writeFile(path, text);
        editor.fileChanged(path);
        assert.deepEqual(messages(await editor.diagnostics(null, signal)), expected, text);
      }
    } finally {
      language.dispose();
    }
  });

  it('say so where the editor has changes that are not saved', async () => {
    const path = await put('typed.txt', 'one\n');
    // At once: VS Code in a browser saves by itself after a moment.
    const hasty = new EditorDiagnostics({ firstWordMs: 0, quietMs: 0 });
    const shown = await vscode.window.showTextDocument(vscode.Uri.file(path));
    await shown.edit((change) => change.insert(new vscode.Position(0, 0), 'typed '));
    assert.deepEqual(inFolder(await hasty.diagnostics(path, signal)), [{ path, open: true, unsaved: true, problems: [] }]);
    hasty.dispose();
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('come from a language as it is, before and after a change on disk', async () => {
    const path = await put('broken.json', '{\n  "a": 1,,\n}\n');
    const patient = new EditorDiagnostics({ firstWordMs: 20_000, longestMs: 40_000 });
    try {
      await vscode.window.showTextDocument(vscode.Uri.file(path));
      patient.fileChanged(path);
      const found = inFolder(await patient.diagnostics(path, signal));
      assert.deepEqual(found.map(({ open, problems }) => [open, problems.map(({ severity, line }) => [severity, line])]), [[true, [['error', 2]]]]);
      await writeFile(path, '{\n  "a": 1\n}\n');
      patient.fileChanged(path);
      assert.deepEqual(messages(await patient.diagnostics(path, signal)), []);
    } finally {
      patient.dispose();
    }
  });

  it('say that a file is in no tab', async () => {
    const path = await put('unseen.txt', 'one\n');
    assert.deepEqual(inFolder(await editor.diagnostics(path, signal)), [{ path, open: false, unsaved: false, problems: [] }]);
    assert.deepEqual(inFolder(await editor.diagnostics(folder, signal)), []);
  });

  it('are given at once when stopped, and before long when nothing comes', async () => {
    const path = await put('quiet.txt', 'one\n');
    editor.fileChanged(path);
    assert.deepEqual(messages(await editor.diagnostics(path, AbortSignal.abort())), []);
    const hasty = new EditorDiagnostics({ reloadMs: 50, firstWordMs: 50, longestMs: 100 });
    await vscode.window.showTextDocument(vscode.Uri.file(path));
    hasty.fileChanged(path);
    assert.deepEqual(messages(await hasty.diagnostics(path, signal)), []);
    hasty.dispose();
  });
});
