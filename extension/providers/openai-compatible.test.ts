import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { getEventListeners } from 'node:events';
import { answer, fault, type AnswerOptions } from '../../test/support/model-server/reply';
import { canaryKey as key, ServedProvider } from '../../test/support/model-server/served-provider';
import type { Script } from '../../test/support/model-server/server';
import type { ModelMessage, ModelPart } from './model';
import type { OpenAICompatibleOptions, OpenAICompatibleProvider } from './openai-compatible';
import { answerOf, collect, followUp, providerSuite, someRequest } from './provider-suite';

const whole: AnswerOptions = {
  reasoning: 'Hm, let me see.',
  text: 'I look around. Größe: 10 €, 日本語 🙂.',
  toolCalls: [
    { id: 'a', name: 'list_files', arguments: { path: 'src' } },
    { id: 'b', name: 'search_files', arguments: { query: 'coupon “twice”' } },
  ],
};
const wholeCalls = [
  { tool_call_id: 'a', tool_name: 'list_files', arguments: '{"path":"src"}' },
  { tool_call_id: 'b', tool_name: 'search_files', arguments: '{"query":"coupon “twice”"}' },
];

let served: ServedProvider;
const provider = (options: Partial<OpenAICompatibleOptions> = {}): OpenAICompatibleProvider => served.provider(options);
async function serve(script: Script): Promise<void> {
  served = await ServedProvider.start(script);
}

const errorOf = (parts: readonly ModelPart[]): { code: string; message: string; next_step: string } => {
  const last = parts.at(-1);
  if (last?.type !== 'error') assert.fail(`expected an error, got ${JSON.stringify(last)}`);
  return last.error;
};

