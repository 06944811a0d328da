// Shows an edit that waits for approval in VS Code's own diff editor. The proposed text lives in a read-only
// document of BooCode's own scheme; nothing is written.
import * as vscode from 'vscode';
import { withoutHunks } from '../../shared/edit-hunks';
import type { ApprovalQuestion } from '../agent/ports';

const scheme = 'boocode-proposal';

export class ProposedEdits implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration: vscode.Disposable;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** `rejected`: numbers of the changes that are left out; see shared/edit-hunks.ts. */
  async show({ approval_id, subject, title }: ApprovalQuestion, rejected: readonly number[] = []): Promise<void> {
    if (subject.kind !== 'edit') return;
    const before = this.#document(approval_id, 'before', subject.path, subject.before ?? '');
    const after = this.#document(approval_id, 'after', subject.path, textWithout(subject, rejected));
    await vscode.commands.executeCommand('vscode.diff', before, after, `${title} (proposed)`, { preview: true });
  }

  /** The diff of this question, where it is open, shows what would be written now. */
  choose({ approval_id, subject }: ApprovalQuestion, rejected: readonly number[]): void {
    if (subject.kind !== 'edit' || !this.#texts.has(uriOf(approval_id, 'after', subject.path).toString())) return;
    this.#document(approval_id, 'after', subject.path, textWithout(subject, rejected));
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

  #document(approvalId: string, side: Side, path: string, text: string): vscode.Uri {
    const uri = uriOf(approvalId, side, path);
    const known = this.#texts.get(uri.toString());
    this.#texts.set(uri.toString(), text);
    if (known !== undefined && known !== text) this.#changed.fire(uri);
    return uri;
  }
}

type Side = 'before' | 'after';

/** The path's end keeps the file's name and language; the authority keeps the two sides apart. */
function uriOf(approvalId: string, side: Side, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme, authority: side, path: `/${path.replaceAll('\\', '/')}`, query: approvalId });
}

/** Numbers that name no change leave the proposal as it is. */
function textWithout({ before, after }: { before: string | null; after: string | null }, rejected: readonly number[]): string {
  const whole = after ?? '';
  return rejected.length === 0 ? whole : (withoutHunks(before ?? '', whole, rejected) ?? whole);
}
