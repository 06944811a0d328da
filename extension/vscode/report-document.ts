// Pages that BooCode writes for reading, such as the report of a storage check: documents of its own scheme that
// nobody can edit, shown as rendered Markdown.
import * as vscode from 'vscode';

const scheme = 'boocode-report';

export class ReportDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // Of a window before this one only the tab is left.
    return this.#texts.get(uri.toString()) ?? 'This report is no longer there. Run **BooCode: Check Storage** for a new one.\n';
  }

  /** Shows the page, or what it says now where it is open already. */
  async show(title: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${title}.md` });
    this.#texts.set(uri.toString(), markdown);
    this.#changed.fire(uri);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // The Markdown extension may be disabled; its source reads well too.
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    }
  }
}
