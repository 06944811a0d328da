// Short ways to write events in tests. Ids are fixed, so that whole objects can be compared.
import type { RunEventBody, SequencedEvent } from '../../shared/events';

/** The n-th of a series of valid UUIDs. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export const chatId = uuid(1);
export const sessionId = uuid(2);

/** Bodies as a recorder would have placed them: sequence from 1, one millisecond apart. */
export function placed(bodies: readonly RunEventBody[]): SequencedEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: index + 1, at: (index + 1) * 1_000, chat_id: chatId, session_id: sessionId }));
}

export function userMessage(n: number, text: string): RunEventBody {
  return { type: 'message:user', message_id: uuid(n), text };
}

export function assistantMessage(
  n: number,
  part: Partial<Extract<RunEventBody, { type: 'message:assistant' }>>,
): RunEventBody {
  return {
    type: 'message:assistant',
    message_id: uuid(n),
    turn_number: 1,
    llm_call_id: uuid(n + 1),
    text: '',
    reasoning: '',
    reasoning_ms: null,
    tool_calls: [],
    partial: false,
    ...part,
  };
}

export function toolStart(n: number, toolCallId: string): RunEventBody {
  return {
    type: 'tool_trace:start',
    trace_id: uuid(n),
    turn_number: 1,
    llm_call_id: uuid(n + 1),
    tool_call_id: toolCallId,
    tool_name: 'read_file',
    subject: 'a.ts',
    input: { path: 'a.ts' },
    started_at: 5_000,
  };
}

export function toolComplete(n: number, toolCallId: string, text: string): RunEventBody {
  return {
    type: 'tool_trace:complete',
    trace_id: uuid(n),
    turn_number: 1,
    tool_call_id: toolCallId,
    tool_name: 'read_file',
    output: { text, summary: '1 line' },
    outcome: 'success',
    error: null,
    finished_at: 7_000,
    latency_ms: 2,
    tokens_used: null,
    cache_tokens: null,
    reasoning_tokens: null,
  };
}
