// The chain that decided how long a turn took: the model call, the waits, and of the calls that ran side by side the one
// that ended last. Pure. Its steps add up to the time of the turn but for `other`; see shared/turn-time.ts.
import type { ModelCall, TraceRow, Turn, Wait } from '../../../shared/trace-parts';
import type { TimeKind } from '../../../shared/turn-time';

export type Step = {
  kind: Exclude<TimeKind, 'other'>;
  /** Only what nothing else covered. */
  ms: number;
  turn_number: number;
  /** Microseconds since the epoch: when it began. */
  at: number;
  /** What it is of: one of them. */
  call: ModelCall | null;
  row: TraceRow | null;
  wait: Wait | null;
};

type Span<T> = { from: number; to: number; of: T };

/** `now` as in `turnTime`. In the order in which they began. */
export function pathOf(turn: Turn, rows: readonly TraceRow[], now: number | null): Step[] {
  const { turn_number } = turn;
  const waits = decisive(turn.waits.map((wait) => spanOf(wait, wait.asked_at, wait.waited_ms, now)));
  const tools = uncovered(decisive(rows.map((row) => spanOf(row, row.started_at, row.latency_ms, now))), waits);
  return [
    ...turn.calls.flatMap((call) => stepsOfCall(call, turn_number)),
    ...waits.map(({ from, to, of }): Step => ({ kind: 'approval', ms: (to - from) / 1000, turn_number, at: from, call: null, row: null, wait: of })),
    ...tools.map(({ from, to, of }): Step => ({ kind: 'tool', ms: (to - from) / 1000, turn_number, at: from, call: null, row: of, wait: null })),
  ].sort((a, b) => a.at - b.at);
}

function spanOf<T>(of: T, from: number, ms: number | null, now: number | null): Span<T> {
  return { from, to: ms === null ? Math.max(from, now ?? from) : from + ms * 1000, of };
}

function stepsOfCall(call: ModelCall, turn_number: number): Step[] {
  const untilToken = call.first_token_ms ?? call.duration_ms;
  const retry = Math.min(call.retry_ms, untilToken);
  const step = (kind: Step['kind'], ms: number, at: number): Step => ({ kind, ms, turn_number, at, call, row: null, wait: null });
  return [
    step('queue', call.queued_ms, call.started_at - call.queued_ms * 1000),
    step('retry', retry, call.started_at),
    step('first_token', Math.max(0, untilToken - call.retry_ms), call.started_at + retry * 1000),
    step('generation', Math.max(0, call.duration_ms - untilToken), call.started_at + untilToken * 1000),
  ].filter(({ ms }) => ms > 0);
}

/** At any moment the span that goes on and ends last: no other held things up. In order, none beside another. */
function decisive<T>(spans: readonly Span<T>[]): Span<T>[] {
  const path: Span<T>[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = path.at(-1);
    if (span.to <= Math.max(span.from, last?.to ?? -Infinity)) continue;
    // What it takes over from another ends there.
    if (last && last.to > span.from) last.to = span.from;
    path.push({ ...span });
  }
  return path.filter(({ from, to }) => to > from);
}

/** What of the spans no other covers; both in order. */
function uncovered<T>(spans: readonly Span<T>[], others: readonly Span<unknown>[]): Span<T>[] {
  const left: Span<T>[] = [];
  let next = 0;
  for (const span of spans) {
    while ((others[next]?.to ?? Infinity) <= span.from) next++;
    let { from } = span;
    for (let at = next; from < span.to; at++) {
      const other = others[at];
      const until = Math.min(span.to, Math.max(from, other?.from ?? Infinity));
      if (until > from) left.push({ ...span, from, to: until });
      if (other === undefined || other.from >= span.to) break;
      from = Math.max(from, other.to);
    }
  }
  return left;
}
