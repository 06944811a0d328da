import assert from 'node:assert/strict';
import type { TraceFrame } from '../../shared/messages/traces';
import type { ModelCall, TraceRow, Turn } from '../../shared/trace-parts';
import { noUsage } from '../../shared/usage-math';
import { TraceModel } from './trace-model';

const chat_id = 'chat';

function row(n: number, change: Partial<TraceRow> = {}): TraceRow {
  const id = `id-${String(n).padStart(4, '0')}`;
  return { id, turn_number: 1, tool_name: 'read_file', subject: 'a', started_at: n, latency_ms: 5, outcome: 'success', error: null, tool_call_id: `c${n}`, llm_call_id: null, tokens_used: null, ...change };
}

function call(change: Partial<ModelCall> = {}): ModelCall {
  return {
    ...{ llm_call_id: 'l', provider: 'p', model: 'm', purpose: 'answer', started_at: 0, first_token_ms: 100, duration_ms: 300, queued_ms: 0, retry_ms: 0, attempts: 1 },
    ...{ usage: { ...noUsage, input: 10, cache_read: 30, output: 5 }, estimated_tokens: 0, cost_usd: 0.5, prices: null, finish_reason: 'stop', error: null, request: null, segments: [], ...change },
  };
}

function turn(turn_number: number, change: Partial<Turn> = {}): Turn {
  return { turn_number, started_at: 0, duration_ms: 1_000, calls: [call()], waits: [], ...change };
}

function frames(n: number, change: Partial<TraceRow> = {}): [TraceFrame, TraceFrame] {
  const { id: trace_id, turn_number, tool_name, subject, started_at, tool_call_id } = row(n, change);
  const place = { chat_id, session_id: 's', trace_id, turn_number, tool_name, tool_call_id };
  return [
    { ...place, type: 'tool_trace:start', llm_call_id: 'l', subject, input: null, started_at },
    { ...place, type: 'tool_trace:complete', output: null, outcome: 'error', error: 'no', finished_at: 9, latency_ms: 9, tokens_used: 7, cache_tokens: 1, reasoning_tokens: 0 },
  ];
}

const ids = (model: TraceModel): string[][] => model.turns.map((node) => node.rows.map(({ id }) => id));

