// What a deletion or a move takes, for the question whether it may: how much, the first of it, and whether it can be
// got back.
import type { ApprovalSubject } from '../../shared/events';
import { formatBytes, formatCount } from '../../shared/format';
import { visibleText } from '../kit/visible-text';

type FilesSubject = Extract<ApprovalSubject, { kind: 'delete' | 'move' }>;

export function ApprovalFiles({ subject }: { subject: FilesSubject }) {
  const { files, bytes, paths, what } = subject;
  return (
    <div class="approval-edit">
      <div class="approval-path">
        <span class="path">{visibleText(filesSubjectText(subject))}</span>
        <span class="muted">
          {what === 'link' ? 'a link; what it leads to stays' : what === 'file' ? formatBytes(bytes) : `${formatCount(files, 'file')}, ${formatBytes(bytes)}`}
        </span>
      </div>
      {paths.length > 0 && (
        <div class="edit-preview" role="group" aria-label="What is in it" tabIndex={0}>
          {paths.map((path) => (
            <div key={path} class="diff-line">
              <span class="diff-text">{visibleText(path)}</span>
            </div>
          ))}
          {files > paths.length && <div class="diff-line muted">… {formatCount(files, 'file')} in all</div>}
        </div>
      )}
      <div class="muted approval-where">{whatIsLost(subject)}</div>
    </div>
  );
}

/** One line: what is deleted, or from where to where it moves. */
export function filesSubjectText(subject: FilesSubject): string {
  return subject.kind === 'delete' ? subject.path : `${subject.from} → ${subject.to}`;
}

function whatIsLost(subject: FilesSubject): string {
  if (subject.kind === 'move' && !subject.replaces) return 'Nothing is replaced.';
  const what = subject.kind === 'move' ? 'The file that is there now' : 'It';
  return subject.kept ? `${what} is kept for a while and can be got back.` : `${what} is gone for good afterwards.`;
}
