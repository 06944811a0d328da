// Limits beside what was used of them, and costs in words. Pure; what is not known stays unknown.
import type { BudgetScope, BudgetUnit, Budgets, Spent } from '../../shared/budgets';
import type { ChatSummary } from '../../shared/chats';
import { formatExact, formatExactUsd, formatTokens, formatUsd } from '../../shared/format';
import type { HostStatus } from '../../shared/messages/chat';
import type { Spending } from './spending';

export type ScopeUse = {
  scope: BudgetScope;
  /** Null: not known. */
  spent: Spent | null;
  limits: Budgets[BudgetScope];
};

export type Left = { scope: BudgetScope; unit: Exclude<BudgetUnit, 'turns'>; limit: number; left: number };

export const scopeNames: Record<BudgetScope, string> = { turn: 'Turn', run: 'Run', chat: 'Chat', day: 'Today' };

/** The day is counted only where a limit is set on it. */
export function scopeUses({ budgets, spent_today }: HostStatus, chat: ChatSummary | null, { turn, run }: Spending): ScopeUse[] {
  const of = (scope: BudgetScope, spent: Spent | null): ScopeUse => ({ scope, spent, limits: budgets[scope] });
  const day = of('day', spent_today);
  const isCounted = spent_today !== null || day.limits.tokens !== null || day.limits.usd !== null;
  return [of('turn', turn), of('run', run), of('chat', chat?.spent ?? null), ...(isCounted ? [day] : [])];
}

/** Of all limits the one of which the smallest share is left. Those of a turn and a run begin anew with the next. */
export function tightestLimit(uses: readonly ScopeUse[], working: boolean): Left | null {
  let tightest: Left | null = null;
  for (const { scope, spent, limits } of uses) {
    const isOver = !working && (scope === 'turn' || scope === 'run');
    for (const unit of ['tokens', 'usd'] as const) {
      const limit = limits[unit];
      if (limit === null || spent === null || isOver) continue;
      const left = Math.max(0, limit - (unit === 'tokens' ? spent.tokens : spent.cost_usd));
      const found = { scope, unit, limit, left };
      if (tightest === null || shareLeft(found) < shareLeft(tightest)) tightest = found;
    }
  }
  return tightest;
}

/** Of a limit of nothing, which is a setting that makes no sense, nothing is left. */
export function shareLeft({ left, limit }: Left): number {
  return limit === 0 ? 0 : left / limit;
}

export function amount(unit: BudgetUnit, value: number | null): string {
  return unit === 'usd' ? formatUsd(value) : unit === 'tokens' ? formatTokens(value) : formatExact(value);
}

export function exactAmount(unit: BudgetUnit, value: number | null): string {
  if (value === null) return 'unknown';
  return unit === 'usd' ? formatExactUsd(value) : `${formatExact(value)} ${unit}`;
}

/** `sign` is `≥` or `≈` where the amount is not exact; null where no price was known at all. */
export type Cost = { sign: '' | '≥' | '≈'; usd: number } | null;

export function costOf({ calls, unpriced_calls, estimated_calls, cost_usd }: Spent): Cost {
  if (calls > 0 && unpriced_calls >= calls) return null;
  return { sign: unpriced_calls > 0 ? '≥' : estimated_calls > 0 ? '≈' : '', usd: cost_usd };
}

export function costWords(cost: Cost): string {
  if (cost === null) return 'cost unknown';
  return `${{ '': '', '≥': 'at least ', '≈': 'about ' }[cost.sign]}${formatUsd(cost.usd)}`;
}
