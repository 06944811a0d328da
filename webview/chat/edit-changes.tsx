// The separate changes of a proposed edit, each with a box that says whether it is to be made. Numbers are those of
// shared/edit-hunks.ts, by which the host knows them.
import type { TargetedKeyboardEvent } from 'preact';
import { editHunks, type EditHunk } from '../../shared/edit-hunks';
import { formatCount } from '../../shared/format';
import { looksCut } from '../kit/json-text';
import { DiffLines } from './diff-lines';
import type { Approval } from './items';

const maxLines = 60;

/** Null where the edit can only be taken as a whole. */
export function changesOf({ offers, subject }: Approval): EditHunk[] | null {
  if (!offers.includes('partial') || subject.kind !== 'edit' || subject.before === null || subject.after === null) return null;
  // Of a text that was cut on its way here the changes would have other numbers.
  if (looksCut(subject.before) || looksCut(subject.after)) return null;
  const hunks = editHunks(subject.before, subject.after);
  return hunks.length > 1 ? hunks : null;
}

type EditChangesProps = { path: string; hunks: readonly EditHunk[]; rejected: ReadonlySet<number>; onChange(rejected: ReadonlySet<number>): void };

export function EditChanges({ path, hunks, rejected, onChange }: EditChangesProps) {
  const toggle = (number: number): void => {
    const next = new Set(rejected);
    if (!next.delete(number)) next.add(number);
    onChange(next);
  };
  const all = rejected.size === 0;
  const chosen = hunks.length - rejected.size;
  return (
    <div class="edit-changes" role="group" aria-label={`Changes in ${path}`} onKeyDown={moveBetweenBoxes}>
      <label class="hunk-label">
        <input
          type="checkbox"
          checked={all}
          indeterminate={chosen > 0 && !all}
          onChange={() => onChange(all ? new Set(hunks.keys()) : new Set())}
        />
        <span>{all ? `All ${formatCount(hunks.length, 'change')}` : `${chosen} of ${formatCount(hunks.length, 'change')}`}</span>
      </label>
      <div class="hunks">
        {hunks.map((hunk, number) => (
          <div key={number} class={rejected.has(number) ? 'hunk left-out' : 'hunk'}>
            <label class="hunk-label">
              <input type="checkbox" checked={!rejected.has(number)} onChange={() => toggle(number)} />
              <span>
                Change {number + 1}
                <span class="muted"> · line {firstChangedLine(hunk)}{rejected.has(number) ? ', left out' : ''}</span>
              </span>
              <span class="hunk-counts">
                <span class="added">+{countOf(hunk, '+')}</span> <span class="removed">−{countOf(hunk, '-')}</span>
              </span>
            </label>
            <div class="hunk-lines" role="group" aria-label={`Change ${number + 1}`} tabIndex={0}>
              <DiffLines lines={hunk.lines} most={maxLines} />
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

function firstChangedLine({ line, lines }: EditHunk): number {
  return line + Math.max(0, lines.findIndex(({ sign }) => sign !== ' '));
}

function countOf({ lines }: EditHunk, sign: '+' | '-'): number {
  return lines.filter((line) => line.sign === sign).length;
}

function moveBetweenBoxes(event: TargetedKeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.target instanceof HTMLInputElement)) return;
  const boxes = [...event.currentTarget.querySelectorAll('input')];
  const next = boxes[boxes.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
