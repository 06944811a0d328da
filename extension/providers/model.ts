// The contract every model API is brought to: a provider-neutral request in, one stream of parts out.
import type { Json } from '../../shared/ids';
import type { RunError, ToolCall } from '../../shared/events';
import type { Usage } from '../../shared/usage';

/** `data` is base64. */
export type ModelImage = { media_type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'; data: string };

export type ModelMessage =
  /** `context`: project facts, put before the text. */
  | { role: 'user'; text: string; context?: string; images?: readonly ModelImage[] }
  | { role: 'assistant'; text: string; reasoning: string; tool_calls: readonly ToolCall[] }
  | { role: 'tool'; tool_call_id: string; tool_name: string; text: string };

export type ToolSchema = { name: string; description: string; parameters: Record<string, unknown> };

/** `messages` only ever grows within a session, and `system` and `tools` never change: that is what caches. */
export type ModelRequest = {
  model: string;
  system: string;
  tools: readonly ToolSchema[];
  messages: readonly ModelMessage[];
  /** Constant for the life of a session; providers that shard their cache by user get it. */
  session_id: string;
  /** The answer is cut off there; left out, the API decides. */
  max_output_tokens?: number;
};

/**
 * A request as it is written up to its last message, in the order of its bytes: what a prefix cache compares. What stands
 * after the messages is left out.
 */
export type RequestParts = {
  /** Which model, and how it is told to answer: what a cache never spans. */
  head: string;
  tools: Buffer;
  system: Buffer;
  /** The same object for the same ModelMessage in the same place, so that comparing costs next to nothing. */
  messages: readonly Buffer[];
};

export type ModelErrorCode =
  | 'no_key'
  | 'bad_key'
  /** Whoever offers the model does not let BooCode use it: consent, or a sign-in, elsewhere. */
  | 'no_permission'
  | 'no_balance'
  | 'rate_limited'
  | 'bad_request'
  | 'unknown_model'
  | 'context_exceeded'
  /** The model, or its server, cannot call tools. */
  | 'no_tools'
  | 'server'
  | 'unreachable'
  | 'timeout'
  | 'bad_stream'
  | 'aborted';

export type ModelError = RunError & { code: ModelErrorCode };

export type ModelPart =
  | { type: 'status'; status: 'waiting' | 'streaming' | 'retrying'; attempt: number; retry_at: number | null; reason: string; code: ModelErrorCode | '' }
  | { type: 'reasoning'; delta: string }
  | { type: 'text'; delta: string }
  /** A tool call is being written; `bytes` is how much of its arguments has come so far. */
  | { type: 'tool_call_progress'; tool_name: string; bytes: number }
  | ({ type: 'end' } & ModelAnswer)
  | ({ type: 'error'; error: ModelError } & Partial<Pick<ModelAnswer, 'usage' | 'raw_usage'>>);

/**
 * A whole answer. Tool-call ids are unique within the session and never empty (the provider renumbers);
 * arguments are the model's text, complete but not checked.
 */
export type ModelAnswer = {
  finish_reason: 'stop' | 'tool_calls' | 'length' | 'content_filter' | 'other';
  text: string;
  reasoning: string;
  tool_calls: ToolCall[];
  usage: Usage | null;
  raw_usage: Json | null;
};

export interface ModelProvider {
  readonly id: string;
  /** True when answers are scripted and no model is asked: shown wherever the provider is used. */
  readonly scripted: boolean;
  /** What `stream` would send. Pure. */
  requestParts(request: ModelRequest): RequestParts;
  /**
   * Streams one answer. Nothing is sent before the part after the first is asked for. The last part is always `end` or `error`, also after an abort (code `aborted`);
   * it never throws for anything the network, the server or the model did. An abort ends it at once.
   * Retries happen inside, only while nothing of the answer was handed out, and are told as `status`.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void, void>;
}
