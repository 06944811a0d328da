// A chat recorded by hand, with fixed ids and times, that holds everything a trace can: retries, unknown usage, a wait, calls at
// the same time, an error, an agent below the call that started it, a run that was cut off, and a secret.
import type { ChatSummary } from '../../../shared/chats';
import type { RunEventBody } from '../../../shared/events';
import { nothingSpent } from '../../../shared/spent-math';
import type { Store } from '../../../extension/store/store';
import { EventBus } from '../../../extension/trace/event-bus';
import { ChatLog } from '../../../extension/trace/recorder';
import { Redactor } from '../../../extension/trace/redaction';
import { uuid } from '../event-samples';

export const ids = {
  ...{ chat: uuid(1), session: uuid(2), run: uuid(3), secondRun: uuid(4), call: uuid(5), failedCall: uuid(6), secondCall: uuid(7) },
  ...{ read: uuid(8), spawn: uuid(9), command: uuid(10), approval: uuid(11), cutOffCall: uuid(12), running: uuid(13) },
  ...{ agentChat: uuid(21), agentSession: uuid(22), agentRun: uuid(23), agentCall: uuid(24), agentRead: uuid(25) },
} as const;

/** Stands in the trace as a key that nobody knew of when it was recorded. */
export const canary = 'canary-secret-9876543210';

/** Microseconds. */
export const beginning = 1_795_000_000_000_000;
const ms = 1000;

type Timed = readonly [atMs: number, body: RunEventBody];

/** Appends the events to the chat, each at its time; resolves when they are stored and `bus` has told of them. */
export async function record(store: Store, chat: Pick<ChatSummary, 'chat_id' | 'session_id'>, events: readonly Timed[], bus = quietBus()): Promise<void> {
  let now = beginning;
  const known = await store.read('events.last_seq', { chat_id: chat.chat_id });
  const summary: ChatSummary = { ...chat, title: '', status: 'new', turns: 0, created_at: beginning, updated_at: beginning, spent: nothingSpent };
  const log = new ChatLog({ store, bus, redactor: new Redactor(), nowMicros: () => now }, summary, known);
  for (const [atMs, body] of events) {
    now = beginning + atMs * ms;
    log.append(body);
    await log.durable();
  }
}

function quietBus(): EventBus {
  return new EventBus((error) => {
    throw error;
  });
}

const own = { chat_id: ids.chat, session_id: ids.session };
const agent = { chat_id: ids.agentChat, session_id: ids.agentSession };

export async function recordTrace(store: Store, bus?: EventBus): Promise<void> {
  await record(store, own, ownEvents, bus);
  await record(store, agent, agentEvents, bus);
}

/** The same in two parts: `firstEvents` of the chat, and the rest, of which alone `bus` tells. */
export async function recordTraceInParts(store: Store, firstEvents: number, bus: EventBus): Promise<void> {
  await record(store, own, ownEvents.slice(0, firstEvents));
  await record(store, own, ownEvents.slice(firstEvents), bus);
  await record(store, agent, agentEvents.slice(0, 3));
  await record(store, agent, agentEvents.slice(3), bus);
}

const model = { provider: 'deepseek', model: 'deepseek-flash' };

function modelCall(llm_call_id: string, turn_number: number, startedMs: number, part: Partial<Extract<RunEventBody, { type: 'llm_call:complete' }>>): RunEventBody {
  return {
    ...{ type: 'llm_call:complete', llm_call_id, turn_number, ...model, started_at: beginning + startedMs * ms, first_token_ms: 20, duration_ms: 50, finish_reason: 'tool_calls' },
    ...{ usage: { input: 100, cache_read: 900, cache_write: 10, output: 30, reasoning: 20 }, raw_usage: { prompt_tokens: 1010 }, error: null, cost_usd: 0.0125 },
    ...part,
  };
}

function call(trace_id: string, llm_call_id: string, turn_number: number, tool_name: string, startedMs: number, input: string): RunEventBody {
  return { type: 'tool_trace:start', trace_id, turn_number, llm_call_id, tool_call_id: `call-${trace_id.slice(-2)}`, tool_name, subject: `subject of ${tool_name}`, input: { text: input }, started_at: beginning + startedMs * ms };
}

