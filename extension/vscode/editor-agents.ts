// The agents of the open workspace as this window has them: its settings, its editor, and a person to ask.
import type * as vscode from 'vscode';
import { createWorkspaceAgents, type WorkspaceAgents } from '../agent/workspace-agents';
import { findRipgrep } from '../platform/ripgrep-path';
import { DemoProvider, demoModel } from '../providers/demo';
import { unknownModel } from '../providers/models';
import type { Store } from '../store/store';
import { EditorDiagnostics } from './editor-diagnostics';
import { editorEncoding } from './editor-encoding';
import { EditorFacts } from './editor-facts';
import type { HostBasics } from './host-basics';
import { approvalMode, autoFixSettings, budgets, includedFacts, setting } from './settings';

export type EditorAgentsPorts = {
  roots: readonly { name: string; path: string }[];
  /** The workspace's own folder. */
  directory: string;
  dist: string;
  store: Store;
  basics: HostBasics;
  /** Chats that the demo model answers. */
  demoChats: ReadonlySet<string>;
};

export function editorAgents(context: vscode.ExtensionContext, { roots, directory, dist, store, basics, demoChats }: EditorAgentsPorts): WorkspaceAgents {
  const { log, redactor, providers } = basics;
  const editor = new EditorDiagnostics();
  context.subscriptions.push(editor);
  return createWorkspaceAgents({
    roots,
    store,
    redactor,
    directory,
    ripgrepPath: findRipgrep(dist),
    passEnvironment: () => setting('commands.passEnvironment'),
    chooseModel: async (chatId) => (demoChats.has(chatId) ? { provider: new DemoProvider(), model: demoModel, known: unknownModel } : providers.ready()),
    approvalMode,
    attended: true,
    editor,
    facts: { include: includedFacts, editor: new EditorFacts() },
    encodingFor: editorEncoding,
    afterChange: (change) => editor.fileChanged(change.kind === 'move' ? change.toReal : change.real),
    autoFix: autoFixSettings,
    longestTimeoutMs: () => setting('commands.maxTimeoutSeconds') * 1000,
    limits: () => ({ maxTurns: setting('limits.maxTurns'), budgets: budgets() }),
    reportBug: (error, where) => log.error(`${where}:`, error instanceof Error ? error : String(error)),
  });
}
