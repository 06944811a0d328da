// A trace of many turns for the preview and for tests of the view: the same every time.
import type { ChildAgent, ModelCall, TraceRow, Turn, Wait } from '../../../shared/trace-parts';
import type { ToolTrace } from '../../../shared/traces';
import { sampleId, sampleStart } from './sample-events';

const tools = ['read_file', 'search_files', 'read_file', 'edit_file', 'run_command', 'list_files'];
const latencies = [12, 46, 8, 31, 4213, 5, 980, 1700, 6400, 22];
const subjects: Readonly<Record<string, string>> = { run_command: 'npm test -- --grep cart', search_files: '"discount(" in src', list_files: 'src' };

export const callsInTurn = 4;
const turnMicros = 9_000_000;

export function sampleRows(count: number): TraceRow[] {
  return Array.from({ length: count }, (_, index): TraceRow => {
    const turn_number = Math.floor(index / callsInTurn) + 1;
    const tool_name = tools[index % tools.length] ?? 'read_file';
    const latency_ms = latencies[index % latencies.length] ?? 10;
    const failed = index % 9 === 5;
    const started_at = sampleStart + (turn_number - 1) * turnMicros + 1_900_000 + (index % callsInTurn) * 700_000;
    return {
      ...{ id: sampleId(1000 + index), turn_number, tool_name, subject: subjects[tool_name] ?? `src/some/folder/file-${index}.ts`, started_at, latency_ms },
      ...{ outcome: failed ? 'error' : index % 13 === 7 ? 'denied' : 'success', error: failed ? 'There is no such file.' : null },
      ...{ tool_call_id: `call_${index}`, llm_call_id: sampleId(5000 + turn_number), tokens_used: index % callsInTurn === 0 ? 12_140 + index : null },
    };
  });
}

export function sampleTrace(row: TraceRow): ToolTrace {
  const failed = row.error !== null;
  return {
    ...{ ...row, session_id: sampleId(2), chat_id: sampleId(1), finished_at: row.started_at + (row.latency_ms ?? 0) * 1000 },
    input: { path: row.subject, range: { first: 1, last: 80 }, options: { follow: true, encodings: ['utf8', 'latin1'], limit: 200, note: null } },
    output: failed
      ? { text: row.error ?? '', summary: 'failed' }
      : { text: 'export function total(cart) {\n  return cart.items.reduce((sum, item) => sum + item.price * item.count, 0);\n}', summary: '80 lines', details: { lines: 80, truncated: false } },
    ...{ cache_tokens: row.tokens_used === null ? null : 11_000, reasoning_tokens: row.tokens_used === null ? null : 60 },
  };
}

export function sampleCall(turn: number, change: Partial<ModelCall> = {}): ModelCall {
  const [cached, fresh] = [1_900 * turn, 260 + (turn % 5) * 90];
  const bytes = (cached + fresh) * 4;
  return {
    ...{ llm_call_id: sampleId(5000 + turn), provider: 'deepseek', model: 'deepseek-flash', purpose: 'answer', started_at: sampleStart + (turn - 1) * turnMicros + 5_000 },
    ...{ first_token_ms: 640 + (turn % 4) * 130, duration_ms: 1800 + (turn % 3) * 240, queued_ms: 0, retry_ms: 0, attempts: 1, estimated_tokens: 0 },
    usage: { input: fresh, cache_read: cached, cache_write: 0, output: 140, reasoning: turn % 3 === 0 ? 60 : 0 },
    ...{ cost_usd: 0.00018 * turn, prices: { input: 0.15, cache_read: 0.003, output: 0.6 }, finish_reason: 'tool_calls', error: null },
    request: {
      ...{ bytes, tools_bytes: 5_900, system_bytes: 1_900, opening: '0123456789abcdef', previous: turn === 1 ? null : sampleId(5000 + turn - 1) },
      ...{ shared_bytes: turn === 1 ? null : cached * 4, changed: null, idle_ms: turn === 1 ? null : 4_000 },
    },
    segments: [
      { segment_name: 'tools', hit_tokens: turn === 1 ? 0 : 1_475, miss_tokens: turn === 1 ? 1_475 : 0 },
      { segment_name: 'system', hit_tokens: turn === 1 ? 0 : 475, miss_tokens: turn === 1 ? 475 : 0 },
      { segment_name: 'history', hit_tokens: Math.max(0, cached - 1_950), miss_tokens: fresh },
    ],
    ...change,
  };
}

function sampleWait(turn: number): Wait {
  return {
    ...{ id: sampleId(7000 + turn), kind: 'approval', tool_call_id: 'call_x', tool_name: 'run_command', title: 'Run npm test -- --grep cart' },
    ...{ asked_at: sampleStart + (turn - 1) * turnMicros + 2_100_000, waited_ms: 2_130, outcome: 'allow' },
  };
}

export function sampleTurn(turn_number: number, change: Partial<Turn> = {}): Turn {
  return {
    ...{ turn_number, started_at: sampleStart + (turn_number - 1) * turnMicros, duration_ms: 3_600 + (turn_number % 4) * 1_400 },
    calls: [sampleCall(turn_number)],
    waits: turn_number % 4 === 2 ? [sampleWait(turn_number)] : [],
    ...change,
  };
}

/** What the host answers to `page` for a chat of so many calls, all of it at once. */
export function samplePage(count: number): { traces: TraceRow[]; turns: Turn[]; next_cursor: null } {
  const turns = Math.ceil(count / callsInTurn);
  return { traces: sampleRows(count), turns: Array.from({ length: turns }, (_, index) => sampleTurn(index + 1)), next_cursor: null };
}

export function sampleAgent(number: number, traceId: string, change: Partial<ChildAgent> = {}): ChildAgent {
  return { chat_id: sampleId(8000 + number), trace_id: traceId, kind: 'subagent', label: 'Look through the tests for what they miss', status: 'done', turns: 3, ...change };
}
