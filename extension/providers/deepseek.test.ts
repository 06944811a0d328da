import assert from 'node:assert/strict';
import { answer } from '../../test/support/model-server/reply';
import { startModelServer } from '../../test/support/model-server/server';
import { deepSeekProvider } from './deepseek';
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
