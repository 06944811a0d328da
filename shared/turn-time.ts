// Where the time of a turn went. Pure; the same split stands in the waterfall, in analyses and in comparisons.
import type { TraceRow, Turn } from './trace-parts';

/** Milliseconds. Nothing is counted twice; `other` is what is left of the whole: BooCode itself, and its disk. */
export type TurnTime = {
  queue: number;
  first_token: number;
  generation: number;
  approval: number;
  tool: number;
  retry: number;
  other: number;
  /** All of it, from the moment the turn was held back or begun. */
  whole: number;
};

export const timeKinds = ['queue', 'retry', 'first_token', 'generation', 'approval', 'tool', 'other'] as const satisfies readonly (keyof TurnTime)[];
export type TimeKind = (typeof timeKinds)[number];

/** The same words wherever it is told; within a sentence they begin small. */
export const timeNames: Record<TimeKind, string> = {
  queue: 'Held back by a limit',
  retry: 'Requests made again',
  first_token: 'Waiting for the first token',
  generation: 'The model writing',
  approval: 'Waiting for you',
  tool: 'Tools',
  other: 'Between the calls',
};

export const noTime: TurnTime = { queue: 0, first_token: 0, generation: 0, approval: 0, tool: 0, retry: 0, other: 0, whole: 0 };

type Span = readonly [from: number, to: number];

/** `now`: until when what has no end yet is counted, in microseconds; null: not at all (it was cut off). */
export function turnTime(turn: Turn, rows: readonly Pick<TraceRow, 'started_at' | 'latency_ms'>[], now: number | null): TurnTime {
  const time = { ...noTime };
  for (const call of turn.calls) {
    const untilToken = call.first_token_ms ?? call.duration_ms;
    time.queue += call.queued_ms;
    time.retry += Math.min(call.retry_ms, untilToken);
    time.first_token += Math.max(0, untilToken - call.retry_ms);
    time.generation += Math.max(0, call.duration_ms - untilToken);
  }
  const spanOf = (from: number, ms: number | null): Span => [from, ms === null ? Math.max(from, now ?? from) : from + ms * 1000];
  const waits = turn.waits.map(({ asked_at, waited_ms }) => spanOf(asked_at, waited_ms));
  const tools = rows.map(({ started_at, latency_ms }) => spanOf(started_at, latency_ms));
  time.approval = covered(waits);
  time.tool = covered([...waits, ...tools]) - time.approval;
  const known = time.queue + time.retry + time.first_token + time.generation + time.approval + time.tool;
  const lasted = turn.duration_ms === null ? (now === null ? lastEnd(turn, waits, tools) : Math.max(0, now - turn.started_at) / 1000) : turn.duration_ms + summarising(turn);
  time.whole = Math.max(known, lasted + time.queue);
  time.other = time.whole - known;
  return time;
}

/** Room is made before a turn begins, or after it has ended. */
function summarising({ calls }: Turn): number {
  return calls.reduce((sum, { purpose, duration_ms }) => (purpose === 'compaction' ? sum + duration_ms : sum), 0);
}

/** Of a turn that was cut off: until the last thing that is known to have ended in it. */
function lastEnd(turn: Turn, waits: readonly Span[], tools: readonly Span[]): number {
  const ends = [...turn.calls.map(({ started_at, duration_ms }) => started_at + duration_ms * 1000), ...waits.map(([, to]) => to), ...tools.map(([, to]) => to)];
  return ends.length === 0 ? 0 : Math.max(0, Math.max(...ends) - turn.started_at) / 1000;
}

/** Milliseconds that the spans (in microseconds) cover together. */
export function covered(spans: readonly Span[]): number {
  let sum = 0;
  let end = -Infinity;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (to <= end) continue;
    sum += to - Math.max(from, end);
    end = to;
  }
  return sum / 1000;
}

export function addTime(a: TurnTime, b: TurnTime): TurnTime {
  const sum = { ...a, whole: a.whole + b.whole };
  for (const kind of timeKinds) sum[kind] += b[kind];
  return sum;
}
