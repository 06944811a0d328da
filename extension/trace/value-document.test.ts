import assert from 'node:assert/strict';
import type { ToolTrace } from '../../shared/traces';
import { chatId, sessionId, uuid } from '../../test/support/event-samples';
import { valueName, valueText, type ValuePart } from './value-document';

const trace: ToolTrace = {
  ...{ id: uuid(7), session_id: sessionId, chat_id: chatId, turn_number: 1, tool_name: 'read_file', subject: 'src/cart.ts:1-80', input: { path: 'src/cart.ts' } },
  ...{ output: { text: 'one\ntwo\n', summary: '2 lines' }, error: 'It failed.', outcome: 'error', started_at: 1, finished_at: 2, latency_ms: 1 },
  ...{ tokens_used: null, cache_tokens: null, reasoning_tokens: null, llm_call_id: uuid(8), tool_call_id: 'call_1' },
};

describe('a value of a call as a page of its own', () => {
  const cases: [what: string, change: Partial<ToolTrace>, part: ValuePart, name: string, text: string][] = [
    ['formats an input as JSON', {}, 'input', 'read_file cart.ts:1-80 · input.json', '{\n  "path": "src/cart.ts"\n}\n'],
    ['gives the text of an output as it is', {}, 'output', 'read_file cart.ts:1-80 · output.txt', 'one\ntwo\n'],
    ['formats an output without a text as JSON', { output: { rows: [1] } }, 'output', 'read_file cart.ts:1-80 · output.json', '{\n  "rows": [\n    1\n  ]\n}\n'],
    ['gives an output that is a text as it is', { output: 'plain' }, 'output', 'read_file cart.ts:1-80 · output.txt', 'plain'],
    ['gives an error as it is', {}, 'error', 'read_file cart.ts:1-80 · error.txt', 'It failed.'],
    ['names a command in one line, without slashes of its own', { tool_name: 'run_command', subject: 'node a/b.js\nmore' }, 'error', 'run_command node a∕b.js · error.txt', 'It failed.'],
    ['cuts a long subject', { subject: 'x'.repeat(100) }, 'error', `read_file ${'x'.repeat(60)}… · error.txt`, 'It failed.'],
    ['names a call that is about nothing', { subject: '' }, 'error', 'read_file · error.txt', 'It failed.'],
  ];
  for (const [what, change, part, name, text] of cases) {
    it(what, () => {
      const changed = { ...trace, ...change };
      assert.deepEqual([valueName(changed, part), valueText(changed, part)], [name, text]);
    });
  }
});
