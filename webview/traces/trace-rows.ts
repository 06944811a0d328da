// The traces of a chat as the flat rows of a tree grid. Pure. Pages and live frames meet here by id, and rows stand
// in the listing's own order: turn, start, id.
import type { TraceFrame } from '../../shared/messages/traces';
import type { ToolTrace, TracePage } from '../../shared/traces';

export type Traces = {
  chat_id: string | null;
  rows: ReadonlyMap<string, ToolTrace>;
  next_cursor: string | null;
  /** The last row that a page brought: live rows behind it may follow rows that were not yet asked for. */
  paged_to: ToolTrace | null;
};

export type TurnRow = { kind: 'turn'; id: string; turn_number: number; calls: number; latency_ms: number | null; tokens: number | null; failed: number; open: boolean };
export type CallRow = { kind: 'call'; id: string; trace: ToolTrace };
export type MoreRow = { kind: 'more'; id: 'more' };
export type TraceRow = TurnRow | CallRow | MoreRow;

export function noTraces(chatId: string | null): Traces {
  return { chat_id: chatId, rows: new Map(), next_cursor: null, paged_to: null };
}

export function addPage(traces: Traces, page: TracePage): Traces {
  const rows = new Map(traces.rows);
  for (const trace of page.traces) {
    const known = rows.get(trace.id);
    // A live frame may have been quicker than the page that was asked for before it.
    if (known === undefined || known.outcome === 'running') rows.set(trace.id, trace);
  }
  return { ...traces, rows, next_cursor: page.next_cursor, paged_to: page.traces.at(-1) ?? traces.paged_to };
}

export function addFrames(traces: Traces, frames: readonly TraceFrame[]): Traces {
  const rows = new Map(traces.rows);
  for (const frame of frames) {
    const before = rows.get(frame.trace_id);
    const after = frame.type === 'tool_trace:start' ? started(frame, before) : completed(frame, before);
    if (after !== null) rows.set(frame.trace_id, after);
  }
  return { ...traces, rows };
}

function started(frame: Extract<TraceFrame, { type: 'tool_trace:start' }>, before: ToolTrace | undefined): ToolTrace | null {
  if (before !== undefined) return null;
  const { trace_id: id, chat_id, session_id, turn_number, llm_call_id, tool_call_id, tool_name, subject, input, started_at } = frame;
  return {
    ...{ id, chat_id, session_id, turn_number, llm_call_id, tool_call_id, tool_name, subject, input, started_at },
    ...{ output: null, finished_at: null, latency_ms: null, tokens_used: null, cache_tokens: null, reasoning_tokens: null },
    ...{ error: null, outcome: 'running' },
  };
}

/** Null when its start was never seen: the page that has the row will bring it whole. */
function completed(frame: Extract<TraceFrame, { type: 'tool_trace:complete' }>, before: ToolTrace | undefined): ToolTrace | null {
  if (before === undefined) return null;
  const { output, outcome, error, finished_at, latency_ms, tokens_used, cache_tokens, reasoning_tokens } = frame;
  return { ...before, output, outcome, error, finished_at, latency_ms, tokens_used, cache_tokens, reasoning_tokens };
}

export function compareTraces(a: ToolTrace, b: ToolTrace): number {
  return a.turn_number - b.turn_number || a.started_at - b.started_at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The rows in sight. A closed turn shows its own row only; where rows are missing stands one that asks for them. */
export function traceRows(traces: Traces, closedTurns: ReadonlySet<number>): TraceRow[] {
  const sorted = [...traces.rows.values()].sort(compareTraces);
  const rows: TraceRow[] = [];
  const pagedTo = traces.paged_to;
  let moreDue = traces.next_cursor !== null && pagedTo !== null;
  for (let from = 0; from < sorted.length; ) {
    const turn = sorted[from]?.turn_number ?? 0;
    let end = from;
    while (sorted[end]?.turn_number === turn) end++;
    const calls = sorted.slice(from, end);
    const first = calls[0];
    if (moreDue && pagedTo && first && compareTraces(first, pagedTo) > 0) {
      rows.push({ kind: 'more', id: 'more' });
      moreDue = false;
    }
    const open = !closedTurns.has(turn);
    rows.push(turnRow(turn, calls, open));
    for (const trace of calls) {
      if (moreDue && pagedTo && compareTraces(trace, pagedTo) > 0) {
        rows.push({ kind: 'more', id: 'more' });
        moreDue = false;
      }
      if (open) rows.push({ kind: 'call', id: trace.id, trace });
    }
    from = end;
  }
  if (moreDue) rows.push({ kind: 'more', id: 'more' });
  return rows;
}

function turnRow(turn_number: number, calls: readonly ToolTrace[], open: boolean): TurnRow {
  const known = calls.map((call) => call.latency_ms).filter((ms) => ms !== null);
  const tokens = calls.map((call) => call.tokens_used).filter((count) => count !== null);
  return {
    ...{ kind: 'turn', id: `turn-${turn_number}`, turn_number, calls: calls.length, open },
    latency_ms: known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0),
    tokens: tokens.length === 0 ? null : tokens.reduce((sum, count) => sum + count, 0),
    failed: calls.filter((call) => call.outcome === 'error' || call.outcome === 'interrupted').length,
  };
}

/** The longest call in sight: what every bar is measured against. */
export function longestLatency(traces: Traces): number {
  let longest = 0;
  for (const trace of traces.rows.values()) longest = Math.max(longest, trace.latency_ms ?? 0);
  return longest;
}
