// Two chats, or two runs, side by side: totals with what is more or less, and calls that stand for each other in one row.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatSummary } from '../../shared/chats';
import { formatDuration, formatExact, formatExactDuration, formatPercent, formatTokens, formatUsd } from '../../shared/format';
import type { CompareRow, CompareSide, CompareTotals, Comparison } from '../../shared/trace-answers';
import type { Run } from '../../shared/trace-parts';
import { Button, EmptyState, ErrorBox, IconButton, StateIcon, type State } from '../kit/components';
import { Dropdown } from '../kit/dropdown';
import { useVirtualRows } from '../kit/virtual-rows';
import { toolIcon } from '../kit/tool-icons';
import { visibleText } from '../kit/visible-text';
import { rowHeight } from './grid-rows';
import type { TracesSession } from './traces-session';

const wholeChat = '';

export function CompareView({ session, onClose }: { session: TracesSession; onClose(): void }) {
  const chats = session.view.chats ?? [];
  const shown = session.view.chat_id ?? '';
  const other = chats.find(({ chat_id }) => chat_id !== shown)?.chat_id ?? shown;
  const [left, setLeft] = useState<CompareSide>({ chat_id: other, run_id: null });
  const [right, setRight] = useState<CompareSide>({ chat_id: shown, run_id: null });
  const isSame = left.chat_id === right.chat_id && left.run_id === right.run_id;
  const closer = useRef<HTMLDivElement>(null);
  useEffect(() => closer.current?.querySelector('button')?.focus(), []);
  return (
    <main
      class="compare"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <h1 class="sr-only">BooCode traces, compared</h1>
      <div class="compare-head">
        <div ref={closer}>
          <IconButton icon="arrow-left" label="Back to the Trace (Esc)" onClick={onClose} />
        </div>
        <SideChoice label="Before" side={left} chats={chats} session={session} onChange={setLeft} />
        <SideChoice label="After" side={right} chats={chats} session={session} onChange={setRight} />
      </div>
      {isSame ? (
        <EmptyState title="Choose what to compare">
          <p>Choose another chat, or another run of this one, on one side. Calls that stand for each other will be in one row, with what took more or less.</p>
        </EmptyState>
      ) : (
        <Result key={`${left.chat_id}${left.run_id}${right.chat_id}${right.run_id}`} left={left} right={right} session={session} />
      )}
    </main>
  );
}

