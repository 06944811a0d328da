// What is written into a database that is kept for later versions to open: rows of every kind in every table.
import type { WriteOp } from '../../../extension/store/store';
import { chatRow, eventRow, llmCallRow, someTime, traceCompletion, traceStart } from './sample-rows';

export function storedUuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

function lines(count: number, word: string): string {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}: the quick brown fox, "quoted", tab\tand ünïcode 🧪`).join('\n');
}

/** Writes about the chat n, in their order; a chat n + 50 comes and is deleted. */
export function storedRows(n: number): WriteOp[][] {
  const of = (chat: number): { chat_id: string; session_id: string } => ({ chat_id: storedUuid(chat), session_id: storedUuid(chat + 100) });
  const chat = (number: number, row: object = {}): WriteOp => ({
    op: 'chats.put',
    value: chatRow({ ...of(number), title: `Chat ${number}: Äpfel & "quotes"`, status: 'done', turns: number, created_at: someTime + number, updated_at: someTime + number * 10, ...row }),
  });
  const event = (number: number, seq: number, row: object = {}): WriteOp => ({
    op: 'events.append',
    value: eventRow({ ...of(number), seq, at: someTime + seq * 1000, body: JSON.stringify({ text: `event ${seq} of chat ${number}` }), ...row }),
  });
  const started = (id: number, row: object = {}): ReturnType<typeof traceStart> =>
    traceStart({ ...of(n), id: storedUuid(id), started_at: someTime + id, llm_call_id: storedUuid(id + 1000), tool_call_id: `call-${id}`, ...row });
  const start = (id: number, row: object = {}): WriteOp => ({ op: 'tool_traces.start', value: started(id, row) });
  const complete = (id: number, row: object = {}): WriteOp => ({ op: 'tool_traces.complete', value: traceCompletion(started(id), row) });
  const call = (id: number, row: object = {}): WriteOp => ({ op: 'llm_calls.put', value: llmCallRow({ ...of(n), id: storedUuid(id), started_at: someTime + id, request_bytes: 3_000_000_000, ...row }) });
  const unknown = { first_token_ms: null, finish_reason: null, input: null, cache_read: null, cache_write: null, output: null, reasoning: null, raw_usage: null };
  return [
    [chat(n, { status: 'in_progress', title: 'first title' }), event(n, 1)],
    [event(n, 2, { body: JSON.stringify({ text: lines(150, 'line') }) })],
    [start(n * 10), event(n, 3, { type: 'tool_trace:start', trace_id: storedUuid(n * 10) })],
    [complete(n * 10, { output: { text: lines(160, 'row') } }), event(n, 4, { type: 'tool_trace:complete', trace_id: storedUuid(n * 10) })],
    [start(n * 10 + 1, { turn_number: 2, input: { content: 'é'.repeat(5000) } }), event(n, 5, { type: 'tool_trace:start', trace_id: storedUuid(n * 10 + 1) })],
    [start(n * 10 + 2, { turn_number: 2, llm_call_id: null }), complete(n * 10 + 2, { outcome: 'error', error: 'No such file.', output: null })],
    [complete(n * 10 + 3, { output: { text: 'its start never came' } })],
    [call(n * 10 + 5), call(n * 10 + 6, { ...unknown, turn_number: 2, error: { code: 'timeout', message: 'No answer.', next_step: 'Try again.' }, request_bytes: null })],
    [event(n, 6, { at: someTime, body: '"the first at this place"' })],
    [event(n, 6, { at: someTime + 5, body: '"a second window at the same place"' })],
    [chat(n)],
    [chat(n + 50), event(n + 50, 1, { body: JSON.stringify({ text: lines(170, 'deleted') }) })],
    [{ op: 'chats.delete', value: { chat_id: storedUuid(n + 50) } }],
    [event(n + 50, 2)],
  ];
}
