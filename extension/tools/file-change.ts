// What edit_file and write_file have in common: asking with both texts, and writing only what was approved.
import type { TextFile, WriteTarget } from '../platform/workspace-files';
import { changesSummary, countLineChanges, type LineChanges } from './line-changes';
import { failure } from './tool-results';
import type { ToolContext, ToolPlan, ToolResult } from './tool';

/** `expectedHash` is that of the file the approval saw, null when there was none. */
export type FileChange = { path: string; text: string; bom: boolean; expectedHash: string | null; changes: LineChanges; said: string };

/** `said` tells the model what was done, without the counts. */
export async function planFileChange(
  verb: string,
  target: WriteTarget,
  before: TextFile | null,
  after: string,
  said: string,
): Promise<ToolPlan<FileChange>> {
  const changes = await countLineChanges(before?.text ?? null, after);
  return {
    kind: 'needs_approval',
    title: `${verb} ${target.path}`,
    subject: { kind: 'edit', path: target.path, before: before?.text ?? null, after, ...changes },
    protected_reason: target.protectedReason === null ? null : `${target.path} is protected: ${target.protectedReason}.`,
    prepared: { path: target.path, text: after, bom: before?.bom ?? false, expectedHash: before?.hash ?? null, changes, said },
  };
}

export async function runFileChange(change: FileChange, { files, signal }: ToolContext): Promise<ToolResult> {
  if (signal.aborted) return failure({ code: 'stopped', message: `Stopped; ${change.path} was not written.`, next_step: 'Wait for the user.' });
  const written = await files.write(change.path, { text: change.text, bom: change.bom }, change.expectedHash);
  if (!written.ok) return failure(written.error);
  const summary = changesSummary(change.changes);
  return {
    text: `${change.said} (${summary}).`,
    is_error: false,
    summary,
    details: { path: written.value.path, sha256: written.value.hash, ...change.changes },
  };
}
