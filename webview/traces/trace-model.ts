// The trace of one chat as the view holds it: turns with their rows, in the order of the listing. Pages and live frames
// meet here by id. Changed in place, since it may hold tens of thousands of rows; `version` tells that it changed.
import type { TraceFrame } from '../../shared/messages/traces';
import type { ModelCall, TraceRow, Turn } from '../../shared/trace-parts';
import { costOfCall } from '../../shared/spent-math';
import { noTime, turnTime, type TurnTime } from '../../shared/turn-time';
import type { Usage } from '../../shared/usage';
import { addUsage, noUsage } from '../../shared/usage-math';

export type TurnNode = {
  readonly turn_number: number;
  /** Null until the host has told of the turn; its rows may come first. */
  turn: Turn | null;
  /** By start and id. */
  readonly rows: TraceRow[];
  /** Another number whenever anything of it changed. */
  version: number;
};

/** Of everything that is loaded. */
export type TraceTotals = {
  calls: number;
  failed: number;
  whole_ms: number;
  usage: Usage;
  /** Tokens of model calls, those that are estimated included. */
  tokens: number;
  cost_usd: number;
  /** Model calls, and those of them whose price or usage nobody told. */
  model_calls: number;
  unpriced: number;
  unaccounted: number;
};

/** So far back a call is looked for that another is held against: turns whose calls failed may lie between. */
const turnsBack = 50;

const noTotals: TraceTotals = { calls: 0, failed: 0, whole_ms: 0, usage: noUsage, tokens: 0, cost_usd: 0, model_calls: 0, unpriced: 0, unaccounted: 0 };

export class TraceModel {
  readonly chatId: string;
  readonly turns: TurnNode[] = [];
  version = 0;
  /** Where the next page begins; undefined: the first one was not asked for yet, null: there is none. */
  nextCursor: string | null | undefined = undefined;
  totals: TraceTotals = noTotals;
  readonly #byNumber = new Map<number, TurnNode>();
  readonly #rows = new Map<string, TraceRow>();
  readonly #lengths = new AxisLengths();
  readonly #times = new WeakMap<TurnNode, { version: number; time: TurnTime }>();

  constructor(chatId: string) {
    this.chatId = chatId;
  }

  /**
   * The call that the request of this one is held against; where that names none, the last answer before it all the same,
   * so that nobody takes it for the first.
   */
  callBefore({ request, started_at }: ModelCall, node: TurnNode): ModelCall | null {
    if (request === null) return null;
    const isIt = ({ llm_call_id, purpose, usage, started_at: began }: ModelCall): boolean =>
      request.previous === null ? purpose === 'answer' && usage !== null && began < started_at : llm_call_id === request.previous;
    const at = this.turns.indexOf(node);
    for (const { turn } of this.turns.slice(Math.max(0, at + 1 - turnsBack), at + 1).reverse()) {
      const found = turn?.calls.findLast(isIt);
      if (found) return found;
    }
    return null;
  }

  get isWhole(): boolean {
    return this.nextCursor === null;
  }

  get rowCount(): number {
    return this.#rows.size;
  }

  /** Milliseconds that the time axis spans: most turns fit, and it changes seldom. */
  get axisMs(): number {
    return this.#lengths.axisMs;
  }

  /** The same while a turn goes on that has taken so long until now. */
  axisWith(liveMs: number): number {
    this.#lengths.count(liveMs, 1);
    const { axisMs } = this.#lengths;
    this.#lengths.count(liveMs, -1);
    return axisMs;
  }

  row(id: string): TraceRow | undefined {
    return this.#rows.get(id);
  }

  node(turnNumber: number): TurnNode | undefined {
    return this.#byNumber.get(turnNumber);
  }

  get lastTurn(): number {
    return this.turns.at(-1)?.turn_number ?? 0;
  }

  addPage({ traces, turns, next_cursor }: { traces: readonly TraceRow[]; turns: readonly Turn[]; next_cursor: string | null }): void {
    // Events may have been quicker than the page that was asked for before them.
    this.addTurns(turns.filter((turn) => turn.duration_ms !== null || this.node(turn.turn_number)?.turn?.duration_ms == null));
    for (const row of traces) {
      const known = this.#rows.get(row.id);
      if (known === undefined || known.outcome === 'running') this.#put(row);
    }
    this.nextCursor = next_cursor;
    this.version++;
  }

  addTurns(turns: readonly Turn[]): void {
    for (const turn of turns) {
      const node = this.#nodeFor(turn.turn_number);
      this.#count(node.turn, -1);
      node.turn = turn;
      node.version++;
      this.#count(turn, 1);
    }
    if (turns.length > 0) this.version++;
  }

  addFrames(frames: readonly TraceFrame[]): void {
    for (const frame of frames) {
      const before = this.#rows.get(frame.trace_id);
      if (frame.type === 'tool_trace:start') {
        if (before === undefined) this.#put(started(frame));
      } else if (before !== undefined) {
        // Of a call whose start was never seen the page that has the row will bring it whole.
        const { outcome, error, latency_ms, tokens_used } = frame;
        this.#put({ ...before, outcome, error, latency_ms, tokens_used });
      }
    }
    this.version++;
  }

