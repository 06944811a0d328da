import assert from 'node:assert/strict';
import { looksLikeToolCall } from './text-tool-calls';

const calls = [
  'I will look.\n<tool_call>\n{"name": "read_file", "arguments": {"path": "a.ts"}}\n</tool_call>',
  '<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>a.ts</arg_value>\n</tool_call>',
  '<tool_call>\n<function=read_file>\n<parameter=path>\na.ts\n</parameter>\n</function>\n</tool_call>',
  '[TOOL_CALLS][{"name": "read_file", "arguments": {"path": "a.ts"}}]',
  '[TOOL_CALLS]read_file[ARGS]{"path": "a.ts"}',
  '<function=read_file>{"path": "a.ts"}</function>',
  '<|python_tag|>{"name": "read_file", "parameters": {"path": "a.ts"}}',
  '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>read_file',
  '<|tool_calls_section_begin|><|tool_call_begin|>functions.read_file:0',
  '<｜DSML｜function_calls>\n<｜DSML｜invoke name="read_file">',
  '<｜DSML｜tool_calls>',
  '<function_calls>\n<invoke name="read_file">',
  '<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{"path":"a.ts"}',
  '{"name": "read_file", "parameters": {"path": "a.ts"}}',
  '```json\n{"name": "read_file", "arguments": {"path": "a.ts"}}\n```',
];

const texts = [
  '',
  'I read a.ts: it exports one function.',
  'Qwen writes `<tool_call>{"name": …}</tool_call>`, Mistral `[TOOL_CALLS]`.',
  'Its template:\n```\n<tool_call>\n{"name": "x"}\n</tool_call>\n```\nThat is all.',
  'The file holds:\n```json\n{"name": "boocode", "version": "1.0.0"}\n```',
  '{"name": "boocode", "private": true}',
  'Use a generic like Map<function> or x<tool_call.length.',
];

describe('a tool call written as text', () => {
  for (const text of calls) it(`is told: ${JSON.stringify(text.slice(0, 50))}`, () => assert.equal(looksLikeToolCall(text), true));
  for (const text of texts) it(`is not seen in: ${JSON.stringify(text.slice(0, 50))}`, () => assert.equal(looksLikeToolCall(text), false));

  it('is looked for in a long answer at once', () => {
    const [spaces, open] = [' '.repeat(300_000), '{"name":"a","arguments":{'];
    const long = ['```'.repeat(50_000) + '<function='.repeat(20_000), `\`\`\`json${spaces}x`, `${open}}}${spaces}x`, open.repeat(10_000), `${open}${'} '.repeat(100_000)}x`];
    assert.deepEqual(long.map(looksLikeToolCall), [false, false, false, false, false]);
  });
});
