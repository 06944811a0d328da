// The cache of one model call: what came from it, what could have, why the two differ, and what in the request changed.
import { useState } from 'preact/hooks';
import { cacheVerdict, type CacheVerdict } from '../../../shared/cache-math';
import { formatDuration, formatExact, formatTokens, formatUsd } from '../../../shared/format';
import type { CacheBreak } from '../../../shared/trace-answers';
import type { ModelCall } from '../../../shared/trace-parts';
import { cacheHitRate } from '../../../shared/usage-math';
import { Button, Icon } from '../../kit/components';
import { visibleText } from '../../kit/visible-text';
import { cacheLook, hitPercent } from '../cache-look';
import type { TracesSession } from '../traces-session';

const segmentNames = { tools: 'Tools', system: 'System prompt', history: 'History' };

export function CacheSection({ call, previous, chatId, session }: { call: ModelCall; previous: ModelCall | null; chatId: string; session: TracesSession }) {
  const { usage, segments } = call;
  const rate = usage === null ? null : cacheHitRate(usage);
  const verdict = cacheVerdict(call, previous);
  const isBroken = ['model', 'tools', 'system', 'history'].includes(verdict.kind);
  // An API that says nothing of what it used leaves only what is known on this side.
  if (rate === null && !isBroken) return null;
  return (
    <div class="cache-section">
      {rate !== null && <HitRate rate={rate} />}
      {segments.length > 0 && (
        <table class="split-table" aria-label="Cache by part of the request, estimated">
          <tbody>
            {segments.map(({ segment_name, hit_tokens, miss_tokens }) => (
              <tr key={segment_name}>
                <th scope="row">{segmentNames[segment_name]}</th>
                <td class="segment-bar">
                  <span class="cache-bar wide" style={{ '--hit': `${((hit_tokens / Math.max(1, hit_tokens + miss_tokens)) * 100).toFixed(2)}%` }} />
                </td>
                <td class="number" title={`${formatExact(hit_tokens)} of ${formatExact(hit_tokens + miss_tokens)} tokens`}>
                  ≈ {formatTokens(hit_tokens)} / {formatTokens(hit_tokens + miss_tokens)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {verdict.expected_tokens !== null && (
        <p>
          Reported {formatTokens(verdict.reported_tokens)}, expected ≈ {formatTokens(verdict.expected_tokens)} <span class="muted">from the beginning that this request shares with the one before</span>
        </p>
      )}
      <p class={verdict.lost_tokens > 0 ? 'cache-verdict lost' : 'cache-verdict muted'}>
        <Icon name={verdict.lost_tokens > 0 ? 'warning' : 'info'} /> {verdictWords(verdict, call)}
        {verdict.lost_tokens > 0 && ` About ${formatTokens(verdict.lost_tokens)} tokens were paid as new${verdict.lost_usd === null ? '' : `, ${formatUsd(verdict.lost_usd)} more`}.`}
      </p>
      {isBroken && <WhatChanged key={call.llm_call_id} call={call} chatId={chatId} session={session} />}
    </div>
  );
}

function HitRate({ rate }: { rate: number }) {
  const look = cacheLook(rate);
  return (
    <div class={`cache-line ${look.level}`}>
      <span class="cache-bar wide" style={{ '--hit': `${(rate * 100).toFixed(2)}%` }} role="img" aria-label={`${hitPercent(rate)} % from the cache`} />
      <span class="hit-badge">{hitPercent(rate)} %</span>
      <span class="muted">cache hits ({look.word})</span>
    </div>
  );
}

function verdictWords({ kind }: CacheVerdict, { request }: ModelCall): string {
  switch (kind) {
    case 'first':
      return 'The first request: there was nothing to reuse.';
    case 'as_expected':
      return 'As expected.';
    case 'model':
      return 'Another model, or other options of it, than the request before: caches do not carry over.';
    case 'tools':
      return 'The tools changed, so the cache was lost from there on.';
    case 'system':
      return 'The system prompt changed, so the cache was lost from there on.';
    case 'history':
      return 'The conversation changed before its end, so the cache was lost from there on.';
    case 'idle':
      return `The request began like the one before, but came ${formatDuration(request?.idle_ms ?? null)} after it: the provider’s cache had likely run out.`;
    case 'provider':
      return 'The request began like the one before, but the provider did not reuse it: another server may have answered.';
    case 'unknown':
      return 'What could have come from the cache is not known for this call.';
  }
}

function WhatChanged({ call, chatId, session }: { call: ModelCall; chatId: string; session: TracesSession }) {
  const [found, setFound] = useState<CacheBreak | 'none' | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const ask = async (): Promise<void> => {
    setFailure(null);
    try {
      setFound((await session.wire.request('cache_break', { chat_id: chatId, llm_call_id: call.llm_call_id })) ?? 'none');
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  if (found === null) {
    return (
      <div class="details-actions">
        <Button icon="diff" onClick={() => void ask()}>
          What Changed
        </Button>
        {failure !== null && <span class="details-problem">It could not be read: {failure}</span>}
      </div>
    );
  }
  if (found === 'none') return <p class="muted">What was sent before is no longer known, so it cannot be compared.</p>;
  return (
    <div class="what-changed">
      <div class="muted">First difference: {visibleText(found.label)}</div>
      <pre class="part-text diff" tabIndex={0} role="group" aria-label="What changed">
        {found.lines.map((line, index) => (
          <span key={index} class={`diff-line ${line.kind}`}>
            {line.kind === 'added' ? '+ ' : line.kind === 'removed' ? '− ' : '  '}
            {visibleText(line.text)}
          </span>
        ))}
      </pre>
      {found.is_cut && <div class="muted">Not all of it is shown.</div>}
    </div>
  );
}
