// Where the links to the traces lead that stand in VS Code's own places: the menus of files, and the titles of documents
// and diffs that were opened from a trace.
import * as vscode from 'vscode';
import type { TraceTarget } from '../../shared/messages/traces';
import { QueryError } from '../trace/queries';
import type { TraceDocuments } from './trace-documents';

/** `chatId` null: the chat that is shown. */
export type TraceLink = { chatId: string | null; target: TraceTarget };

/** `given`: what VS Code hands to a command. Null, and said to the person, when there is no file of the workspace. */
export function linkOfFile(given: readonly unknown[]): TraceLink | null {
  const uri = resourceOf(given);
  if (uri === null || vscode.workspace.getWorkspaceFolder(uri) === undefined) {
    const words = uri === null ? 'No file is open.' : 'This file is not in the workspace, so BooCode has done nothing to it.';
    void vscode.window.showInformationMessage(`${words} Open a file of the workspace, then try again.`);
    return null;
  }
  const path = vscode.workspace.asRelativePath(uri);
  return { chatId: null, target: { turn_number: null, trace_id: null, filter: `file:${/\s/.test(path) ? `"${path}"` : path}` } };
}

/** Null, and said to the person, when it is no document of a trace or its chat was deleted. */
export async function linkOfDocument(given: readonly unknown[], documents: TraceDocuments): Promise<TraceLink | null> {
  const uri = resourceOf(given);
  const trace = uri === null ? null : await documents.traceOf(uri).catch(nothingStored);
  if (trace !== null) return { chatId: trace.chat_id, target: { turn_number: trace.turn_number, trace_id: trace.id, filter: null } };
  void vscode.window.showInformationMessage('This shows nothing of a trace that is stored. Open a value or a diff from Traces, then try again.');
  return null;
}

function nothingStored(error: unknown): null {
  if (error instanceof QueryError) return null;
  throw error;
}

/** The resource of the menu; from the palette there is none, and what is in front counts. */
function resourceOf([resource]: readonly unknown[]): vscode.Uri | null {
  if (resource instanceof vscode.Uri) return resource;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  return vscode.window.activeTextEditor?.document.uri ?? null;
}
