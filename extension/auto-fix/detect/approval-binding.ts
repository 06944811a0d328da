// What an approval of a check is bound to: the command, the folder, and what the files say that decide what it runs.
// When one of them changes, is made or is removed, the binding is another and the question is asked again.
import { createHash } from 'node:crypto';
import type { WorkspaceFiles } from '../../platform/workspace-files';
import { constantArgv, type CheckCommand } from '../check';

export type ApprovalBinding = {
  argv: readonly string[];
  /** Absolute and free of links. */
  cwd: string;
  /** Of the deciding files. Two bindings with the same three fields allow the same thing. */
  contentHash: string;
  /** Those of the deciding files that are there, as shown. */
  files: readonly string[];
};

/** Null when the folder cannot be run in. */
export async function bindApproval(files: WorkspaceFiles, command: CheckCommand): Promise<ApprovalBinding | null> {
  const folder = await files.workingDirectory(command.folder);
  if (!folder.ok) return null;
  const hash = createHash('sha256');
  const present: string[] = [];
  for (const path of [...command.decidedBy].sort()) {
    const state = await stateOf(files, path);
    if (state === 'not_found') continue;
    present.push(path);
    hash.update(JSON.stringify([path, state]));
  }
  return { argv: constantArgv(command), cwd: folder.value.real, contentHash: hash.digest('hex'), files: present };
}

/** A file that is no text (a program, say) is known by its size alone; one outside the workspace by its name. */
async function stateOf(files: WorkspaceFiles, path: string): Promise<string> {
  const read = await files.readText(path);
  if (read.ok) return read.value.hash;
  const facts = await files.stat(path);
  return facts.ok && facts.value.kind === 'file' ? `${read.error.code} ${facts.value.bytes}` : read.error.code;
}
