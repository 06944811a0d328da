// The calls of a chat as a tree grid: turns and, under them, calls. Arrows move and open, Enter shows details, Esc
// closes them. Details stand below the row in a narrow view and beside the list in a wide one.
import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../shared/format';
import type { ToolTrace } from '../../shared/traces';
import { Duration, Elapsed, Icon, IconButton, StateIcon, Tokens } from '../kit/components';
import { memo } from '../kit/memo';
import { toolIcon } from '../kit/tool-icons';
import { LatencyBar } from './latency-bar';
import { TraceDetails } from './trace-details';
import { longestLatency, traceRows, type CallRow, type TraceRow, type TurnRow } from './trace-rows';
import type { TracesSession, TracesView } from './traces-session';

const wide = 720;

export function TraceGrid({ view, session }: { view: TracesView; session: TracesSession }) {
  const [closedTurns, setClosedTurns] = useState<ReadonlySet<number>>(new Set());
  const [openId, setOpenId] = useState<string | null>(null);
  const [focusId, setFocusId] = useState<string | null>(null);
  const [isWide, setIsWide] = useState(innerWidth >= wide);
  const grid = useRef<HTMLDivElement>(null);
  const moveFocus = useRef(false);
  const rows = traceRows(view.traces, closedTurns);
  const longest = longestLatency(view.traces);
  const tabStop = rows.some((row) => row.id === focusId) ? focusId : rows[0]?.id;
  const open = openId === null ? undefined : view.traces.rows.get(openId);

  useEffect(() => {
    const onResize = (): void => setIsWide(innerWidth >= wide);
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);

  useLayoutEffect(() => {
    if (!moveFocus.current) return;
    moveFocus.current = false;
    grid.current?.querySelector<HTMLElement>(`[data-id="${focusId}"]`)?.focus();
  });

  const focus = (row: TraceRow | undefined): void => {
    if (!row || row.kind === 'more') return;
    moveFocus.current = true;
    setFocusId(row.id);
  };
  const setTurn = (turn: number, isOpen: boolean): void => {
    const next = new Set(closedTurns);
    if (isOpen) next.delete(turn);
    else next.add(turn);
    setClosedTurns(next);
  };
  const act = (row: TraceRow): void => {
    setFocusId(row.id);
    if (row.kind === 'turn') setTurn(row.turn_number, !row.open);
    if (row.kind === 'call') setOpenId(openId === row.id ? null : row.id);
  };

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const target = event.target;
    if (event.key === 'Escape' && openId !== null) {
      event.preventDefault();
      focus(rows.find((row) => row.id === openId));
      return setOpenId(null);
    }
    const id = target instanceof HTMLElement ? target.dataset['id'] : undefined;
    const at = rows.findIndex((row) => row.id === id);
    const row = rows[at];
    if (!row) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[event.key];
    if (step !== undefined) focus(nearest(rows, at, step));
    else if (event.key === 'Home') focus(rows[0]);
    else if (event.key === 'End') focus(rows.findLast((candidate) => candidate.kind !== 'more'));
    else if (event.key === 'Enter' || event.key === ' ') act(row);
    else if (event.key === 'ArrowRight') {
      if (row.kind === 'turn' && !row.open) setTurn(row.turn_number, true);
      else if (row.kind === 'turn') focus(nearest(rows, at, 1));
      else if (row.kind === 'call' && openId !== row.id) setOpenId(row.id);
    } else if (event.key === 'ArrowLeft') {
      if (row.kind === 'turn') setTurn(row.turn_number, false);
      else if (row.kind === 'call' && openId === row.id) setOpenId(null);
      else if (row.kind === 'call') focus(rows.find((candidate) => candidate.kind === 'turn' && candidate.turn_number === row.trace.turn_number));
    } else return;
    event.preventDefault();
  };

  return (
    <div class={`traces-body${isWide && open ? ' split' : ''}`}>
      <div class="grid" role="treegrid" aria-label="Tool calls by turn" aria-readonly="true" ref={grid} onKeyDown={onKeyDown}>
        <div class="grid-head" role="rowgroup">
          <div class="grid-row" role="row">
            <span role="columnheader" class="cell-call">Turn / call</span>
            <span role="columnheader" class="cell-latency">Time</span>
            <span role="columnheader" class="cell-tokens">Tokens</span>
            <span role="columnheader" class="cell-outcome"><span class="sr-only">Outcome</span></span>
          </div>
        </div>
        <div class="grid-rows" role="rowgroup">
          {rows.map((row) => {
            switch (row.kind) {
              case 'turn':
                return <Turn key={row.id} row={row} isTabStop={row.id === tabStop} onAct={() => act(row)} />;
              case 'call':
                return (
                  <Call key={row.id} trace={row.trace} isTabStop={row.id === tabStop} isOpen={row.id === openId} longest={longest} onAct={() => act(row)}>
                    {row.id === openId && !isWide ? <TraceDetails trace={row.trace} session={session} /> : null}
                  </Call>
                );
              case 'more':
                return <More key="more" view={view} session={session} />;
            }
          })}
        </div>
      </div>
      {isWide && open && (
        <aside class="details-pane" aria-label={`Details of ${open.tool_name}`}>
          <div class="details-head">
            <Icon name={toolIcon(open.tool_name)} />
            <span class="details-title">
              {open.tool_name} {open.subject}
            </span>
            <IconButton icon="close" label="Close Details (Esc)" onClick={() => setOpenId(null)} />
          </div>
          <div class="details-body">
            <TraceDetails key={open.id} trace={open} session={session} />
          </div>
        </aside>
      )}
    </div>
  );
}

