// Below the composer: which model answers, whether it is scripted, what runs without asking, and what was used. When it
// gets narrow this goes, in this order: the cache rate, words for signs, the size beside what is used of it, and where
// a limit is shown the cost and what the meter says already. The whole of it is always one press away.
import type { AttendedMode, HostStatus } from '../../shared/messages/chat';
import { Badge, Icon } from '../kit/components';
import { memo } from '../kit/memo';
import { useSession } from './session-context';
import { UsageButton, type UsageProps } from './usage-button';

type FooterProps = Omit<UsageProps, 'status'> & { status: HostStatus | null };

export const Footer = memo(function Footer({ status, ...usage }: FooterProps) {
  const session = useSession();
  return (
    <div class="footer">
      {status !== null && (
        <>
          <button type="button" class="model-button" title={`${status.provider} · ${status.model}\nChoose another model`} onClick={() => session.run('choose_model')}>
            <span class="model-name">{status.model}</span>
            <Icon name="chevron-down" />
          </button>
          <ModeButton mode={status.approval_mode} onChoose={() => session.run('choose_approval_mode')} />
          {status.scripted && <Badge title="The answers are scripted: no model is asked. The tools are real.">scripted</Badge>}
          <UsageButton status={status} {...usage} />
        </>
      )}
    </div>
  );
});

const modes: Record<AttendedMode, { icon: string; label: string; words: string }> = {
  ask: { icon: 'shield', label: 'Ask', words: 'Every write and every command asks first.' },
  auto_edit: { icon: 'edit', label: 'Auto edit', words: 'Edits are made without asking; commands ask.' },
  full_auto: { icon: 'warning', label: 'Full auto', words: 'Edits and commands run without asking.' },
};

function ModeButton({ mode, onChoose }: { mode: AttendedMode; onChoose(): void }) {
  const { icon, label, words } = modes[mode];
  return (
    <button
      type="button"
      class={`model-button mode-button ${mode}`}
      title={`${label}: ${words}\nProtected files ask in every mode. Choose another mode`}
      aria-label={`Approval mode: ${label}. ${words}`}
      onClick={onChoose}
    >
      <Icon name={icon} />
      <span class="mode-name">{label}</span>
      <Icon name="chevron-down" />
    </button>
  );
}
