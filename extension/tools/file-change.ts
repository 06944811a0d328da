// What edit_file and write_file have in common: asking with both texts, and writing only what was approved.
import { fileLimits } from '../platform/file-limits';
import { encodeText } from '../platform/text-file';
import type { ExpectedFile, WriteTarget } from '../platform/file-writes';
import type { TextFile } from '../platform/workspace-files';
import { changesSummary, countLineChanges, type LineChanges } from './line-changes';
import { failure, refusedPlan } from './tool-results';
import type { ToolContext, ToolPlan, ToolResult } from './tool';

/** `expected` is the file the approval saw. */
export type FileChange = { path: string; text: string; encoding: string; expected: ExpectedFile; changes: LineChanges; said: string };

/** `said` tells the model what was done, without the counts. */
export async function planFileChange(
  verb: string,
  target: WriteTarget,
  before: TextFile | null,
  after: string,
  said: string,
): Promise<ToolPlan<FileChange>> {
  const encoding = before?.encoding ?? target.encoding;
  // Nobody is asked for what could not be written.
  const encoded = await encodeText(after, encoding, target.path);
  if (!encoded.ok) return refusedPlan(encoded.error);
  if (encoded.value.length > fileLimits.editBytes) {
    return refusedPlan({ code: 'too_large', message: `${target.path} would be over 10 MB.`, next_step: 'Make the file with a command.' });
  }
  const changes = await countLineChanges(before?.text ?? null, after);
  return {
    kind: 'needs_approval',
    title: `${verb} ${target.path}`,
    subject: { kind: 'edit', path: target.path, before: before?.text ?? null, after, ...changes },
    protected_reason: target.protectedReason === null ? null : `${target.path} is protected: ${target.protectedReason}.`,
    prepared: { path: target.path, text: after, encoding, expected: { place: target.place, hash: before?.hash ?? null }, changes, said },
  };
}

export async function runFileChange(change: FileChange, { files, signal }: ToolContext): Promise<ToolResult> {
  if (signal.aborted) return failure({ code: 'stopped', message: `Stopped; ${change.path} was not written.`, next_step: 'Wait for the user.' });
  const written = await files.write(change.path, { text: change.text, encoding: change.encoding }, change.expected);
  if (!written.ok) return failure(written.error);
  const summary = changesSummary(change.changes);
  return {
    text: `${change.said} (${summary}).`,
    is_error: false,
    summary,
    details: { path: written.value.path, sha256: written.value.hash, ...change.changes },
  };
}
