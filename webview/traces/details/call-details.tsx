// One call: what it was given, what it gave back, and where it leads. The list carries neither, so both are asked for.
import { useEffect, useState } from 'preact/hooks';
import { formatExact, formatExactDuration } from '../../../shared/format';
import type { Json } from '../../../shared/ids';
import type { UsualLatency } from '../../../shared/messages/traces';
import type { TraceRow } from '../../../shared/trace-parts';
import type { ToolTrace } from '../../../shared/traces';
import { Button, IconButton, stateWord } from '../../kit/components';
import { field, jsonText } from '../../kit/json-text';
import { JsonTree } from '../../kit/json-tree';
import { usualText } from '../latency-look';
import type { TracesSession } from '../traces-session';
import { PlainText } from './plain-text';

type Loaded = { trace: ToolTrace; truncated: boolean };

export function CallDetails({ row, chatId, usual, session }: { row: TraceRow; chatId: string; usual: UsualLatency | undefined; session: TracesSession }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let left = false;
    setFailure(null);
    session.trace(row.id).then(
      (reply) => {
        if (!left) setLoaded(reply);
      },
      (error: unknown) => {
        if (!left) setFailure(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      left = true;
    };
  }, [row.id, row.outcome, tries]);
  const trace = loaded?.trace.id === row.id ? loaded.trace : null;
  return (
    <div class="details-parts">
      <dl class="facts">
        <dt>Outcome</dt>
        <dd>{stateWord(row.outcome)}</dd>
        <dt>Took</dt>
        <dd>
          {formatExactDuration(row.latency_ms)}
          {usual !== undefined && <span class="muted"> · usual for {row.tool_name}: {usualText(usual)}</span>}
        </dd>
        <dt>Started</dt>
        <dd>{new Date(row.started_at / 1000).toLocaleString()}</dd>
        {row.tokens_used !== null && (
          <>
            <dt>Tokens</dt>
            <dd>
              {formatExact(row.tokens_used)}
              {trace !== null && `, ${formatExact(trace.cache_tokens)} from the cache, ${formatExact(trace.reasoning_tokens)} reasoning`}
              <span class="muted"> in the model call that asked for it</span>
            </dd>
          </>
        )}
      </dl>
      <Links row={row} chatId={chatId} trace={trace} session={session} />
      {failure !== null && (
        <div class="details-problem">
          Input and output could not be read: {failure} <Button onClick={() => setTries(tries + 1)}>Try Again</Button>
        </div>
      )}
      {trace !== null && (
        <>
          {trace.error !== null && <Part label="Error" part="error" value={trace.error} trace={trace} session={session} />}
          <Part label="Input" part="input" value={trace.input} trace={trace} session={session} />
          {trace.output !== null && !saysOnly(trace.output, trace.error) && <Part label="Output" part="output" value={trace.output} trace={trace} session={session} />}
          {loaded?.truncated === true && <div class="muted">Long texts are cut here. “Open in Editor” shows all of them.</div>}
        </>
      )}
    </div>
  );
}

/** The output of a call that failed is its error once more. */
function saysOnly(output: Json, error: string | null): boolean {
  return error !== null && field(output, 'text') === error && field(output, 'details') === undefined;
}

const fileTools = ['read_file', 'edit_file', 'write_file', 'move_file'];

function Links({ row, chatId, trace, session }: { row: TraceRow; chatId: string; trace: ToolTrace | null; session: TracesSession }) {
  const path = trace === null ? undefined : field(trace.input, 'path');
  const line = trace === null ? undefined : firstLine(trace.input);
  return (
    <div class="details-actions">
      <Button icon="comment-discussion" onClick={() => session.wire.send({ type: 'show_in_chat', chat_id: chatId, turn_number: row.turn_number, trace_id: row.id })}>
        Show in Chat
      </Button>
      {fileTools.includes(row.tool_name) && typeof path === 'string' && (
        <Button icon="go-to-file" onClick={() => session.wire.send({ type: 'open_file', path, ...(line !== undefined && { line }) })}>
          Open File
        </Button>
      )}
      {(row.tool_name === 'edit_file' || row.tool_name === 'write_file') && row.outcome === 'success' && (
        <Button icon="diff" onClick={() => session.wire.send({ type: 'open_diff', trace_id: row.id })}>
          Diff
        </Button>
      )}
    </div>
  );
}

function firstLine(input: Json): number | undefined {
  const candidates = [field(input, 'first_line'), field(input, 'start_line'), field(field(input, 'range') ?? null, 'first'), field(input, 'first')];
  return candidates.find((value): value is number => typeof value === 'number' && Number.isInteger(value) && value > 0);
}

type PartName = 'input' | 'output' | 'error';

function Part({ label, part, value, trace, session }: { label: string; part: PartName; value: Json; trace: ToolTrace; session: TracesSession }) {
  const text = part === 'output' ? field(value, 'text') : typeof value === 'string' ? value : undefined;
  const details = part === 'output' ? field(value, 'details') : undefined;
  return (
    <section class={`part${part === 'error' ? ' part-error' : ''}`} aria-label={label}>
      <div class="part-head">
        <h2 class="part-label">{label}</h2>
        <IconButton icon="copy" label={`Copy ${label}`} onClick={() => session.copy(typeof text === 'string' ? text : jsonText(value))} />
        <IconButton icon="go-to-file" label={`Open ${label} in Editor`} onClick={() => session.wire.send({ type: 'open_value', trace_id: trace.id, part })} />
      </div>
      {typeof text === 'string' ? <PlainText label={label} text={text} /> : <JsonTree label={label} value={value} />}
      {details !== undefined && <JsonTree label={`${label}, details`} value={details} />}
    </section>
  );
}
