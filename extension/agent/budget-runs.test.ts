// Limits as a run meets them: what reaches the scripted server, and what is stored and told.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { noBudgets, nothingSpent } from '../../shared/spent-math';
import type { BudgetScope, Budgets, ReachedLimit, Spent } from '../../shared/budgets';
import { nextEvent, openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { answer, fault } from '../../test/support/model-server/reply';
import type { ModelServerRequest, Script } from '../../test/support/model-server/server';
import { DemoProvider } from '../providers/demo';
import type { ModelProvider } from '../providers/model';
import { OpenAICompatibleProvider } from '../providers/openai-compatible';
import { plainRequestParts } from '../providers/plain-request-parts';
import { StoreError } from '../store/store';
import type { ChatAgent } from './chat-agent';
import { localMidnight } from './local-midnight';

const readsOn: Script = ({ n }) => answer({ toolCalls: [{ id: `read-${n}`, name: 'read_file', arguments: { path: 'a.ts', start_line: 1, end_line: n } }] });
const talks: Script = () => answer({ text: 'Done.' });
const prices = [{ from: '2020-01-01T00:00:00Z', prices: { input: 1, cacheRead: 0.1, output: 4 }, peak: null }];
const limited = (scope: BudgetScope, limit: Partial<Budgets[BudgetScope]>): Budgets => ({ ...noBudgets, [scope]: { tokens: null, usd: null, ...limit } });

describe('budgets of runs', () => {
  let workspace: AgentWorkspace;
  /** Read before each request; may be set at any time. */
  let limits: { budgets: Budgets };
  let script: Script;

  const open = async (options: Partial<AgentWorkspaceOptions> = {}): Promise<void> => {
    limits = { budgets: noBudgets };
    workspace = await openAgentWorkspace({ files: { 'a.ts': 'export const a = 1;\n' }, limits, script: (request) => script(request), ...options });
  };

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  async function ran(agent: ChatAgent = workspace.chats.create()): Promise<ChatAgent> {
    agent.send(randomUUID(), 'do it');
    await agent.settled();
    return agent;
  }

  const endOf = async (agent: ChatAgent): Promise<{ outcome: string; code: string | undefined; limit: ReachedLimit | undefined }> => {
    const report = await agent.settled();
    return { outcome: report?.outcome ?? '', code: report?.error?.code, limit: report?.error?.limit };
  };

  const asked = (): ModelServerRequest[] => workspace.server.requests;
  const capOf = (request: ModelServerRequest | undefined): unknown => request?.body['max_tokens'];
  const messagesOf = (request: ModelServerRequest | undefined): string => JSON.stringify(request?.body.messages);
  const today = (): Promise<Spent> => workspace.store.read('spending.since', { at: localMidnight(Date.now() * 1000) });

  it('stop before the request that would pass them, in every scope and unit', async () => {
    await open({ known: { prices } });
    script = readsOn;
    for (const scope of ['turn', 'run', 'chat', 'day'] as const) {
      for (const unit of ['tokens', 'usd'] as const) {
        const before = scope === 'day' ? await today() : nothingSpent;
        const already = unit === 'tokens' ? before.tokens : before.cost_usd;
        // A turn is one request: too little for the first.
        const limit = scope === 'turn' ? { tokens: 2_000, usd: 0.003 }[unit] : already + { tokens: 10_000, usd: 0.009 }[unit];
        limits.budgets = limited(scope, { [unit]: limit });
        const from = asked().length;
        const agent = await ran();
        const { spent } = agent.chat;
        const used = already + (unit === 'tokens' ? spent.tokens : spent.cost_usd);
        const end = await endOf(agent);
        assert.deepEqual({ ...end, limit: { ...end.limit, used: 0 } }, { outcome: 'limit_reached', code: 'budget', limit: { scope, unit, limit, used: 0 } });
        assert.ok(Math.abs((end.limit?.used ?? -1) - used) < 1e-9, `${scope} ${unit}: ${end.limit?.used} is not ${used}`);
        assert.equal(spent.calls, asked().length - from);
        assert.ok(scope === 'turn' ? spent.calls === 0 : spent.calls >= 2, `${scope} ${unit}: ${spent.calls} requests`);
        assert.ok(used <= limit, `${scope} ${unit}: ${used} of ${limit}`);
        if (unit === 'tokens' && scope !== 'turn') assert.ok(limit - used < 6_000, `${scope}: stopped too early, at ${used}`);
        assert.ok(asked().slice(from).every((request) => Number(capOf(request)) > 0));
      }
    }
  });

  it('cap the answer with what they leave, and not at all where the model’s own end is nearer', async () => {
    await open({ known: { max_output_tokens: 3_000 } });
    script = readsOn;
    limits.budgets = limited('run', { tokens: 14_000 });
    let used = 0;
    const agent = await ran();
    const calls = (await workspace.events(agent)).filter((event) => event.type === 'llm_call:complete');
    const caps = asked().map(capOf);
    assert.equal(caps[0], undefined, 'the model ends earlier');
    const last = caps.at(-1);
    assert.ok(typeof last === 'number' && last >= 1_000 && last < 3_000, JSON.stringify(caps));
    for (const [n, { usage }] of calls.entries()) {
      const input = (usage?.input ?? 0) + (usage?.cache_read ?? 0);
      assert.ok(used + input + Number(caps[n] ?? 3_000) <= 14_000, JSON.stringify([n, used, input, caps]));
      used += input + (usage?.output ?? 0);
    }
    assert.equal(used, agent.chat.spent.tokens);
  });

  it('are raised, and the run goes on from where it was, with the same beginning', async () => {
    await open();
    script = (request) => (request.n < 5 ? readsOn(request) : talks(request));
    limits.budgets = limited('run', { tokens: 9_000 });
    const agent = await ran();
    const [n, { used = 0 } = {}] = [asked().length, (await endOf(agent)).limit];
    assert.ok(n >= 1 && n < 5 && used > 0, `${n} requests`);
    agent.retry();
    assert.deepEqual([await endOf(agent), asked().length], [{ outcome: 'limit_reached', code: 'budget', limit: { scope: 'run', unit: 'tokens', limit: 9_000, used } }, n], 'a retry gives nothing back');
    limits.budgets = limited('run', { tokens: 100_000 });
    agent.retry();
    assert.deepEqual([(await endOf(agent)).outcome, asked().length], ['done', 5]);
    for (let at = 1; at < 5; at++) assert.ok(messagesOf(asked()[at]).startsWith(messagesOf(asked()[at - 1]).slice(0, -1)), `request ${at + 1}`);
    assert.equal(asked().at(-1)?.body.messages.filter(({ role }) => role === 'user').length, 1);
    limits.budgets = limited('run', { tokens: 9_000 });
    assert.equal((await ran(agent)) === agent && asked().length, 6, 'a message begins a run of its own');
  });

  it('of a day hold over chats, stores and deletions, and begin anew at midnight', async () => {
    await open();
    script = talks;
    const row = { chat_id: 'gone', tokens: 900_000, cost_usd: null, is_estimate: false };
    const midnight = localMidnight(Date.now() * 1000);
    await workspace.store.write([{ op: 'spending.put', value: { ...row, llm_call_id: 'yesterday', at: midnight - 1 } }]);
    limits.budgets = limited('day', { tokens: 20_000 });
    const first = await ran();
    assert.equal((await endOf(first)).outcome, 'done');
    const { tokens } = first.chat.spent;
    const other = await workspace.reopened();
    const second = await ran(other.chats.create());
    assert.equal((await endOf(second)).outcome, 'done');
    await workspace.chats.delete([first.chat.chat_id]);
    limits.budgets = limited('day', { tokens: tokens + second.chat.spent.tokens + 1_000 });
    const third = await ran();
    assert.deepEqual((await endOf(third)).limit, { scope: 'day', unit: 'tokens', limit: 2 * tokens + 1_000, used: 2 * tokens });
    await workspace.store.write([{ op: 'spending.put', value: { ...row, llm_call_id: 'today', at: midnight } }]);
    limits.budgets = limited('day', { tokens: 900_000 });
    third.retry();
    assert.deepEqual([(await endOf(third)).outcome, asked().length], ['limit_reached', 2]);
  });

  it('end a run in words when what was spent today cannot be read, and a retry goes on', async () => {
    await open();
    script = talks;
    limits.budgets = limited('day', { tokens: 20_000 });
    const { store } = workspace;
    const read = store.read.bind(store);
    store.read = (name, params) => (name === 'spending.since' ? Promise.reject(new StoreError('unavailable', 'It stopped.')) : read(name, params));
    const agent = await ran();
    assert.deepEqual([await endOf(agent), agent.chat.status, asked().length], [{ outcome: 'failed', code: 'storage_unavailable', limit: undefined }, 'failed', 0]);
    store.read = read;
    agent.retry();
    assert.equal((await endOf(agent)).outcome, 'done');
  });

  it('let a second chat wait for what the first has set aside, and stop it while it waits', async () => {
    await open();
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    script = ({ n }) => answer({ text: 'Done.', ...(n === 1 && { after: finished }) });
    limits.budgets = limited('day', { tokens: 12_000 });
    const [first, second, third] = [workspace.chats.create(), workspace.chats.create(), workspace.chats.create()];
    first.send(randomUUID(), 'do it');
    while (asked().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    second.send(randomUUID(), 'do it');
    third.send(randomUUID(), 'do it');
    await nextEvent(workspace, 'run:start');
    third.stop();
    assert.equal((await third.settled())?.outcome, 'stopped');
    assert.equal(asked().length, 1);
    finish();
    assert.deepEqual([(await endOf(first)).outcome, (await endOf(second)).outcome, asked().length], ['done', 'done', 2]);
  });

  it('get back what a call had set aside that failed inside BooCode', async () => {
    const usage = { input: 1, cache_read: 0, cache_write: 0, output: 1, reasoning: 0 };
    let calls = 0;
    const stream: ModelProvider['stream'] = async function* () {
      if (++calls === 1) throw new Error('broken');
      yield { type: 'end', text: 'Done.', reasoning: '', tool_calls: [], finish_reason: 'stop', usage, raw_usage: {} };
    };
    await open({ provider: { id: 'test', scripted: false, requestParts: plainRequestParts, stream } });
    limits.budgets = limited('day', { tokens: 6_000 });
    const [first, second] = [await ran(), await ran()];
    assert.deepEqual([(await endOf(first)).code, (await endOf(second)).outcome], ['internal', 'done']);
    assert.match(workspace.bugs.splice(0).join(), /broken/);
  });

  it('of money cannot be kept without a price: nothing is sent, and it is said', async () => {
    await open();
    script = talks;
    limits.budgets = limited('chat', { usd: 5 });
    const agent = await ran();
    assert.deepEqual([await endOf(agent), asked().length, agent.chat.spent], [{ outcome: 'limit_reached', code: 'price_unknown', limit: { scope: 'chat', unit: 'usd', limit: 5, used: 0 } }, 0, nothingSpent]);
    limits.budgets = noBudgets;
    agent.retry();
    assert.equal((await endOf(agent)).outcome, 'done');
    assert.deepEqual([agent.chat.spent.cost_usd, agent.chat.spent.unpriced_calls], [0, 1]);
  });

  it('of money do not stop the demo model, which costs nothing', async () => {
    await open({ provider: new DemoProvider({ pauseMs: [0, 0] }), approvals: 'reads_only' });
    limits.budgets = limited('chat', { usd: 0.000_001 });
    const agent = await ran();
    const { cost_usd, unpriced_calls, calls } = agent.chat.spent;
    assert.deepEqual([(await endOf(agent)).outcome, cost_usd, unpriced_calls, calls > 0], ['done', 0, 0, true]);
  });

  it('count an answer without usage by its length, with its price', async () => {
    await open({ known: { prices } });
    script = () => answer({ text: 'word '.repeat(600), usage: null });
    limits.budgets = limited('chat', { tokens: 7_000 });
    const agent = await ran();
    const { spent } = agent.chat;
    const call = (await workspace.events(agent)).find((event) => event.type === 'llm_call:complete');
    assert.deepEqual(spent, { tokens: call?.estimated_tokens, cost_usd: call?.cost_usd, calls: 1, unpriced_calls: 0, estimated_calls: 1 });
    assert.ok(spent.tokens > 2_500 && Math.abs(spent.cost_usd - (spent.tokens - 1_000 + 4 * 1_000) / 1e6) < 1e-9, JSON.stringify(spent));
    assert.deepEqual((await (await workspace.reopened()).store.read('chats.get', { chat_id: agent.chat.chat_id }))?.spent, spent);
    await ran(agent);
    assert.deepEqual([(await endOf(agent)).limit, asked().length], [{ scope: 'chat', unit: 'tokens', limit: 7_000, used: spent.tokens }, 1]);
  });

  it('count what a stopped answer came to, and nothing for a request that was refused or reached nobody', async () => {
    await open({ known: { prices } });
    script = () => answer({ reasoning: 'think '.repeat(50), text: 'word '.repeat(3_000), pieceLength: 500, pauseMs: 10 });
    const stopped = workspace.chats.create();
    stopped.send(randomUUID(), 'do it');
    await new Promise<void>((resolve) => workspace.bus.subscribe((message) => message.kind === 'transient' && message.event.type === 'text:delta' && message.event.kind === 'text' && resolve()));
    stopped.stop();
    await stopped.settled();
    const { spent } = stopped.chat;
    assert.ok(spent.tokens > 2_000 && spent.tokens < 12_000 && spent.cost_usd > 0, JSON.stringify(spent));
    assert.deepEqual([spent.calls, spent.estimated_calls, spent.unpriced_calls], [1, 1, 0]);
    script = () => fault.status(401, { message: 'bad key' });
    const refused = await ran();
    assert.deepEqual([(await endOf(refused)).code, refused.chat.spent], ['bad_key', { ...nothingSpent, calls: 1 }]);
    await workspace.close();
    await open({ provider: new OpenAICompatibleProvider({ id: 'openai-compatible', label: 'Nobody', baseUrl: 'http://127.0.0.1:9/v1', requiresKey: false }) });
    const unreachable = await ran();
    assert.deepEqual([(await endOf(unreachable)).code, unreachable.chat.spent], ['unreachable', { ...nothingSpent, calls: 1 }]);
  });

  it('end a run whose answer they have cut off, and say so', async () => {
    await open();
    const cut: Script = ({ body, prompt }) => answer({ text: 'half', finishReason: 'length', usage: { prompt_tokens: prompt.prompt_tokens, completion_tokens: body['max_tokens'] } });
    script = cut;
    limits.budgets = limited('chat', { tokens: 5_000 });
    const agent = await ran();
    const { spent } = agent.chat;
    assert.deepEqual([await endOf(agent), asked().length], [{ outcome: 'limit_reached', code: 'budget', limit: { scope: 'chat', unit: 'tokens', limit: 5_000, used: spent.tokens } }, 1]);
    assert.ok(spent.tokens <= 5_000, JSON.stringify(spent));
    script = talks;
    limits.budgets = noBudgets;
    agent.retry();
    assert.equal((await endOf(agent)).outcome, 'done');
  });
});
