import assert from 'node:assert/strict';
import { traceForPanel } from '../../extension/trace/panel-frames';
import { jsonText, looksCut, outputText } from './json-text';

describe('json text', () => {
  it('shows the text a tool gave, and anything else as formatted JSON', () => {
    assert.deepEqual([outputText({ text: 'a\nb', summary: 's' }), outputText({ ok: true }), jsonText('raw'), jsonText(null)], ['a\nb', '{\n  "ok": true\n}', 'raw', 'null']);
  });

  it('knows the texts that the host has cut, wherever they are', () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const row = {
      ...{ id, session_id: id, chat_id: id, turn_number: 1, tool_name: 't', started_at: 1, finished_at: 2, latency_ms: 1, tokens_used: null },
      ...{ cache_tokens: null, reasoning_tokens: null, error: null, outcome: 'success' as const, llm_call_id: null, tool_call_id: 'c', subject: '' },
      ...{ input: { a: ['short', { deep: 'x'.repeat(500) }] }, output: { text: 'short' } },
    };
    const { trace, truncated } = traceForPanel(row, 100);
    assert.deepEqual([truncated, looksCut(trace.input), looksCut(trace.output), looksCut(row.input)], [true, true, false, false]);
  });
});
