// Values and edits of tool calls as documents of BooCode's own scheme that nobody can edit. They are read from the store
// whenever VS Code asks, so that none is kept in memory, however long it is.
import * as vscode from 'vscode';
import { editOfCall, type EditOfCall } from '../trace/edit-of-call';
import { QueryError, traceById } from '../trace/queries';
import { valueName, valueText, type ValuePart } from '../trace/value-document';
import type { Store } from '../store/store';
import type { ToolTrace } from '../../shared/traces';

/** Named in the menus of the manifest. */
const scheme = 'boocode-trace';

type Side = 'before' | 'after';
type Part = ValuePart | Side;

/** Something that is asked for is not there. `message` says what, `nextStep` what to do. */
export class TraceDocumentError extends Error {
  constructor(
    readonly code: 'no_value' | 'no_edit' | 'no_texts',
    message: string,
    readonly nextStep: string,
  ) {
    super(message);
    this.name = 'TraceDocumentError';
  }
}

export class TraceDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #store: Store;
  readonly #registration: vscode.Disposable;

  constructor(store: Store) {
    this.#store = store;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** Rejects with a TraceDocumentError when the call has no such value, or not yet. */
  async openValue(traceId: string, part: ValuePart): Promise<void> {
    const trace = await traceById(this.#store, traceId);
    if (trace[part] === null) {
      const isOver = trace.outcome !== 'running';
      throw new TraceDocumentError('no_value', isOver ? `This call has no ${part}.` : `This call still runs, so it has no ${part} yet.`, isOver ? 'Its row says how it ended.' : 'Open it again when the call has ended.');
    }
    // Unlike a text document this opens a text of any size.
    await vscode.commands.executeCommand('vscode.open', uriOf(trace, part, valueName(trace, part)), { preview: true });
  }

  /** Rejects with a TraceDocumentError when there is no edit to show. */
  async openDiff(traceId: string): Promise<void> {
    const trace = await traceById(this.#store, traceId);
    const edit = await editOfCall(this.#store, trace);
    if ('code' in edit) throw noEdit(edit.code, trace);
    const [before, after] = [uriOf(trace, 'before', edit.path), uriOf(trace, 'after', edit.path)];
    await vscode.commands.executeCommand('vscode.diff', before, after, `${trace.tool_name} ${edit.path} (${editWord(trace, edit)})`, { preview: true });
  }

  /** The call whose document it is; null for any other document. */
  async traceOf(uri: vscode.Uri): Promise<ToolTrace | null> {
    return uri.scheme === scheme ? traceById(this.#store, uri.query) : null;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      const trace = await traceById(this.#store, uri.query);
      const part = partOf(uri);
      if (part !== 'before' && part !== 'after') return valueText(trace, part);
      const edit = await editOfCall(this.#store, trace);
      return 'code' in edit ? noEdit(edit.code, trace).message : edit[part];
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return 'This call is no longer stored.\n';
    }
  }
}

/** The path's end gives the tab its name and the text its language; the authority keeps the parts of a call apart. */
function uriOf(trace: ToolTrace, part: Part, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme, authority: part, path: `/${path.replaceAll('\\', '/')}`, query: trace.id });
}

function partOf({ authority }: vscode.Uri): Part {
  switch (authority) {
    case 'input':
    case 'error':
    case 'before':
    case 'after':
      return authority;
    default:
      return 'output';
  }
}

function editWord({ outcome }: ToolTrace, { decision }: EditOfCall): string {
  if (decision === null) return 'not decided';
  if (decision === 'deny' || decision === 'cancelled') return 'not made';
  return outcome === 'success' ? 'as it was made' : 'not known to be made';
}

function noEdit(code: 'no_edit' | 'no_texts', { tool_name }: ToolTrace): TraceDocumentError {
  if (code === 'no_edit') return new TraceDocumentError('no_edit', `This call of ${tool_name} has asked for no edit, so there is no diff of it.`, 'Its input and output say what it did.');
  return new TraceDocumentError('no_texts', 'The texts of this edit were not kept: they were too long, or held a secret.', 'Its input says what was to be changed.');
}
