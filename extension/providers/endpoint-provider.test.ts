// What each server that is known by name is sent beside the conversation.
import assert from 'node:assert/strict';
import { globalAgent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { answer } from '../../test/support/model-server/reply';
import { startModelServer, type ModelServer } from '../../test/support/model-server/server';
import { endpointProvider, outputLimitField } from './endpoint-provider';
import type { ModelRequest } from './model';
import { answerOf, collect, someRequest } from './provider-suite';
import { endpointIds, presets, type EndpointId, type ReasoningLevel } from './presets';

describe('the servers known by name', () => {
  let server: ModelServer;

  before(async () => {
    server = await startModelServer({ script: () => answer({ text: 'ok' }) });
  });
  after(() => server.close());

  async function head(id: EndpointId, reasoning: ReasoningLevel, reasons: boolean | null = null, baseUrl = server.url, more: Partial<ModelRequest> = {}): Promise<Record<string, unknown>> {
    const provider = endpointProvider(id, { baseUrl, apiKey: () => Promise.resolve('sk-1'), reasoning, reasons });
    assert.equal(provider.id, id);
    answerOf(await collect(provider, { ...someRequest(), ...more }));
    const of = ['messages', 'tools', 'model', 'stream', 'stream_options'];
    return Object.fromEntries(Object.entries(server.requests.at(-1)?.body ?? {}).filter(([field]) => !of.includes(field)));
  }

  const session = { session_id: someRequest().session_id };

  it('are told nothing of reasoning unless a person says something, nor where the model has none', async () => {
    const heads = [await head('deepseek', 'default'), await head('openrouter', 'default'), await head('ollama', 'default'), await head('vllm', 'high', false)];
    assert.deepEqual(heads, [{ user_id: session.session_id }, session, {}, {}]);
  });

  const told: [EndpointId, Record<Exclude<ReasoningLevel, 'default'>, unknown>][] = [
    ['deepseek', { off: { thinking: { type: 'disabled' } }, low: { reasoning_effort: 'low' }, medium: { reasoning_effort: 'high' }, high: { reasoning_effort: 'high' }, max: { reasoning_effort: 'max' } }],
    ['openrouter', { off: { reasoning: { enabled: false } }, low: { reasoning: { effort: 'low' } }, medium: { reasoning: { effort: 'medium' } }, high: { reasoning: { effort: 'high' } }, max: { reasoning: { effort: 'xhigh' } } }],
    ['ollama', { off: { reasoning_effort: 'none' }, low: { reasoning_effort: 'low' }, medium: { reasoning_effort: 'medium' }, high: { reasoning_effort: 'high' }, max: { reasoning_effort: 'high' } }],
  ];
  for (const [id, levels] of told) {
    it(`are told how much to reason in their own words: ${presets[id].label}`, async () => {
      const own = id === 'deepseek' ? { user_id: session.session_id } : id === 'openrouter' ? session : {};
      const sent: Record<string, unknown> = {};
      const expected: Record<string, unknown> = {};
      for (const [level, body] of Object.entries(levels)) {
        // The keys of the table are levels.
        sent[level] = await head(id, level as ReasoningLevel);
        expected[level] = { ...own, ...(body as object) };
      }
      assert.deepEqual(sent, expected);
    });
  }

  it('are told the longest answer in the field that they know', async () => {
    const longest = { max_output_tokens: 7 };
    assert.deepEqual(await head('openai-compatible', 'default', null, server.url, longest), { max_tokens: 7 });
    // OpenAI's name leads to the server of this test. The types of Node leave an agent's options out.
    const { options } = globalAgent as unknown as { options: { lookup?: LookupFunction } };
    options.lookup = (_name, { all }, found) => (all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4));
    try {
      assert.deepEqual(await head('openai-compatible', 'default', null, server.url.replace('127.0.0.1', 'api.openai.com'), longest), { max_completion_tokens: 7 });
    } finally {
      delete options.lookup;
    }
  });

  it('are known as OpenAI by their address', () => {
    const ofOpenAI = ['https://api.openai.com/v1', 'https://eu.api.openai.com/v1', 'https://API.openai.com'];
    const ofOthers = ['http://localhost:8000/v1', 'https://api.openai.com.example/v1', 'https://notapi.openai.com/v1', 'https://example.com/api.openai.com', 'not a url'];
    assert.deepEqual(ofOpenAI.map(outputLimitField), ofOpenAI.map(() => 'max_completion_tokens'));
    assert.deepEqual(ofOthers.map(outputLimitField), ofOthers.map(() => 'max_tokens'));
  });

  it('want a key where a service does, and have an address each', () => {
    assert.deepEqual(endpointIds.filter((id) => presets[id].needsKey), ['deepseek', 'openrouter']);
    for (const id of endpointIds) assert.match(presets[id].baseUrl, /^https?:\/\/[^/]+(\/api)?(\/v1)?$/);
  });
});
