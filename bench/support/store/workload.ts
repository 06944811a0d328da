// What the benchmark of the store writes and reads: the rows of tool calls as a run makes them. The same for the
// store and for the yardstick beside it.
import { randomUUID } from 'node:crypto';
import type { WriteOp } from '../../../extension/store/store';
import type { Reads } from '../../../extension/store/tables/registry';
import { appendEvent, eventRow, traceCompletion, traceStart } from '../../../test/support/store/sample-rows';

export const largeChat = 'large';
const liveChat = 'live';
const callsInTurn = 8;
const kilobyte = JSON.stringify('x'.repeat(1000));

/** One call of many, started and completed in one write, as a database that has grown holds them. */
export function grownCall(index: number): WriteOp[] {
  const start = traceStart({ id: randomUUID(), chat_id: largeChat, turn_number: turnOf(index), input: { path: `src/${index}.ts` } });
  return [
    { op: 'tool_traces.start', value: start },
    { op: 'tool_traces.complete', value: traceCompletion(start) },
  ];
}

/** One call as a run writes it: a durable record when it starts, another when it has ended, each with its event. */
export function liveCall(index: number, firstSeq: number): [started: WriteOp[], completed: WriteOp[]] {
  const start = traceStart({ id: randomUUID(), chat_id: largeChat, turn_number: turnOf(index), input: { path: `src/${index}.ts` } });
  const event = (seq: number, type: string): WriteOp => ({
    op: 'events.append',
    value: eventRow({ chat_id: largeChat, seq, type, trace_id: start.id, body: JSON.stringify({ type, id: start.id, tool_name: start.tool_name }) }),
  });
  return [
    [event(firstSeq, 'tool_trace:start'), { op: 'tool_traces.start', value: start }],
    [event(firstSeq + 1, 'tool_trace:complete'), { op: 'tool_traces.complete', value: traceCompletion(start) }],
  ];
}

/** The append that is timed: one event of 1 KB. */
export function kilobyteEvent(seq: number): WriteOp {
  return appendEvent({ chat_id: liveChat, seq, body: kilobyte });
}

/** A page of 50 that begins at this share of all calls. */
export function pageAt(share: number, calls: number): Reads['tool_traces.page'][0] {
  const after = share === 0 ? null : { turn_number: 1 + Math.floor((calls * share) / callsInTurn), started_at: 0, id: '' };
  return { chat_id: largeChat, after, limit: 50, turn_number: null };
}

function turnOf(index: number): number {
  return 1 + Math.floor(index / callsInTurn);
}
