// What runs, turns, model calls, tool calls and waits are called as spans. Names are those of OpenTelemetry's conventions for
// generative AI, which are still in development: this file is the one place that knows them, and its version goes along.
import type { ModelCall, Run, TraceRow, Turn, Wait } from '../../../shared/trace-parts';
import type { ToolTrace } from '../../../shared/traces';
import { timeKinds, turnTime } from '../../../shared/turn-time';
import { spanIdOf, turnSpanId } from './otel-ids';
import type { RunPlace, SpanAttribute, TraceSpan } from './trace-span';

/**
 * Goes up with every change of a name or of what it means. Milliseconds are whole ones: a number that is sometimes an integer
 * and sometimes not changes its type in OTLP, which backends take badly.
 */
export const otelMappingVersion = 1;

/** The agent whose spans these are. */
export type SpanAgent = {
  chat_id: string;
  /** What it was asked to do; null for a person's own chat. */
  label: string | null;
  kind: 'chat' | 'subagent' | 'workflow_agent';
  place: RunPlace;
  /** Whether texts come along: inputs, outputs, subjects, titles, messages of errors. */
  content: boolean;
};

type Attributes = Record<string, SpanAttribute>;
type TimedCall = Pick<TraceRow, 'started_at' | 'latency_ms'>;

/** `lastEnd`: the end of the last thing in it, for a run without an end. */
export function runSpan(run: Run, agent: SpanAgent, lastEnd: number): TraceSpan {
  const failed = run.outcome === 'failed' || run.outcome === 'interrupted';
  const code = run.error?.code ?? run.outcome ?? 'unknown';
  const name = agent.kind === 'chat' ? 'BooCode' : agent.kind;
  return {
    ...{ kind: 'run', trace_id: agent.place.trace_id, span_id: spanIdOf('run', run.run_id), parent_span_id: agent.place.parent_span_id, chat_id: agent.chat_id },
    name: `invoke_agent ${name}`,
    ...{ started_at: run.started_at, ended_at: Math.max(run.started_at, run.ended_at ?? lastEnd) },
    attributes: {
      ...common('invoke_agent', agent),
      'gen_ai.agent.name': name,
      'gen_ai.provider.name': run.provider,
      'gen_ai.request.model': run.model,
      'boocode.run.id': run.run_id,
      'boocode.run.scripted': run.scripted,
      ...(agent.content && agent.label !== null ? { 'gen_ai.agent.description': agent.label } : {}),
      ...outcomeOf(run.outcome),
      ...(failed ? { 'error.type': code } : {}),
    },
    events: [],
    error: failed ? said(code, run.error?.message ?? null, agent) : null,
  };
}

/** `runId` null: the beginning of its run is not known. */
export function turnSpan(turn: Turn, calls: readonly TimedCall[], runId: string | null, agent: SpanAgent): TraceSpan {
  const { whole, ...time } = turnTime(turn, calls, null);
  return {
    ...{ kind: 'turn', trace_id: agent.place.trace_id, span_id: turnSpanId(agent.chat_id, turn.turn_number), chat_id: agent.chat_id },
    parent_span_id: runId === null ? agent.place.parent_span_id : spanIdOf('run', runId),
    name: `turn ${turn.turn_number}`,
    ...{ started_at: turn.started_at, ended_at: turnEnd(turn, calls) },
    attributes: {
      ...common(null, agent),
      'boocode.turn.number': turn.turn_number,
      'boocode.turn.tool_calls': calls.length,
      'boocode.turn.whole_ms': Math.round(whole),
      ...Object.fromEntries(timeKinds.map((kind) => [`boocode.turn.${kind}_ms`, Math.round(time[kind])])),
      ...(turn.duration_ms === null ? { 'boocode.unfinished': true } : {}),
    },
    events: [],
    error: null,
  };
}

