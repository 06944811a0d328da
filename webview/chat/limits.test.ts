import assert from 'node:assert/strict';
import type { Budgets, Spent } from '../../shared/budgets';
import { noBudgets, nothingSpent } from '../../shared/spent-math';
import { previewStatus } from '../../test/ui/preview/scene-parts';
import { sampleSummary } from '../../test/ui/preview/sample-events';
import { costOf, costWords, scopeUses, tightestLimit, type Left } from './limits';
import { unknownSpending } from './spending';

const spent = (tokens: number, cost_usd: number, change: Partial<Spent> = {}): Spent => ({ tokens, cost_usd, calls: 4, unpriced_calls: 0, estimated_calls: 0, ...change });

describe('limits', () => {
  it('says what a cost is worth: exact, at least, about, or unknown', () => {
    const words = [spent(9, 0.12), spent(9, 0.12, { unpriced_calls: 1, estimated_calls: 2 }), spent(9, 0.12, { estimated_calls: 1 }), spent(9, 0, { unpriced_calls: 4 }), nothingSpent];
    assert.deepEqual(words.map((one) => costWords(costOf(one))), ['$0.12', 'at least $0.12', 'about $0.12', 'cost unknown', '$0.00']);
  });

  it('finds the limit of which the smallest share is left; a turn and a run count only while they go on', () => {
    const tightest = (budgets: Partial<Budgets>, working = true, today: Spent | null = null): Left | null => {
      const status = { ...previewStatus, budgets: { ...noBudgets, ...budgets }, spent_today: today };
      const chat = sampleSummary('done', { spent: spent(5_000, 0.5) });
      return tightestLimit(scopeUses(status, chat, { ...unknownSpending, turn: spent(100, 0.01), run: spent(900, 0.09) }), working);
    };
    const run = { run: { tokens: 1_000, usd: null } };
    const chat = { chat: { tokens: 20_000, usd: 0.75 } };
    assert.equal(tightest({}), null);
    assert.deepEqual(tightest({ ...run, ...chat }), { scope: 'run', unit: 'tokens', limit: 1_000, left: 100 });
    assert.deepEqual(tightest({ ...run, ...chat }, false), { scope: 'chat', unit: 'usd', limit: 0.75, left: 0.25 });
    assert.deepEqual(tightest({ ...chat, day: { tokens: 4_000, usd: null } }, false, spent(6_000, 1)), { scope: 'day', unit: 'tokens', limit: 4_000, left: 0 });
    // A setting that makes no sense lets nothing through.
    assert.deepEqual(tightest({ ...chat, day: { tokens: 0, usd: null } }, false, nothingSpent), { scope: 'day', unit: 'tokens', limit: 0, left: 0 });
    // What was used today is not known yet: nothing is said of it.
    assert.equal(tightest({ day: { tokens: 4_000, usd: null } }, false), null);
  });

  it('shows the day only where it is counted', () => {
    const scopes = (budgets: Budgets, today: Spent | null): string[] => scopeUses({ ...previewStatus, budgets, spent_today: today }, null, unknownSpending).map(({ scope }) => scope);
    assert.deepEqual(scopes(noBudgets, null), ['turn', 'run', 'chat']);
    assert.deepEqual(scopes({ ...noBudgets, day: { tokens: null, usd: 1 } }, null), ['turn', 'run', 'chat', 'day']);
    assert.deepEqual(scopes(noBudgets, nothingSpent), ['turn', 'run', 'chat', 'day']);
  });
});
