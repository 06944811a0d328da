// What VS Code shows at this moment, for the project facts: files in tabs, selection and the problems of those files.
// Files on disk only; nothing is opened and nothing is waited for.
import * as vscode from 'vscode';
import { longestSelection, type EditorSelection, type EditorState, type EditorView } from '../agent/editor-state';
import { factsOf } from './editor-diagnostics';

export class EditorFacts implements EditorView {
  state(): EditorState {
    const shown = vscode.window.visibleTextEditors.map(({ document }) => document).filter(isOnDisk);
    const visible = new Set(shown.map(({ uri }) => uri.fsPath));
    const paths = new Set([...visible, ...pathsInTabs()]);
    const unsaved = new Set(vscode.workspace.textDocuments.filter((document) => isOnDisk(document) && document.isDirty).map(({ uri }) => uri.fsPath));
    const active = vscode.window.activeTextEditor;
    return {
      active: active !== undefined && isOnDisk(active.document) ? active.document.uri.fsPath : null,
      files: [...paths].map((path) => ({ path, visible: visible.has(path), unsaved: unsaved.has(path) })),
      selection: active === undefined ? null : selectionOf(active),
      problems: [...paths].map((path) => factsOf(path, vscode.languages.getDiagnostics(vscode.Uri.file(path)), paths)),
    };
  }
}

function isOnDisk({ uri, isUntitled }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && !isUntitled;
}

/** A diff counts as its right side, the file as it is now. */
function pathsInTabs(): string[] {
  const inputs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).map(({ input }) => input);
  return inputs.flatMap((input) => {
    if (input instanceof vscode.TabInputTextDiff) return input.modified.scheme === 'file' ? [input.modified.fsPath] : [];
    const isFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook || input instanceof vscode.TabInputCustom;
    return isFile && input.uri.scheme === 'file' ? [input.uri.fsPath] : [];
  });
}

function selectionOf({ document, selection }: vscode.TextEditor): EditorSelection | null {
  if (selection.isEmpty || !isOnDisk(document)) return null;
  const { start, end } = selection;
  const characters = document.offsetAt(end) - document.offsetAt(start);
  return {
    path: document.uri.fsPath,
    startLine: start.line + 1,
    // Whole lines end before the first character of the line after them.
    endLine: end.character === 0 && end.line > start.line ? end.line : end.line + 1,
    text: characters > longestSelection ? null : document.getText(selection),
  };
}
