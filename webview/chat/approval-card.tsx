// The question whether a call may run, in its place in the conversation. What is asked is shown as it is, hidden
// characters included, and only what is offered can be answered.
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import type { ApprovalSubject } from '../../shared/events';
import { Button, Icon } from '../kit/components';
import { memo } from '../kit/memo';
import { visibleText } from '../kit/visible-text';
import { ApprovalCommand, commandTitle } from './approval-command';
import { ApprovalFiles } from './approval-files';
import { isCommandKey, keyName } from './asking-keys';
import { changesOf, EditChanges } from './edit-changes';
import { EditPreview } from './edit-preview';
import type { Approval } from './items';
import { useSession } from './session-context';
import { useAsking } from './use-asking';

type Choice = 'allow' | 'allow_session' | 'allow_always' | 'deny';

const noneRejected: ReadonlySet<number> = new Set();

export const ApprovalCard = memo(function ApprovalCard({ approval }: { approval: Approval }) {
  const session = useSession();
  const reasonId = useId();
  const decided = useRef(false);
  const changes = useMemo(() => changesOf(approval), [approval]);
  const [rejected, setRejected] = useState(noneRejected);
  const { approval_id, subject, offers } = approval;
  const chosen = changes === null ? 1 : changes.length - rejected.size;
  const offered = (choice: 'allow_session' | 'allow_always'): boolean => offers.includes(choice) && rejected.size === 0;
  const decide = (choice: Choice): void => {
    if (decided.current || ((choice === 'allow_session' || choice === 'allow_always') && !offered(choice))) return;
    decided.current = true;
    // To allow none of the changes is to deny the edit.
    if (choice === 'deny' || chosen === 0) session.decide(approval_id, 'deny');
    else session.decide(approval_id, choice, [...rejected].sort((a, b) => a - b));
  };
  const card = useAsking((event) => {
    const choice = choiceOf(event);
    if (choice === null) return;
    event.preventDefault();
    decide(choice);
  });
  /** The second click of a double click was meant for the card before, which stood in the same place. */
  const clicked = (choice: Choice) => (event: MouseEvent): void => {
    if (event.detail < 2) decide(choice);
  };
  const choose = (next: ReadonlySet<number>): void => {
    setRejected(next);
    session.chooseChanges(approval_id, [...next].sort((a, b) => a - b));
  };
  const always = offered('allow_always');
  return (
    <div class="approval" role="group" aria-label={`Approval needed: ${approval.title}`} aria-describedby={approval.reason === '' ? undefined : reasonId} tabIndex={-1} ref={card}>
      <div class="approval-title">
        <Icon name="shield" />
        <span>{visibleText(subject.kind === 'command' ? commandTitle(approval.title) : approval.title)}</span>
      </div>
      {approval.reason !== '' && (
        <div class="approval-reason" id={reasonId}>
          <Icon name="lock" />
          <span>{visibleText(approval.reason)} This is asked in every mode.</span>
        </div>
      )}
      {subject.kind === 'command' ? (
        <ApprovalCommand subject={subject} title={approval.title} />
      ) : subject.kind !== 'edit' ? (
        <ApprovalFiles subject={subject} />
      ) : (
        <div class="approval-edit">
          <div class="approval-path">
            <span class="added">+{subject.added}</span>
            <span class="removed">−{subject.removed}</span>
            <button type="button" class="link-button" onClick={() => session.openDiff(approval_id, [...rejected].sort((a, b) => a - b))}>
              Open Diff
            </button>
          </div>
          {changes === null ? <EditPreview subject={subject} /> : <EditChanges path={subject.path} hunks={changes} rejected={rejected} onChange={choose} />}
        </div>
      )}
      <div class="approval-buttons">
        {chosen > 0 && (
          <Button kind="primary" keys={keyName('Ctrl+Enter')} onClick={clicked('allow')}>
            {rejected.size === 0 || changes === null ? 'Allow' : `Allow ${chosen} of ${changes.length}`}
          </Button>
        )}
        {offered('allow_session') && (
          <Button keys={keyName('Ctrl+Shift+Enter')} onClick={clicked('allow_session')} title={sessionWords[subject.kind]}>
            Allow in Session
          </Button>
        )}
        {always && (
          <Button onClick={clicked('allow_always')} title={alwaysWords}>
            Always
          </Button>
        )}
        <Button keys={keyName('Ctrl+Backspace')} onClick={clicked('deny')}>
          Deny
        </Button>
      </div>
      {always && <div class="muted approval-note">{alwaysWords}</div>}
      {chosen === 0 && <div class="muted approval-note">No change is chosen, so there is nothing to allow.</div>}
    </div>
  );
});

const sessionWords: Record<ApprovalSubject['kind'], string> = {
  command: 'Does not ask again in this session for exactly this command in this folder, as long as the scripts and files it runs stay as they are',
  edit: 'Does not ask again in this session for edits of unprotected files',
  delete: '',
  move: '',
};

const alwaysWords = 'Always is for exactly this: this command in this folder, as long as the scripts and files it runs stay as they are. BooCode: Manage Approvals takes it back.';

function choiceOf(event: KeyboardEvent): Choice | null {
  if (!isCommandKey(event)) return null;
  if (event.key === 'Enter') return event.shiftKey ? 'allow_session' : 'allow';
  return event.key === 'Backspace' && !event.shiftKey ? 'deny' : null;
}
