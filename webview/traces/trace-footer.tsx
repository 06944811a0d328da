// The sums of the chat: how much came from caches, calls, time and money, and whether anything is missing.
import { formatCount, formatDuration, formatExact, formatExactDuration, formatExactUsd, formatTokens, formatUsd } from '../../shared/format';
import { cacheHitRate, inputTokens } from '../../shared/usage-math';
import { cacheLook, hitPercent } from './cache-look';
import type { TraceModel } from './trace-model';
import type { TracesSession } from './traces-session';

export function TraceFooter({ session, model }: { session: TracesSession; model: TraceModel }) {
  const { totals } = model;
  const { dropped_events, load } = session.view;
  const isPart = load !== 'idle';
  const unsure = totals.unpriced > 0 || totals.unaccounted > 0;
  return (
    <footer class="trace-footer" aria-label="Totals">
      <HitRate model={model} />
      <span class="number" title={`${formatExact(totals.failed)} of them failed`}>
        {formatCount(totals.calls, 'call')}
      </span>
      <span class="number" title={`${formatExactDuration(totals.whole_ms)} in turns`}>
        {formatDuration(totals.whole_ms)}
      </span>
      <span class="number" title={unsure ? unsureWords(totals) : formatExactUsd(totals.cost_usd)}>
        {totals.unpriced > 0 && totals.cost_usd === 0 ? '—' : `${unsure ? '≥ ' : ''}${formatUsd(totals.cost_usd)}`}
      </span>
      {totals.unaccounted > 0 && <span title="The API did not say what these model calls used">{formatCount(totals.unaccounted, 'model call')} unaccounted</span>}
      {isPart && <span class="muted">so far</span>}
      <span class={`dropped number${dropped_events > 0 ? ' bad' : ' muted'}`} title="Events of this chat that are missing from its record. BooCode: Check Storage looks at every row.">
        {dropped_events > 0 && <span class="codicon codicon-warning" aria-hidden="true" />}
        {formatCount(dropped_events, 'event')} dropped
      </span>
    </footer>
  );
}

function HitRate({ model }: { model: TraceModel }) {
  const { usage } = model.totals;
  const rate = cacheHitRate(usage);
  if (rate === null) return <span class="muted">Cache hit rate: n/a</span>;
  const look = cacheLook(rate);
  return (
    <span class={`hit-rate number ${look.level}`} title={`${formatExact(usage.cache_read)} of ${formatExact(inputTokens(usage))} input tokens came from caches (${look.word})`}>
      <span class="cache-bar" style={{ '--hit': `${(rate * 100).toFixed(2)}%` }} aria-hidden="true" />
      Cache hit rate: {hitPercent(rate)}% ({formatTokens(usage.cache_read)}/{formatTokens(inputTokens(usage))} tokens)
      <span class="sr-only">, {look.word}</span>
    </span>
  );
}

function unsureWords({ unpriced, unaccounted }: TraceModel['totals']): string {
  const parts = [
    ...(unpriced > 0 ? [`the price of ${formatCount(unpriced, 'model call')} is unknown`] : []),
    ...(unaccounted > 0 ? [`the use of ${formatCount(unaccounted, 'model call')} is estimated`] : []),
  ];
  return `At least that: ${parts.join(', ')}`;
}
