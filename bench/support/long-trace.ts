// A chat of very many calls in a real store, as a recorder would have left it.
import { rmSync } from 'node:fs';
import { nothingSpent } from '../../shared/spent-math';
import type { ChatSummary } from '../../shared/chats';
import type { RunEventBody } from '../../shared/events';
import { uuid } from '../../test/support/event-samples';
import { buildStore } from '../../test/support/store/build-worker';
import { openStore } from '../../extension/store/open-store';
import type { Store } from '../../extension/store/store';
import { EventBus } from '../../extension/trace/event-bus';
import { ChatLog } from '../../extension/trace/recorder';
import { Redactor } from '../../extension/trace/redaction';

export const callsInTurn = 4;
const tools = ['read_file', 'search_files', 'edit_file', 'run_command'] as const;
const latencies = [8, 40, 25, 1_400];
const begin = 1_900_000_000_000_000;
const turnMicros = 4_000_000;

export const longChat: ChatSummary = {
  ...{ chat_id: uuid(1), session_id: uuid(2), title: 'A very long chat', status: 'in_progress', turns: 0, created_at: begin, updated_at: begin },
  spent: nothingSpent,
};

/** Everything a turn records, its calls done. */
export function turnEvents(turn_number: number): RunEventBody[] {
  const id = (place: number): string => uuid(turn_number * 20 + place + 1_000);
  const at = begin + turn_number * turnMicros;
  const llm_call_id = id(0);
  const calls = tools.map((tool_name, index) => {
    const call = { trace_id: id(2 + index), turn_number, tool_call_id: `call_${turn_number}_${index}`, tool_name };
    const started_at = at + 900_000 + index * 50_000;
    const latency_ms = (latencies[index] ?? 1) * (1 + (turn_number % 5) / 4);
    const path = `src/folder-${turn_number % 40}/file-${turn_number % 700}.ts`;
    return [
      { type: 'tool_trace:start', ...call, llm_call_id, subject: path, input: { path, first: 1, last: 80 }, started_at },
      {
        ...{ type: 'tool_trace:complete', ...call, output: { text: `${path}\n`.repeat(8), summary: '8 lines' }, outcome: turn_number % 50 === 0 ? 'error' : 'success' },
        ...{ error: turn_number % 50 === 0 ? 'There is no such file.' : null, finished_at: Math.round(started_at + latency_ms * 1000), latency_ms },
        ...{ tokens_used: index === 0 ? 9_000 : null, cache_tokens: index === 0 ? 8_500 : null, reasoning_tokens: null },
      },
    ] as RunEventBody[];
  });
  return [
    { type: 'turn:start', turn_number, llm_call_id },
    {
      ...{ type: 'llm_call:complete', llm_call_id, turn_number, provider: 'deepseek', model: 'deepseek-flash', started_at: at, first_token_ms: 500, duration_ms: 850 },
      ...{ finish_reason: 'tool_calls', usage: { input: 400, cache_read: 8_500, cache_write: 0, output: 90, reasoning: 10 }, raw_usage: null, error: null, cost_usd: 0.0002 },
    },
    ...calls.flat(),
    { type: 'turn:end', turn_number, duration_ms: 3_200, tool_calls: callsInTurn },
  ];
}

export type LongTrace = { store: Store; log: ChatLog; close(): Promise<void> };

/** Takes about a minute for 50,000 calls. */
export async function makeLongTrace(directory: string, calls: number): Promise<LongTrace> {
  const store = await openStore({ directory, workerPath: (await buildStore()).workerPath });
  const bus = new EventBus((error) => {
    throw error;
  });
  const log = new ChatLog({ store, bus, redactor: new Redactor(), nowMicros: () => Date.now() * 1000 }, longChat, 0, { provider: 'deepseek', model: 'deepseek-flash' });
  log.append({ type: 'run:start', run_id: uuid(3), provider: 'deepseek', model: 'deepseek-flash', scripted: false });
  for (let turn = 1; turn <= calls / callsInTurn; turn++) {
    log.append(...turnEvents(turn));
    if (turn % 50 === 0) await log.durable();
  }
  await log.durable();
  return {
    store,
    log,
    close: async () => {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
