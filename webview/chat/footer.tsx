// Below the composer: which model answers, whether it is scripted, what runs without asking, and how full the context is.
import type { AttendedMode, HostStatus } from '../../shared/messages/chat';
import { cacheHitRate, inputTokens, totalTokens } from '../../shared/usage-math';
import { formatExact, formatPercent, formatTokens } from '../../shared/format';
import { Badge, Icon } from '../kit/components';
import { memo } from '../kit/memo';
import type { LastCall } from './items';
import { useSession } from './session-context';

export const Footer = memo(function Footer({ status, lastCall }: { status: HostStatus | null; lastCall: LastCall | null }) {
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
          <ContextUse status={status} lastCall={lastCall} />
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

function ContextUse({ status, lastCall }: { status: HostStatus; lastCall: LastCall | null }) {
  const usage = lastCall?.usage ?? null;
  const used = usage === null ? null : totalTokens(usage);
  const rate = usage === null ? null : cacheHitRate(usage);
  const exact =
    usage === null
      ? 'No model call has said yet how many tokens it used.'
      : `Last model call: ${formatExact(inputTokens(usage))} tokens in, ${formatExact(usage.cache_read)} of them from the cache; ` +
        `${formatExact(usage.output)} out, ${formatExact(usage.reasoning)} reasoning.\nContext window: ${formatExact(status.facts.context_tokens)} tokens.`;
  return (
    <span class="context-use" title={exact}>
      <span class="number">
        {formatTokens(used)}
        <span class="muted"> / {formatTokens(status.facts.context_tokens)}</span>
      </span>
      <span class="number">
        <span class="muted">cache </span>
        {formatPercent(rate)}
      </span>
    </span>
  );
}
