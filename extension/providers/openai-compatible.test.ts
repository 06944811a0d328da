import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, fault, type AnswerOptions, type Reply } from '../../test/support/model-server/reply';
import { startModelServer, type ModelServer, type ModelServerRequest } from '../../test/support/model-server/server';
import type { ModelMessage, ModelPart } from './model';
import { OpenAICompatibleProvider, type OpenAICompatibleOptions } from './openai-compatible';
import { answerOf, collect, followUp, providerSuite, someRequest, someTools } from './provider-suite';
import { defaultRetryPolicy } from './retry-policy';
import { defaultWireLimits } from './wire-attempt';

const key = 'sk-very-secret-0123456789';
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

const fast: Partial<OpenAICompatibleOptions> = {
  limits: { connectMs: 5_000, firstByteMs: 300, idleMs: 300, tailMs: 50 },
  retry: { minMs: 2, maxMs: 10, honourMs: 100 },
};

let server: ModelServer;
function provider(options: Partial<OpenAICompatibleOptions> = {}): OpenAICompatibleProvider {
  return new OpenAICompatibleProvider({
    id: 'openai-compatible',
    label: 'The server',
    baseUrl: server.url,
    apiKey: () => Promise.resolve(key),
    requiresKey: false,
    ...fast,
    ...options,
  });
}

async function serve(script: (request: ModelServerRequest) => Reply): Promise<void> {
  server = await startModelServer({ script });
}
/** Answers the n-th request with the n-th reply, and the last one for ever. */
async function serveInTurn(...replies: Reply[]): Promise<void> {
  await serve(({ n }) => replies[Math.min(n, replies.length) - 1] ?? answer());
}

const errorOf = (parts: readonly ModelPart[]): { code: string; message: string; next_step: string } => {
  const last = parts.at(-1);
  if (last?.type !== 'error') assert.fail(`expected an error, got ${JSON.stringify(last)}`);
  return last.error;
};
const retries = (parts: readonly ModelPart[]): string[] => parts.flatMap((part) => (part.type === 'status' && part.status === 'retrying' ? [part.reason] : []));

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 300, 'it never came to that');
    await sleep(5);
  }
}

