// A trace in the Trace Event Format of Chrome, as its JSON object: opens in Perfetto and in chrome://tracing. Each agent is a
// thread; what went on at the same time stands on further threads beside it, since events of one have to lie in each other.
import type { AgentSpan } from './chat-spans';
import { otelMappingVersion, type SpanAgent } from './otel-mapping';
import type { TraceSpan } from './trace-span';

/** `open`: what an event may still lie in, innermost last. */
type Lane = { tid: number; open: Stretch[] };
type Stretch = { from: number; to: number };
type Thread = {
  name: string;
  /** The agent's own thread first. */
  lanes: Lane[];
  /** What stands on the agent's own thread of the turn and of the run that have not come yet; null before anything does. */
  inTurn: Stretch | null;
  inRun: Stretch | null;
  /** Where the turn, and the run, before ended there. */
  turnEnd: number;
  runEnd: number;
};

const pid = 1;

/** Pieces of text that make up the document. */
export async function* chromeDocument(spans: AsyncIterable<AgentSpan>): AsyncGenerator<string> {
  const threads = new Map<string, Thread>();
  let lanes = 0;
  yield `{"displayTimeUnit":"ms","otherData":{"producer":"BooCode","mapping_version":${otelMappingVersion}},"traceEvents":[\n`;
  yield JSON.stringify(metadata('process_name', 0, { name: 'BooCode' }));
  for await (const { agent, span } of spans) {
    const thread = threads.get(agent.chat_id) ?? newThread(threadName(agent, threads.size));
    threads.set(agent.chat_id, thread);
    const known = lanes;
    const { tid: lane, from, to } = placeOn(thread, span, () => ++lanes);
    if (lanes > known) {
      const name = thread.lanes.length === 1 ? thread.name : `${thread.name} (in parallel ${thread.lanes.length - 1})`;
      yield `,\n${JSON.stringify(metadata('thread_name', lane, { name }))}`;
      yield `,\n${JSON.stringify(metadata('thread_sort_index', lane, { sort_index: lane }))}`;
    }
    yield `,\n${JSON.stringify(complete(span, lane, from, to))}`;
  }
  yield '\n]}\n';
}

function metadata(name: string, tid: number, args: Record<string, string | number>): object {
  return { ph: 'M', name, pid, tid, ts: 0, args };
}

function complete(span: TraceSpan, tid: number, ts: number, to: number): object {
  const { trace_id, span_id, parent_span_id, error } = span;
  const events = Object.fromEntries(span.events.map(({ name, at }) => [`${name}_at`, at]));
  return {
    ...{ ph: 'X', name: span.name, cat: span.kind, pid, tid, ts, dur: to - ts },
    args: { ...span.attributes, ...events, trace_id, span_id, ...(parent_span_id === null ? {} : { parent_span_id }), ...(error === null ? {} : { error }) },
  };
}

function threadName({ kind, label }: SpanAgent, number: number): string {
  if (kind === 'chat') return 'agent';
  return `${kind === 'subagent' ? 'subagent' : 'workflow agent'} ${number}${label === null || label === '' ? '' : `: ${label}`}`;
}

function newThread(name: string): Thread {
  return { name, lanes: [], inTurn: null, inRun: null, turnEnd: 0, runEnd: 0 };
}

/** A run and a turn come after what happened in them; they are drawn so wide that this lies in them, and not in one another. */
function placeOn(thread: Thread, span: TraceSpan, nextTid: () => number): { tid: number } & Stretch {
  const { started_at: from, ended_at: to } = span;
  const added = (): Lane => {
    const lane = { tid: nextTid(), open: [] };
    thread.lanes.push(lane);
    return lane;
  };
  if (span.kind !== 'run' && span.kind !== 'turn') {
    const lane = thread.lanes.find((each, index) => (index > 0 || from >= thread.turnEnd) && hasRoom(each, span)) ?? added();
    lane.open.push({ from, to });
    if (lane === thread.lanes[0]) thread.inTurn = around(thread.inTurn, { from, to });
    return { tid: lane.tid, from, to };
  }
  const { tid } = thread.lanes[0] ?? added();
  const inside = around(span.kind === 'turn' ? thread.inTurn : thread.inRun, { from, to });
  const start = Math.max(inside.from, span.kind === 'turn' ? thread.turnEnd : thread.runEnd);
  const drawn = { from: start, to: Math.max(start, inside.to) };
  thread.turnEnd = Math.max(thread.turnEnd, drawn.to);
  thread.inTurn = null;
  thread.inRun = span.kind === 'turn' ? around(thread.inRun, drawn) : null;
  if (span.kind === 'run') thread.runEnd = drawn.to;
  return { tid, ...drawn };
}

function around(known: Stretch | null, more: Stretch): Stretch {
  return known === null ? more : { from: Math.min(known.from, more.from), to: Math.max(known.to, more.to) };
}

/** Spans of a turn come in the order of their beginnings, so what ended before this one is through. */
function hasRoom(lane: Lane, { started_at, ended_at }: TraceSpan): boolean {
  const open = lane.open.filter(({ to }) => to > started_at);
  const fits = open.every(({ from, to }) => from <= started_at && ended_at <= to);
  if (fits) lane.open = open;
  return fits;
}