  /** Where the time of a turn went. `isLive`: it goes on now, so it is never kept. */
  time(node: TurnNode, isLive: boolean): TurnTime {
    if (node.turn === null) return noTime;
    if (isLive) return untilNow(node.turn, node.rows);
    const kept = this.#times.get(node);
    if (kept?.version === node.version) return kept.time;
    const time = turnTime(node.turn, node.rows, null);
    this.#times.set(node, { version: node.version, time });
    return time;
  }

  #nodeFor(turnNumber: number): TurnNode {
    const known = this.#byNumber.get(turnNumber);
    if (known) return known;
    const node: TurnNode = { turn_number: turnNumber, turn: null, rows: [], version: 0 };
    this.#byNumber.set(turnNumber, node);
    this.turns.splice(placeIn(this.turns, (other) => other.turn_number < turnNumber), 0, node);
    return node;
  }

  #put(row: TraceRow): void {
    const before = this.#rows.get(row.id);
    const node = this.#nodeFor(row.turn_number);
    this.#rows.set(row.id, row);
    node.version++;
    const at = before === undefined ? placeIn(node.rows, (other) => isBefore(other, row)) : node.rows.findLastIndex(({ id }) => id === row.id);
    node.rows.splice(at, before === undefined ? 0 : 1, row);
    const failed = isFailed(row) ? 1 : 0;
    const failedBefore = before !== undefined && isFailed(before) ? 1 : 0;
    this.totals = { ...this.totals, calls: this.#rows.size, failed: this.totals.failed + failed - failedBefore };
  }

  #count(turn: Turn | null, sign: 1 | -1): void {
    if (turn === null) return;
    const sum = { ...this.totals };
    // Summaries are no part of the duration that was recorded; of a turn without one its model calls are known.
    const isBeside = ({ purpose }: ModelCall): boolean => turn.duration_ms === null || purpose === 'compaction';
    const whole = turn.calls.reduce((ms, call) => ms + call.queued_ms + (isBeside(call) ? call.duration_ms : 0), turn.duration_ms ?? 0);
    sum.whole_ms += sign * whole;
    this.#lengths.count(whole, sign);
    for (const call of turn.calls) {
      const { tokens, cost_usd } = costOfCall(call);
      sum.model_calls += sign;
      sum.tokens += sign * tokens;
      sum.cost_usd += sign * (cost_usd ?? 0);
      if (cost_usd === null && tokens > 0) sum.unpriced += sign;
      if (call.usage === null && tokens > 0) sum.unaccounted += sign;
      if (call.usage !== null) sum.usage = sign === 1 ? addUsage(sum.usage, call.usage) : lessUsage(sum.usage, call.usage);
    }
    this.totals = sum;
  }
}

/** Of a turn that goes on. Its model call is told of when it has ended: until then the model is what is waited for. */
function untilNow(turn: Turn, rows: readonly TraceRow[]): TurnTime {
  const time = turnTime(turn, rows, Date.now() * 1000);
  if (turn.calls.some(({ purpose }) => purpose === 'answer')) return time;
  return { ...time, first_token: time.first_token + time.other, other: 0 };
}

function started({ trace_id: id, turn_number, llm_call_id, tool_call_id, tool_name, subject, started_at }: Extract<TraceFrame, { type: 'tool_trace:start' }>): TraceRow {
  return { id, turn_number, llm_call_id, tool_call_id, tool_name, subject, started_at, latency_ms: null, outcome: 'running', error: null, tokens_used: null };
}

export function isFailed({ outcome }: Pick<TraceRow, 'outcome'>): boolean {
  return outcome === 'error' || outcome === 'interrupted';
}

function isBefore(a: TraceRow, b: TraceRow): boolean {
  return a.started_at < b.started_at || (a.started_at === b.started_at && a.id < b.id);
}

function lessUsage(a: Usage, b: Usage): Usage {
  return { input: a.input - b.input, cache_read: a.cache_read - b.cache_read, cache_write: a.cache_write - b.cache_write, output: a.output - b.output, reasoning: a.reasoning - b.reasoning };
}

/** How many of the first items the condition holds for; what is put in comes mostly at the end. */
export function placeIn<T>(items: readonly T[], holds: (item: T) => boolean): number {
  const last = items.at(-1);
  if (last === undefined || holds(last)) return items.length;
  let from = 0;
  let to = items.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Round lengths of an axis, in milliseconds. */
const niceLengths = [50, 100, 200, 500, ...[1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400].map((seconds) => seconds * 1_000)];
/** One long turn must not make all others too small to see. */
const commonShare = 0.9;
const mostBeyondCommon = 4;

/** Counts turns by the round length they fit into, so that the axis follows without looking at all of them. */
class AxisLengths {
  readonly #counts = niceLengths.map(() => 0);
  #all = 0;

  count(ms: number, sign: 1 | -1): void {
    const at = niceLengths.findIndex((length) => ms <= length);
    const index = at === -1 ? niceLengths.length - 1 : at;
    this.#counts[index] = (this.#counts[index] ?? 0) + sign;
    this.#all += sign;
  }

  get axisMs(): number {
    const longest = niceLengths[this.#counts.findLastIndex((count) => count > 0)] ?? 1_000;
    let seen = 0;
    const common = this.#counts.findIndex((count) => (seen += count) >= this.#all * commonShare);
    const ofMost = niceLengths[Math.max(0, common)] ?? longest;
    if (longest <= ofMost * mostBeyondCommon) return longest;
    return niceLengths.find((length) => length >= ofMost * 2) ?? longest;
  }
}
