// What a model call records of its request: how much of it was sent before, and what became of that in the server's cache.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cacheSegments, cacheVerdict, type CacheVerdict } from '../../shared/cache-math';
import { noBudgets } from '../../shared/spent-math';
import type { ModelCall } from '../../shared/trace-parts';
import { inputTokens } from '../../shared/usage-math';
import { openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { conversationOf } from '../../test/support/agent/prefix-breaks';
import { answer, fault, type Reply } from '../../test/support/model-server/reply';
import type { ModelServerRequest } from '../../test/support/model-server/server';
import { deepSeekProvider } from '../providers/deepseek';
import { DemoProvider } from '../providers/demo';
import type { ModelProvider } from '../providers/model';
import { OpenAICompatibleProvider } from '../providers/openai-compatible';
import { turnsOf } from '../trace/turn-parts';
import { summaryRequest } from './context-words';
import { requestOpening } from './request-opening';
import { systemPrompt } from './system-prompt';
import { builtInTools, toolSchemas } from '../tools/registry';
import type { ChatAgent } from './chat-agent';

const long = 'A line that a tool has read.\n'.repeat(400);
const shortFiles = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${n}.txt`, `file ${n}`]));
const read = (path: string): Reply => answer({ text: 'Reading.', toolCalls: [{ id: randomUUID(), name: 'read_file', arguments: { path } }] });
const done = answer({ text: 'Done.' });
/** Of a server that finds nothing of what it was sent before. */
const uncached: Reply = (prompt, model) =>
  answer({ text: 'Done.', usage: { prompt_tokens: prompt.prompt_tokens, completion_tokens: 2, prompt_cache_hit_tokens: 0, prompt_cache_miss_tokens: prompt.prompt_tokens } })(prompt, model);

describe('the cache shape of model calls', () => {
  let workspace: AgentWorkspace;
  let replies: Reply[];

  const open = async (options: Partial<AgentWorkspaceOptions> = {}): Promise<void> => {
    workspace = await openAgentWorkspace({
      files: { 'a.txt': long, 'b.txt': long.toUpperCase(), ...shortFiles },
      script: ({ body }) => (body.messages.at(-1)?.content === summaryRequest ? answer({ text: '## Task\nAll.' }) : (replies.shift() ?? done)),
      ...options,
    });
  };

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  async function ran(agent: ChatAgent, ...scripted: Reply[]): Promise<void> {
    replies = scripted;
    agent.send(randomUUID(), 'Go on.');
    await agent.settled();
    assert.deepEqual(replies, []);
  }

  const callsOf = async (agent: ChatAgent): Promise<ModelCall[]> => turnsOf(await workspace.events(agent)).flatMap(({ calls }) => calls);
  const verdicts = (calls: readonly ModelCall[]): CacheVerdict[] => calls.map((call) => cacheVerdict(call, calls.find(({ llm_call_id }) => llm_call_id === call.request?.previous) ?? null));
  const kinds = (calls: readonly ModelCall[]): string[] => verdicts(calls).map(({ kind }) => kind);
  /** Bytes of what was sent from the tools to the last message. */
  const sentBytes = ({ rawBody }: ModelServerRequest): number => Buffer.byteLength(conversationOf(rawBody).slice(rawBody.indexOf(',"tools":')));

  it('is the whole request before where nothing changed, and the server finds what was to be expected', async () => {
    await open();
    const agent = workspace.chats.create();
    await ran(agent, read('a.txt'), read('b.txt'), done);
    const calls = await callsOf(agent);
    const [first, second, third] = workspace.server.requests.map(sentBytes);
    const opening = requestOpening({ system: systemPrompt, tools: toolSchemas(builtInTools) });
    const shapes = calls.map(({ request }) => request && [request.bytes, request.shared_bytes, request.previous, request.changed, request.opening]);
    assert.deepEqual(shapes, [
      [first, null, null, null, opening.digest],
      [second, first, calls[0]?.llm_call_id, null, opening.digest],
      [third, second, calls[1]?.llm_call_id, null, opening.digest],
    ]);
    assert.deepEqual(kinds(calls), ['first', 'as_expected', 'as_expected']);
    const [, , { expected_tokens, reported_tokens, lost_usd } = assert.fail('no third call')] = verdicts(calls);
    assert.ok(expected_tokens !== null && reported_tokens !== null && Math.abs(expected_tokens - reported_tokens) < 256, `${expected_tokens} ${reported_tokens}`);
    assert.equal(lost_usd, null, 'the price is unknown');
    for (const [n, { segments, usage, request, started_at }] of calls.entries()) {
      assert.ok(usage && request);
      assert.deepEqual(segments, cacheSegments(usage, request));
      const before = calls[n - 1];
      assert.equal(request.idle_ms, before ? Math.max(0, started_at - (before.started_at + before.duration_ms * 1000)) / 1000 : null);
    }
    const stats = await workspace.store.read('cache_stats.by_turns', { chat_id: agent.chat.chat_id, first_turn: 3, last_turn: 3 });
    assert.deepEqual(stats.map(({ segment_name, hit_tokens, miss_tokens }) => ({ segment_name, hit_tokens, miss_tokens })), calls[2]?.segments);
    assert.deepEqual(await workspace.store.read('request_openings.get', { digest: opening.digest }), opening);
  });

  it('is broken by another model, and by another way to think', async () => {
    const chosen: { model: string; provider?: ModelProvider } = { model: 'one' };
    await open({ chosen });
    const agent = workspace.chats.create();
    await ran(agent, read('a.txt'));
    chosen.model = 'two';
    await ran(agent);
    const thinking = (extraBody: Record<string, string>): ModelProvider => deepSeekProvider({ baseUrl: workspace.server.url, apiKey: () => Promise.resolve('key-0123456789'), extraBody });
    chosen.provider = thinking({ reasoning_effort: 'low' });
    await ran(agent);
    chosen.provider = thinking({ reasoning_effort: 'low' });
    await ran(agent);
    chosen.provider = thinking({ reasoning_effort: 'high' });
    await ran(agent);
    const calls = await callsOf(agent);
    assert.deepEqual(kinds(calls), ['first', 'as_expected', 'model', 'model', 'as_expected', 'model']);
    assert.deepEqual(calls.map(({ request }) => request?.shared_bytes === 0), [false, false, true, true, false, true]);
    // The second model had to read all of it anew: what the first had read, at the least.
    const before = calls[1]?.usage ?? assert.fail('no second call');
    assert.equal(verdicts(calls)[2]?.lost_tokens, inputTokens(before));
  });

  it('is broken by room that was made, and by nothing of a call for a summary', async () => {
    await open({ known: { context_tokens: 14_000 } });
    const agent = workspace.chats.create();
    await ran(agent, read('a.txt'), read('b.txt'), read('a.txt'), read('b.txt'), ...Array.from({ length: 12 }, (_, n) => answer({ text: 'long words '.repeat(300), toolCalls: [{ id: randomUUID(), name: 'read_file', arguments: { path: `${n}.txt` } }] })), done);
    const events = await workspace.events(agent);
    const calls = await callsOf(agent);
    const answers = calls.filter(({ purpose }) => purpose === 'answer');
    const made = events.flatMap((event, at) => (event.type === 'context:pruned' || event.type === 'context:compacted' ? [at] : []));
    const types = new Set(made.map((at) => events[at]?.type));
    assert.deepEqual(types, new Set(['context:pruned', 'context:compacted']));
    const behind = new Set(made.map((at) => events.slice(at).find((event) => event.type === 'turn:start')?.llm_call_id));
    for (const { llm_call_id, request } of answers) assert.equal(request?.changed, behind.has(llm_call_id) ? 'history' : null);
    for (const [n, { request }] of answers.entries()) assert.equal(request?.previous, answers[n - 1]?.llm_call_id ?? null);
    const summaries = calls.filter(({ purpose }) => purpose === 'compaction');
    assert.ok(summaries.length > 0);
    for (const summary of summaries) {
      const { kind, expected_tokens } = cacheVerdict(summary, answers.find(({ llm_call_id }) => llm_call_id === summary.request?.previous) ?? null);
      assert.deepEqual([kind, (expected_tokens ?? 0) > 0], ['as_expected', true]);
    }
  });

  it('blames the server that does not reuse what it was sent, and none that says nothing of its cache', async () => {
    await open({ known: { prices: [{ from: '2020-01-01T00:00:00Z', prices: { input: 2, cacheRead: 0.5, output: 4 }, peak: null }] } });
    const agent = workspace.chats.create();
    await ran(agent, read('a.txt'), uncached);
    await ran(agent, answer({ text: 'Done.', usage: { prompt_tokens: 9_000, completion_tokens: 2 } }));
    const calls = await callsOf(agent);
    assert.deepEqual(kinds(calls), ['first', 'provider', 'unknown']);
    const { expected_tokens, reported_tokens, lost_tokens, lost_usd } = verdicts(calls)[1] ?? assert.fail('no second call');
    assert.deepEqual([reported_tokens, lost_tokens, lost_usd], [0, expected_tokens, ((expected_tokens ?? 0) * 1.5) / 1_000_000]);
    assert.deepEqual(calls.map(({ prices, segments }) => [prices, segments.length]), [[{ input: 2, cache_read: 0.5, output: 4 }, 3], [{ input: 2, cache_read: 0.5, output: 4 }, 3], [{ input: 2, cache_read: 0.5, output: 4 }, 0]]);
  });

  it('is known after a restart: the request before is written anew from the disk, or it is said that there is none', async () => {
    const chosen: { model?: string; provider?: ModelProvider } = {};
    await open({ chosen });
    const agent = workspace.chats.create();
    await ran(agent, read('a.txt'), done);
    const again = await (await workspace.reopened()).chats.open(agent.chat.chat_id);
    await ran(again);
    chosen.model = 'another';
    const third = await (await workspace.reopened()).chats.open(agent.chat.chat_id);
    await ran(third);
    const provider = new OpenAICompatibleProvider({ id: 'openai-compatible', label: 'Server', baseUrl: workspace.server.url, requiresKey: false, quirks: { extraBody: { think: false } } });
    chosen.provider = provider;
    const fourth = await (await workspace.reopened()).chats.open(agent.chat.chat_id);
    await ran(fourth);
    const calls = await callsOf(agent);
    const [, second] = workspace.server.requests.map(sentBytes);
    assert.deepEqual(calls.slice(2).map(({ request }) => [request?.previous, request?.shared_bytes, request?.changed]), [
      [calls[1]?.llm_call_id, second, null],
      [calls[2]?.llm_call_id, 0, 'model'],
      [calls[3]?.llm_call_id, 0, 'model'],
    ]);
    assert.ok((calls[2]?.request?.idle_ms ?? 0) > 0);
  });

  it('counts tries, and the time until the last of them', async () => {
    await open();
    const agent = workspace.chats.create();
    await ran(agent, fault.status(429), done);
    const [call] = await callsOf(agent);
    assert.equal(call?.attempts, 2);
    assert.ok(call.retry_ms > 0 && call.retry_ms < call.duration_ms, `${call.retry_ms} of ${call.duration_ms}`);
    assert.equal(call.request?.bytes, workspace.server.requests.map(sentBytes)[0]);
  });

  it('is recorded of a call that failed, but is not what the next one is compared with unless an answer had begun', async () => {
    await open();
    const agent = workspace.chats.create();
    await ran(agent, done);
    await ran(agent, fault.status(400));
    await ran(agent, fault.resetAfter(3, { text: 'Half an answer is all there is.' }));
    await ran(agent, done);
    const calls = await callsOf(agent);
    const ids = calls.map(({ llm_call_id }) => llm_call_id);
    assert.deepEqual(calls.map(({ error, request }) => [error?.code ?? null, request?.previous, request?.changed, (request?.bytes ?? 0) > 0]), [
      [null, null, null, true],
      ['bad_request', ids[0], null, true],
      ['unreachable', ids[0], null, true],
      [null, ids[2], null, true],
    ]);
    assert.deepEqual(calls.map(({ segments }) => segments.length), [3, 0, 0, 3]);
  });

  it('is nothing where nothing was sent', async () => {
    await open({ provider: new OpenAICompatibleProvider({ id: 'p', label: 'P', baseUrl: 'http://127.0.0.1:9/v1', requiresKey: true }) });
    const agent = workspace.chats.create();
    await ran(agent);
    const [call] = await callsOf(agent);
    assert.deepEqual([call?.error?.code, call?.request, call?.prices, call?.segments], ['no_key', null, null, []]);
  });

  it('says how long a request was held back by what others had set aside', async () => {
    await open({ limits: { budgets: { ...noBudgets, day: { tokens: 12_000, usd: null } } } });
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    replies = [answer({ text: 'Done.', after: held }), done];
    const waits = new Promise<void>((resolve) => void workspace.bus.subscribe((message) => {
      if (message.kind === 'transient' && message.event.type === 'model:status' && message.event.reason.includes('another answer')) resolve();
    }));
    const [first, second] = [workspace.chats.create(), workspace.chats.create()];
    first.send(randomUUID(), 'First.');
    while (workspace.server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    second.send(randomUUID(), 'Second.');
    await waits;
    await new Promise((resolve) => setTimeout(resolve, 20));
    goOn();
    await Promise.all([first.settled(), second.settled()]);
    const calls = [await callsOf(first), await callsOf(second)].flat();
    assert.deepEqual(calls.map(({ queued_ms }) => queued_ms >= 1), [false, true], JSON.stringify(calls.map(({ queued_ms }) => queued_ms)));
  });

  it('is recorded of the demo model too, which costs nothing', async () => {
    await open({ provider: new DemoProvider({ pauseMs: [0, 0] }) });
    const agent = workspace.chats.create();
    await ran(agent);
    await ran(agent);
    const calls = await callsOf(agent);
    assert.deepEqual(new Set(calls.slice(1).map(({ request }) => request?.changed)), new Set([null]));
    assert.deepEqual(calls[0]?.prices, { input: 0, cache_read: 0, output: 0 });
    assert.ok(calls.every(({ segments }) => segments.length === 3));
    assert.deepEqual(new Set(kinds(calls).slice(1)), new Set(['as_expected']));
  });
});
