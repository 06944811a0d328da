// Why something came to as much as it did. What agents used counts with it; calls that did not say what they used
// count with their estimate, never as 0.
import { formatCount, formatPercent } from '../../../shared/format';
import type { WhyAnswer, WhyShare } from '../../../shared/trace-answers';
import { breather } from '../breather';
import { cacheLosses } from './cache-losses';
import type { CostFacts, CostFinding } from './cost-facts';
import { costShares, estimatedLabel } from './cost-measure';
import { agentsByCost, costlyTurns, failedCalls, reasoning, summaries, unaccounted, unpriced } from './costly-calls';
import { largeResults, repeatedReads } from './large-results';
import { leastShare, mostFindings } from './slow';
import { byMost } from './slow-facts';

export async function whyExpensive(facts: CostFacts): Promise<Pick<WhyAnswer, 'headline' | 'shares' | 'findings'>> {
  const { measure, calls } = facts;
  const made = formatCount(calls.length, 'model call');
  if (calls.length === 0) return { headline: 'No model call has been made here yet, so nothing was spent.', shares: [], findings: [] };
  if (measure.whole === 0) return { headline: `${made} came to nothing: none is known to have used any tokens.`, shares: [], findings: [] };
  const shares = costShares(calls.map(({ call }) => call), measure);
  const [most] = byMost(shares, ({ share }) => share);
  const all: CostFinding[] = [];
  const rest = breather();
  for (const find of [costlyTurns, cacheLosses, largeResults, repeatedReads, reasoning, summaries, failedCalls, agentsByCost, unaccounted]) {
    await rest();
    all.push(...find(facts));
  }
  const worth = byMost(all.filter(({ amount }) => amount !== null && amount >= measure.whole * leastShare), ({ amount }) => amount ?? 0);
  const notes = unpriced(facts);
  return {
    headline: `${most ? `${formatPercent(most.share)} of ${measure.figure(measure.whole)} ${wordsOf(most, measure.unit)}` : measure.figure(measure.whole)}, in ${made}.`,
    shares,
    findings: [...worth.slice(0, mostFindings - notes.length), ...notes].map(({ title, detail, amount, at }) => ({
      ...{ title, detail, share: amount === null ? null : Math.min(1, amount / measure.whole), at },
    })),
  };
}

function wordsOf({ label, kind }: WhyShare, unit: CostFacts['measure']['unit']): string {
  const was = unit === 'usd' ? 'was' : 'were';
  if (label === estimatedLabel) return `${was} estimated, since the API did not say`;
  switch (kind) {
    case 'cached':
      return `${was} input read from the cache`;
    case 'written':
      return `${was} input written to the cache`;
    case 'output':
      return `${was} answers`;
    case 'reasoning':
      return `${was} reasoning`;
    default:
      return `${was} input that no cache held`;
  }
}
