// The tool_traces row and its listing, as panels and the headless command see them.
import * as z from 'zod';
import { durationMs, json, micros, uuid } from './ids';

/** `interrupted`: the process died while the tool ran, so nobody knows whether it took effect. */
export const traceOutcome = z.enum(['running', 'success', 'error', 'denied', 'cancelled', 'interrupted']);
export type TraceOutcome = z.infer<typeof traceOutcome>;

/**
 * One tool call. tokens_used, cache_tokens and reasoning_tokens are those of the model call that asked for
 * the tool; where one model call asks for several tools only the first row carries them (the others hold
 * null), so that a sum over rows never counts a model call twice.
 */
export const toolTrace = z.object({
  id: uuid,
  session_id: uuid,
  chat_id: uuid,
  turn_number: z.int().positive(),
  tool_name: z.string(),
  input: json,
  output: z.nullable(json),
  started_at: micros,
  finished_at: z.nullable(micros),
  latency_ms: z.nullable(durationMs),
  tokens_used: z.nullable(z.int()),
  cache_tokens: z.nullable(z.int()),
  reasoning_tokens: z.nullable(z.int()),
  error: z.nullable(z.string()),
  outcome: traceOutcome,
  llm_call_id: z.nullable(uuid),
  tool_call_id: z.string(),
  subject: z.string(),
});
export type ToolTrace = z.infer<typeof toolTrace>;

export const defaultTraceLimit = 50;
export const maxTraceLimit = 200;

export const tracePageRequest = z.object({
  chat_id: uuid,
  cursor: z.optional(z.string().max(400)),
  limit: z.optional(z.int().min(1).max(maxTraceLimit)),
  turn_number: z.optional(z.int().positive()),
});
export type TracePageRequest = z.infer<typeof tracePageRequest>;

export type TracePage = { traces: ToolTrace[]; next_cursor: string | null };
