// What was used of each limit, what is known of the model, and where to change both.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Spent } from '../../shared/budgets';
import type { ChatSummary } from '../../shared/chats';
import { formatExact, formatExactUsd, formatPercent, formatTokens, formatUsd } from '../../shared/format';
import type { HostStatus } from '../../shared/messages/chat';
import { Button } from '../kit/components';
import { amount, costOf, costWords, exactAmount, scopeNames, scopeUses, type ScopeUse } from './limits';
import { useSession } from './session-context';
import type { RunAction } from './session';
import type { Spending } from './spending';

export type UsageShown = { status: HostStatus; chat: ChatSummary | null; spending: Spending };
type PopoverProps = UsageShown & { share: number | null; onDone(): void };

export function UsagePopover({ status, chat, spending, share, onDone }: PopoverProps) {
  const session = useSession();
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => panel.current?.focus(), []);
  const run = (action: RunAction): void => {
    onDone();
    session.run(action);
  };
  const showTurn = (): void => {
    onDone();
    session.showInTraces(spending.turn_number, null);
  };
  return (
    <div class="usage-popover" ref={panel} role="dialog" aria-label="Usage and limits" tabIndex={-1}>
      <table class="usage-table">
        <thead>
          <tr>
            <th scope="col">Used by</th>
            <th scope="col">Used</th>
            <th scope="col">Limit</th>
            <th scope="col">Left</th>
          </tr>
        </thead>
        {scopeUses(status, chat, spending).map((use) => (
          <ScopeRows key={use.scope} use={use} scripted={status.scripted} />
        ))}
      </table>
      <dl class="model-facts">
        {factsOf(status, spending.context, share).map(([name, value, exact]) => (
          <div key={name} class="model-fact">
            <dt class="muted">{name}</dt>
            <dd title={exact}>{value}</dd>
          </div>
        ))}
      </dl>
      <div class="usage-actions">
        <Button onClick={() => run('choose_model')}>Choose Model</Button>
        <Button onClick={() => run('open_settings')}>Set Limits</Button>
        {chat !== null && spending.turn_number > 0 && <Button onClick={showTurn}>Show Turn in Traces</Button>}
      </div>
    </div>
  );
}

/** Tokens in one line, money in the next. */
function ScopeRows({ use: { scope, spent, limits }, scripted }: { use: ScopeUse; scripted: boolean }) {
  const about = spent !== null && spent.estimated_calls > 0 ? '≈' : '';
  const lines = scripted ? 1 : 2;
  const isFree = limits.tokens === null && limits.usd === null;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" rowSpan={lines}>
          {scopeNames[scope]}
        </th>
        <td title={exactAmount('tokens', spent?.tokens ?? null)}>{spent === null ? '—' : `${about}${formatTokens(spent.tokens)}`}</td>
        {isFree ? <NoLimit lines={lines} /> : <Limit unit="tokens" limit={limits.tokens} used={spent?.tokens ?? null} />}
      </tr>
      {!scripted && (
        <tr>
          <td title={costTitle(spent)}>{spent === null ? '—' : shortCost(spent)}</td>
          {!isFree && <Limit unit="usd" limit={limits.usd} used={spent?.cost_usd ?? null} />}
        </tr>
      )}
    </tbody>
  );
}

function NoLimit({ lines = 1 }: { lines?: number }) {
  return (
    <td class="muted" colSpan={2} rowSpan={lines}>
      no limit
    </td>
  );
}

function Limit({ unit, limit, used }: { unit: 'tokens' | 'usd'; limit: number | null; used: number | null }) {
  if (limit === null) return <NoLimit />;
  const left = used === null ? null : Math.max(0, limit - used);
  return (
    <>
      <td title={exactAmount(unit, limit)}>{amount(unit, limit)}</td>
      <td title={exactAmount(unit, left)} class={left === 0 ? 'bad' : undefined}>
        {left === 0 ? 'none' : amount(unit, left)}
      </td>
    </>
  );
}

function shortCost(spent: Spent): string {
  const cost = costOf(spent);
  return cost === null ? 'unknown' : `${cost.sign}${formatUsd(cost.usd)}`;
}

function costTitle(spent: Spent | null): string {
  if (spent === null) return 'Not known';
  const { calls, unpriced_calls, estimated_calls, cost_usd } = spent;
  const words = [`${costWords(costOf(spent))} (${formatExactUsd(cost_usd)} of ${calls - unpriced_calls} priced calls)`];
  if (unpriced_calls > 0) words.push(`The price of ${unpriced_calls} of ${calls} calls is not known.`);
  if (estimated_calls > 0) words.push(`${estimated_calls} of ${calls} calls did not say what they used; that is an estimate.`);
  return words.join('\n');
}

type Fact = [name: string, value: string, exact?: string];

function factsOf({ model, facts, prices, scripted }: HostStatus, context: Spending['context'], share: number | null): Fact[] {
  const size = facts.context_tokens;
  const used = context === null ? '—' : `${context.is_estimate ? '≈' : ''}${formatTokens(context.tokens)}`;
  const price = (name: string, dollars: number | null): Fact => [name, dollars === null ? 'unknown' : `${formatUsd(dollars)} now`, `${formatExactUsd(dollars)} for a million tokens`];
  const priceRows = [price('Input, per 1M', prices?.input ?? null), price('Cached, per 1M', prices?.cache_read ?? null), price('Output, per 1M', prices?.output ?? null)];
  return [
    ['Model', model, model],
    ['Context', `${used} of ${size === null ? 'unknown' : formatTokens(size)}${share === null ? '' : ` · ${formatPercent(share)}`}`, `${formatExact(context?.tokens ?? null)} of ${formatExact(size)} tokens`],
    ['Longest answer', tokensOf(facts.max_output_tokens), exactAmount('tokens', facts.max_output_tokens)],
    ['Tools', yesNo(facts.calls_tools)],
    ['Images', yesNo(facts.takes_images)],
    ['Reasoning', yesNo(facts.reasons)],
    ...(scripted ? ([['Price', 'none: the answers are scripted']] satisfies Fact[]) : priceRows),
  ];
}

function tokensOf(count: number | null): string {
  return count === null ? 'unknown' : `${formatTokens(count)} tokens`;
}

function yesNo(fact: boolean | null): string {
  return fact === null ? 'unknown' : fact ? 'yes' : 'no';
}