function called(trace_id: string, turn_number: number, tool_name: string, startedMs: number, latency_ms: number, output: string, error: string | null = null): RunEventBody {
  return {
    ...{ type: 'tool_trace:complete', trace_id, turn_number, tool_call_id: `call-${trace_id.slice(-2)}`, tool_name, output: { text: output }, outcome: error === null ? 'success' : 'error', error },
    ...{ finished_at: beginning + (startedMs + latency_ms) * ms, latency_ms, tokens_used: null, cache_tokens: null, reasoning_tokens: null },
  };
}

const ownEvents: readonly Timed[] = [
  [0, { type: 'run:start', run_id: ids.run, ...model, scripted: false }],
  [1, { type: 'message:user', message_id: uuid(31), text: `Fix it with ${canary}` }],
  [2, { type: 'turn:start', turn_number: 1, llm_call_id: ids.call }],
  [
    60,
    modelCall(ids.call, 1, 10, {
      ...{ first_token_ms: 30, queued_ms: 4, attempts: 2, retry_ms: 15 },
      request: { bytes: 4000, tools_bytes: 1000, system_bytes: 500, opening: 'abc', previous: null, shared_bytes: null, changed: null, idle_ms: null },
      segments: [
        { segment_name: 'system', hit_tokens: 300, miss_tokens: 0 },
        { segment_name: 'history', hit_tokens: 600, miss_tokens: 110 },
      ],
    }),
  ],
  [61, call(ids.read, ids.call, 1, 'read_file', 61, `a.ts ${canary}`)],
  [62, call(ids.spawn, ids.call, 1, 'spawn_subagent', 62, 'look around')],
  [80, called(ids.read, 1, 'read_file', 61, 19.5, `the text "quoted" ${canary}`)],
  [200, called(ids.spawn, 1, 'spawn_subagent', 62, 138, 'done [redacted]')],
  [201, { type: 'approval:request', approval_id: ids.approval, turn_number: 1, tool_call_id: 'call-10', tool_name: 'run_command', title: `Run ${canary}`, reason: '', subject: { kind: 'command', argv: ['npm', 'test'], cwd: '.' } }],
  [1201, { type: 'approval:decision', approval_id: ids.approval, turn_number: 1, decision: 'allow', decided_by: 'user', waited_ms: 1000 }],
  [1202, call(ids.command, ids.call, 1, 'run_command', 1202, 'npm test')],
  [1300, called(ids.command, 1, 'run_command', 1202, 98, 'failed', `exit code 1 ${canary}`)],
  [1301, { type: 'turn:end', turn_number: 1, duration_ms: 1299, tool_calls: 3 }],
  [1302, { type: 'turn:start', turn_number: 2, llm_call_id: ids.failedCall }],
  [
    1400,
    modelCall(ids.failedCall, 2, 1303, {
      ...{ first_token_ms: null, duration_ms: 97, finish_reason: null, usage: null, raw_usage: null, cost_usd: null, estimated_tokens: 250 },
      error: { code: 'overloaded', message: `busy ${canary}`, next_step: 'Try again.' },
    }),
  ],
  [1401, { type: 'turn:end', turn_number: 2, duration_ms: 99, tool_calls: 0 }],
  [1402, { type: 'run:end', run_id: ids.run, outcome: 'failed', turns: 2, usage: null, error: { code: 'overloaded', message: `busy ${canary}`, next_step: 'Try again.' } }],
  // A second run that nothing ended.
  [2000, { type: 'run:start', run_id: ids.secondRun, ...model, scripted: false }],
  [2001, { type: 'turn:start', turn_number: 3, llm_call_id: ids.cutOffCall }],
  [2052, modelCall(ids.cutOffCall, 3, 2002, {})],
  [2053, call(ids.running, ids.cutOffCall, 3, 'run_command', 2053, 'npm start')],
];

const agentEvents: readonly Timed[] = [
  [70, { type: 'run:start', run_id: ids.agentRun, ...model, scripted: false, parent: { chat_id: ids.chat, trace_id: ids.spawn, kind: 'subagent', label: `Look around ${canary}` } }],
  [71, { type: 'turn:start', turn_number: 1, llm_call_id: ids.agentCall }],
  [125, modelCall(ids.agentCall, 1, 72, {})],
  [126, call(ids.agentRead, ids.agentCall, 1, 'read_file', 126, 'b.ts')],
  [136, called(ids.agentRead, 1, 'read_file', 126, 10, 'text')],
  [137, { type: 'turn:end', turn_number: 1, duration_ms: 66, tool_calls: 1 }],
  [138, { type: 'run:end', run_id: ids.agentRun, outcome: 'done', turns: 1, usage: null, error: null }],
];
