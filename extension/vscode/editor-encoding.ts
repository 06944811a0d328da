// What VS Code takes a file's encoding to be: that of its open document, else the setting for its folder and language.
import * as vscode from 'vscode';

export function editorEncoding(real: string): string {
  const document = vscode.workspace.textDocuments.find(({ uri, isUntitled }) => uri.scheme === 'file' && !isUntitled && uri.fsPath === real);
  if (document) return document.encoding;
  return vscode.workspace.getConfiguration('files', vscode.Uri.file(real)).get('encoding', 'utf8');
}