describe('the trace of a chat in the view', () => {
  let model: TraceModel;
  beforeEach(() => (model = new TraceModel(chat_id)));

  it('puts rows of pages and frames together by id, in the order of the listing', () => {
    const [start, complete] = frames(3);
    model.addFrames([start]);
    model.addPage({ traces: [row(1), row(2), row(3, { outcome: 'running', latency_ms: null })], turns: [turn(1)], next_cursor: 'more' });
    model.addFrames([complete, frames(5)[0]]);
    model.addPage({ traces: [row(3, { outcome: 'running' }), row(4), row(9, { turn_number: 2, started_at: 0 })], turns: [turn(2)], next_cursor: null });
    assert.deepEqual(ids(model), [['id-0001', 'id-0002', 'id-0003', 'id-0004', 'id-0005'], ['id-0009']]);
    const { outcome, error, latency_ms, tokens_used } = model.row('id-0003') ?? row(0);
    assert.deepEqual({ outcome, error, latency_ms, tokens_used }, { outcome: 'error', error: 'no', latency_ms: 9, tokens_used: 7 });
    assert.deepEqual([model.isWhole, model.rowCount, model.lastTurn], [true, 6, 2]);
  });

  it('tells rows of one moment apart by their ids', () => {
    model.addPage({ traces: [row(2, { started_at: 5 }), row(1, { started_at: 5 })], turns: [], next_cursor: null });
    assert.deepEqual(ids(model), [['id-0001', 'id-0002']]);
  });

  it('leaves an end alone whose beginning was never seen', () => {
    model.addFrames([frames(1)[1]]);
    assert.equal(model.rowCount, 0);
  });

  it('finds the call that the request of another is held against, and the last answer where it names none', () => {
    const request = { bytes: 1, tools_bytes: 0, system_bytes: 0, opening: 'o', shared_bytes: null, changed: null, idle_ms: null };
    const calls = [
      call({ llm_call_id: 'a' }),
      call({ llm_call_id: 'failed', started_at: 1, usage: null }),
      call({ llm_call_id: 'summary', started_at: 2, purpose: 'compaction' }),
      call({ llm_call_id: 'b', started_at: 3, request: { ...request, previous: null } }),
      call({ llm_call_id: 'c', started_at: 4, request: { ...request, previous: 'a' } }),
    ];
    model.addTurns(calls.map((one, n) => turn(n + 1, { calls: [one] })));
    const before = model.turns.map((node) => node.turn?.calls.map((one) => model.callBefore(one, node)?.llm_call_id ?? null));
    assert.deepEqual(before, [[null], [null], [null], ['a'], ['a']]);
    model.addTurns([turn(1, { calls: [call({ request: { ...request, previous: null } })] })]);
    const [first] = model.turns;
    assert.ok(first?.turn?.calls[0]);
    assert.equal(model.callBefore(first.turn.calls[0], first), null);
  });

  it('sums what turns used, and again when a turn is told anew', () => {
    const unaccounted = call({ usage: null, estimated_tokens: 40, cost_usd: null });
    model.addPage({ traces: [row(1), row(2, { outcome: 'error' })], turns: [turn(1, { duration_ms: null }), turn(2, { calls: [call({ queued_ms: 50 }), unaccounted] })], next_cursor: null });
    model.addTurns([turn(1)]);
    model.addTurns([turn(1)]);
    assert.deepEqual(model.totals, {
      ...{ calls: 2, failed: 1, whole_ms: 2_050, usage: { ...noUsage, input: 20, cache_read: 60, output: 10 }, tokens: 130, cost_usd: 1 },
      ...{ model_calls: 3, unpriced: 1, unaccounted: 1 },
    });
  });

  it('counts a failed call once, and no more when it did not fail after all', () => {
    model.addPage({ traces: [row(1, { outcome: 'running' })], turns: [], next_cursor: null });
    model.addFrames([frames(1)[1]]);
    assert.equal(model.totals.failed, 1);
    assert.equal(model.totals.calls, 1);
  });

  it('spans an axis on which most turns fit, whatever a single one took', () => {
    model.addTurns(Array.from({ length: 20 }, (_, index) => turn(index + 1, { duration_ms: 3_000 })));
    assert.equal(model.axisMs, 5_000);
    model.addTurns([turn(21, { duration_ms: 14_000 })]);
    assert.equal(model.axisMs, 20_000);
    model.addTurns([turn(21, { duration_ms: 3_000_000 })]);
    assert.equal(model.axisMs, 10_000);
    model.addTurns([turn(21, { duration_ms: 1 })]);
    assert.equal(model.axisMs, 5_000);
  });

  it('spans an axis on which the turn that goes on has room too', () => {
    model.addTurns([turn(1, { duration_ms: null, calls: [] })]);
    assert.deepEqual([model.axisWith(4_200), model.axisWith(31_000)], [5_000, 60_000]);
    model.addTurns(Array.from({ length: 20 }, (_, index) => turn(index + 2, { duration_ms: 3_000 })));
    assert.deepEqual([model.axisWith(3_000_000), model.axisMs], [10_000, 5_000]);
  });

  it('takes a turn that goes on and has no answer yet to wait for the model', () => {
    const started_at = Date.now() * 1000 - 5_000_000;
    model.addTurns([turn(1, { started_at, duration_ms: null, calls: [] })]);
    const [node] = model.turns;
    assert.ok(node);
    const waiting = model.time(node, true);
    assert.deepEqual([waiting.other, waiting.first_token], [0, waiting.whole]);
    model.addTurns([turn(1, { started_at, duration_ms: null, calls: [call({ started_at })] })]);
    const { first_token, generation, other, whole } = model.time(node, true);
    assert.deepEqual([first_token, generation, other], [100, 200, whole - 300]);
  });

  it('counts the summaries of a turn, and what is known of one that was cut off', () => {
    const summary = call({ purpose: 'compaction', duration_ms: 20_000 });
    model.addTurns([turn(1, { calls: [summary, call()] })]);
    assert.deepEqual([model.totals.whole_ms, model.axisMs], [21_000, 30_000]);
    model.addTurns([turn(1, { duration_ms: null, calls: [call({ duration_ms: 8_000 })] })]);
    assert.deepEqual([model.totals.whole_ms, model.axisMs], [8_000, 10_000]);
  });

  it('takes no page for newer than the end of a turn', () => {
    model.addTurns([turn(1)]);
    model.addPage({ traces: [], turns: [turn(1, { duration_ms: null, calls: [] }), turn(2, { duration_ms: null })], next_cursor: null });
    assert.deepEqual(model.turns.map(({ turn: of }) => of?.duration_ms), [1_000, null]);
  });

  it('keeps the time of a turn until something of it changes', () => {
    model.addPage({ traces: [row(1, { latency_ms: 200 })], turns: [turn(1)], next_cursor: null });
    const [node] = model.turns;
    assert.ok(node);
    const first = model.time(node, false);
    assert.equal(model.time(node, false), first);
    assert.equal(first.tool, 200);
    model.addPage({ traces: [row(2, { started_at: 900_000, latency_ms: 300 })], turns: [], next_cursor: null });
    assert.equal(model.time(node, false).tool, 500);
  });
});
