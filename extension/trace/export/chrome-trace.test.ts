// The Trace Event Format as its readers take it: whole numbers, named threads, and events of a thread that lie in each other.
import assert from 'node:assert/strict';
import * as z from 'zod';
import { beginning, ids, recordTrace } from '../../../test/support/trace/recorded-trace';
import { StoreFolder } from '../../../test/support/store/store-folder';
import { Redactor } from '../redaction';
import type { AgentSpan } from './chat-spans';
import { chromeDocument } from './chrome-trace';
import { exportTrace } from './export-trace';
import { turnSpan, runSpan, toolCallSpan, type SpanAgent } from './otel-mapping';

const args = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));
const whole = z.int().nonnegative();
const metadata = z.strictObject({ ph: z.literal('M'), name: z.enum(['process_name', 'thread_name', 'thread_sort_index']), pid: whole, tid: whole, ts: whole, args });
const complete = z.strictObject({ ph: z.literal('X'), name: z.string().min(1), cat: z.string().min(1), pid: whole, tid: whole, ts: whole, dur: whole, args });
const document = z.strictObject({
  displayTimeUnit: z.enum(['ms', 'ns']),
  otherData: z.record(z.string(), z.union([z.string(), z.number()])),
  traceEvents: z.array(z.discriminatedUnion('ph', [metadata, complete])),
});
type Document = z.infer<typeof document>;
type Complete = z.infer<typeof complete>;

function eventsOf({ traceEvents }: Document): Complete[] {
  return traceEvents.filter((event) => event.ph === 'X');
}

/** Fails when two events of a thread overlap without one lying in the other, or a thread has no name. */
function assertNested(trace: Document): void {
  const names = new Set(trace.traceEvents.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid));
  for (const tid of new Set(eventsOf(trace).map((event) => event.tid))) {
    assert.ok(names.has(tid), `thread ${tid} has a name`);
    const open: number[] = [];
    const events = eventsOf(trace).filter((event) => event.tid === tid);
    for (const { name, ts, dur } of events.sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
      while (open.length > 0 && (open.at(-1) ?? 0) <= ts) open.pop();
      assert.ok(open.length === 0 || ts + dur <= (open.at(-1) ?? 0), `${name} at ${ts} on thread ${tid} goes on behind what it lies in`);
      open.push(ts + dur);
    }
  }
}

describe('Chrome traces', function () {
  this.timeout(30_000);

  it('have a thread for each agent, and another for what went on at the same time', async () => {
    const folder = new StoreFolder();
    const store = await folder.open();
    try {
      await recordTrace(store);
      let text = '';
      await exportTrace(store, new Redactor(), { chat_id: ids.chat, format: 'chrome', content: true, version: '1', signal: new AbortController().signal }, (piece) => {
        text += piece;
      });
      const trace = document.parse(JSON.parse(text));
      assertNested(trace);
      assert.deepEqual(trace.traceEvents.flatMap((event) => (event.name === 'thread_name' ? [[event.tid, event.args['name']]] : [])), [
        [1, 'agent'],
        [2, 'agent (in parallel 1)'],
        [3, 'subagent 1: Look around canary-secret-9876543210'],
      ]);
      const threadOf = (name: string): number[] => eventsOf(trace).flatMap((event) => (event.name === name ? [event.tid] : []));
      assert.deepEqual([threadOf('execute_tool spawn_subagent'), threadOf('invoke_agent subagent'), threadOf('invoke_agent BooCode')], [[2], [3], [1, 1]]);
      const run = eventsOf(trace).find(({ cat }) => cat === 'run');
      assert.deepEqual([run?.ts, run?.dur], [beginning, 1_402_000]);
    } finally {
      await folder.remove();
    }
  });

  it('stay readable when calls go on behind the end of their turn, and turns behind the beginning of the next', async () => {
    const agent: SpanAgent = { chat_id: 'c', label: null, kind: 'chat', place: { trace_id: 't', parent_span_id: null }, content: false };
    const call = (turn_number: number, startedMs: number, latency_ms: number): AgentSpan => ({
      agent,
      span: toolCallSpan({ id: `${startedMs}`, turn_number, tool_name: 'x', subject: '', started_at: startedMs * 1000, latency_ms, outcome: 'success', error: null, tool_call_id: '', llm_call_id: null, tokens_used: null }, agent),
    });
    const turn = (turn_number: number, startedMs: number, duration_ms: number): AgentSpan => ({ agent, span: turnSpan({ turn_number, started_at: startedMs * 1000, duration_ms, calls: [], waits: [] }, [], null, agent) });
    const run = { run_id: 'r', provider: 'p', model: 'm', scripted: false, started_at: 5_000, first_seq: 1, last_seq: 2, ended_at: 30_000, outcome: 'done' as const, error: null };
    async function* spans(): AsyncGenerator<AgentSpan> {
      yield call(1, 2, 90);
      yield call(1, 3, 5);
      yield call(1, 4, 100);
      yield turn(1, 3, 10);
      yield call(2, 14, 3);
      yield turn(2, 12, 8);
      yield { agent, span: runSpan(run, agent, 0) };
      yield call(3, 35, 1);
      yield turn(3, 31, 8);
      yield { agent, span: runSpan({ ...run, run_id: 'r2', started_at: 31_000, ended_at: 40_000 }, agent, 0) };
    }
    let text = '';
    for await (const piece of chromeDocument(spans())) text += piece;
    const trace = document.parse(JSON.parse(text));
    assertNested(trace);
    assert.equal(eventsOf(trace).length, 10);
  });
});
