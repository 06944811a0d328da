// Room in the model's context, end to end: the real loop, tools and store against the scripted server with a short
// context. Tokens are bytes / 4 there; the system prompt and the tools come to about two thousand.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { SequencedEvent } from '../../shared/events';
import { noBudgets } from '../../shared/spent-math';
import { openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { prefixBreaks } from '../../test/support/agent/prefix-breaks';
import { unpairedCalls } from '../../test/support/agent/unpaired-calls';
import { answer, fault, type Reply } from '../../test/support/model-server/reply';
import type { ModelServerRequest, Script } from '../../test/support/model-server/server';
import type { ChatAgent } from './chat-agent';
import { leftOutText, summaryRequest } from './context-words';

const line = 'a line that is long enough to count\n';
const files = {
  'fits.txt': line.repeat(600),
  'huge.txt': line.repeat(1_800),
  ...Object.fromEntries(Array.from({ length: 20 }, (_, n) => [[`f${n}.txt`, `line of file ${n}\n`.repeat(150)], [`small${n}.txt`, `${n}\n`]] as const).flat()),
};
const contextTokens = 16_000;

const read = (n: number): Reply => answer({ toolCalls: [{ id: `read_${n}`, name: 'read_file', arguments: { path: `f${n % 20}.txt` } }] });
/** A turn that is long by what the model says, of which nothing can be left out. */
const talk = (n: number, length = 6_000): Reply =>
  answer({ text: `${n}: ${'words '.repeat(length / 6)}`, pieceLength: length, toolCalls: [{ id: `talk_${n}`, name: 'read_file', arguments: { path: `small${n}.txt` } }] });
const talks = Array.from({ length: 6 }, (_, n) => talk(n));
const tooLong = fault.status(400, { message: "This model's maximum context length is 9000 tokens.", code: 'context_length_exceeded' });
const isSummary = ({ body }: ModelServerRequest): boolean => body.messages.at(-1)?.content === summaryRequest;
const summary = answer({ text: '## Task\nWhat was asked.', reasoning: 'I sum up.', toolCalls: [{ id: 'ignored', name: 'delete_file', arguments: { path: 'f1.txt' } }] });

/** Replies in order to what is no request for a summary, then an end. */
function inOrder(replies: readonly Reply[], onSummary: Reply = summary): Script {
  let next = 0;
  return (request) => (isSummary(request) ? onSummary : (replies[next++] ?? answer({ text: 'Done.' })));
}

describe('room in the context', () => {
  let workspace: AgentWorkspace;
  let script: Script;
  /** One workspace for all; what differs is read when a run begins. */
  const options: AgentWorkspaceOptions = { files, script: (request) => script(request) };

  before(async () => {
    workspace = await openAgentWorkspace(options);
  });
  after(() => workspace.close());
  beforeEach(() => {
    options.known = { context_tokens: contextTokens };
    options.limits = {};
  });
  afterEach(() => {
    const unpaired = workspace.server.requests.splice(0).flatMap(({ body }) => unpairedCalls(body.messages));
    assert.deepEqual([workspace.bugs.splice(0), unpaired], [[], []]);
  });

  async function ran(replies: readonly Reply[], { onSummary, known, text = 'Look at everything.' }: Pick<AgentWorkspaceOptions, 'known'> & { onSummary?: Reply; text?: string } = {}): Promise<ChatAgent> {
    script = inOrder(replies, onSummary);
    if (known) options.known = known;
    const agent = workspace.chats.create();
    agent.send(randomUUID(), text);
    await agent.settled();
    return agent;
  }

  const bodies = (): string[] => workspace.server.requests.map(({ rawBody }) => rawBody);
  const ends = async (agent: ChatAgent): Promise<unknown[]> =>
    (await workspace.events(agent)).flatMap((event) => (event.type === 'run:end' ? [[event.outcome, event.error?.code ?? null]] : []));
  /** What was done for room, with the request that came next. */
  const rooms = async (agent: ChatAgent): Promise<string[]> => roomsOf(await workspace.events(agent));
  const sent = (request: number): string => JSON.stringify(workspace.server.requests[request - 1]?.body.messages ?? []);

  it('leaves old results out once, sums up once when that frees too little, and goes on', async () => {
    const reads = Array.from({ length: 8 }, (_, n) => read(n));
    const agent = await ran([...reads, ...talks, read(1)]);
    const events = await workspace.events(agent);
    assert.deepEqual(await ends(agent), [['done', null]]);
    assert.deepEqual(roomsOf(events).map((room) => room.split(' ')[0]), ['pruned', 'compacted']);
    const [pruned, compacted] = roomsOf(events).map((room) => Number(room.split(' ')[1]));
    // A request for a summary is the conversation and the question; the request after it begins anew.
    assert.deepEqual(prefixBreaks(bodies()), [pruned, compacted]);
    assert.ok(isSummary(workspace.server.requests[(compacted ?? 0) - 2] ?? assert.fail('no request before it')));
    for (const { prompt } of workspace.server.requests) assert.ok(prompt.prompt_tokens < contextTokens);
    assert.ok(sent(pruned ?? 0).includes(leftOutText));
    assert.match(sent(compacted ?? 0), /You summarised it[\s\S]*## Task\\nWhat was asked\.[\s\S]*word for word:\]\\nLook at everything\./);
    // What the summary said is no answer in the chat, and what it called was not run.
    assert.equal(events.some((event) => event.type === 'message:assistant' && event.text.includes('## Task')), false);
    assert.equal(events.some((event) => event.type === 'tool_trace:start' && event.tool_name === 'delete_file'), false);
    // Everything is still in the store.
    const results = events.filter((event) => event.type === 'tool_trace:complete').map(({ output }) => JSON.stringify(output));
    assert.equal(results.filter((text) => text.includes('line of file')).length, 9);
    assert.equal(results.some((text) => text.includes(leftOutText)), false);
  });

  it('keeps the newest of what was read', async () => {
    const agent = await ran(Array.from({ length: 12 }, (_, n) => read(n)));
    const [pruned = ''] = await rooms(agent);
    const { messages } = workspace.server.requests[Number(pruned.split(' ')[1]) - 1]?.body ?? assert.fail('nothing was left out');
    const isWhole = messages.flatMap(({ role, content }) => (role === 'tool' ? [content !== leftOutText] : []));
    assert.deepEqual([isWhole[0], isWhole.slice(-3)], [false, [true, true, true]]);
  });

  it('counts the call for a summary at the turn that follows, and sends the same bytes when the chat is opened anew', async () => {
    const agent = await ran(Array.from({ length: 8 }, (_, n) => talk(n)));
    const events = await workspace.events(agent);
    const calls = events.filter((event) => event.type === 'llm_call:complete');
    const place = calls.findIndex(({ purpose }) => purpose === 'compaction');
    assert.equal(calls[place]?.turn_number, calls[place + 1]?.turn_number);
    assert.deepEqual(events.filter((event) => event.type === 'turn:start').map(({ turn_number }) => turn_number), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(agent.chat.spent.calls, calls.length);
    const output = calls.reduce((sum, { usage }) => sum + (usage?.output ?? 0), 0);
    assert.equal(events.findLast((event) => event.type === 'run:end')?.usage?.output, output);

    const before = bodies().at(-1) ?? '';
    const again = await (await workspace.reopened()).chats.open(agent.chat.chat_id);
    again.send(randomUUID(), 'Go on.');
    await again.settled();
    assert.deepEqual([(await rooms(agent)).length, prefixBreaks([before, bodies().at(-1) ?? ''])], [1, []]);
  });

  it('makes room after a refusal where the context is unknown', async () => {
    const agent = await ran([...talks, tooLong, answer({ text: 'It fits now.' })], { known: {} });
    assert.deepEqual(await ends(agent), [['done', null]]);
    assert.deepEqual((await rooms(agent)).map((room) => room.split(' ')[0]), ['compacted']);
  });

  it('asks for one summary and no more where every request is refused', async () => {
    const agent = await ran([...talks, tooLong, tooLong, tooLong, tooLong], { known: {} });
    assert.deepEqual(await ends(agent), [['failed', 'context_exceeded']]);
    const { requests } = workspace.server;
    assert.deepEqual([requests.length, requests.filter(isSummary).length], [9, 1]);
    // The request for the summary is shorter than what was just refused.
    assert.ok((requests[7]?.prompt.prompt_tokens ?? Infinity) < 0.8 * (requests[6]?.prompt.prompt_tokens ?? 0));
  });

  it('leaves results out after a refusal, sums up after a second one, and then gives up', async () => {
    const agent = await ran([...Array.from({ length: 8 }, (_, n) => read(n)), talk(1), talk(2), talk(3), talk(4), tooLong, tooLong, tooLong, tooLong], { known: {} });
    assert.deepEqual(await ends(agent), [['failed', 'context_exceeded']]);
    assert.deepEqual((await rooms(agent)).map((room) => room.split(' ')[0]), ['pruned', 'compacted']);
  });

  for (const [how, onSummary] of [['is refused', fault.status(400, { message: 'no' })], ['is empty', answer({ text: ' ' })]] as const) {
    it(`goes on with the whole conversation when the summary ${how}, says so, and asks again only in the next run`, async () => {
      const agent = await ran([...talks, talk(6)], { onSummary, known: { context_tokens: 15_000 } });
      assert.deepEqual([await ends(agent), await rooms(agent)], [[['done', null]], []]);
      const { requests } = workspace.server;
      assert.equal(requests.filter(isSummary).length, 1);
      assert.deepEqual(prefixBreaks(requests.filter((request) => !isSummary(request)).map(({ rawBody }) => rawBody)), []);
      const notices = (await workspace.events(agent)).filter((event) => event.type === 'notice');
      assert.deepEqual(notices.map(({ code }) => code), ['summary_failed']);
      agent.send(randomUUID(), 'And now?');
      await agent.settled();
      assert.equal(requests.filter(isSummary).length, 2);
    });
  }

  it('says why the run ends when a refused conversation could not be summarised', async () => {
    const agent = await ran([...talks, tooLong], { known: {}, onSummary: fault.status(402, { message: 'Insufficient Balance' }) });
    assert.deepEqual(await ends(agent), [['failed', 'no_balance']]);
    assert.match((await workspace.events(agent)).findLast((event) => event.type === 'run:end')?.error?.message ?? '', /no longer fits the model.*balance/);
  });

  it('stops at once while the summary is written, and changes nothing', async () => {
    const usual = inOrder(Array.from({ length: 8 }, (_, n) => talk(n)));
    let summaries = 0;
    const slow = answer({ text: 'word '.repeat(2_000), pauseMs: 10 });
    script = (request) => (isSummary(request) && summaries++ === 0 ? slow : usual(request));
    const agent = workspace.chats.create();
    const told = new Promise<string[]>((resolve) => {
      const transient: string[] = [];
      const unsubscribe = workspace.bus.subscribe((message) => {
        if (message.kind !== 'transient' || !workspace.server.requests.some(isSummary)) return;
        const { event } = message;
        transient.push(event.type === 'model:status' ? `${event.status}: ${event.reason}` : event.type);
        if (event.type !== 'model:status' || event.status !== 'streaming') return;
        unsubscribe();
        resolve(transient);
      });
    });
    agent.send(randomUUID(), 'Look at everything.');
    assert.deepEqual((await told).filter((word) => !word.startsWith('waiting')), ['streaming: summarising the conversation to make room']);
    agent.stop();
    await agent.settled();
    assert.deepEqual([await ends(agent), await rooms(agent)], [[['stopped', null]], []]);
    agent.send(randomUUID(), 'And now?');
    await agent.settled();
    assert.deepEqual([await ends(agent), (await rooms(agent)).length], [[['stopped', null], ['done', null]], 1]);
  });

  it('sends no request for a summary that a budget has no room for', async () => {
    options.limits = { budgets: { ...noBudgets, chat: { tokens: 50_000, usd: null } } };
    const agent = await ran(Array.from({ length: 8 }, (_, n) => talk(n)));
    assert.equal(workspace.server.requests.filter(isSummary).length, 0);
    const notices = (await workspace.events(agent)).filter((event) => event.type === 'notice').map(({ code }) => code);
    assert.deepEqual([await ends(agent), notices], [[['limit_reached', 'budget']], ['summary_failed']]);
  });

  it('leaves a result out that is too long for the model by itself, and none that fits', async () => {
    const reads = ['fits', 'huge'].map((name) => answer({ toolCalls: [{ id: name, name: 'read_file', arguments: { path: `${name}.txt` } }] }));
    const agent = await ran(reads);
    assert.deepEqual(await ends(agent), [['done', null]]);
    assert.deepEqual([prefixBreaks(bodies()), await rooms(agent)], [[], ['pruned 3']]);
    assert.ok(sent(3).includes('600\\ta line') && sent(3).includes(leftOutText));
  });

  it('leaves old results out before it asks for a summary that they would leave no room for', async () => {
    const fits = answer({ toolCalls: [{ id: 'fits', name: 'read_file', arguments: { path: 'fits.txt' } }] });
    const agent = await ran([read(0), read(1), talk(0), talk(1), talk(2), fits]);
    assert.deepEqual(await ends(agent), [['done', null]]);
    assert.deepEqual((await rooms(agent)).map((room) => room.split(' ')[0]), ['pruned', 'compacted']);
    assert.ok(sent(workspace.server.requests.findIndex(isSummary) + 1).includes(leftOutText));
  });

  it('names a message that is too long by itself', async () => {
    const agent = await ran([], { text: `Read this: ${'word '.repeat(30_000)}` });
    assert.deepEqual([await ends(agent), workspace.server.requests.length], [[['failed', 'context_exceeded']], 0]);
    assert.match((await workspace.events(agent)).findLast((event) => event.type === 'run:end')?.error?.message ?? '', /^The message that begins with "Read this: word/);
  });
});

/** Each with the number of the request that came after it. */
function roomsOf(events: readonly SequencedEvent[]): string[] {
  let requests = 0;
  return events.flatMap((event) => {
    if (event.type === 'llm_call:complete') requests++;
    return event.type === 'context:pruned' || event.type === 'context:compacted' ? [`${event.type.slice('context:'.length)} ${requests + 1}`] : [];
  });
}
