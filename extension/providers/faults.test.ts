// Every fault that a model server shows, row by row, against the scripted server over real HTTP, with the timeline of
// the requests: how many, how long after each other, and what a person is told meanwhile. What the loop adds (calls
// that are truncated, unknown or repeated; a context made room in) is tested in ../agent/agent-runs.test.ts,
// agent-answers.test.ts and make-room.test.ts.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { globalAgent } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fullContext, noTools, otherRefusals } from '../../test/support/model-server/refusals';
import { answer, fault, type Reply } from '../../test/support/model-server/reply';
import { canaryKey, ServedProvider, type Timeline } from '../../test/support/model-server/served-provider';
import type { OpenAICompatibleOptions } from './openai-compatible';
import { answerOf, collect, someRequest } from './provider-suite';
import { defaultRetryPolicy } from './retry-policy';
import { defaultWireLimits, type WireLimits } from './wire-attempt';

const ok = answer({ text: 'ok' });
const long = { text: 'This answer is long enough for several pieces.' };
const calling = { text: 'I look.', toolCalls: [{ id: 'a', name: 'list_files', arguments: { path: 'src' } }] };

describe('faults of model servers', () => {
  let served: ServedProvider | undefined;
  afterEach(() => served?.close());

  async function run(replies: readonly Reply[], options: Partial<OpenAICompatibleOptions> = {}): Promise<Timeline> {
    served = await ServedProvider.inTurn(...replies);
    return served.timeline(options);
  }

  /** A fault, and then an answer: what was told between the first request and the second, whose end is good. */
  async function survives(replies: readonly Reply[], told: readonly string[], options: Partial<OpenAICompatibleOptions> = {}): Promise<void> {
    const { requests, statuses, waits, text, error } = await run([...replies, ok], options);
    const last = replies.length + 1;
    const expected = ['waiting 1', ...told.flatMap((each, at) => [`retrying ${at + 2} ${each}`, `waiting ${at + 2}`]), `streaming ${last}`];
    assert.deepEqual({ requests, statuses, text, error }, { requests: last, statuses: expected, text: 'ok', error: null });
    assert.deepEqual(told.map((each) => each.replace(/^\w+ /, '')), waits.map((ms) => `in ${ms} ms`), 'it waits as long as it tells');
  }

  /** A fault that is told at once: no second request. */
  async function tells(reply: Reply, code: string, next: RegExp, options: Partial<OpenAICompatibleOptions> = {}): Promise<Timeline> {
    const timeline = await run([reply], options);
    const { requests, waits, error } = timeline;
    assert.deepEqual({ requests, waits, code: error?.code }, { requests: 1, waits: [], code });
    assert.match(error?.next_step ?? '', next);
    return timeline;
  }

  describe('429 with a Retry-After', () => {
    const limited = (retryAfter: string | number): Reply => fault.status(429, { retryAfter });

    it('of 0 is tried at once, the second time not', () => survives([limited(0), limited(0)], ['rate_limited in 0 ms', 'rate_limited in 2500 ms']));
    it('of 3 seconds is waited for', () => survives([limited(3)], ['rate_limited in 3000 ms']));
    it('of a minute is waited for', () => survives([limited(60)], ['rate_limited in 60000 ms']));
    it('that is a date is waited for', () => survives([limited('Thu, 01 Jan 2026 00:00:10 GMT')], ['rate_limited in 10000 ms']));
    it('that cannot be read counts as none', () => survives([limited('soon')], ['rate_limited in 1500 ms']));
    it('of 9999 seconds is told', async () => {
      const { error } = await tells(limited(9999), 'rate_limited', /^It asks to wait 3 hours\./);
      assert.equal(error?.message, 'The server is limiting requests. It says: scripted error');
    });
    it('that is a date far away is told', () => tells(limited('Thu, 01 Jan 2026 01:00:00 GMT'), 'rate_limited', /wait 60 minutes/));
    it('counts for a 503 too', () => survives([fault.status(503, { retryAfter: 7 })], ['server in 7000 ms']));
  });

  describe('before anything was handed out it is tried again:', () => {
    const passing: Record<string, [Reply, string]> = {
      'a 500': [fault.status(500), 'server'],
      'a 502 with a web page': [fault.refusal(502, '<html><h1>Bad gateway</h1></html>'), 'server'],
      'a 500 that speaks of a context, but of none that is full': [fault.status(500, { message: 'cannot allocate a context window' }), 'server'],
      'a 408': [fault.status(408), 'timeout'],
      'a 429 without a Retry-After': [fault.status(429), 'rate_limited'],
      'a reset before the answer': [fault.reset(), 'unreachable'],
      'a reset before the first piece': [fault.resetAfter(1), 'unreachable'],
      'an answer that ends before its first piece': [fault.endAfter(1), 'bad_stream'],
      'a frame cut off': [fault.cutFrame(1), 'bad_stream'],
      'a frame that is not JSON': [fault.brokenFrame(1), 'bad_stream'],
      'an error inside the stream': [fault.errorInStream({ message: 'upstream overloaded', code: 502 }), 'server'],
      'a limit inside the stream': [fault.errorInStream({ message: 'slow down', code: 429 }), 'rate_limited'],
      'an answer given up for lack of resources': [answer({ finishReason: 'insufficient_system_resource' }), 'server'],
    };
    for (const [name, [reply, code]] of Object.entries(passing)) it(name, () => survives([reply], [`${code} in 1500 ms`]));

    it('five times, with full jitter between one second and a bound that doubles up to thirty', async () => {
      const bounds = { least: [1000, 1000, 1000, 1000, 1000], most: [2000, 4000, 8000, 16000, 30000] };
      for (const [random, waits] of [[0, bounds.least], [1, bounds.most]] as const) {
        const timeline = await run([fault.status(503, { message: 'overloaded' })], { retry: { random: () => random } });
        assert.deepEqual({ requests: timeline.requests, waits: timeline.waits, error: timeline.error }, {
          requests: 6,
          waits,
          error: { code: 'server', message: 'The server has a problem (status 503). It says: overloaded (tried 6 times)', next_step: 'Try again in a while, or choose another model.' },
        });
        await served?.close();
      }
    });

    it('not before the time that was told', async () => {
      served = await ServedProvider.inTurn(fault.status(500), fault.status(429, { retryAfter: 0.05 }), ok);
      const parts = await collect(served.provider({ clock: undefined, retry: { minMs: 5, maxMs: 20 } }), someRequest());
      assert.equal(answerOf(parts).text, 'ok');
      const told = parts.flatMap((part) => (part.type === 'status' && part.retry_at !== null ? [part.retry_at] : []));
      assert.equal(told.length, 2);
      // Two milliseconds of grace: timers may fire a little before their time.
      for (const [n, at] of told.entries()) assert.ok((served.server.requests[n + 1]?.at ?? 0) >= at - 2_000);
    });
  });

  describe('after something was handed out it is told and never tried again:', () => {
    const breaking: Record<string, [Reply, string]> = {
      'a reset': [fault.resetAfter(3, long), 'unreachable'],
      silence: [fault.silenceAfter(3, long), 'timeout'],
      'an early end': [fault.endAfter(3, long), 'bad_stream'],
      'a broken frame': [fault.brokenFrame(3, long), 'bad_stream'],
      'a reset in the middle of a tool call, which is not run': [fault.resetAfter(4, calling), 'unreachable'],
      'an end in the middle of a tool call, which is not run': [fault.endAfter(4, calling), 'bad_stream'],
      'an answer given up for lack of resources': [answer({ ...long, finishReason: 'insufficient_system_resource' }), 'server'],
    };
    for (const [name, [reply, code]] of Object.entries(breaking)) {
      it(name, async () => {
        const { text, statuses, answer: whole } = await tells(reply, code, /./, name === 'silence' ? { limits: { idleMs: 500 } } : {});
        assert.ok(text !== '', 'something was handed out');
        assert.deepEqual([statuses, whole], [['waiting 1', 'streaming 1'], null]);
      });
    }
  });

  describe('silence has its own deadline', () => {
    /** All others are far away, and each try meets the same silence: nothing here depends on how fast the machine is. */
    async function givesUp(reply: Reply, limit: Partial<WireLimits>, message: string, options: Partial<OpenAICompatibleOptions> = {}): Promise<void> {
      const limits = { connectMs: 60_000, firstByteMs: 60_000, idleMs: 60_000, ...limit };
      const { statuses, error } = await run([reply], { limits, retry: { retries: 1 }, ...options });
      assert.deepEqual([statuses, error?.code, error?.message], [['waiting 1', 'retrying 2 timeout in 1500 ms', 'waiting 2'], 'timeout', `${message} (tried 2 times)`]);
    }

    it('while connecting', async () => {
      // Accepts, and never answers the TLS greeting.
      const mute = createServer().listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const { port } = mute.address() as AddressInfo; // listening on TCP
      try {
        const baseUrl = `https://127.0.0.1:${port}/v1`;
        await givesUp(ok, { connectMs: 30 }, `Connecting to ${baseUrl} took too long.`, { baseUrl });
      } finally {
        mute.close();
      }
    });
    it('before the head of the answer', () => givesUp(fault.silence(), { firstByteMs: 60 }, 'The server accepted the request and then sent nothing.'));
    it('before the first byte', () => givesUp(fault.silenceAfterHead(), { firstByteMs: 60 }, 'The server accepted the request and then sent nothing.'));
    it('between bytes', () => givesUp(fault.silenceAfter(1), { idleMs: 60 }, 'The server fell silent in the middle of the answer.'));
    it('that comments end, each of them', async () => {
      const { text, requests } = await run([answer({ text: 'ok', keepAlives: 20, pauseMs: 30 })], { limits: { firstByteMs: 500, idleMs: 500 } });
      assert.deepEqual([text, requests], ['ok', 1]);
    });
  });

  describe('an odd stream is read:', () => {
    for (const writeBytes of [1, 7, 64]) {
      it(`characters cut in the middle, ${writeBytes} bytes at a time`, async () => {
        const { text } = await run([answer({ text: 'Größe: 10 €, 日本語 🙂.', pieceLength: 100, writeBytes, usage: null })]);
        assert.equal(text, 'Größe: 10 €, 日本語 🙂.');
      });
    }
    it('comments, empty choices, null deltas and empty chunks', async () => {
      const chunks = [{ choices: [] }, { choices: null }, { choices: [{ index: 0, delta: null }] }, { choices: [{ delta: { content: null, tool_calls: null } }] }, {}];
      const { answer: whole } = await run([answer({ ...calling, keepAlives: 3, chunks })]);
      assert.deepEqual([whole?.text, whole?.tool_calls], ['I look.', [{ tool_call_id: 'a', tool_name: 'list_files', arguments: '{"path":"src"}' }]]);
    });
    it('a frame of 7 MB', async () => {
      const { text } = await run([answer({ chunks: [{ choices: [{ index: 0, delta: { content: 'x'.repeat(7e6) } }] }] })]);
      assert.equal(text.length, 7e6);
    });
    it('a frame larger than 8 MB is refused', () => tells(fault.hugeFrame(9e6), 'bad_stream', /another model/));
  });

  describe('never tried again:', () => {
    const lasting: Record<string, [Reply, string, RegExp]> = {
      'a wrong key': [fault.status(401, { message: `Your key ${canaryKey} is invalid` }), 'bad_key', /BooCode: Set API Key/],
      'a key without rights': [fault.status(403), 'bad_key', /what the key may do/],
      'no balance': [fault.status(402, { message: 'Insufficient Balance' }), 'no_balance', /Top up/],
      'a used-up quota': [fault.status(429, { code: 'insufficient_quota' }), 'no_balance', /Top up/],
      'a refused request': [fault.status(400, { message: 'tools: wrong shape' }), 'bad_request', /Show Log/],
      'a refusal without an end': [fault.endlessRefusal(400), 'bad_request', /Show Log/],
      'an unknown model': [fault.status(400, { message: 'Model Not Exist' }), 'unknown_model', /Choose Model/],
      'a model that is not pulled': [fault.status(404, { message: 'model "some-model" not found, try pulling it first' }), 'unknown_model', /Choose Model/],
      'a model that nobody serves': [fault.status(404, { message: 'No endpoints found for some/model:free.' }), 'unknown_model', /Choose Model/],
      'images for a model that takes none, as OpenRouter says it': [fault.status(404, { message: 'No endpoints found that support image input' }), 'bad_request', /takes images/],
      'images for a model that takes none, as vLLM says it': [fault.status(400, { message: 'some-model is not a multimodal model' }), 'bad_request', /takes images/],
      'images for a model that takes none, as llama.cpp says it': [fault.status(500, { message: 'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj' }), 'bad_request', /takes images/],
      'a wrong path': [fault.status(404, { message: 'no route' }), 'bad_request', /ends in \/v1/],
      'a web page': [fault.page(), 'bad_stream', /ends in \/v1/],
      'a redirect': [fault.redirect('https://elsewhere.example/v1'), 'bad_request', /base URL/],
    };
    for (const [name, row] of Object.entries(lasting)) it(name, () => tells(...row).then(() => undefined));
    for (const [name, reply] of Object.entries(otherRefusals)) it(name, () => tells(reply, 'bad_request', /Show Log/).then(() => undefined));
    for (const [name, reply] of Object.entries(fullContext)) it(`a full context, as ${name} says it`, () => tells(reply, 'context_exceeded', /new chat/).then(() => undefined));
    for (const [name, { reply, next }] of Object.entries(noTools)) {
      it(`a model without tools, as ${name} says it`, async () => {
        const { error } = await tells(reply, 'no_tools', next);
        assert.match(error?.message ?? '', /^some-model cannot call tools here, and BooCode works with nothing else\. It says: /);
      });
    }

    it('a server that is not running here', async () => {
      served = await ServedProvider.inTurn(ok);
      await served.close();
      const { error, waits } = await served.timeline();
      assert.deepEqual([error, waits], [
        { code: 'unreachable', message: `Nothing answers at ${served.server.url}.`, next_step: 'Is the server running? Start it, or check the base URL in the settings.' },
        [],
      ]);
      served = undefined;
    });

    it('an address that is none, or holds a password, which is not shown', async () => {
      const addresses = ['not a url', 'ftp://example.invalid/v1', 'http://user:hunter2@no-such-host.invalid/v1'];
      served = await ServedProvider.inTurn(ok);
      const errors: unknown[] = [];
      for (const baseUrl of addresses) errors.push((await served.timeline({ baseUrl })).error?.message);
      await served.close();
      served = await ServedProvider.inTurn(fault.status(401));
      const { host } = new URL(served.server.url);
      errors.push((await served.timeline({ baseUrl: `http://user:hunter2@${host}/v1` })).error?.next_step);
      assert.deepEqual(errors, [
        '"not a url" is not an address that can be called.',
        'ftp://example.invalid/v1 is not an address that can be called.',
        'The host of http://no-such-host.invalid/v1 cannot be found.',
        `Set the key with "BooCode: Set API Key", and check that it belongs to http://${host}/v1.`,
      ]);
    });
  });

  describe('a stop ends it at once and hangs up:', () => {
    const afterStart: Record<string, Reply> = {
      'while the server is silent': fault.silence(),
      'before the first byte': fault.silenceAfterHead(),
      'in the middle of the answer': fault.silenceAfter(3, long),
      'while it waits for the next try': fault.status(503),
    };
    for (const [name, reply] of Object.entries(afterStart)) {
      it(name, async () => {
        served = await ServedProvider.inTurn(reply);
        const { requests } = served.server;
        const stop = new AbortController();
        const slow = served.provider({ clock: undefined, limits: { connectMs: 60_000, firstByteMs: 60_000, idleMs: 60_000 }, retry: { minMs: 60_000, maxMs: 60_000 } });
        const ended = collect(slow, someRequest(), stop.signal);
        while (requests.length === 0) await sleep(2);
        await sleep(30);
        stop.abort();
        const last = (await ended).at(-1);
        assert.deepEqual(last?.type === 'error' && last.error.code, 'aborted');
        while (reply !== afterStart['while it waits for the next try'] && requests[0]?.wasAborted !== true) await sleep(2);
        assert.equal(requests.length, 1);
      });
    }

    it('when its reader leaves', async () => {
      served = await ServedProvider.inTurn(fault.silenceAfter(3, long));
      for await (const part of served.provider().stream(someRequest(), new AbortController().signal)) if (part.type === 'text') break;
      while (served.server.requests[0]?.wasAborted !== true) await sleep(2);
    });

    it('when its reader leaves although all of the answer has come', async () => {
      // More than what is read at a time, and less than what a response holds.
      served = await ServedProvider.inTurn(answer({ text: 'x'.repeat(450), pieceLength: 1, writeBytes: 1_000_000 }));
      for await (const part of served.provider().stream(someRequest(), new AbortController().signal)) {
        if (part.type !== 'text') continue;
        await sleep(50);
        break;
      }
      const { host } = new URL(served.server.url);
      while (Object.keys(globalAgent.sockets).some((name) => name.startsWith(host))) await sleep(2);
    });

    it('when what it reads is broken', async () => {
      served = await ServedProvider.inTurn(fault.hangAfterBrokenFrame(3, long));
      assert.equal((await served.timeline()).error?.code, 'bad_stream');
      while (served.server.requests[0]?.wasAborted !== true) await sleep(2);
    });
  });

  it('are waited for, tried again and capped by default as the design says', () => {
    const { random: _, ...policy } = defaultRetryPolicy;
    assert.deepEqual({ policy, limits: defaultWireLimits }, {
      policy: { retries: 5, minMs: 1_000, maxMs: 30_000, honourMs: 60_000 },
      limits: { connectMs: 30_000, firstByteMs: 120_000, idleMs: 300_000, tailMs: 5_000, frameBytes: 8_388_608 },
    });
  });
});