describe('openai-compatible provider', () => {
  afterEach(() => served.close());

  providerSuite(async () => {
    await serve(() => answer(whole));
    return { provider: provider(), close: () => served.close() };
  });

  describe('a whole answer', () => {
    it('is put together from many small pieces', async () => {
      await serve(() => answer({ ...whole, pieceLength: 2, keepAlives: 3, chunks: [{ choices: [] }, { choices: [{ index: 0, delta: null }] }, {}] }));
      const { usage, raw_usage, ...rest } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual(rest, { finish_reason: 'tool_calls', text: whole.text, reasoning: whole.reasoning, tool_calls: wholeCalls });
      assert.equal(usage?.cache_read, 0);
      assert.ok(raw_usage !== null);
    });

    it('has the usage of the last chunk, whose choices are empty, in disjoint buckets and raw', async () => {
      const deepSeek = {
        prompt_tokens: 100,
        completion_tokens: 30,
        total_tokens: 130,
        prompt_cache_hit_tokens: 64,
        prompt_cache_miss_tokens: 36,
        completion_tokens_details: { reasoning_tokens: 20 },
      };
      await serve(() => answer({ text: 'ok', usage: deepSeek }));
      const { usage, raw_usage } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual({ usage, raw_usage }, { usage: { input: 36, cache_read: 64, cache_write: 0, output: 10, reasoning: 20 }, raw_usage: deepSeek });
    });

    it('has no usage when the server told none', async () => {
      await serve(() => answer({ text: 'ok', usage: null }));
      const { usage, raw_usage } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual({ usage, raw_usage }, { usage: null, raw_usage: null });
    });

    it('renumbers empty, missing and repeated tool-call ids, also against earlier answers', async () => {
      const call = (id: string | null, index: number): object => ({ id, index, name: 'list_files', arguments: {} });
      await serve(() => answer({ toolCalls: [call('', 0), call('same', 1), call('same', 2), call(null, 3)] as AnswerOptions['toolCalls'] }));
      const request = someRequest();
      const first = answerOf(await collect(provider(), request));
      const second = answerOf(await collect(provider(), someRequest([...request.messages, ...followUp(first)])));
      assert.deepEqual(first.tool_calls.map((each) => each.tool_call_id), ['call_1', 'same', 'call_2', 'call_3']);
      assert.deepEqual(second.tool_calls.map((each) => each.tool_call_id), ['call_5', 'call_6', 'call_7', 'call_8']);
    });

    it('tells calls apart that all come with index 0, and calls without any index', async () => {
      for (const index of [0, null]) {
        await serve(() => answer({ toolCalls: [{ id: 'a', index, name: 'list_files', arguments: { path: 'x' } }, { id: 'b', index, name: 'list_files', arguments: { path: 'y' } }] }));
        const { tool_calls } = answerOf(await collect(provider(), someRequest()));
        assert.deepEqual(tool_calls.map((call) => call.arguments), ['{"path":"x"}', '{"path":"y"}']);
        await served.close();
      }
    });

    it('reads calls whose pieces all have a name, calls without ids, and arguments that are no text', async () => {
      const piece = (called: object, more: object = {}): object => ({ choices: [{ index: 0, delta: { tool_calls: [{ ...more, function: { name: 'list_files', ...called } }] } }] });
      const repeated = [piece({ arguments: '{"path"' }, { id: 'a', index: 0 }), piece({ arguments: ':"x"}' }, { id: 'a', index: 0 })];
      const nameless = [piece({ arguments: '{"path":' }), { choices: [{ index: 0, delta: { tool_calls: [{ function: { arguments: '"y"}' } }] } }] }, piece({ arguments: { path: 'z' } })];
      await serve(() => answer({ chunks: [...repeated, ...nameless], finishReason: 'tool_calls' }));
      const { tool_calls } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual(tool_calls.map((call) => [call.tool_name, call.arguments]), ['x', 'y', 'z'].map((path) => ['list_files', `{"path":"${path}"}`]));
    });

    it('hands truncated arguments on as they are, for the loop to judge', async () => {
      await serve(() => answer({ toolCalls: [{ id: 'a', name: 'list_files', arguments: '{"path": "sr' }] }));
      const { finish_reason, tool_calls } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual({ finish_reason, tool_calls }, { finish_reason: 'tool_calls', tool_calls: [{ tool_call_id: 'a', tool_name: 'list_files', arguments: '{"path": "sr' }] });
    });

    it('maps finish reasons', async () => {
      const seen: Record<string, string> = {};
      for (const finishReason of ['stop', 'length', 'content_filter', 'something_new']) {
        await serve(() => answer({ text: 'x', finishReason }));
        seen[finishReason] = answerOf(await collect(provider(), someRequest())).finish_reason;
        await served.close();
      }
      assert.deepEqual(seen, { stop: 'stop', length: 'length', content_filter: 'content_filter', something_new: 'other' });
    });

    it('tells reasoning apart that the server left in the text, wherever the stream is cut', async () => {
      for (const [pieceLength, text] of [[1, '<think>Hm.</think>\n\nDone.'], [5, '\n<think>Hm.</think>Done.'], [100, '<think>Hm.</think>Done.']] as const) {
        await serve(() => answer({ text, pieceLength }));
        const parts = await collect(provider(), someRequest());
        const { reasoning, text: said } = answerOf(parts);
        const streamed = parts.map((part) => (part.type === 'text' ? part.delta : '')).join('');
        assert.deepEqual([reasoning, said, streamed], ['Hm.', 'Done.', 'Done.']);
        await served.close();
      }
    });

    it('has all of its text, also when it ends like the beginning of a tag', async () => {
      await serve(() => answer({ text: ' <thi', pieceLength: 1 }));
      const parts = await collect(provider(), someRequest());
      assert.deepEqual([answerOf(parts).text, parts.flatMap((part) => (part.type === 'text' ? [part.delta] : []))], [' <thi', [' <thi']]);
    });

    it('is read from a server that does not stream', async () => {
      const tool_calls = [{ id: 'a', type: 'function', function: { name: 'list_files', arguments: '{}' } }];
      await serve(() => fault.unstreamed({ content: 'I look.', tool_calls }, 'tool_calls'));
      const { raw_usage: _, ...rest } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual(rest, {
        finish_reason: 'tool_calls',
        text: 'I look.',
        reasoning: '',
        tool_calls: [{ tool_call_id: 'a', tool_name: 'list_files', arguments: '{}' }],
        usage: { input: 3, cache_read: 0, cache_write: 0, output: 2, reasoning: 0 },
      });
    });

    it('counts also when the server never closes the connection, or says nothing after its end', async () => {
      const [never, soon] = [60_000, 30];
      // role, text, finish: three frames, then the usage would come.
      const ends = [[fault.neverCloses({ text: 'ok' }), { idleMs: never, tailMs: never }], [fault.silenceAfter(3, { text: 'ok' }), { idleMs: never, tailMs: soon }]] as const;
      for (const [reply, limits] of ends) {
        await serve(() => reply);
        assert.equal(answerOf(await collect(provider({ limits }), someRequest())).text, 'ok');
        await served.close();
      }
    });

    it('counts also when the connection breaks between its end and its usage', async () => {
      // role, text, finish: three frames, then the usage would come.
      await serve(() => fault.resetAfter(3, { text: 'ok' }));
      const { text, usage } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual({ text, usage }, { text: 'ok', usage: null });
    });
  });

  describe('its connection', () => {
    it('carries nothing before the part after the first is asked for', async () => {
      await serve(() => answer({ text: 'Hello.' }));
      const parts = provider().stream(someRequest(), new AbortController().signal);
      await parts.next();
      await sleep(50);
      assert.equal(served.server.requests.length, 0);
      await parts.next();
      assert.equal(served.server.requests.length, 1);
      await parts.return();
    });

    it('is one over fifty turns, and none of them is left waiting for an abort', async () => {
      await serve(({ n }) => answer({ toolCalls: [{ id: `call_${n}`, name: 'list_files', arguments: {} }] }));
      const model = provider();
      const { signal } = new AbortController();
      const messages: ModelMessage[] = [{ role: 'user', text: 'Go.' }];
      for (let turn = 1; turn <= 50; turn += 1) messages.push(...followUp(answerOf(await collect(model, someRequest(messages), signal))));
      assert.deepEqual([served.server.requests.length, served.server.connections(), getEventListeners(signal, 'abort')], [50, 1, []]);
    });

    it('is replaced without a word when it was kept and turns out to be closed', async () => {
      // The reset comes after the second request was written on the connection of the first.
      served = await ServedProvider.inTurn(answer({ text: 'one' }), fault.reset(), answer({ text: 'two' }));
      await served.timeline();
      const { text, statuses } = await served.timeline();
      assert.deepEqual([text, statuses, served.server.connections()], ['two', ['waiting 1', 'streaming 1'], 2]);
    });

    it('takes a key that was changed meanwhile', async () => {
      await serve(() => answer({ text: 'ok' }));
      const keys = ['first', 'first', 'second'];
      const model = provider({ apiKey: () => Promise.resolve(keys[served.server.requests.length]) });
      for (const _ of keys) answerOf(await collect(model, someRequest()));
      assert.deepEqual(served.server.requests.map(({ headers }) => headers.authorization), ['Bearer first', 'Bearer first', 'Bearer second']);
    });
  });

  describe('the key', () => {
    it('that is missing, unreadable or impossible is told before anything is sent', async () => {
      await serve(() => answer());
      const keys = [() => Promise.resolve(undefined), () => Promise.resolve('  '), () => Promise.reject(new Error(`no ${key}`)), () => Promise.resolve(`${key}\nx`)];
      const errors = await Promise.all(keys.map(async (apiKey) => errorOf(await collect(provider({ apiKey, requiresKey: true }), someRequest()))));
      assert.deepEqual(errors.map(({ code }) => code), ['no_key', 'no_key', 'no_key', 'bad_key']);
      assert.ok(!JSON.stringify(errors).includes(key));
      assert.equal(served.server.requests.length, 0);
    });

    it('is not sent where there is none, nor taken from the environment', async () => {
      await serve(() => answer({ text: 'ok' }));
      process.env['OPENAI_API_KEY'] = key;
      try {
        answerOf(await collect(provider({ apiKey: () => Promise.resolve(undefined) }), someRequest()));
      } finally {
        delete process.env['OPENAI_API_KEY'];
      }
      assert.equal(served.server.requests[0]?.headers.authorization, undefined);
    });
  });

  describe('an abort', () => {
    it('between two pieces that came together keeps the second back', async () => {
      await serve(() => answer({ text: 'one two three', pieceLength: 4, writeBytes: 100_000 }));
      const stop = new AbortController();
      const seen: string[] = [];
      for await (const part of provider().stream(someRequest(), stop.signal)) {
        seen.push(part.type === 'text' ? part.delta : part.type === 'error' ? part.error.code : part.type);
        if (part.type === 'text') stop.abort();
      }
      assert.deepEqual(seen, ['status', 'status', 'one ', 'aborted']);
    });

    it('before the request is made sends nothing', async () => {
      await serve(() => answer());
      const stop = new AbortController();
      const parts: ModelPart[] = [];
      for await (const part of provider().stream(someRequest(), stop.signal)) {
        parts.push(part);
        stop.abort();
      }
      assert.deepEqual([errorOf(parts).code, served.server.requests.length], ['aborted', 0]);
    });

    it('while the key is read ends at once', async () => {
      await serve(() => answer());
      const stop = new AbortController();
      const ended = collect(provider({ apiKey: () => new Promise(() => {}) }), someRequest(), stop.signal);
      stop.abort();
      assert.equal(errorOf(await ended).code, 'aborted');
    });
  });
});