/** The row `step` away that can have the focus. */
function nearest(rows: readonly TraceRow[], from: number, step: number): TraceRow | undefined {
  const at = Math.min(rows.length - 1, Math.max(0, from + step));
  const row = rows[at];
  return row?.kind === 'more' ? rows[at + Math.sign(step)] : row;
}

function Turn({ row, isTabStop, onAct }: { row: TurnRow; isTabStop: boolean; onAct(): void }) {
  return (
    <div class="grid-row turn-row" role="row" aria-level={1} aria-expanded={row.open} data-id={row.id} tabIndex={isTabStop ? 0 : -1} onClick={onAct}>
      <span role="gridcell" class="cell-call">
        <Icon name={row.open ? 'chevron-down' : 'chevron-right'} />
        <span class="turn-name">Turn {row.turn_number}</span>
        <span class="muted">{formatCount(row.calls, 'call')}</span>
        {row.failed > 0 && <span class="turn-failed bad">{row.failed} failed</span>}
      </span>
      <span role="gridcell" class="cell-latency">
        <Duration ms={row.latency_ms} />
      </span>
      <span role="gridcell" class="cell-tokens">
        <Tokens count={row.tokens} />
      </span>
      <span role="gridcell" class="cell-outcome" />
    </div>
  );
}

type CallProps = { trace: ToolTrace; isTabStop: boolean; isOpen: boolean; longest: number; onAct(): void; children: ComponentChildren };

function Call({ trace, isTabStop, isOpen, longest, onAct, children }: CallProps) {
  return (
    <>
      <div class={`grid-row call-row${isOpen ? ' open' : ''}`} role="row" aria-level={2} aria-expanded={isOpen} data-id={trace.id} tabIndex={isTabStop ? 0 : -1} onClick={onAct}>
        <CallCells trace={trace} isOpen={isOpen} longest={longest} />
      </div>
      {children !== null && (
        <div class="grid-row detail-row" role="row" aria-level={3}>
          <div role="gridcell" aria-colspan={4}>
            {children}
          </div>
        </div>
      )}
    </>
  );
}

const CallCells = memo(function CallCells({ trace, isOpen, longest }: { trace: CallRow['trace']; isOpen: boolean; longest: number }) {
  return (
    <>
      <span role="gridcell" class="cell-call">
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        <Icon name={toolIcon(trace.tool_name)} />
        <span class="call-name">{trace.tool_name}</span>
        <span class="call-subject muted" title={trace.subject}>
          {trace.subject}
        </span>
      </span>
      <span role="gridcell" class="cell-latency">
        {trace.latency_ms !== null ? <LatencyBar ms={trace.latency_ms} longest={longest} /> : trace.outcome === 'running' ? <Elapsed since={trace.started_at} /> : <Duration ms={null} />}
      </span>
      <span role="gridcell" class="cell-tokens">
        <Tokens count={trace.tokens_used} />
      </span>
      <span role="gridcell" class="cell-outcome">
        <StateIcon state={trace.outcome} />
      </span>
    </>
  );
});

/** Stands where rows are missing, and asks for them when it comes into sight. */
function More({ view, session }: { view: TracesView; session: TracesSession }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting) && view.load === 'idle') void session.loadMore();
      },
      { rootMargin: '300px' },
    );
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, [view.load, view.traces.next_cursor]);
  return (
    <div class="grid-row more-row muted" role="row" aria-level={1} ref={element}>
      <span role="gridcell" aria-colspan={4}>
        {view.load === 'failed' ? (
          <button type="button" class="link-button" onClick={() => void session.loadMore()}>
            More calls could not be loaded. Try again
          </button>
        ) : (
          'Loading more calls…'
        )}
      </span>
    </div>
  );
}