function SideChoice({ label, side, chats, session, onChange }: { label: string; side: CompareSide; chats: readonly ChatSummary[]; session: TracesSession; onChange(side: CompareSide): void }) {
  const { chat_id: chatId } = side;
  const [loaded, setLoaded] = useState<{ chatId: string; runs: readonly Run[] } | null>(null);
  useEffect(() => {
    let left = false;
    session.wire.request('runs', { chat_id: chatId }).then(
      (reply) => {
        if (!left) setLoaded({ chatId, runs: reply.runs });
      },
      // Without its runs the whole chat can still be compared.
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [chatId]);
  // Those of the chat before are none of this one's, not even for a frame.
  const runs = loaded?.chatId === chatId ? loaded.runs : [];
  const runLabel = (run: Run, index: number): string => `Run ${index + 1}: ${run.outcome ?? 'not ended'}, ${new Date(run.started_at / 1000).toLocaleTimeString()}`;
  return (
    <div class="compare-side" role="group" aria-label={label}>
      <Dropdown label={label} options={chats.map((chat) => ({ value: chat.chat_id, label: chat.title === '' ? 'New chat' : chat.title }))} value={side.chat_id} onChange={(chat_id) => onChange({ chat_id, run_id: null })} />
      {runs.length > 1 && (
        <Dropdown
          label="Run"
          options={[{ value: wholeChat, label: 'All runs' }, ...runs.map((run, index) => ({ value: run.run_id, label: runLabel(run, index) }))]}
          value={side.run_id ?? wholeChat}
          onChange={(run_id) => onChange({ ...side, run_id: run_id === wholeChat ? null : run_id })}
        />
      )}
    </div>
  );
}

type Loaded = Omit<Comparison, 'rows'> & { rows: CompareRow[] };

function Result({ left, right, session }: { left: CompareSide; right: CompareSide; session: TracesSession }) {
  const [found, setFound] = useState<Loaded | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    const load = async (): Promise<void> => {
      const rows: CompareRow[] = [];
      for (;;) {
        const page = await session.wire.request('compare', { left, right, from: rows.length });
        if (gone) return;
        rows.push(...page.rows);
        setFound({ ...page, rows: [...rows] });
        if (page.rows.length === 0 || rows.length >= page.total_rows) return;
      }
    };
    setFailure(null);
    load().catch((error: unknown) => {
      if (!gone) setFailure(error instanceof Error ? error.message : String(error));
    });
    return () => {
      gone = true;
    };
  }, [tries]);
  if (failure !== null) {
    return (
      <div class="failure">
        <ErrorBox message={`They could not be compared: ${failure}`} nextStep="Both are kept. Try again, or choose others.">
          <Button kind="primary" onClick={() => setTries(tries + 1)}>Try Again</Button>
        </ErrorBox>
      </div>
    );
  }
  if (found === null) return <div class="skeleton" role="status" aria-label="Comparing" />;
  return (
    <div class="compare-result">
      <Totals left={found.left} right={found.right} />
      {found.by_turn === true && <p class="muted compare-none">There are too many calls to lay side by side as a whole, so they were, turn by turn.</p>}
      {found.total_rows === 0 ? <p class="muted compare-none">Neither of them called a tool.</p> : <AlignedRows rows={found.rows} session={session} right={right} left={left} />}
    </div>
  );
}

type Figure = { label: string; of(totals: CompareTotals): number | null; text(value: number | null): string; exact?(value: number | null): string; moreIsWorse: boolean };

const figures: readonly Figure[] = [
  { label: 'Turns', of: ({ turns }) => turns, text: formatTokens, moreIsWorse: true },
  { label: 'Calls', of: ({ calls }) => calls, text: formatTokens, moreIsWorse: true },
  { label: 'Failed calls', of: ({ failed }) => failed, text: formatTokens, moreIsWorse: true },
  { label: 'Time', of: ({ wall_ms }) => wall_ms, text: formatDuration, exact: formatExactDuration, moreIsWorse: true },
  { label: 'of the model', of: ({ model_ms }) => model_ms, text: formatDuration, exact: formatExactDuration, moreIsWorse: true },
  { label: 'of tools', of: ({ tool_ms }) => tool_ms, text: formatDuration, exact: formatExactDuration, moreIsWorse: true },
  { label: 'waiting for you', of: ({ waiting_ms }) => waiting_ms, text: formatDuration, exact: formatExactDuration, moreIsWorse: true },
  { label: 'Tokens', of: ({ tokens }) => tokens, text: formatTokens, exact: formatExact, moreIsWorse: true },
  { label: 'Cost', of: ({ cost_usd }) => cost_usd, text: formatUsd, moreIsWorse: true },
  { label: 'Cache hits', of: ({ hit_rate }) => hit_rate, text: formatPercent, moreIsWorse: false },
];

