// The only place where events become rows and rows become events again.
import type { ChatSummary } from '../../shared/chats';
import { addSpent, costOfCall, spentByCall } from '../../shared/spent-math';
import { parseEvent, type SequencedEvent } from '../../shared/events';
import type { WriteOp } from '../store/store';
import type { StoredEvent } from '../store/tables/events';

/** The chat as it is after the event. */
export function chatAfter(chat: ChatSummary, event: SequencedEvent): ChatSummary {
  const next = { ...chat, updated_at: Math.max(chat.updated_at, event.at) };
  switch (event.type) {
    case 'run:start':
      return { ...next, status: 'in_progress' };
    case 'message:user':
      return { ...next, title: next.title === '' ? titleFrom(event.text) : next.title };
    case 'turn:start':
      return { ...next, turns: Math.max(next.turns, event.turn_number), status: 'in_progress' };
    case 'approval:request':
    case 'question:ask':
      return { ...next, status: 'awaiting_input' };
    case 'approval:decision':
    case 'question:answer':
      return { ...next, status: 'in_progress' };
    case 'llm_call:complete':
      return { ...next, spent: addSpent(next.spent, spentByCall(costOfCall(event))) };
    case 'run:end':
      return { ...next, status: event.outcome };
    default:
      return next;
  }
}

/** A title without a model call: the first line of the task, cut at a word. */
export function titleFrom(task: string): string {
  const line = task.trim().split('\n', 1)[0]?.replace(/\s+/g, ' ') ?? '';
  if (line.length <= 60) return line;
  const cut = line.slice(0, 60);
  const space = cut.lastIndexOf(' ');
  return `${space > 30 ? cut.slice(0, space) : cut}…`;
}

/** Every write one event needs, to be appended as one record. */
export function rowsOf(event: SequencedEvent): WriteOp[] {
  const { seq, at, chat_id, session_id, type, ...body } = event;
  const place = { chat_id, session_id, seq, at, type };
  switch (event.type) {
    case 'tool_trace:start': {
      const { input, ...stored } = body as Omit<typeof event, keyof typeof place>;
      return [
        { op: 'events.append', value: { ...place, body: JSON.stringify(stored), trace_id: event.trace_id } },
        {
          op: 'tool_traces.start',
          value: {
            id: event.trace_id,
            session_id,
            chat_id,
            turn_number: event.turn_number,
            tool_name: event.tool_name,
            input,
            started_at: event.started_at,
            llm_call_id: event.llm_call_id,
            tool_call_id: event.tool_call_id,
            subject: event.subject,
          },
        },
      ];
    }
    case 'tool_trace:complete': {
      const { output, ...stored } = body as Omit<typeof event, keyof typeof place>;
      return [
        { op: 'events.append', value: { ...place, body: JSON.stringify(stored), trace_id: event.trace_id } },
        {
          op: 'tool_traces.complete',
          value: {
            id: event.trace_id,
            chat_id,
            output,
            finished_at: event.finished_at,
            latency_ms: event.latency_ms,
            tokens_used: event.tokens_used,
            cache_tokens: event.cache_tokens,
            reasoning_tokens: event.reasoning_tokens,
            error: event.error,
            outcome: event.outcome,
          },
        },
      ];
    }
    case 'llm_call:complete':
      return [
        { op: 'events.append', value: { ...place, body: JSON.stringify(body), trace_id: null } },
        {
          op: 'llm_calls.put',
          value: {
            id: event.llm_call_id,
            chat_id,
            session_id,
            turn_number: event.turn_number,
            provider: event.provider,
            model: event.model,
            started_at: event.started_at,
            first_token_ms: event.first_token_ms,
            duration_ms: event.duration_ms,
            finish_reason: event.finish_reason,
            input: event.usage?.input ?? null,
            cache_read: event.usage?.cache_read ?? null,
            cache_write: event.usage?.cache_write ?? null,
            output: event.usage?.output ?? null,
            reasoning: event.usage?.reasoning ?? null,
            raw_usage: event.raw_usage,
            error: event.error,
            request_bytes: null,
          },
        },
        { op: 'spending.put', value: { llm_call_id: event.llm_call_id, chat_id, at: event.started_at, ...costOfCall(event) } },
      ];
    default:
      return [{ op: 'events.append', value: { ...place, body: JSON.stringify(body), trace_id: null } }];
  }
}

/** Throws when the row is not a valid event. */
export function eventOf(row: StoredEvent): SequencedEvent {
  const body: unknown = JSON.parse(row.body);
  return parseEvent({
    ...(body as object),
    seq: row.seq,
    at: row.at,
    chat_id: row.chat_id,
    session_id: row.session_id,
    type: row.type,
    ...(row.type === 'tool_trace:start' ? { input: JSON.parse(row.trace_input ?? 'null') } : {}),
    ...(row.type === 'tool_trace:complete' ? { output: JSON.parse(row.trace_output ?? 'null') } : {}),
  });
}
