// What edit_file and write_file have in common: asking with both texts, and writing only what was approved.
import { editHunks, withoutHunks, type EditHunk } from '../../shared/edit-hunks';
import { fileLimits } from '../platform/file-limits';
import { encodeText } from '../platform/text-file';
import type { ExpectedFile, WriteTarget } from '../platform/file-writes';
import type { TextFile } from '../platform/workspace-files';
import { changesSummary, countLineChanges, type LineChanges } from './line-changes';
import { failure, refusedPlan } from './tool-results';
import type { ToolContext, ToolPlan, ToolResult } from './tool';

/** `expected` is the file the approval saw. */
export type FileChange = {
  path: string;
  /** Null for a new file. */
  before: string | null;
  text: string;
  encoding: string;
  expected: ExpectedFile;
  changes: LineChanges;
  said: string;
};

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
    prepared: { path: target.path, before: before?.text ?? null, text: after, encoding, expected: { place: target.place, hash: before?.hash ?? null }, changes, said },
  };
}

/** What was approved of a change when some of it was not. */
export function narrowFileChange(change: FileChange, rejectedHunks: readonly number[]): FileChange {
  const before = change.before ?? '';
  const text = withoutHunks(before, change.text, rejectedHunks);
  if (text === null) throw new Error(`${change.path} has no such changes: ${rejectedHunks.join(', ')}`);
  const hunks = editHunks(before, change.text);
  const left = rejectedHunks.map((number) => hunks[number]).filter((hunk) => hunk !== undefined);
  const shown = left.map(({ line, lines }) => `at line ${line}:\n${lines.map(({ sign, text: one }) => sign + one).join('\n')}`);
  return {
    ...change,
    text,
    changes: countLines(hunks.filter((_, number) => !rejectedHunks.includes(number))),
    said: `${change.said}, but the user left out ${left.length} of its ${hunks.length} changes; do not make them again unasked. Left out ${shown.join('\n')}\nWhat was written`,
  };
}

function countLines(hunks: readonly EditHunk[]): LineChanges {
  const count = (sign: '+' | '-'): number => hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.sign === sign).length, 0);
  return { added: count('+'), removed: count('-') };
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