function Totals({ left, right }: { left: CompareTotals; right: CompareTotals }) {
  return (
    <table class="compare-totals">
      <thead>
        <tr>
          <th scope="col"><span class="sr-only">Figure</span></th>
          <th scope="col">{visibleText(left.title)}</th>
          <th scope="col">{visibleText(right.title)}</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {figures.map((figure) => {
          const [before, after] = [figure.of(left), figure.of(right)];
          return (
            <tr key={figure.label}>
              <th scope="row">{figure.label}</th>
              <td class="number" title={figure.exact?.(before)}>{figure.text(before)}</td>
              <td class="number" title={figure.exact?.(after)}>{figure.text(after)}</td>
              <td class="number">
                <Change before={before} after={after} figure={figure} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Change({ before, after, figure }: { before: number | null; after: number | null; figure: Figure }) {
  if (before === null || after === null) return <span class="muted">—</span>;
  const change = after - before;
  if (change === 0) return <span class="muted">same</span>;
  const isWorse = change > 0 === figure.moreIsWorse;
  const share = before === 0 || figure.label === 'Cache hits' ? '' : ` (${change > 0 ? '+' : '−'}${Math.abs(Math.round((change / before) * 100))} %)`;
  return (
    <span class={isWorse ? 'removed' : 'added'}>
      {change > 0 ? '+' : '−'}
      {figure.text(Math.abs(change))}
      <span class="change-share">{share}</span>
      <span class="sr-only">{isWorse ? ', worse' : ', better'}</span>
    </span>
  );
}

function AlignedRows({ rows, left, right, session }: { rows: readonly CompareRow[]; left: CompareSide; right: CompareSide; session: TracesSession }) {
  const scroller = useRef<HTMLDivElement>(null);
  const { from, to } = useVirtualRows(scroller, rows.length, rowHeight);
  return (
    <div class="compare-rows" role="table" aria-label="Calls of both" aria-rowcount={rows.length + 1}>
      <div role="rowgroup">
        <div class="compare-row head-row" role="row" aria-rowindex={1}>
          <span role="columnheader">Call</span>
          <span role="columnheader" class="number">Before</span>
          <span role="columnheader" class="number">After</span>
          <span role="columnheader" class="number">Change</span>
        </div>
      </div>
      <div class="compare-scroller" role="rowgroup" ref={scroller} tabIndex={0} aria-label="Calls">
        <div class="grid-space" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
          {rows.slice(from, to).map((row, offset) => (
            <Aligned key={from + offset} row={row} index={from + offset} left={left} right={right} session={session} />
          ))}
        </div>
      </div>
    </div>
  );
}

function Aligned({ row, index, left, right, session }: { row: CompareRow; index: number; left: CompareSide; right: CompareSide; session: TracesSession }) {
  const only = row.left === null ? 'only-after' : row.right === null ? 'only-before' : '';
  const [before, after] = [row.left?.latency_ms ?? null, row.right?.latency_ms ?? null];
  const change = before === null || after === null ? null : after - before;
  return (
    <div class={`compare-row ${only}`} role="row" aria-rowindex={index + 2} style={{ top: `${index * rowHeight}px` }}>
      <span role="cell" class="cell-call">
        <span class={`call-name codicon-${toolIcon(row.tool_name)}`}>{row.tool_name}</span>{' '}
        <span class="muted row-subject" title={row.subject}>{visibleText(row.subject)}</span>
      </span>
      <ComparedCell call={row.left} chatId={left.chat_id} session={session} none="Not made before" />
      <ComparedCell call={row.right} chatId={right.chat_id} session={session} none="Not made any more" />
      <span role="cell" class="number">
        {change === null || Math.abs(change) < 10 ? '' : <span class={change > 0 ? 'removed' : 'added'}>{`${change > 0 ? '+' : '−'}${formatDuration(Math.abs(change))}`}</span>}
      </span>
    </div>
  );
}

function ComparedCell({ call, chatId, session, none }: { call: CompareRow['left']; chatId: string; session: TracesSession; none: string }) {
  if (call === null) {
    return (
      <span role="cell" class="number muted" title={none}>
        —<span class="sr-only"> {none}</span>
      </span>
    );
  }
  return (
    <span role="cell" class="number compared">
      <button type="button" class="link-button" title={`Turn ${call.turn_number}: show in the chat`} onClick={() => session.wire.send({ type: 'show_in_chat', chat_id: chatId, turn_number: call.turn_number, trace_id: call.trace_id })}>
        {formatDuration(call.latency_ms)}
      </button>
      {/* Outcomes are those of traces, which all have a look. */}
      <StateIcon state={call.outcome as State} />
    </span>
  );
}