describe('openai-compatible provider', () => {
  afterEach(() => server.close());

  providerSuite(async () => {
    await serve(() => answer(whole));
    return { provider: provider(), close: () => server.close() };
  });

  describe('a whole answer', () => {
    it('is put together from many small pieces', async () => {
      await serve(() => answer({ ...whole, pieceLength: 2, keepAlives: 3, chunks: [{ choices: [] }, { choices: [{ index: 0, delta: null }] }, {}] }));
      const { usage, raw_usage, ...rest } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual(rest, { finish_reason: 'tool_calls', text: whole.text, reasoning: whole.reasoning, tool_calls: wholeCalls });
      assert.equal(usage?.cache_read, 0);
      assert.ok(raw_usage !== null);
    });

    it('survives characters cut in the middle', async () => {
      for (const writeBytes of [1, 7, 64]) {
        await serve(() => answer({ text: 'Größe: 10 €, 日本語 🙂.', pieceLength: 100, writeBytes, usage: null }));
        assert.equal(answerOf(await collect(provider(), someRequest())).text, 'Größe: 10 €, 日本語 🙂.');
        await server.close();
      }
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
        await server.close();
      }
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
        await server.close();
      }
      assert.deepEqual(seen, { stop: 'stop', length: 'length', content_filter: 'content_filter', something_new: 'other' });
    });

    it('counts also when the server never closes the connection', async () => {
      await serve(() => fault.neverCloses({ text: 'ok' }));
      assert.equal(answerOf(await collect(provider(), someRequest())).text, 'ok');
    });

    it('counts also when the connection breaks between its end and its usage', async () => {
      // role, text, finish: three frames, then the usage would come.
      await serve(() => fault.resetAfter(3, { text: 'ok' }));
      const { text, usage } = answerOf(await collect(provider(), someRequest()));
      assert.deepEqual({ text, usage }, { text: 'ok', usage: null });
    });
  });

  describe('what it sends', () => {
    it('starts every request with the bytes of the one before', async () => {
      await serve(({ n }) => (n <= 12 ? answer({ ...whole, toolCalls: whole.toolCalls?.map((call) => ({ ...call, id: n % 3 === 0 ? '' : `${call.id}${n}` })) }) : answer({ text: 'done' })));
      const model = provider({ quirks: { echoReasoning: true, sessionField: 'user_id' } });
      let messages: ModelMessage[] = [{ role: 'user', text: 'Go, with half a pair: \ud83d.' }];
      for (let turn = 1; turn <= 13; turn += 1) {
        // Rebuilt each time, as a resumed session does: equal content must give equal bytes.
        const { tool_calls, ...rest } = answerOf(await collect(model, someRequest(structuredClone(messages))));
        messages = [...messages, ...followUp({ ...rest, tool_calls })];
        if (turn === 6) messages.push({ role: 'user', text: 'Go on.' });
      }
      const bodies = server.requests.map(({ rawBody }) => rawBody);
      assert.equal(bodies.length, 13);
      for (const [n, body] of bodies.entries()) {
        const before = bodies[n - 1];
        if (before !== undefined) assert.ok(body.startsWith(before.slice(0, -']}'.length)), `request ${n + 1} does not continue request ${n}`);
      }
      const last = server.requests.at(-1)?.prompt;
      const previous = server.requests.at(-2)?.prompt;
      assert.ok(last && previous && last.hit_tokens > previous.prompt_tokens - 64, 'the prefix cache is hit up to its unit');
    });

    it('spells the tools the same whatever order they and their fields come in', async () => {
      await serve(() => answer({ text: 'ok' }));
      const reordered = [...someTools].reverse().map(({ name, description, parameters }) => ({ parameters: Object.fromEntries(Object.entries(parameters).reverse()), description, name }));
      await collect(provider(), someRequest());
      await collect(provider(), { ...someRequest(), tools: reordered });
      assert.equal(server.requests[1]?.rawBody, server.requests[0]?.rawBody);
    });

    it('is a plain streamed chat-completions request with the key and nothing about the machine', async () => {
      await serve(() => answer({ text: 'ok' }));
      await collect(provider(), { ...someRequest(), tools: [] });
      const [request] = server.requests;
      assert.deepEqual(JSON.parse(request?.rawBody ?? ''), {
        model: 'some-model',
        stream: true,
        stream_options: { include_usage: true },
        messages: [
          { role: 'system', content: 'You are a test.' },
          { role: 'user', content: 'Look around.' },
        ],
      });
      const { host: _host, 'content-length': _length, ...headers } = request?.headers ?? {};
      assert.deepEqual(headers, {
        accept: 'text/event-stream',
        authorization: `Bearer ${key}`,
        connection: 'keep-alive',
        'content-type': 'application/json',
        'user-agent': 'BooCode',
      });
    });

    it('sends reasoning back only where the API wants it, also when it was empty', async () => {
      const call = { tool_call_id: 'a', tool_name: 'list_files', arguments: '{}' };
      const messages: ModelMessage[] = [
        { role: 'user', text: '1' },
        { role: 'assistant', text: 'no tools', reasoning: 'r1', tool_calls: [] },
        { role: 'user', text: '2' },
        { role: 'assistant', text: '', reasoning: '', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'a', tool_name: 'list_files', text: 'x' },
        { role: 'assistant', text: 'done', reasoning: 'r3', tool_calls: [] },
        { role: 'user', text: '3' },
      ];
      await serve(() => answer({ text: 'ok' }));
      await collect(provider({ quirks: { echoReasoning: true } }), someRequest(messages));
      await collect(provider(), someRequest(messages));
      const sent = server.requests.map(({ body }) => body.messages.filter(({ role }) => role === 'assistant').map((message) => message.reasoning_content));
      assert.deepEqual(sent, [
        [undefined, '', 'r3'],
        [undefined, undefined, undefined],
      ]);
    });

    it('never replays arguments a server could not parse', async () => {
      const messages: ModelMessage[] = [
        { role: 'user', text: '1' },
        { role: 'assistant', text: '', reasoning: '', tool_calls: [{ tool_call_id: 'a', tool_name: 'list_files', arguments: '{"pa' }, { tool_call_id: 'b', tool_name: 'list_files', arguments: '' }] },
      ];
      await serve(() => answer({ text: 'ok' }));
      await collect(provider(), someRequest(messages));
      const sent = server.requests[0]?.body.messages.at(-1)?.tool_calls?.map((call) => call.function.arguments);
      assert.deepEqual(sent, ['{"invalid_json":"{\\"pa"}', '{}']);
    });
  });

  describe('faults that pass', () => {
    const passing: Record<string, { reply: Reply; reason: string }> = {
      'a 500': { reply: fault.status(500), reason: 'server error (status 500)' },
      'a 503': { reply: fault.status(503), reason: 'server error (status 503)' },
      'a 429': { reply: fault.status(429), reason: 'rate limited' },
      'a reset before the answer': { reply: fault.reset(), reason: 'connection cut' },
      'a reset before the first piece': { reply: fault.resetAfter(1), reason: 'connection cut' },
      'silence before the answer': { reply: fault.silence(), reason: 'no answer' },
      'silence before the first piece': { reply: fault.silenceAfter(1), reason: 'silence' },
      'an answer that ends before its first piece': { reply: fault.endAfter(1), reason: 'the answer broke off' },
      'a frame cut off': { reply: fault.cutFrame(1), reason: 'the answer broke off' },
      'a frame that is not JSON': { reply: fault.brokenFrame(1), reason: 'unreadable answer' },
      'an error inside the stream': { reply: fault.errorInStream({ message: 'upstream overloaded', code: 502 }), reason: 'server error' },
    };
    for (const [name, { reply, reason }] of Object.entries(passing)) {
      it(`${name} is tried again and told`, async () => {
        await serveInTurn(reply, answer({ text: 'ok' }));
        const parts = await collect(provider(), someRequest());
        assert.equal(answerOf(parts).text, 'ok');
        assert.deepEqual({ retries: retries(parts), requests: server.requests.length }, { retries: [reason], requests: 2 });
        const told = parts.find((part) => part.type === 'status' && part.status === 'retrying');
        assert.ok(told?.type === 'status' && told.attempt === 2 && told.retry_at !== null);
        // Two milliseconds of grace: timers may fire a little before their time.
        assert.ok((server.requests[1]?.at ?? 0) >= told.retry_at - 2_000, 'not before the time that was told');
      });
    }

    it('are tried five times more and then told', async () => {
      await serve(() => fault.status(503, { message: 'overloaded' }));
      const parts = await collect(provider(), someRequest());
      assert.deepEqual({ requests: server.requests.length, retries: retries(parts).length }, { requests: 6, retries: 5 });
      assert.deepEqual(errorOf(parts), {
        code: 'server',
        message: 'The server has a problem (status 503). It says: overloaded (tried 6 times)',
        next_step: 'Try again in a while, or choose another model.',
      });
    });

    it('a Retry-After is waited for, at once when it is 0, and a date is read', async () => {
      const soon = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toUTCString();
      await serveInTurn(fault.status(429, { retryAfter: 0 }), fault.status(429, { retryAfter: 0.05 }), fault.status(429, { retryAfter: soon }), answer({ text: 'ok' }));
      const parts = await collect(provider({ retry: { minMs: 2, maxMs: 10, honourMs: 60_000 } }), someRequest());
      answerOf(parts);
      const toldAt = parts.flatMap((part) => (part.type === 'status' && part.retry_at !== null ? [part.retry_at] : []));
      const [first, second, third, fourth] = server.requests.map(({ at }) => at);
      assert.ok(first !== undefined && second !== undefined && third !== undefined && fourth !== undefined);
      assert.ok(third - second >= 48_000, `${third - second} µs`);
      assert.ok(fourth >= Date.parse(soon) * 1000 - 2_000);
      assert.equal(toldAt.length, 3);
    });

    it('a Retry-After longer than is honoured is told instead', async () => {
      await serve(() => fault.status(429, { retryAfter: 9999 }));
      const parts = await collect(provider(), someRequest());
      assert.equal(server.requests.length, 1);
      assert.deepEqual(errorOf(parts), {
        code: 'rate_limited',
        message: 'The server is limiting requests. It says: scripted error',
        next_step: 'It asks to wait 3 hours. Send the message again after that, or choose another model.',
      });
    });

    it('a kept connection that turns out to be closed is replaced without a word', async () => {
      // The reset comes after the second request was written on the connection of the first.
      await serveInTurn(answer({ text: 'one' }), fault.reset(), answer({ text: 'two' }));
      await collect(provider(), someRequest());
      const parts = await collect(provider(), someRequest());
      assert.equal(answerOf(parts).text, 'two');
      assert.deepEqual(retries(parts), []);
    });
  });

  describe('faults after something was handed out', () => {
    const text = 'This answer is long enough for several pieces.';
    const breaking: Record<string, { reply: Reply; code: string }> = {
      'a reset': { reply: fault.resetAfter(3, { text }), code: 'unreachable' },
      silence: { reply: fault.silenceAfter(3, { text }), code: 'timeout' },
      'an early end': { reply: fault.endAfter(3, { text }), code: 'bad_stream' },
      'a broken frame': { reply: fault.brokenFrame(3, { text }), code: 'bad_stream' },
      'a cut tool call': { reply: fault.resetAfter(4, whole), code: 'unreachable' },
    };
    for (const [name, { reply, code }] of Object.entries(breaking)) {
      it(`${name} is told and never tried again`, async () => {
        await serve(() => reply);
        const parts = await collect(provider(), someRequest());
        assert.ok(parts.some(({ type }) => type === 'text' || type === 'reasoning'), 'something was handed out');
        assert.deepEqual({ code: errorOf(parts).code, requests: server.requests.length, retries: retries(parts) }, { code, requests: 1, retries: [] });
      });
    }
  });

  describe('faults that do not pass', () => {
    const lasting: Record<string, { reply: Reply; code: string; next: RegExp }> = {
      'a wrong key': { reply: fault.status(401, { message: `Your key ${key} is invalid` }), code: 'bad_key', next: /BooCode: Set API Key/ },
      'a key without rights': { reply: fault.status(403), code: 'bad_key', next: /what the key may do/ },
      'no balance': { reply: fault.status(402, { message: 'Insufficient Balance' }), code: 'no_balance', next: /Top up/ },
      'a used-up quota': { reply: fault.status(429, { code: 'insufficient_quota' }), code: 'no_balance', next: /Top up/ },
      'a refused request': { reply: fault.status(400, { message: 'tools: wrong shape' }), code: 'bad_request', next: /Show Log/ },
      'a refused schema': { reply: fault.status(422), code: 'bad_request', next: /Show Log/ },
      'an unknown model': { reply: fault.status(400, { message: 'Model Not Exist' }), code: 'unknown_model', next: /Choose Model/ },
      'a model that is not pulled': { reply: fault.status(404, { message: 'model "some-model" not found, try pulling it first' }), code: 'unknown_model', next: /Choose Model/ },
      'a wrong path': { reply: fault.status(404, { message: 'no route' }), code: 'bad_request', next: /ends in \/v1/ },
      'a full context': { reply: fault.status(400, { code: 'context_length_exceeded' }), code: 'context_exceeded', next: /new chat/ },
      'a full context, in words': { reply: fault.status(400, { message: "This model's maximum context length is 131072 tokens." }), code: 'context_exceeded', next: /new chat/ },
      'a redirect': { reply: fault.redirect('https://elsewhere.example/v1'), code: 'bad_request', next: /base URL/ },
      'a huge frame': { reply: fault.hugeFrame(70_000), code: 'bad_stream', next: /another model/ },
    };
    for (const [name, { reply, code, next }] of Object.entries(lasting)) {
      it(`${name} is told at once, without the key`, async () => {
        await serve(() => reply);
        const parts = await collect(provider({ limits: { ...fast.limits, frameBytes: 64 * 1024 } }), someRequest());
        const error = errorOf(parts);
        assert.deepEqual({ code: error.code, requests: server.requests.length }, { code, requests: 1 });
        assert.match(error.next_step, next);
        assert.ok(!JSON.stringify(parts).includes(key), 'the key is in no part');
      });
    }

    it('a web page where an API should be is told after the tries', async () => {
      await serve(() => fault.page());
      assert.equal(errorOf(await collect(provider(), someRequest())).code, 'bad_stream');
    });

    it('a server that is not running here is told at once', async () => {
      await serve(() => answer());
      await server.close();
      const parts = await collect(provider(), someRequest());
      assert.deepEqual(errorOf(parts), {
        code: 'unreachable',
        message: `Nothing answers at ${server.url}.`,
        next_step: 'Is the server running? Start it, or check the base URL in the settings.',
      });
      assert.deepEqual(retries(parts), []);
    });

    it('a connection that never comes about is told after the tries', async () => {
      await serve(() => answer());
      // Accepts, and never answers the TLS greeting.
      const mute = createServer().listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const { port } = mute.address() as AddressInfo; // listening on TCP
      try {
        const parts = await collect(provider({ baseUrl: `https://127.0.0.1:${port}/v1`, limits: { connectMs: 30 }, retry: { retries: 1, minMs: 2, maxMs: 2 } }), someRequest());
        const { code, message } = errorOf(parts);
        assert.deepEqual({ code, message, retries: retries(parts) }, {
          code: 'timeout',
          message: `Connecting to https://127.0.0.1:${port}/v1 took too long. (tried 2 times)`,
          retries: ['no connection'],
        });
      } finally {
        mute.close();
      }
    });

    it('an address that is none, or holds a password, is told without it', async () => {
      await serve(() => answer());
      const wrong = await Promise.all(
        ['not a url', 'ftp://example.invalid/v1', 'http://user:hunter2@no-such-host.invalid/v1'].map((baseUrl) => collect(provider({ baseUrl }), someRequest())),
      );
      assert.deepEqual(wrong.map((parts) => errorOf(parts).message), [
        '"not a url" is not an address that can be called.',
        'ftp://example.invalid/v1 is not an address that can be called.',
        'The host of http://no-such-host.invalid/v1 cannot be found.',
      ]);
    });
  });

  describe('the key', () => {
    it('that is missing, unreadable or impossible is told before anything is sent', async () => {
      await serve(() => answer());
      const keys = [() => Promise.resolve(undefined), () => Promise.resolve('  '), () => Promise.reject(new Error(`no ${key}`)), () => Promise.resolve(`${key}\nx`)];
      const errors = await Promise.all(keys.map(async (apiKey) => errorOf(await collect(provider({ apiKey, requiresKey: true }), someRequest()))));
      assert.deepEqual(errors.map(({ code }) => code), ['no_key', 'no_key', 'no_key', 'bad_key']);
      assert.ok(!JSON.stringify(errors).includes(key));
      assert.equal(server.requests.length, 0);
    });

    it('is not sent where there is none, nor taken from the environment', async () => {
      await serve(() => answer({ text: 'ok' }));
      process.env['OPENAI_API_KEY'] = key;
      try {
        answerOf(await collect(provider({ apiKey: () => Promise.resolve(undefined) }), someRequest()));
      } finally {
        delete process.env['OPENAI_API_KEY'];
      }
      assert.equal(server.requests[0]?.headers.authorization, undefined);
    });
  });

  describe('an abort', () => {
    const afterStart: Record<string, Reply> = {
      'while the server is silent': fault.silence(),
      'in the middle of the answer': fault.silenceAfter(3, { text: 'a long enough text' }),
      'while it waits for the next try': fault.status(503),
    };
    for (const [name, reply] of Object.entries(afterStart)) {
      it(`${name} ends at once and hangs up`, async () => {
        await serve(() => reply);
        const stop = new AbortController();
        const slow = provider({ limits: { connectMs: 60_000, firstByteMs: 60_000, idleMs: 60_000 }, retry: { minMs: 60_000, maxMs: 60_000 } });
        const ended = collect(slow, someRequest(), stop.signal);
        await until(() => server.requests.length > 0);
        await sleep(30);
        stop.abort();
        const parts = await ended;
        assert.equal(errorOf(parts).code, 'aborted');
        if (name !== 'while it waits for the next try') await until(() => server.requests[0]?.wasAborted === true);
        assert.equal(server.requests.length, 1);
      });
    }

    it('while the key is read ends at once', async () => {
      await serve(() => answer());
      const stop = new AbortController();
      const ended = collect(provider({ apiKey: () => new Promise(() => {}) }), someRequest(), stop.signal);
      stop.abort();
      assert.equal(errorOf(await ended).code, 'aborted');
    });
  });

  it('waits, retries and caps by default as the design says', async () => {
    await serve(() => answer());
    const { random: _, ...policy } = defaultRetryPolicy;
    assert.deepEqual(
      { policy, limits: defaultWireLimits },
      {
        policy: { retries: 5, minMs: 1_000, maxMs: 30_000, honourMs: 60_000 },
        limits: { connectMs: 30_000, firstByteMs: 120_000, idleMs: 300_000, tailMs: 5_000, frameBytes: 8_388_608 },
      },
    );
  });
});
