import assert from 'node:assert/strict';
import { answer, fault, type Reply } from '../../test/support/model-server/reply';
import { clockStart, ServedProvider } from '../../test/support/model-server/served-provider';
import { startModelServer } from '../../test/support/model-server/server';
import { deepSeekProvider, type DeepSeekOptions } from './deepseek';
import type { ModelMessage, ModelPart } from './model';
import { answerOf, collect, followUp, providerSuite, someRequest } from './provider-suite';

const reply = answer({ reasoning: 'Think.', text: 'I look around first.', toolCalls: [{ name: 'list_files', arguments: {} }] });
const apiKey = (): Promise<string> => Promise.resolve('sk-1');

describe('deepseek provider', () => {
  providerSuite(async () => {
    const server = await startModelServer({ script: () => reply });
    return { provider: deepSeekProvider({ baseUrl: server.url, apiKey }), close: () => server.close() };
  });

  it('sends its user id, its thinking switches and the reasoning of turns with tools, and reads its cache', async () => {
    const server = await startModelServer({ script: () => reply });
    try {
      const provider = deepSeekProvider({ baseUrl: server.url, apiKey, extraBody: { thinking: { type: 'enabled' }, reasoning_effort: 'max' } });
      const request = someRequest();
      const first = answerOf(await collect(provider, request));
      const second = answerOf(await collect(provider, someRequest([...request.messages, ...followUp(first)])));
      const { tools: _tools, messages: _messages, ...head } = server.requests[1]?.body ?? {};
      assert.deepEqual(head, {
        model: 'some-model',
        stream: true,
        stream_options: { include_usage: true },
        reasoning_effort: 'max',
        thinking: { type: 'enabled' },
        user_id: request.session_id,
      });
      assert.equal(server.requests[1]?.body.messages[2]?.reasoning_content, 'Think.');
      assert.ok(second.usage && second.usage.cache_read > 0);
      assert.equal(second.usage.cache_read, server.requests[1].prompt.hit_tokens);
    } finally {
      await server.close();
    }
  });

  /** Sends one request and returns its body and how it ended. */
  async function ask(given: Reply, options: DeepSeekOptions, messages?: readonly ModelMessage[]): Promise<{ body: Record<string, unknown>; parts: ModelPart[] }> {
    const served = await ServedProvider.start(() => given);
    try {
      const parts = await collect(deepSeekProvider({ baseUrl: served.server.url, apiKey, clock: served.clock, ...options }), someRequest(messages));
      return { body: served.server.requests[0]?.body ?? {}, parts };
    } finally {
      await served.close();
    }
  }

  it('continues what another model answered: the turns with tools have a reasoning, if an empty one, and no other message has', async () => {
    const call = { tool_call_id: 'toolu_01', tool_name: 'list_files', arguments: '{}' };
    const result: ModelMessage = { role: 'tool', tool_call_id: 'toolu_01', tool_name: 'list_files', text: 'a.ts' };
    const { body } = await ask(reply, { apiKey }, [
      { role: 'user', text: '1' },
      { role: 'assistant', text: 'By another model.', reasoning: '', tool_calls: [] },
      { role: 'user', text: '2' },
      { role: 'assistant', text: '', reasoning: '', tool_calls: [call] },
      result,
      { role: 'assistant', text: 'Done.', reasoning: 'By yet another.', tool_calls: [] },
      { role: 'user', text: '3' },
      { role: 'assistant', text: 'Without tools.', reasoning: 'Own.', tool_calls: [] },
      { role: 'user', text: '4' },
    ]);
    const messages = body['messages'] as { role: string; reasoning_content?: string }[]; // what the test sent
    assert.deepEqual(
      messages.map(({ role, reasoning_content }) => [role, reasoning_content]),
      [['system', undefined], ['user', undefined], ['assistant', undefined], ['user', undefined], ['assistant', ''], ['tool', undefined], ['assistant', 'By yet another.'], ['user', undefined], ['assistant', undefined], ['user', undefined]],
    );
  });

  it('tells an empty balance and too many requests at once apart', async () => {
    const last = (parts: ModelPart[]): unknown => parts.at(-1);
    const { parts: noBalance } = await ask(fault.status(402, { message: 'Insufficient Balance' }), { apiKey });
    assert.deepEqual(last(noBalance), {
      type: 'error',
      error: { code: 'no_balance', message: 'The DeepSeek account has no balance left. It says: Insufficient Balance', next_step: 'Top up the account at DeepSeek, or choose another model.' },
      usage: null,
      raw_usage: null,
    });
    const { parts: busy } = await ask(fault.status(429, { message: 'Too many concurrent requests' }), { apiKey, retry: { retries: 1, random: () => 0.5 } });
    assert.deepEqual([busy[1], last(busy)], [
      { type: 'status', status: 'retrying', attempt: 2, retry_at: (clockStart + 1500) * 1000, reason: 'too many requests at once', code: 'rate_limited' },
      {
        type: 'error',
        error: {
          code: 'rate_limited',
          message: 'DeepSeek has too many requests of this account at once. It says: Too many concurrent requests (tried 2 times)',
          next_step: 'Wait a little and send the message again.',
        },
        usage: null,
        raw_usage: null,
      },
    ]);
  });

  it('says that a key is missing', async () => {
    const provider = deepSeekProvider({ apiKey: () => Promise.resolve(undefined) });
    assert.deepEqual(await collect(provider, someRequest()), [
      {
        type: 'error',
        error: {
          code: 'no_key',
          message: 'There is no API key for DeepSeek.',
          next_step:
            'Set the key with "BooCode: Set API Key", or try BooCode without a key with "BooCode: Run Demo".',
        },
      },
    ]);
  });
});
