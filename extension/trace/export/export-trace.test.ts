// What leaves BooCode of a trace, in each format, judged by those who read it: OpenTelemetry's decoder, the Trace Event Format,
// and line by line.
import assert from 'node:assert/strict';
import { decodeOtlp, type DecodedSpan } from '../../../test/support/trace/decode-otlp';
import { beginning, canary, ids, recordTrace } from '../../../test/support/trace/recorded-trace';
import { StoreFolder } from '../../../test/support/store/store-folder';
import { WrittenChat } from '../../../test/support/trace/written-chat';
import { uuid } from '../../../test/support/event-samples';
import type { Store } from '../../store/store';
import { Redactor } from '../redaction';
import { exportPreview, exportTrace, traceFormats, type TraceExport, type TraceExported } from './export-trace';
import { otelMappingVersion } from './otel-mapping';
import { spanIdOf, traceIdOf, turnSpanId } from './otel-ids';

describe('exported traces', function () {
  this.timeout(30_000);
  let folder: StoreFolder;
  let store: Store;
  let redactor: Redactor;

  before(async () => {
    folder = new StoreFolder();
    store = await folder.open();
    await recordTrace(store);
    redactor = new Redactor();
    redactor.add(canary);
  });
  after(() => folder.remove());

  const request = (part: Partial<TraceExport> = {}): TraceExport => ({ chat_id: ids.chat, format: 'otlp', content: true, version: '1.2.3', signal: new AbortController().signal, ...part });

  async function written(part: Partial<TraceExport> = {}): Promise<{ text: string; exported: TraceExported }> {
    let text = '';
    const exported = await exportTrace(store, redactor, request(part), (piece) => {
      text += piece;
    });
    return { text, exported };
  }

  async function spans(part: Partial<TraceExport> = {}): Promise<DecodedSpan[]> {
    return decodeOtlp((await written({ format: 'otlp', ...part })).text).spans;
  }

  const named = (all: readonly DecodedSpan[], id: string): DecodedSpan => all.find(({ span_id }) => span_id === id) ?? assert.fail(`no span ${id}`);

  it('give OpenTelemetry one span for each run, turn, model call, tool call and wait, each below the one it belongs to', async () => {
    const trace = decodeOtlp((await written()).text);
    const { 'telemetry.sdk.language': _, 'service.version': version, ...resource } = trace.resource;
    assert.deepEqual([resource, typeof version, trace.scope], [{ 'service.name': 'boocode' }, 'string', { name: 'boocode', version: String(otelMappingVersion) }]);
    const run = spanIdOf('run', ids.run);
    const [turn1, turn2, turn3] = [1, 2, 3].map((number) => turnSpanId(ids.chat, number));
    const [spawn, agentRun, agentTurn] = [spanIdOf('tool_call', ids.spawn), spanIdOf('run', ids.agentRun), turnSpanId(ids.agentChat, 1)];
    assert.deepEqual(
      trace.spans.map(({ name, span_id, parent_span_id, trace_id }) => [name, span_id, parent_span_id, trace_id === traceIdOf(ids.run) ? 1 : 2]),
      [
        ['chat deepseek-flash', spanIdOf('model_call', ids.call), turn1, 1],
        ['execute_tool read_file', spanIdOf('tool_call', ids.read), turn1, 1],
        ['execute_tool spawn_subagent', spawn, turn1, 1],
        ['wait approval', spanIdOf('wait', ids.approval), turn1, 1],
        ['execute_tool run_command', spanIdOf('tool_call', ids.command), turn1, 1],
        ['turn 1', turn1, run, 1],
        ['chat deepseek-flash', spanIdOf('model_call', ids.failedCall), turn2, 1],
        ['turn 2', turn2, run, 1],
        ['invoke_agent BooCode', run, null, 1],
        ['chat deepseek-flash', spanIdOf('model_call', ids.cutOffCall), turn3, 2],
        ['execute_tool run_command', spanIdOf('tool_call', ids.running), turn3, 2],
        ['turn 3', turn3, spanIdOf('run', ids.secondRun), 2],
        ['invoke_agent BooCode', spanIdOf('run', ids.secondRun), null, 2],
        ['chat deepseek-flash', spanIdOf('model_call', ids.agentCall), agentTurn, 1],
        ['execute_tool read_file', spanIdOf('tool_call', ids.agentRead), agentTurn, 1],
        ['turn 1', agentTurn, agentRun, 1],
        ['invoke_agent subagent', agentRun, spawn, 1],
      ],
    );
  });

  it('say of a model call what the conventions ask for, with retries as events', async () => {
    const { attributes, events, status, kind, started_at, ended_at } = named(await spans(), spanIdOf('model_call', ids.call));
    assert.deepEqual([kind, started_at, ended_at, status], [3, beginning + 10_000, beginning + 60_000, { code: 0, message: '' }]);
    assert.deepEqual(attributes, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.conversation.id': ids.chat,
      'gen_ai.provider.name': 'deepseek',
      'gen_ai.request.model': 'deepseek-flash',
      'gen_ai.response.finish_reasons': ['tool_calls'],
      'gen_ai.usage.input_tokens': 1010,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.cache_read.input_tokens': 900,
      'gen_ai.usage.cache_creation.input_tokens': 10,
      'gen_ai.usage.reasoning.output_tokens': 20,
      'boocode.agent.kind': 'chat',
      'boocode.cost_usd': 0.0125,
      'boocode.turn.number': 1,
      'boocode.llm_call.id': ids.call,
      'boocode.llm_call.purpose': 'answer',
      'boocode.llm_call.attempts': 2,
      'boocode.llm_call.queued_ms': 4,
      'boocode.llm_call.retry_ms': 15,
      'boocode.llm_call.first_token_ms': 30,
      'boocode.request.bytes': 4000,
      'boocode.cache.system.estimated_hit_tokens': 300,
      'boocode.cache.system.estimated_miss_tokens': 0,
      'boocode.cache.history.estimated_hit_tokens': 600,
      'boocode.cache.history.estimated_miss_tokens': 110,
    });
    assert.deepEqual(events, [
      { name: 'boocode.last_attempt', at: beginning + 25_000 },
      { name: 'boocode.first_token', at: beginning + 40_000 },
    ]);
  });

  it('say what failed and with which code, what is unaccounted, and what has no end', async () => {
    const all = await spans();
    const part = (id: string, ...names: string[]): unknown[] => {
      const { attributes, status } = named(all, id);
      return [status.code, status.message, ...names.map((name) => attributes[name])];
    };
    assert.deepEqual(part(spanIdOf('model_call', ids.failedCall), 'error.type', 'boocode.usage', 'boocode.estimated_tokens', 'gen_ai.usage.input_tokens'), [2, 'busy [redacted]', 'overloaded', 'unaccounted', 250, undefined]);
    assert.deepEqual(part(spanIdOf('tool_call', ids.command), 'error.type', 'boocode.outcome'), [2, 'exit code 1 [redacted]', 'tool_error', 'error']);
    assert.deepEqual(part(spanIdOf('run', ids.run), 'error.type', 'boocode.outcome', 'boocode.unfinished'), [2, 'busy [redacted]', 'overloaded', 'failed', undefined]);
    assert.deepEqual(part(spanIdOf('tool_call', ids.running), 'boocode.outcome', 'boocode.unfinished'), [0, '', 'running', true]);
    assert.deepEqual(part(spanIdOf('run', ids.secondRun), 'boocode.unfinished'), [0, '', true]);
    assert.deepEqual([named(all, turnSpanId(ids.chat, 3)).ended_at, named(all, spanIdOf('run', ids.secondRun)).ended_at], [beginning + 2_053_000, beginning + 2_053_000]);
  });

  it('hold inputs and outputs as the tools had them when asked for, and no text at all when not', async () => {
    const withTexts = named(await spans(), spanIdOf('tool_call', ids.read)).attributes;
    assert.deepEqual(
      ['gen_ai.tool.call.arguments', 'gen_ai.tool.call.result', 'boocode.tool.subject', 'gen_ai.tool.name', 'gen_ai.tool.call.id'].map((name) => withTexts[name]),
      ['{"text":"a.ts [redacted]"}', '{"text":"the text \\"quoted\\" [redacted]"}', 'subject of read_file', 'read_file', 'call-08'],
    );
    for (const format of traceFormats) {
      const { text } = await written({ format, content: false });
      for (const said of ['a.ts', 'quoted', 'subject of', 'busy', 'exit code', 'Fix it', 'Look around', 'npm', '[redacted]']) assert.equal(text.includes(said), false, `${format} says ${said}`);
      assert.ok(text.includes('read_file') && text.includes('overloaded'), format);
    }
  });

  it('hang agents of agents below the calls that started them, in one trace', async () => {
    const chat = new WrittenChat(store, 1).run().turn().model();
    const spawn = chat.call('spawn_subagent', 'audit');
    const agent = new WrittenChat(store, 2).run(chat.parentOf(spawn, 'Audit')).turn().model();
    const inner = agent.call('spawn_subagent', 'look');
    const nested = new WrittenChat(store, 3).run(agent.parentOf(inner, 'Look')).turn().model().endTurn().endRun();
    for (const each of [chat.endTurn().endRun(), agent.endTurn().endRun(), nested]) await each.stored();
    const all = await spans({ chat_id: chat.id });
    assert.deepEqual(new Set(all.map(({ trace_id }) => trace_id)), new Set([traceIdOf(chat.runId)]));
    assert.deepEqual([agent, nested].map(({ runId }) => named(all, spanIdOf('run', runId)).parent_span_id), [spawn, inner].map((id) => spanIdOf('tool_call', id)));
  });

  it('are the same whoever asks and however often, also for an agent alone', async () => {
    const first = await written();
    assert.equal((await written()).text, first.text);
    const all = decodeOtlp(first.text).spans;
    const alone = await spans({ chat_id: ids.agentChat });
    assert.deepEqual(alone, all.slice(-alone.length));
    assert.equal(alone.length, 4);
  });

  for (const format of traceFormats) {
    it(`never hold a secret, and count what is taken out (${format})`, async () => {
      const { text, exported } = await written({ format });
      assert.equal(text.includes('canary'), false);
      assert.ok(text.includes('[redacted]'));
      assert.deepEqual(
        { ...exported, redacted_now: exported.redacted_now > 5 },
        { cancelled: false, spans: 17, model_calls: 4, tool_calls: 5, agents: 1, bytes: Buffer.byteLength(text), redacted_before: 1, redacted_now: true, kinds: ['stored key'] },
      );
      const preview = await exportPreview(store, redactor, request({ format }));
      assert.deepEqual(preview, { ...exported, sample: text.slice(0, 4_000) });
    });
  }

  it('hold every row that is stored, as JSON lines', async () => {
    const { text } = await written({ format: 'jsonl' });
    const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const types = lines.map(({ type }) => type);
    assert.deepEqual(types, [
      ...['boocode_trace', 'chat'],
      ...['run', 'turn', 'model_call', 'wait', 'tool_trace', 'tool_trace', 'tool_trace', 'turn', 'model_call'],
      ...['run', 'turn', 'model_call', 'tool_trace'],
      ...['llm_call', 'llm_call', 'llm_call', 'cache_stat', 'cache_stat'],
      ...['agent', 'run', 'turn', 'model_call', 'tool_trace', 'llm_call', 'end'],
    ]);
    assert.deepEqual([lines[0], lines.at(-1)], [{ type: 'boocode_trace', version: 1, boocode: '1.2.3', chat_id: ids.chat, content: true }, { type: 'end', lines: lines.length }]);
    const stored = await store.read('tool_traces.get', { id: ids.read });
    assert.deepEqual(lines[types.indexOf('tool_trace')], redactor.value({ type: 'tool_trace', ...stored }));
    assert.deepEqual(lines[types.indexOf('agent')]?.['parent'], { chat_id: ids.chat, trace_id: ids.spawn, kind: 'subagent', label: 'Look around [redacted]' });
    assert.deepEqual(lines[types.indexOf('cache_stat')], { type: 'cache_stat', chat_id: ids.chat, turn: 1, llm_call_id: ids.call, segment_name: 'system', hit_tokens: 300, miss_tokens: 0 });
  });

  it('stop in the middle when they are cancelled', async () => {
    const stop = new AbortController();
    const { exported, text } = await written({ format: 'jsonl', signal: stop.signal, onProgress: () => stop.abort() });
    assert.deepEqual([exported.cancelled, exported.tool_calls, text], [true, 1, '']);
  });

  it('refuse a chat of another workspace', async () => {
    await assert.rejects(written({ chat_id: uuid(99) }), { name: 'QueryError', code: 'chat_not_found' });
  });
});
