import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { editorEncoding } from '../../extension/vscode/editor-encoding';

describe('the encoding of a file in VS Code', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'boocode-encoding-'));
  });
  afterEach(async () => {
    await vscode.workspace.getConfiguration('files').update('encoding', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true });
  });

  function file(name: string): string {
    const path = join(folder, name);
    writeFileSync(path, 'caf\u00e9', 'latin1');
    return path;
  }

  it('is the one of the setting', async () => {
    const path = file('setting.txt');
    assert.equal(editorEncoding(path), 'utf8');
    await vscode.workspace.getConfiguration('files').update('encoding', 'windows1252', vscode.ConfigurationTarget.Global);
    assert.equal(editorEncoding(path), 'windows1252');
  });

  it('is the one an open document was opened with, whatever the setting says', async () => {
    const path = file('open.txt');
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path), { encoding: 'iso88592' });
    await vscode.window.showTextDocument(document);
    assert.equal(editorEncoding(path), 'iso88592');
  });
});
