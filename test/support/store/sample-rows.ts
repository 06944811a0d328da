// Rows for tests of the store: valid, and different where a test needs it.
import { randomUUID } from 'node:crypto';
import type { WriteOp } from '../../../extension/store/store';
import type { ChatRow } from '../../../extension/store/tables/chats';
import type { EventRow } from '../../../extension/store/tables/events';
import type { LlmCallRow } from '../../../extension/store/tables/llm-calls';
import type { ToolTraceCompletion, ToolTraceStart } from '../../../extension/store/tables/tool-traces';

export const someTime = 1_795_000_000_123_456;

export function chatRow(row: Partial<ChatRow> = {}): ChatRow {
  return {
    chat_id: randomUUID(),
    session_id: randomUUID(),
    title: 'Fix the test',
    status: 'new',
    turns: 0,
    created_at: someTime,
    updated_at: someTime,
    provider: 'demo',
    model: 'scripted',
    ...row,
  };
}

export function eventRow(row: Partial<EventRow> = {}): EventRow {
  return {
    chat_id: 'chat',
    seq: 1,
    session_id: 'session',
    at: someTime,
    type: 'notice',
    body: '{"text":"hello"}',
    trace_id: null,
    ...row,
  };
}

export function traceStart(row: Partial<ToolTraceStart> = {}): ToolTraceStart {
  return {
    id: randomUUID(),
    session_id: 'session',
    chat_id: 'chat',
    turn_number: 1,
    tool_name: 'read_file',
    input: { path: 'cart.ts' },
    started_at: someTime,
    llm_call_id: null,
    tool_call_id: 'call-1',
    subject: 'cart.ts',
    ...row,
  };
}

export function traceCompletion(start: ToolTraceStart, row: Partial<ToolTraceCompletion> = {}): ToolTraceCompletion {
  return {
    id: start.id,
    chat_id: start.chat_id,
    output: { text: 'export {}' },
    finished_at: start.started_at + 1500,
    latency_ms: 1.5,
    tokens_used: 10,
    cache_tokens: 4,
    reasoning_tokens: null,
    error: null,
    outcome: 'success',
    ...row,
  };
}

export function llmCallRow(row: Partial<LlmCallRow> = {}): LlmCallRow {
  return {
    id: randomUUID(),
    chat_id: 'chat',
    session_id: 'session',
    turn_number: 1,
    provider: 'demo',
    model: 'scripted',
    started_at: someTime,
    first_token_ms: 12.5,
    duration_ms: 100,
    finish_reason: 'stop',
    input: 10,
    cache_read: 3,
    cache_write: 0,
    output: 5,
    reasoning: 0,
    raw_usage: { prompt_tokens: 13 },
    error: null,
    request_bytes: null,
    ...row,
  };
}

export function appendEvent(row: Partial<EventRow> = {}): WriteOp {
  return { op: 'events.append', value: eventRow(row) };
}
