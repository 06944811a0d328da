// Ends the commands that an extension host left running when it crashed, and says so.
import * as vscode from 'vscode';
import type { WorkspaceAgents } from '../agent/workspace-agents';
import type { Log } from './log';
import { inNotification } from './plain-text';

export async function reapOrphans(agents: WorkspaceAgents, log: Log): Promise<void> {
  const { reaped, unreadable } = await agents.reapOrphans();
  for (const name of unreadable) log.warn(`a note of a running command cannot be read: ${name}`);
  for (const { command_line, cwd, ended, left } of reaped) {
    log.info(`left behind by an earlier window: ${command_line} in ${cwd}; ${ended} processes ended, left: ${left.join(', ') || 'none'}`);
    if (left.length > 0) {
      void vscode.window.showWarningMessage(`BooCode could not end a command that an earlier window left running: ${inNotification(command_line)} (process ${left.join(', ')}). End it yourself; it is tried again at the next start.`);
    } else if (ended > 0) {
      void vscode.window.showInformationMessage(`BooCode ended a command that an earlier window had left running: ${inNotification(command_line)}`);
    }
  }
}