/** Not before the end of the last thing in it: room may be made after it; of a turn that was cut off that is all that is known. */
export function turnEnd(turn: Turn, calls: readonly TimedCall[]): number {
  const ends = [
    ...(turn.duration_ms === null ? [] : [after(afterRoom(turn), turn.duration_ms)]),
    ...turn.calls.map(({ started_at, duration_ms }) => after(started_at, duration_ms)),
    ...turn.waits.map(({ asked_at, waited_ms }) => after(asked_at, waited_ms)),
    ...calls.map(({ started_at, latency_ms }) => after(started_at, latency_ms)),
  ];
  return ends.reduce((last, end) => Math.max(last, end), turn.started_at);
}

/** A turn's duration counts from when room had been made for it. */
function afterRoom({ started_at, calls }: Turn): number {
  const [first] = calls;
  if (first?.purpose !== 'compaction' || first.started_at > started_at) return started_at;
  return calls.find(({ purpose }) => purpose === 'answer')?.started_at ?? started_at;
}

export function modelCallSpan(call: ModelCall, turnNumber: number, agent: SpanAgent): TraceSpan {
  const { started_at, first_token_ms, retry_ms, attempts, error } = call;
  return {
    ...inTurn('model_call', call.llm_call_id, turnNumber, agent),
    name: `chat ${call.model}`,
    ...{ started_at, ended_at: after(started_at, call.duration_ms) },
    attributes: {
      ...common('chat', agent),
      'gen_ai.provider.name': call.provider,
      'gen_ai.request.model': call.model,
      ...(call.finish_reason === null ? {} : { 'gen_ai.response.finish_reasons': [call.finish_reason] }),
      ...usageOf(call),
      ...cacheOf(call),
      'boocode.turn.number': turnNumber,
      'boocode.llm_call.id': call.llm_call_id,
      'boocode.llm_call.purpose': call.purpose,
      'boocode.llm_call.attempts': attempts,
      'boocode.llm_call.queued_ms': Math.round(call.queued_ms),
      'boocode.llm_call.retry_ms': Math.round(retry_ms),
      ...(first_token_ms === null ? {} : { 'boocode.llm_call.first_token_ms': Math.round(first_token_ms) }),
      ...(error === null ? {} : { 'error.type': error.code }),
    },
    events: [
      ...(attempts > 1 ? [{ name: 'boocode.last_attempt', at: after(started_at, retry_ms), attributes: { 'boocode.llm_call.attempts': attempts } }] : []),
      ...(first_token_ms === null ? [] : [{ name: 'boocode.first_token', at: after(started_at, first_token_ms), attributes: {} }]),
    ],
    error: error && said(error.code, error.message, agent),
  };
}

/** A row of a listing, or with its input and output, which then come along where content does. */
export function toolCallSpan(call: TraceRow | ToolTrace, agent: SpanAgent): TraceSpan {
  const { tool_name, started_at, latency_ms, outcome } = call;
  const failed = outcome === 'error' || outcome === 'interrupted';
  return {
    ...inTurn('tool_call', call.id, call.turn_number, agent),
    name: `execute_tool ${tool_name}`,
    ...{ started_at, ended_at: after(started_at, latency_ms) },
    attributes: {
      ...common('execute_tool', agent),
      'gen_ai.tool.name': tool_name,
      'gen_ai.tool.call.id': call.tool_call_id,
      'gen_ai.tool.type': 'function',
      'boocode.turn.number': call.turn_number,
      'boocode.tool_trace.id': call.id,
      ...(call.llm_call_id === null ? {} : { 'boocode.llm_call.id': call.llm_call_id }),
      ...outcomeOf(outcome),
      ...(failed ? { 'error.type': outcome === 'error' ? 'tool_error' : outcome } : {}),
      ...(latency_ms === null ? { 'boocode.unfinished': true } : {}),
      ...(agent.content ? { 'boocode.tool.subject': call.subject } : {}),
      ...(agent.content && 'input' in call ? { 'gen_ai.tool.call.arguments': JSON.stringify(call.input) } : {}),
      ...(agent.content && 'input' in call && call.output !== null ? { 'gen_ai.tool.call.result': JSON.stringify(call.output) } : {}),
    },
    events: [],
    error: failed ? said(outcome, call.error, agent) : null,
  };
}

