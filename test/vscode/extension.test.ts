// The extension as VS Code sees it: it is there, it starts, and its commands are registered.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly category?: string }[] };
}

describe('the extension in VS Code', () => {
  const extension = vscode.extensions.getExtension<unknown>('boocode.boocode');

  it('is found and activates', async () => {
    assert.ok(extension, 'boocode.boocode is not installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command its manifest names, all under the category BooCode', async () => {
    assert.ok(extension);
    await extension.activate();
    // The manifest is this repository's own package.json, checked by VS Code itself.
    const { commands } = (extension.packageJSON as Manifest).contributes;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(commands.length > 0);
    assert.deepEqual(commands.filter(({ command }) => !registered.has(command)), []);
    assert.deepEqual(commands.filter(({ category }) => category !== 'BooCode'), []);
  });
});
