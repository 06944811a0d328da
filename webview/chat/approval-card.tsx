// The question whether a call may run, in its place in the conversation. What is asked is shown as it is, hidden
// characters included. Focus comes here only when nothing is being typed.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { quoteArgument } from '../../shared/visible-text';
import { Button, Icon } from '../kit/components';
import { memo } from '../kit/memo';
import { visibleText } from '../kit/visible-text';
import { ApprovalFiles } from './approval-files';
import { EditPreview } from './edit-preview';
import type { Approval } from './items';
import { useSession } from './session-context';

const isMac = navigator.platform.startsWith('Mac');
const keyName = (keys: string): string => (isMac ? keys.replace('Ctrl+', '⌘').replace('Shift+', '⇧').replace('Enter', '⏎').replace('Backspace', '⌫') : keys);

type Choice = 'allow' | 'allow_session' | 'deny';

export const ApprovalCard = memo(function ApprovalCard({ approval }: { approval: Approval }) {
  const session = useSession();
  const card = useRef<HTMLDivElement>(null);
  const decided = useRef(false);
  const decide = (choice: Choice): void => {
    if (decided.current || (choice === 'allow_session' && sessionGrant(approval) === null)) return;
    decided.current = true;
    session.decide(approval.approval_id, choice);
  };
  // Before the card is seen, so that no key comes too early.
  useLayoutEffect(() => {
    if (!isTyping() && document.hasFocus()) card.current?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent): void => {
      const choice = choiceOf(event);
      // With a text in the composer these keys belong to the text.
      if (choice === null || isTyping()) return;
      event.preventDefault();
      decide(choice);
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [approval.approval_id]);
  const { subject } = approval;
  const grant = sessionGrant(approval);
  return (
    <div class="approval" role="group" aria-label={`Approval needed: ${approval.title}`} tabIndex={-1} ref={card}>
      <div class="approval-title">
        <Icon name="shield" />
        <span>{visibleText(approval.title)}</span>
      </div>
      {approval.reason !== '' && <div class="approval-reason">{visibleText(approval.reason)}</div>}
      {subject.kind === 'command' ? (
        <div class="approval-command">
          <code class="command">
            {subject.argv.map((argument, index) => (
              <span key={index} class="argument">
                {visibleText(quoteArgument(argument))}
              </span>
            ))}
          </code>
          <div class="muted approval-where">in {visibleText(subject.cwd)}</div>
        </div>
      ) : subject.kind !== 'edit' ? (
        <ApprovalFiles subject={subject} />
      ) : (
        <div class="approval-edit">
          <div class="approval-path">
            <span class="path">{visibleText(subject.path)}</span>
            <span class="added">+{subject.added}</span>
            <span class="removed">−{subject.removed}</span>
            <button type="button" class="link-button" onClick={() => session.openDiff(approval.approval_id)}>
              Open Diff
            </button>
          </div>
          <EditPreview subject={subject} />
        </div>
      )}
      <div class="approval-buttons">
        <Button kind="primary" keys={keyName('Ctrl+Enter')} onClick={() => decide('allow')}>
          Allow
        </Button>
        {grant !== null && (
          <Button keys={keyName('Ctrl+Shift+Enter')} onClick={() => decide('allow_session')} title={grant}>
            Allow in Session
          </Button>
        )}
        <Button keys={keyName('Ctrl+Backspace')} onClick={() => decide('deny')}>
          Deny
        </Button>
      </div>
    </div>
  );
});

/** What "Allow in Session" would cover; null where every single time is asked. */
function sessionGrant({ reason, subject }: Approval): string | null {
  if (reason !== '') return null;
  switch (subject.kind) {
    case 'command':
      return 'Do not ask again in this session for exactly this command';
    case 'edit':
      return 'Do not ask again in this session for edits of unprotected files';
    case 'delete':
    case 'move':
      return null;
  }
}

function isTyping(): boolean {
  const active = document.activeElement;
  if (active instanceof HTMLInputElement) return true;
  const composer = document.getElementById('composer-input');
  return composer instanceof HTMLTextAreaElement && composer.value !== '';
}

function choiceOf(event: KeyboardEvent): Choice | null {
  if (!(isMac ? event.metaKey : event.ctrlKey) || event.altKey || event.isComposing || event.repeat) return null;
  if (event.key === 'Enter') return event.shiftKey ? 'allow_session' : 'allow';
  return event.key === 'Backspace' && !event.shiftKey ? 'deny' : null;
}
