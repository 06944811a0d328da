// How full the context is, what the chat cost, and what is left of the limit that is nearest: one button that opens
// the whole of it above the footer. Esc and its actions close it, and the focus returns.
import type { TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatExact, formatPercent, formatTokens, formatUsd } from '../../shared/format';
import { cacheHitRate, inputTokens } from '../../shared/usage-math';
import { Icon } from '../kit/components';
import { Meter } from '../kit/meter';
import type { LastCall } from './items';
import { amount, costOf, costWords, scopeUses, shareLeft, tightestLimit, type Cost, type Left } from './limits';
import type { Spending } from './spending';
import { UsagePopover, type UsageShown } from './usage-popover';

export type UsageProps = UsageShown & { lastCall: LastCall | null; working: boolean };

/** Of a limit: this share and less is little. */
const littleLeft = 0.1;

export function UsageButton(props: UsageProps) {
  const [isOpen, setIsOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  // From the moment in which it is there.
  useLayoutEffect(() => {
    if (!isOpen) return;
    // Wherever else the person turns to.
    const onElsewhere = (event: Event): void => {
      const to = event.target;
      if (to instanceof Node && whole.current?.contains(to) !== true) setIsOpen(false);
    };
    window.addEventListener('pointerdown', onElsewhere, true);
    window.addEventListener('focusin', onElsewhere, true);
    return () => {
      window.removeEventListener('pointerdown', onElsewhere, true);
      window.removeEventListener('focusin', onElsewhere, true);
    };
  }, [isOpen]);
  const close = (): void => {
    setIsOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.key !== 'Escape' || event.isComposing || !isOpen) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };

  const { status, chat, spending, lastCall, working } = props;
  const { context } = spending;
  const size = status.facts.context_tokens;
  const share = context !== null && size !== null ? context.tokens / size : null;
  const usage = lastCall?.usage ?? null;
  const cost = status.scripted || chat === null || chat.spent.calls === 0 ? undefined : costOf(chat.spent);
  const left = tightestLimit(scopeUses(status, chat, spending), working);
  const words = [contextWords(spending, size), cacheWords(lastCall), ...(cost === undefined ? [] : [`This chat: ${costWords(cost)}.`]), ...(left === null ? [] : [leftWords(left)])];
  return (
    <div class="usage" ref={whole} onKeyDown={onKeyDown}>
      <button
        type="button"
        class={`model-button context-use${left === null ? '' : ' has-limit'}`}
        ref={button}
        title={words.join('\n')}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        <span class="sr-only">Usage: context </span>
        {share !== null && <Meter share={share} />}
        <span class="number">
          {context?.is_estimate && '≈'}
          {formatTokens(context?.tokens ?? null)}
          <span class="context-size muted"> / {formatTokens(size)}</span>
        </span>
        <span class="cache-rate number">
          <span class="muted">cache </span>
          {formatPercent(usage === null ? null : cacheHitRate(usage))}
        </span>
        {cost !== undefined && <ShortCost cost={cost} />}
        {left !== null && <ShortLeft left={left} />}
      </button>
      {isOpen && <UsagePopover {...props} share={share} onDone={close} />}
    </div>
  );
}

function ShortCost({ cost }: { cost: Cost }) {
  return (
    <span class="chat-cost number">
      <span class="in-words">{costWords(cost)}</span>
      <span class="in-signs">{cost === null ? '$ —' : `${cost.sign}${formatUsd(cost.usd)}`}</span>
    </span>
  );
}

function ShortLeft({ left }: { left: Left }) {
  const isLittle = shareLeft(left) <= littleLeft;
  return (
    <span class={`limit-left number${isLittle ? ' little' : ''}`}>
      {isLittle && <Icon name="warning" />}
      {amount(left.unit, left.left)} left
    </span>
  );
}

function contextWords({ context }: Spending, size: number | null): string {
  const used = context === null ? 'not known yet' : `${context.is_estimate ? 'about ' : ''}${formatExact(context.tokens)}`;
  return `Context: ${used} of ${size === null ? 'an unknown number of' : formatExact(size)} tokens.`;
}

function cacheWords(lastCall: LastCall | null): string {
  const usage = lastCall?.usage ?? null;
  if (usage === null) return 'No model call has said yet how many tokens it used.';
  const { cache_read, output, reasoning } = usage;
  return `Last model call: ${formatExact(inputTokens(usage))} tokens in, ${formatExact(cache_read)} of them from the cache; ${formatExact(output)} out, ${formatExact(reasoning)} reasoning.`;
}

function leftWords({ scope, unit, limit, left }: Left): string {
  const name = { turn: 'the turn', run: 'the run', chat: 'the chat', day: 'today' }[scope];
  return `Limit of ${name}: ${amount(unit, left)} of ${amount(unit, limit)}${unit === 'tokens' ? ' tokens' : ''} left.`;
}
