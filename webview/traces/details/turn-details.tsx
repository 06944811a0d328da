// One turn: where its time went, what its model calls used and cost, and what their cache held beside what it could have.
import { formatDuration, formatExact, formatExactDuration, formatExactUsd, formatPercent, formatTokens, formatUsd } from '../../../shared/format';
import { timeKinds, timeNames } from '../../../shared/turn-time';
import type { ModelCall, Turn } from '../../../shared/trace-parts';
import type { Usage } from '../../../shared/usage';
import { Button } from '../../kit/components';
import { visibleText } from '../../kit/visible-text';
import { timeColor } from '../time-look';
import type { TraceModel, TurnNode } from '../trace-model';
import type { TracesSession } from '../traces-session';
import { CacheSection } from './cache-section';

export function TurnDetails({ node, model, session, onWhy }: { node: TurnNode; model: TraceModel; session: TracesSession; onWhy(): void }) {
  const { turn } = node;
  if (turn === null) return <p class="muted">Nothing more is known of this turn yet.</p>;
  const isLive = session.isLiveTurn(node, model);
  return (
    <div class="details-parts">
      <div class="details-actions">
        <Button icon="comment-discussion" onClick={() => session.wire.send({ type: 'show_in_chat', chat_id: model.chatId, turn_number: node.turn_number, trace_id: null })}>
          Show in Chat
        </Button>
        <Button icon="question" onClick={onWhy}>
          Why…
        </Button>
      </div>
      {turn.duration_ms === null && !isLive && <p class="details-problem">This turn was cut off before its end; what is known of it is shown.</p>}
      <TimeSection turn={turn} node={node} model={model} isLive={isLive} />
      {turn.calls.map((call) => (
        <CallSection key={call.llm_call_id} call={call} previous={model.callBefore(call, node)} chatId={model.chatId} session={session} />
      ))}
    </div>
  );
}

function TimeSection({ node, model, isLive }: { turn: Turn; node: TurnNode; model: TraceModel; isLive: boolean }) {
  const time = model.time(node, isLive);
  const kinds = timeKinds.filter((kind) => time[kind] > 0);
  return (
    <section class="part" aria-label="Time">
      <h2 class="part-label">Time: {formatExactDuration(time.whole)}</h2>
      <table class="split-table">
        <tbody>
          {kinds.map((kind) => (
            <tr key={kind}>
              <th scope="row">
                <span class="swatch" style={{ background: timeColor(kind) }} /> {timeNames[kind]}
              </th>
              <td class="number" title={formatExactDuration(time[kind])}>
                {formatDuration(time[kind])}
              </td>
              <td class="number muted">{formatPercent(time[kind] / time.whole)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const buckets: readonly [keyof Usage, string][] = [
  ['input', 'Fresh input'],
  ['cache_read', 'Cached input'],
  ['cache_write', 'Input written to the cache'],
  ['output', 'Output'],
  ['reasoning', 'Reasoning'],
];

function CallSection({ call, previous, chatId, session }: { call: ModelCall; previous: ModelCall | null; chatId: string; session: TracesSession }) {
  const { usage } = call;
  const name = call.purpose === 'compaction' ? 'Summary to make room' : 'Model call';
  return (
    <section class="part" aria-label={name}>
      <h2 class="part-label">
        {name}: {call.model} <span class="muted">({call.provider})</span>
      </h2>
      {call.error !== null && <p class="details-problem">{visibleText(call.error.message)}</p>}
      {call.attempts > 1 && (
        <p class="muted">
          {call.attempts} attempts; the last one began after {formatDuration(call.retry_ms)}.
        </p>
      )}
      {usage === null ? (
        <p class="muted">{call.estimated_tokens > 0 ? `Unaccounted: the API did not say what it used. About ${formatTokens(call.estimated_tokens)} tokens by length.` : 'It used nothing.'}</p>
      ) : (
        <table class="split-table">
          <tbody>
            {buckets
              .filter(([bucket]) => usage[bucket] > 0)
              .map(([bucket, label]) => (
                <tr key={bucket}>
                  <th scope="row">{label}</th>
                  <td class="number" title={`${formatExact(usage[bucket])} tokens`}>
                    {formatTokens(usage[bucket])}
                  </td>
                </tr>
              ))}
            <tr>
              <th scope="row">Cost</th>
              <td class="number" title={formatExactUsd(call.cost_usd)}>
                {formatUsd(call.cost_usd)}
              </td>
            </tr>
          </tbody>
        </table>
      )}
      {call.purpose === 'answer' && <CacheSection call={call} previous={previous} chatId={chatId} session={session} />}
    </section>
  );
}
