// What an approval of a check is bound to: the command, the folder, and what the files say that decide what it runs,
// those that the check knows of and those that any command of these words would be bound to. When one of them
// changes, is made or is removed, the binding is another and the question is asked again.
import { createHash } from 'node:crypto';
import type { CommandRunner } from '../../platform/command-runner';
import type { WorkspaceFiles } from '../../platform/workspace-files';
import { constantArgv, type CheckCommand } from '../check';

export type ApprovalBinding = {
  argv: readonly string[];
  /** Absolute and free of links. */
  cwd: string;
  /** Of the deciding files. Two bindings with the same three fields allow the same thing. */
  contentHash: string;
  /** False when too much decides what it does: an approval is for this once. */
  canBeKept: boolean;
  /** Those of the files the check knows of that are there, as shown. */
  files: readonly string[];
};

/** Null when the folder cannot be run in. */
export async function bindApproval({ files, commands }: { files: WorkspaceFiles; commands: CommandRunner }, command: CheckCommand): Promise<ApprovalBinding | null> {
  const folder = await files.workingDirectory(command.folder);
  if (!folder.ok) return null;
  const argv = constantArgv(command);
  const bound = await commands.binding(argv, command.folder);
  const key = bound.ok ? bound.value.key : null;
  const hash = createHash('sha256').update(JSON.stringify(key));
  const present: string[] = [];
  for (const path of [...command.decidedBy].sort()) {
    const state = await stateOf(files, path);
    if (state === 'not_found') continue;
    present.push(path);
    hash.update(JSON.stringify([path, state]));
  }
  return { argv, cwd: folder.value.real, contentHash: hash.digest('hex'), canBeKept: key !== null, files: present };
}

/** A file that is no text (a program, say) is known by its size alone; one outside the workspace by its name. */
async function stateOf(files: WorkspaceFiles, path: string): Promise<string> {
  const read = await files.readText(path);
  if (read.ok) return read.value.hash;
  const facts = await files.stat(path);
  return facts.ok && facts.value.kind === 'file' ? `${read.error.code} ${facts.value.bytes}` : read.error.code;
}
