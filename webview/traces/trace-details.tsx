// The input, output and error of one call as formatted JSON. The listing carries the beginning of long ones; the rest
// is asked for when a row is opened.
import { useEffect, useState } from 'preact/hooks';
import { formatExact, formatExactDuration } from '../../shared/format';
import type { Json } from '../../shared/ids';
import type { ToolTrace } from '../../shared/traces';
import { Button, IconButton, stateWord } from '../kit/components';
import { jsonText, looksCut } from '../kit/json-text';
import type { TracesSession } from './traces-session';

type Whole = { id: string; trace: ToolTrace; truncated: boolean };

export function TraceDetails({ trace, session }: { trace: ToolTrace; session: TracesSession }) {
  const [whole, setWhole] = useState<Whole | null>(null);
  const [failed, setFailed] = useState(false);
  const isCut = looksCut(trace.input) || looksCut(trace.output) || looksCut(trace.error);
  useEffect(() => {
    setFailed(false);
    if (!isCut) return;
    let left = false;
    session.trace(trace.id).then(
      (reply) => {
        if (!left) setWhole({ id: trace.id, ...reply });
      },
      () => {
        if (!left) setFailed(true);
      },
    );
    return () => {
      left = true;
    };
  }, [trace.id, trace.outcome, isCut]);
  const shown = whole?.id === trace.id ? whole.trace : trace;
  return (
    <div class="trace-details">
      <div class="facts muted">
        {stateWord(trace.outcome)} · {formatExactDuration(trace.latency_ms)} · started {new Date(trace.started_at / 1000).toLocaleTimeString()}
        {trace.tokens_used !== null && ` · ${formatExact(trace.tokens_used)} tokens, ${formatExact(trace.cache_tokens)} from the cache, ${formatExact(trace.reasoning_tokens)} reasoning`}
      </div>
      {shown.error !== null && <Part label="Error" value={shown.error} session={session} isError />}
      <Part label="Input" value={shown.input} session={session} />
      {shown.output !== null && <Part label="Output" value={shown.output} session={session} />}
      {whole?.id === trace.id && whole.truncated && <div class="muted">Too long to show whole; the headless command `traces` prints all of it.</div>}
      {failed && <div class="muted">The rest could not be loaded. Close and open the row to try again.</div>}
    </div>
  );
}

const shownAtFirst = 20_000;

function Part({ label, value, session, isError = false }: { label: string; value: Json; session: TracesSession; isError?: boolean }) {
  const [all, setAll] = useState(false);
  const text = jsonText(value);
  const shown = all ? text : text.slice(0, shownAtFirst);
  return (
    <section class={`part${isError ? ' part-error' : ''}`} aria-label={label}>
      <div class="part-head">
        <span class="part-label">{label}</span>
        <IconButton icon="copy" label={`Copy ${label}`} onClick={() => session.copy(text)} />
      </div>
      <pre class="part-text" tabIndex={0} role="group" aria-label={label}>
        {shown}
      </pre>
      {shown !== text && <Button onClick={() => setAll(true)}>Show All ({text.length.toLocaleString('en-US')} characters)</Button>}
    </section>
  );
}
