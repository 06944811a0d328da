// The problems that VS Code itself shows, for tools. Looks and never changes anything; a file that nobody has opened is
// opened as a document, unseen, so that its language looks at it.
import * as vscode from 'vscode';
import { isAbsolute, relative, sep } from 'node:path';
import type { Editor, EditorProblem, FileProblems, ProblemSeverity } from '../tools/editor';

/** After the last change of a document or its problems this long must nothing have come. */
const quietMs = 400;
const longestWaitMs = 4_000;
/** Changes before this are settled in any case. */
const recentMs = 3_000;

export class EditorProblems implements Editor, vscode.Disposable {
  readonly #subscriptions: vscode.Disposable;
  #lastChange = 0;

  constructor() {
    const changed = (): void => {
      this.#lastChange = Date.now();
    };
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document }) => document.uri.scheme === 'file' && changed()),
      vscode.languages.onDidChangeDiagnostics(changed),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async diagnostics(path: string | null, signal: AbortSignal): Promise<readonly FileProblems[]> {
    if (path !== null) await this.#lookAt(path);
    await this.#settled(signal);
    return vscode.languages
      .getDiagnostics()
      .filter(([uri]) => uri.scheme === 'file' && (path === null || isWithin(path, uri.fsPath)))
      .map(([uri, problems]) => ({ path: uri.fsPath, unsaved: isUnsaved(uri), problems: problems.map(problemOf) }));
  }

  /** A file is opened as a document; a folder, or what is no text, is not. */
  async #lookAt(path: string): Promise<void> {
    if (vscode.workspace.textDocuments.some(({ uri }) => uri.scheme === 'file' && uri.fsPath === path)) return;
    const uri = vscode.Uri.file(path);
    try {
      const { type } = await vscode.workspace.fs.stat(uri);
      if ((type & vscode.FileType.File) === 0) return;
      await vscode.workspace.openTextDocument(uri);
      this.#lastChange = Date.now();
    } catch {
      // Then what is known of it without its document is all there is.
    }
  }

  async #settled(signal: AbortSignal): Promise<void> {
    const asked = Date.now();
    if (asked - this.#lastChange > recentMs) return;
    while (!signal.aborted && Date.now() - this.#lastChange < quietMs && Date.now() - asked < longestWaitMs) {
      await new Promise((resolve) => setTimeout(resolve, quietMs / 4));
    }
  }
}

function isWithin(path: string, file: string): boolean {
  const way = relative(path, file);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function isUnsaved(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some((document) => document.isDirty && document.uri.toString() === uri.toString());
}

const severities: Record<vscode.DiagnosticSeverity, ProblemSeverity> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};

function problemOf({ severity, range, message, source, code }: vscode.Diagnostic): EditorProblem {
  const name = typeof code === 'object' ? code.value : code;
  return {
    severity: severities[severity],
    line: range.start.line + 1,
    column: range.start.character + 1,
    message,
    source: source ?? '',
    code: name === undefined ? '' : String(name),
  };
}