export function waitSpan(wait: Wait, turnNumber: number, agent: SpanAgent): TraceSpan {
  return {
    ...inTurn('wait', wait.id, turnNumber, agent),
    name: `wait ${wait.kind}`,
    ...{ started_at: wait.asked_at, ended_at: after(wait.asked_at, wait.waited_ms) },
    attributes: {
      ...common(null, agent),
      'gen_ai.tool.name': wait.tool_name,
      'gen_ai.tool.call.id': wait.tool_call_id,
      'boocode.turn.number': turnNumber,
      'boocode.wait.kind': wait.kind,
      ...outcomeOf(wait.outcome),
      ...(wait.waited_ms === null ? { 'boocode.unfinished': true } : {}),
      ...(agent.content ? { 'boocode.wait.title': wait.title } : {}),
    },
    events: [],
    error: null,
  };
}

type InTurn = Pick<TraceSpan, 'kind' | 'trace_id' | 'span_id' | 'parent_span_id' | 'chat_id'>;

function inTurn(kind: 'model_call' | 'tool_call' | 'wait', id: string, turnNumber: number, agent: SpanAgent): InTurn {
  return { kind, trace_id: agent.place.trace_id, span_id: spanIdOf(kind, id), parent_span_id: turnSpanId(agent.chat_id, turnNumber), chat_id: agent.chat_id };
}

function common(operation: 'invoke_agent' | 'chat' | 'execute_tool' | null, agent: SpanAgent): Attributes {
  return { ...(operation === null ? {} : { 'gen_ai.operation.name': operation }), 'gen_ai.conversation.id': agent.chat_id, 'boocode.agent.kind': agent.kind };
}

/** The conventions count what was cached, read or written, as input, and reasoning as output. */
function usageOf({ usage, estimated_tokens, cost_usd }: ModelCall): Attributes {
  const cost: Attributes = cost_usd === null ? {} : { 'boocode.cost_usd': cost_usd };
  if (usage === null) return { 'boocode.usage': 'unaccounted', 'boocode.estimated_tokens': estimated_tokens, ...cost };
  const { input, cache_read, cache_write, output, reasoning } = usage;
  return {
    'gen_ai.usage.input_tokens': input + cache_read + cache_write,
    'gen_ai.usage.output_tokens': output + reasoning,
    'gen_ai.usage.cache_read.input_tokens': cache_read,
    'gen_ai.usage.cache_creation.input_tokens': cache_write,
    'gen_ai.usage.reasoning.output_tokens': reasoning,
    ...cost,
  };
}

function cacheOf({ request, segments }: ModelCall): Attributes {
  const attributes: Attributes = {};
  if (request !== null) {
    attributes['boocode.request.bytes'] = request.bytes;
    if (request.shared_bytes !== null) attributes['boocode.request.shared_bytes'] = request.shared_bytes;
    if (request.changed !== null) attributes['boocode.request.changed'] = request.changed;
    if (request.idle_ms !== null) attributes['boocode.request.idle_ms'] = Math.round(request.idle_ms);
  }
  for (const { segment_name, hit_tokens, miss_tokens } of segments) {
    attributes[`boocode.cache.${segment_name}.estimated_hit_tokens`] = hit_tokens;
    attributes[`boocode.cache.${segment_name}.estimated_miss_tokens`] = miss_tokens;
  }
  return attributes;
}

function outcomeOf(outcome: string | null): Attributes {
  return outcome === null ? { 'boocode.unfinished': true } : { 'boocode.outcome': outcome };
}

/** A message may quote what was asked or answered. */
function said(code: string, message: string | null, { content }: SpanAgent): string {
  return content ? (message ?? code) : code;
}

function after(started_at: number, ms: number | null): number {
  return started_at + Math.round((ms ?? 0) * 1000);
}
