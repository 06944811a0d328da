// What broke a cache, found anew from the disk: in chats of the real loop, and in one of an older BooCode.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { nothingSpent } from '../../shared/spent-math';
import type { CacheBreak } from '../../shared/trace-answers';
import { assistantMessage, chatId, sessionId, userMessage, uuid } from '../../test/support/event-samples';
import { openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { answer, type Reply } from '../../test/support/model-server/reply';
import { OpenAICompatibleProvider } from '../providers/openai-compatible';
import type { ModelRequest } from '../providers/model';
import { builtInTools, toolSchemas } from '../tools/registry';
import { ChatLog } from '../trace/recorder';
import { cacheBreak } from './cache-break';
import type { ChatAgent } from './chat-agent';
import { leftOutText, summaryRequest } from './context-words';
import { requestOpening, RequestOpenings } from './request-opening';
import { SentRequests } from './sent-requests';
import { systemPrompt } from './system-prompt';

const lines = Array.from({ length: 400 }, (_, n) => `line ${n} of what was read`).join('\n');
const shortFiles = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${n}.txt`, `file ${n}`]));
const read = (path: string): Reply => answer({ text: 'Reading.', toolCalls: [{ id: randomUUID(), name: 'read_file', arguments: { path } }] });
const done = answer({ text: 'Done.' });

describe('what broke the cache', () => {
  let workspace: AgentWorkspace;
  let replies: Reply[];

  const open = async (options: Partial<AgentWorkspaceOptions> = {}): Promise<void> => {
    workspace = await openAgentWorkspace({
      files: { 'a.txt': lines, 'b.txt': lines.toUpperCase(), ...shortFiles },
      script: ({ body }) => (body.messages.at(-1)?.content === summaryRequest ? answer({ text: '## Task\nAll of it.' }) : (replies.shift() ?? done)),
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
    assert.equal((await agent.settled())?.outcome, 'done');
  }

  /** Of every call of the chat, in their order; with what is recorded as changed. */
  async function breaks(agent: ChatAgent): Promise<{ changed: string | null; found: CacheBreak | null }[]> {
    const { chat_id } = agent.chat;
    const calls = (await workspace.events(agent)).flatMap((event) => (event.type === 'llm_call:complete' ? [event] : []));
    return Promise.all(calls.map(async ({ llm_call_id, request }) => ({ changed: request?.changed ?? null, found: await cacheBreak(workspace.store, { chat_id, llm_call_id }) })));
  }

  it('is nothing where the request before is the beginning, and of what nobody asked', async () => {
    await open();
    const agent = workspace.chats.create();
    await ran(agent, read('a.txt'), done);
    assert.deepEqual(await breaks(agent), [{ changed: null, found: null }, { changed: null, found: null }]);
    assert.equal(await cacheBreak(workspace.store, { chat_id: agent.chat.chat_id, llm_call_id: uuid(77) }), null);
    assert.equal(await cacheBreak(workspace.store, { chat_id: uuid(77), llm_call_id: uuid(78) }), null);
  });

  it('is the model, by its name, or how it was told to think', async () => {
    const chosen: NonNullable<AgentWorkspaceOptions['chosen']> = { model: 'small' };
    await open({ chosen });
    const agent = workspace.chats.create();
    await ran(agent);
    chosen.model = 'large';
    await ran(agent);
    const thinking = (id: string): OpenAICompatibleProvider => new OpenAICompatibleProvider({ id, label: 'Server', baseUrl: workspace.server.url, requiresKey: false, quirks: { extraBody: { think: true } } });
    chosen.provider = thinking('openai-compatible');
    await ran(agent);
    chosen.provider = thinking('other');
    await ran(agent);
    assert.deepEqual((await breaks(agent)).slice(1).map(({ found }) => found), [
      { part: 'model', label: 'model: small → large', lines: [{ kind: 'removed', text: 'small' }, { kind: 'added', text: 'large' }], is_cut: false },
      { part: 'model', label: 'model: large, told to answer otherwise, such as to think more or less', lines: [], is_cut: false },
      { part: 'model', label: 'model: large of openai-compatible → large of other', lines: [{ kind: 'removed', text: 'large of openai-compatible' }, { kind: 'added', text: 'large of other' }], is_cut: false },
    ]);
  });

  it('is the first result that was left out, then the summary', async () => {
    await open({ known: { context_tokens: 15_000 } });
    const agent = workspace.chats.create();
    const talk = (n: number): Reply => answer({ text: 'long words '.repeat(400), toolCalls: [{ id: randomUUID(), name: 'read_file', arguments: { path: `${n}.txt` } }] });
    await ran(agent, read('a.txt'), read('b.txt'), read('a.txt'), read('b.txt'), ...Array.from({ length: 12 }, (_, n) => talk(n)), done);
    const found = (await breaks(agent)).filter(({ changed }) => changed !== null);
    assert.deepEqual(new Set(found.map(({ changed, found: one }) => [changed, one?.part].join())), new Set(['history,history']));
    const pruned = found[0]?.found ?? assert.fail('nothing was found of what was left out');
    assert.deepEqual([pruned.part, pruned.label, pruned.is_cut], ['history', 'message 3, result of read_file, left out to make room', true]);
    assert.deepEqual(pruned.lines[0], { kind: 'removed', text: '1\tline 0 of what was read' });
    assert.deepEqual(pruned.lines.at(-1), { kind: 'added', text: leftOutText });
    const summary = found.find((one) => one.found?.label.includes('summary'))?.found ?? assert.fail('nothing was found of the summary');
    assert.equal(summary.label, 'message 1, a summary in the place of the older ones');
    // The message that is being answered stands in the summary word for word.
    assert.deepEqual(summary.lines.filter(({ text }) => text === 'Go on.' || text === 'All of it.'), [{ kind: 'added', text: 'All of it.' }, { kind: 'same', text: 'Go on.' }]);
  });

  describe('in a chat that an older BooCode wrote', () => {
    const tools = toolSchemas(builtInTools);

    /** One answered call, as it was recorded by a BooCode with this system prompt and these tools. */
    async function writtenWith(opening: Pick<ModelRequest, 'system' | 'tools'>, isKept: boolean): Promise<ChatAgent> {
      const provider = new OpenAICompatibleProvider({ id: 'openai-compatible', label: 'Server', baseUrl: workspace.server.url, requiresKey: false });
      const request = new SentRequests(null).compare(provider, { ...opening, model: 'scripted', messages: [{ role: 'user', text: 'Go on.' }], session_id: sessionId }).shape(0);
      const { bus, store, redactor } = workspace;
      if (isKept) new RequestOpenings(store, (text) => redactor.text(text), assert.fail).keep(requestOpening(opening));
      const chat = { chat_id: chatId, session_id: sessionId, title: '', status: 'new' as const, turns: 0, created_at: 1, updated_at: 1, spent: nothingSpent };
      const log = new ChatLog({ store, bus, redactor, nowMicros: () => 1_000 }, chat, 0);
      const usage = { input: 3_000, cache_read: 0, cache_write: 0, output: 2, reasoning: 0 };
      const measures = { started_at: 1_000, first_token_ms: 1, duration_ms: 2, finish_reason: 'stop', usage, raw_usage: null, error: null };
      log.append(
        { type: 'run:start', run_id: uuid(10), provider: provider.id, model: 'scripted', scripted: false },
        userMessage(11, 'Go on.'),
        { type: 'turn:start', turn_number: 1, llm_call_id: uuid(13) },
        assistantMessage(12, { text: 'Done.' }),
        { type: 'llm_call:complete', llm_call_id: uuid(13), turn_number: 1, provider: provider.id, model: 'scripted', ...measures, request },
        { type: 'turn:end', turn_number: 1, duration_ms: 2, tool_calls: 0 },
        { type: 'run:end', run_id: uuid(10), outcome: 'done', turns: 1, usage, error: null },
      );
      await log.durable();
      const agent = await workspace.chats.open(chatId);
      await ran(agent);
      return agent;
    }

    it('is a tool that was described otherwise', async () => {
      await open();
      const older = tools.map((tool) => (tool.name === 'read_file' ? { ...tool, description: 'Reads.' } : tool));
      const [, second] = await breaks(await writtenWith({ system: systemPrompt, tools: older }, true));
      assert.deepEqual([second?.changed, second?.found?.part, second?.found?.label], ['tools', 'tools', 'tools']);
      const changed = second?.found?.lines.filter(({ kind }) => kind !== 'same') ?? [];
      assert.deepEqual(changed.map(({ kind }) => kind), ['removed', 'added']);
      assert.equal(changed[0]?.text, '    "description": "Reads.",');
    });

    it('is the system prompt', async () => {
      await open();
      const [, second] = await breaks(await writtenWith({ system: systemPrompt.replace('Be brief and plain.', 'Be long.'), tools }, true));
      assert.deepEqual([second?.changed, second?.found?.part, second?.found?.label], ['system', 'system', 'system prompt']);
      const changed = second?.found?.lines.filter(({ kind }) => kind !== 'same') ?? [];
      assert.deepEqual(changed.map(({ kind, text }) => [kind, text.slice(0, 12)]), [['removed', '- Be long. S'], ['added', '- Be brief a']]);
    });

    it('is nothing where it is the same', async () => {
      await open();
      const agent = await writtenWith({ system: systemPrompt, tools }, false);
      const [first, second] = (await workspace.events(agent)).flatMap((event) => (event.type === 'llm_call:complete' && event.request ? [event.request] : []));
      assert.deepEqual([second?.previous, second?.shared_bytes, second?.changed], [uuid(13), first?.bytes, null]);
      assert.deepEqual((await breaks(agent)).map(({ found }) => found), [null, null]);
    });

    it('is not known where what it began with was not kept', async () => {
      await open();
      const agent = await writtenWith({ system: 'Another.', tools }, false);
      const calls = (await workspace.events(agent)).flatMap((event) => (event.type === 'llm_call:complete' ? [event] : []));
      assert.deepEqual([calls[1]?.request?.previous, calls[1]?.request?.changed], [null, null]);
      assert.deepEqual((await breaks(agent)).map(({ found }) => found), [null, null]);
    });
  });
});
