// Streaming as a collector sees it: what the real exporter sends to a server on this machine, read with OpenTelemetry's decoder.
import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { startJsonServer, type JsonAnswer, type JsonServer } from '../../../test/support/json-server';
import { decodeOtlp, type DecodedSpan } from '../../../test/support/trace/decode-otlp';
import { beginning, canary, ids, record, recordTrace, recordTraceInParts } from '../../../test/support/trace/recorded-trace';
import { chatId, sessionId, placed } from '../../../test/support/event-samples';
import { StoreFolder } from '../../../test/support/store/store-folder';
import type { RunEventBody } from '../../../shared/events';
import { nothingSpent } from '../../../shared/spent-math';
import type { Store } from '../../store/store';
import { EventBus } from '../event-bus';
import { Redactor } from '../redaction';
import { exportTrace } from './export-trace';
import { spanIdOf, turnSpanId } from './otel-ids';
import { otlpExporter } from './otlp-library';
import { OtlpStream, type StreamPorts } from './otlp-stream';
import type { StreamFailure } from './stream-failure';

describe('streaming to an OTLP endpoint', function () {
  this.timeout(30_000);
  let folder: StoreFolder;
  let store: Store;
  let bus: EventBus;
  let redactor: Redactor;
  let server: JsonServer;
  let answer: JsonAnswer;
  let failures: StreamFailure[];

  beforeEach(async () => {
    folder = new StoreFolder();
    store = await folder.open();
    bus = new EventBus((error) => assert.fail(String(error)));
    redactor = new Redactor();
    redactor.add(canary);
    failures = [];
    answer = { body: {} };
    server = await startJsonServer(() => answer);
  });
  afterEach(async () => {
    await server.close();
    await folder.remove();
  });

  function start(part: Partial<StreamPorts> = {}): OtlpStream {
    const onFailure = (failure: StreamFailure): void => void failures.push(failure);
    return new OtlpStream({ store, bus, redactor, content: true, url: `${server.url}/v1/traces`, headers: {}, onFailure, ...part });
  }

  const byId = (spans: readonly DecodedSpan[]): DecodedSpan[] => spans.toSorted((a, b) => (a.span_id < b.span_id ? -1 : 1));
  const received = (): DecodedSpan[] => byId(server.asked.flatMap(({ body }) => decodeOtlp(body).spans));

  /** Without what has not ended yet. */
  async function exported(content: boolean): Promise<DecodedSpan[]> {
    let text = '';
    await exportTrace(store, redactor, { chat_id: ids.chat, format: 'otlp', content, version: '1', signal: new AbortController().signal }, (piece) => {
      text += piece;
    });
    const open = [spanIdOf('tool_call', ids.running), turnSpanId(ids.chat, 3), spanIdOf('run', ids.secondRun)];
    return byId(decodeOtlp(text).spans.filter(({ span_id }) => !open.includes(span_id)));
  }

  for (const content of [true, false]) {
    it(`sends the spans that an export would write, ${content ? 'with' : 'without'} texts`, async () => {
      const stream = start({ content });
      await recordTrace(store, bus);
      assert.equal(await stream.close(), true);
      const expected = await exported(content);
      assert.deepEqual(received(), expected);
      assert.deepEqual([stream.counts, failures, expected.length], [{ sent: 14, dropped: 0 }, [], 14]);
      assert.deepEqual(new Set(server.asked.map(({ path }) => path)), new Set(['/v1/traces']));
      const bodies = server.asked.map(({ body }) => body).join('');
      assert.deepEqual([bodies.includes(canary), bodies.includes('quoted')], [false, content]);
    });
  }

  it('knows what happened before it began', async () => {
    for (const first of [1, 5, 8, 9, 11]) {
      const part = new StoreFolder();
      const other = await part.open();
      try {
        server.asked.length = 0;
        const stream = start({ store: other });
        await recordTraceInParts(other, first, bus);
        await stream.close();
        store = other;
        const expected = await exported(true);
        const spans = received();
        assert.deepEqual(spans, expected.filter(({ span_id }) => spans.some((span) => span.span_id === span_id)));
        const named = (id: string): boolean => spans.some(({ span_id }) => span_id === id);
        assert.ok([spanIdOf('run', ids.run), spanIdOf('run', ids.agentRun), turnSpanId(ids.chat, 1), spanIdOf('tool_call', ids.command)].every(named), `${first}`);
      } finally {
        await part.remove();
      }
    }
  });

  it('sends a turn once and whole, with the room that was made before it, and behind its end', async () => {
    const stream = start();
    const model = (at: number, turn_number: number, id: string, part: Partial<Extract<RunEventBody, { type: 'llm_call:complete' }>>): readonly [number, RunEventBody] => [
      at + 50,
      {
        ...{ type: 'llm_call:complete', llm_call_id: id, turn_number, provider: 'p', model: 'm', started_at: beginning + at * 1000, first_token_ms: null, duration_ms: 50 },
        ...{ finish_reason: null, usage: null, raw_usage: null, error: null, ...part },
      },
    ];
    const call = { trace_id: ids.read, turn_number: 2, tool_call_id: 'c', tool_name: 'read_file' };
    await record(
      store,
      { chat_id: ids.chat, session_id: ids.session },
      [
        [0, { type: 'run:start', run_id: ids.run, provider: 'p', model: 'm', scripted: false }],
        [1, { type: 'turn:start', turn_number: 1, llm_call_id: ids.call }],
        model(2, 1, ids.call, { error: { code: 'context_exceeded', message: 'Too long.', next_step: 'Make room.' } }),
        [53, { type: 'turn:end', turn_number: 1, duration_ms: 52, tool_calls: 0 }],
        model(60, 1, ids.failedCall, { purpose: 'compaction' }),
        model(120, 2, ids.cutOffCall, { purpose: 'compaction' }),
        [180, { type: 'turn:start', turn_number: 2, llm_call_id: ids.secondCall }],
        model(180, 2, ids.secondCall, {}),
        [230, { type: 'tool_trace:start', ...call, llm_call_id: ids.secondCall, subject: '', input: {}, started_at: beginning + 230_000 }],
        [240, { type: 'tool_trace:complete', ...call, output: {}, outcome: 'success', error: null, finished_at: beginning + 240_000, latency_ms: 10, tokens_used: null, cache_tokens: null, reasoning_tokens: null }],
        [241, { type: 'turn:end', turn_number: 2, duration_ms: 61, tool_calls: 1 }],
        [242, { type: 'run:end', run_id: ids.run, outcome: 'done', turns: 2, usage: null, error: null }],
      ],
      bus,
    );
    await stream.close();
    assert.deepEqual(received(), await exported(true));
    const times = [1, 2].map((turn) => received().flatMap(({ span_id, started_at, ended_at }) => (span_id === turnSpanId(ids.chat, turn) ? [started_at - beginning, ended_at - beginning] : [])));
    assert.deepEqual(times, [[1_000, 110_000], [120_000, 241_000]]);
  });

  it('takes out a secret that looks another way in JSON', async () => {
    const secret = 'ca"nary\\secret';
    redactor.add(secret);
    const stream = start();
    const call = { trace_id: ids.read, turn_number: 1, tool_call_id: 'c', tool_name: 'read_file' };
    await record(
      store,
      { chat_id: ids.chat, session_id: ids.session },
      [
        [0, { type: 'run:start', run_id: ids.run, provider: 'p', model: 'm', scripted: false }],
        [1, { type: 'tool_trace:start', ...call, llm_call_id: ids.call, subject: secret, input: { path: secret }, started_at: beginning }],
        [2, { type: 'tool_trace:complete', ...call, output: { text: secret }, outcome: 'success', error: null, finished_at: beginning, latency_ms: 1, tokens_used: null, cache_tokens: null, reasoning_tokens: null }],
      ],
      bus,
    );
    await stream.close();
    const [span] = received();
    assert.deepEqual(
      ['gen_ai.tool.call.arguments', 'gen_ai.tool.call.result', 'boocode.tool.subject'].map((name) => span?.attributes[name]),
      ['{"path":"[redacted]"}', '{"text":"[redacted]"}', '[redacted]'],
    );
  });

  it('sends a few spans without waiting for more, or for the end', async () => {
    const stream = start();
    await recordTrace(store, bus);
    for (const from = Date.now(); server.asked.length === 0 && Date.now() - from < 15_000; ) await setTimeout(20);
    assert.ok(server.asked.length > 0);
    await stream.close();
  });

  it('holds no more spans than it may while an endpoint says nothing', async () => {
    answer = { silent: true };
    const stream = start({ content: false });
    const chat = { chat_id: chatId, session_id: sessionId, title: '', status: 'new' as const, turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent };
    const model = { type: 'llm_call:complete' as const, llm_call_id: ids.call, turn_number: 1, provider: 'p', model: 'm', started_at: 1, first_token_ms: null, duration_ms: 1, finish_reason: null, usage: null, raw_usage: null, error: null };
    bus.publish({ kind: 'events', chat, events: placed(Array.from({ length: 3_000 }, () => model)) });
    for (const from = Date.now(); failures.length === 0 && Date.now() - from < 15_000; ) await setTimeout(20);
    assert.deepEqual(failures.map(({ kind }) => kind), ['behind']);
    await stream.close();
    assert.deepEqual(stream.counts, { sent: 0, dropped: 3_000 });
  });

  it('sends the headers, which stand in no message', async () => {
    answer = { status: 401, text: 'who are you' };
    const stream = start({ headers: { authorization: 'Bearer token-0123456789' } });
    await recordTrace(store, bus);
    await stream.close();
    assert.deepEqual(new Set(server.asked.map(({ authorization }) => authorization)), new Set(['Bearer token-0123456789']));
    assert.deepEqual([failures.map(({ kind }) => kind), stream.counts], [['not_allowed'], { sent: 0, dropped: 14 }]);
    assert.equal(JSON.stringify(failures).includes('token-0123456789'), false);
  });

  it('says once that nothing answers, counts what is lost, and lets the run go on', async () => {
    await server.close();
    const stream = start();
    await recordTrace(store, bus);
    assert.equal(await stream.close(), false);
    assert.deepEqual([failures.map(({ kind }) => kind), stream.counts], [['late'], { sent: 0, dropped: 14 }]);
    server = await startJsonServer(() => answer);
  });

  for (const [status, kind] of [[403, 'not_allowed'], [404, 'not_found'], [302, 'not_found'], [400, 'refused'], [500, 'refused']] as const) {
    it(`says once what a ${status} means`, async () => {
      answer = { status, text: 'no' };
      const stream = start();
      await recordTrace(store, bus);
      await stream.close();
      assert.deepEqual(failures.map((failure) => failure.kind), [kind]);
    });
  }

  it('is busy where the answer is to come again later, and does not wait for hours', async () => {
    answer = { status: 429, headers: { 'retry-after': '9999' }, text: '' };
    const stream = start();
    await recordTrace(store, bus);
    assert.equal(await stream.close(), true);
    assert.deepEqual([failures.map(({ kind }) => kind), stream.counts], [['busy'], { sent: 0, dropped: 14 }]);
  });

  it('gives up an answer that does not end', async () => {
    const dripping = http.createServer((_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
    try {
      // A listening TCP server has an AddressInfo; a string is only for pipes.
      const { port } = dripping.address() as AddressInfo;
      const exporter = otlpExporter({ url: `http://127.0.0.1:${port}/v1/traces`, headers: {}, timeoutMs: 100 });
      await assert.rejects(exporter.send([]), /Request timed out/);
    } finally {
      dripping.closeAllConnections();
      dripping.close();
    }
  });

  it('ends while an endpoint says nothing', async () => {
    answer = { silent: true };
    const stream = start();
    await recordTrace(store, bus);
    assert.deepEqual([await stream.close(), stream.counts], [false, { sent: 0, dropped: 14 }]);
  });

  it('leaves out what comes faster than it can be worked on, and says so once', async () => {
    const stream = start();
    const chat = { chat_id: chatId, session_id: sessionId, title: '', status: 'new' as const, turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent };
    const events = placed(Array.from({ length: 6_000 }, () => ({ type: 'turn:start' as const, turn_number: 1, llm_call_id: ids.call })));
    bus.publish({ kind: 'events', chat, events });
    await stream.close();
    assert.equal(stream.counts.dropped > 0, true);
    assert.deepEqual(failures.map(({ kind }) => kind), ['behind']);
  });
});
