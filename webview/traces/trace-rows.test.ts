import assert from 'node:assert/strict';
import type { TraceFrame } from '../../shared/messages/traces';
import type { ToolTrace } from '../../shared/traces';
import { SampleChat, sampleId, sampleStart } from '../../test/ui/preview/sample-events';
import { addFrames, addPage, longestLatency, noTraces, traceRows, type TraceRow, type Traces } from './trace-rows';

function trace(number: number, turn: number, change: Partial<ToolTrace> = {}): ToolTrace {
  return {
    ...{ id: sampleId(number), session_id: sampleId(2), chat_id: sampleId(1), turn_number: turn, tool_name: 'read_file', input: {} },
    ...{ output: { text: 'ok' }, started_at: sampleStart + number, finished_at: sampleStart + number + 10, latency_ms: 10, tokens_used: null },
    ...{ cache_tokens: null, reasoning_tokens: null, error: null, outcome: 'success', llm_call_id: null, tool_call_id: `c${number}`, subject: '' },
    ...change,
  };
}

const words = (rows: TraceRow[]): string[] => rows.map((row) => (row.kind === 'turn' ? `turn ${row.turn_number} (${row.calls})` : row.kind === 'call' ? row.trace.id.slice(-3) : row.kind));
const page = (traces: ToolTrace[], next_cursor: string | null): Traces => addPage(noTraces(sampleId(1)), { traces, next_cursor });

function frames(run: (chat: SampleChat) => void): TraceFrame[] {
  const chat = new SampleChat();
  run(chat);
  return chat.events.filter((event) => event.type === 'tool_trace:start' || event.type === 'tool_trace:complete');
}

describe('trace rows', () => {
  it('groups calls by turn in the order of the listing', () => {
    const traces = page([trace(3, 2), trace(2, 1), trace(1, 1)], null);
    assert.deepEqual(words(traceRows(traces, new Set())), ['turn 1 (2)', '001', '002', 'turn 2 (1)', '003']);
    assert.deepEqual(words(traceRows(traces, new Set([1]))), ['turn 1 (2)', 'turn 2 (1)', '003']);
  });

  it('sums a turn and leaves unknown figures unknown', () => {
    const traces = page([trace(1, 1, { tokens_used: 900, latency_ms: 30 }), trace(2, 1, { outcome: 'error' }), trace(3, 2, { outcome: 'running', latency_ms: null })], null);
    assert.deepEqual(
      traceRows(traces, new Set([1, 2])),
      [
        { kind: 'turn', id: 'turn-1', turn_number: 1, calls: 2, open: false, latency_ms: 40, tokens: 900, failed: 1 },
        { kind: 'turn', id: 'turn-2', turn_number: 2, calls: 1, open: false, latency_ms: null, tokens: null, failed: 0 },
      ],
    );
    assert.equal(longestLatency(traces), 30);
  });

  it('puts live calls behind the place where older ones are still missing', () => {
    const live = frames((chat) => {
      chat.answer('');
      chat.answer('');
      chat.tool({ tool_name: 'run_command', subject: 'npm test' });
    });
    const traces = addFrames(page([trace(1, 1), trace(2, 1)], 'next'), live);
    assert.deepEqual(words(traceRows(traces, new Set())).slice(0, 5), ['turn 1 (2)', '001', '002', 'more', 'turn 2 (1)']);
    assert.deepEqual(words(traceRows(addPage(traces, { traces: [trace(3, 1)], next_cursor: null }), new Set())).includes('more'), false);
  });

  it('merges start and completion, whichever of page and frames is first', () => {
    const [start, complete] = frames((chat) => chat.tool({ tool_name: 'run_command', subject: 'npm test', latency_ms: 40 }));
    assert.ok(start && complete);
    const running = addFrames(noTraces(sampleId(1)), [start]);
    const row = [...running.rows.values()][0];
    assert.ok(row);
    assert.equal(row.outcome, 'running');
    const finished = addFrames(running, [complete]);
    assert.deepEqual([...finished.rows.values()].map(({ outcome, latency_ms }) => ({ outcome, latency_ms })), [{ outcome: 'success', latency_ms: 40 }]);
    // The page was read before the call ended, and arrives after.
    assert.deepEqual(addPage(finished, { traces: [row], next_cursor: null }).rows, finished.rows);
    assert.deepEqual(addFrames(finished, [start]).rows, finished.rows);
    assert.equal(addFrames(noTraces(sampleId(1)), [complete]).rows.size, 0);
  });
});
