// Shows an edit that waits for approval in VS Code's own diff editor. The proposed text lives in a read-only
// document of BooCode's own scheme; nothing is written.
import * as vscode from 'vscode';
import type { ApprovalQuestion } from '../agent/ports';

const scheme = 'boocode-proposal';

export class ProposedEdits implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration: vscode.Disposable;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  async show({ approval_id, subject, title }: ApprovalQuestion): Promise<void> {
    if (subject.kind !== 'edit') return;
    const before = this.#document(approval_id, 'before', subject.path, subject.before ?? '');
    const after = this.#document(approval_id, 'after', subject.path, subject.after ?? '');
    await vscode.commands.executeCommand('vscode.diff', before, after, `${title} (proposed)`, { preview: true });
  }

  /** Closes the diff of a question that was answered, and forgets its texts. */
  async close(approvalId: string): Promise<void> {
    const ours = (uri: vscode.Uri): boolean => uri.scheme === scheme && uri.query === approvalId;
    for (const key of this.#texts.keys()) if (ours(vscode.Uri.parse(key))) this.#texts.delete(key);
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => tab.input instanceof vscode.TabInputTextDiff && ours(tab.input.modified));
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }

  #document(approvalId: string, side: 'before' | 'after', path: string, text: string): vscode.Uri {
    // The path's end keeps the file's name and language; the authority keeps the two sides apart.
    const uri = vscode.Uri.from({ scheme, authority: side, path: `/${path.replaceAll('\\', '/')}`, query: approvalId });
    this.#texts.set(uri.toString(), text);
    return uri;
  }
}
