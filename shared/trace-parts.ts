// What a turn is made of, as traces show it: model calls, waits for a person, tool calls. The host builds these from
// events and rows; views, analyses and exports read nothing else. Types only.
import type { ChatStatus } from './chats';
import type { AgentParent, RunOutcome } from './events';
import type { CacheSegment, RequestShape, TokenPrices } from './model-request';
import type { ToolTrace } from './traces';
import type { Usage } from './usage';

/** A tool call without its input and output; `error` is the beginning of it. */
export type TraceRow = Pick<
  ToolTrace,
  'id' | 'turn_number' | 'tool_name' | 'subject' | 'started_at' | 'latency_ms' | 'outcome' | 'error' | 'tool_call_id' | 'llm_call_id' | 'tokens_used'
>;

export type ModelCall = {
  llm_call_id: string;
  provider: string;
  model: string;
  purpose: 'answer' | 'compaction';
  /** Microseconds since the epoch: when the first attempt was made. */
  started_at: number;
  /** From `started_at`; null when nothing came. */
  first_token_ms: number | null;
  duration_ms: number;
  queued_ms: number;
  /** From `started_at` to the beginning of the last attempt. */
  retry_ms: number;
  attempts: number;
  /** Null: the API did not say; then `estimated_tokens` is what it is taken to have used. */
  usage: Usage | null;
  estimated_tokens: number;
  /** Null: unknown. */
  cost_usd: number | null;
  prices: TokenPrices | null;
  finish_reason: string | null;
  error: { code: string; message: string } | null;
  /** Null: recorded by an earlier version. */
  request: RequestShape | null;
  segments: readonly CacheSegment[];
};

/** Time in which a person was waited for. What the mode or an earlier answer decided at once is none. */
export type Wait = {
  id: string;
  kind: 'approval' | 'question';
  tool_call_id: string;
  tool_name: string;
  title: string;
  asked_at: number;
  /** Null while it is open. */
  waited_ms: number | null;
  /** The decision, or what became of the question; null while it is open. */
  outcome: string | null;
};

export type Turn = {
  turn_number: number;
  started_at: number;
  /** Null for a turn that goes on, and for one that was cut off. */
  duration_ms: number | null;
  /** In the order in which they were made. */
  calls: readonly ModelCall[];
  waits: readonly Wait[];
};

/** From a message, or Continue, to the agent's end. */
export type Run = {
  run_id: string;
  provider: string;
  model: string;
  scripted: boolean;
  started_at: number;
  /** The first event of the run, and the last one; null while it goes on, and for one that was cut off. */
  first_seq: number;
  last_seq: number | null;
  ended_at: number | null;
  outcome: RunOutcome | null;
  error: { code: string; message: string; next_step: string } | null;
};

/** An agent that was started by a call of another: a chat of its own, with its place there. */
export type ChildAgent = Omit<AgentParent, 'chat_id'> & { chat_id: string; status: ChatStatus; turns: number };

/** Where in a trace something stands. */
export type TraceRef = { chat_id: string; turn_number: number; trace_id: string | null; label: string };
