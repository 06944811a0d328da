// What a deletion or a move takes, for the question whether it may: how much, the first of it, and whether it can be
// got back. The title above it names the paths.
import { deletedFilesKeptDays } from '../../shared/deleted-files';
import type { ApprovalSubject } from '../../shared/events';
import { formatBytes, formatCount, formatExact } from '../../shared/format';
import { Icon } from '../kit/components';
import { visibleText } from '../kit/visible-text';

type FilesSubject = Extract<ApprovalSubject, { kind: 'delete' | 'move' }>;

export function ApprovalFiles({ subject }: { subject: FilesSubject }) {
  const { files, bytes, paths, more_paths = 0, what } = subject;
  return (
    <div class="approval-edit">
      <div class="muted approval-where">
        {what === 'link' ? 'A link; what it leads to stays.' : what === 'file' ? formatBytes(bytes) : `${formatCount(files, 'file')}, ${formatBytes(bytes)}`}
      </div>
      {paths.length > 0 && (
        <div class="edit-preview" role="group" aria-label="What is in it" tabIndex={0}>
          {paths.map((path) => (
            <div key={path} class="diff-line">
              <span class="diff-text">{visibleText(path)}</span>
            </div>
          ))}
        </div>
      )}
      {more_paths > 0 && <div class="muted approval-where">… and {formatExact(more_paths)} more.</div>}
      <WhatIsLost subject={subject} />
    </div>
  );
}

/** One line: what is deleted, or from where to where it moves. */
export function filesSubjectText(subject: FilesSubject): string {
  return subject.kind === 'delete' ? subject.path : `${subject.from} → ${subject.to}`;
}

function WhatIsLost({ subject }: { subject: FilesSubject }) {
  if (subject.kind === 'move' && !subject.replaces) return <div class="muted approval-where">Nothing is replaced.</div>;
  const what = subject.kind === 'move' ? 'the file that is there now' : 'it';
  if (subject.kept) return <div class="muted approval-where">BooCode keeps {what} for {deletedFilesKeptDays} days, so that it can be got back.</div>;
  return (
    <div class="approval-mark">
      <Icon name="warning" />
      <span>This cannot be undone: BooCode cannot keep {what}, it is gone for good.</span>
    </div>
  );
}
