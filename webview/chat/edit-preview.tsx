// A small unified diff of a proposed edit. The whole of it is in the editor's own diff view.
import { structuredPatch } from 'diff';
import { useMemo } from 'preact/hooks';
import type { ApprovalSubject } from '../../shared/events';
import { memo } from '../kit/memo';
import { DiffLines, type DiffLine } from './diff-lines';

export type EditSubject = Extract<ApprovalSubject, { kind: 'edit' }>;

const maxLines = 24;

export const EditPreview = memo(function EditPreview({ subject }: { subject: EditSubject }) {
  const lines = useMemo(() => previewLines(subject), [subject]);
  if (lines === null) return <div class="muted edit-preview-note">Not shown here: it is too long, or holds a secret. Open the diff to see it.</div>;
  return (
    <div class="edit-preview" role="group" aria-label={`Changes in ${subject.path}`} tabIndex={0}>
      <DiffLines lines={lines} most={maxLines} />
    </div>
  );
});

/** Null when the texts were too long to be sent. */
function previewLines({ path, before, after }: EditSubject): DiffLine[] | null {
  if (before === null && after === null) return null;
  const patch = structuredPatch(path, path, before ?? '', after ?? '', undefined, undefined, { context: 2, timeout: 200 });
  if (!patch) return null;
  return patch.hunks.flatMap((hunk, index): DiffLine[] => [
    ...(index > 0 ? [{ sign: '…', text: '' } as const] : []),
    ...hunk.lines.filter((line) => !line.startsWith('\\')).map(readLine),
  ]);
}

function readLine(line: string): DiffLine {
  const sign = line[0] === '+' || line[0] === '-' ? line[0] : ' ';
  return { sign, text: line.slice(1).replace(/\r$/, '') };
}
