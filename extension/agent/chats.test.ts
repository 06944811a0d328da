// What becomes of chats when the store refuses, when others write in them, and when they are deleted: real stores,
// and for the others real second stores on the same directory.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nextEvent, openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { answer } from '../../test/support/model-server/reply';
import { WrittenChat } from '../../test/support/trace/written-chat';
import { ownIdentity } from '../store/files/process-identity';
import { latestVersion } from '../store/migrations/registry';
import { encodeRecord } from '../store/worker/record';
import type { BusMessage, Refusal } from '../trace/event-bus';
import { QueryError } from '../trace/queries';
import type { ModelProvider } from '../providers/model';
import { plainRequestParts } from '../providers/plain-request-parts';
import type { ChatAgent } from './chat-agent';

const files = { 'a.ts': 'export const a = 1;\n' };
const read = { id: 'call_read', name: 'read_file', arguments: { path: 'a.ts' } };

describe('chats', () => {
  let workspace: AgentWorkspace;
  let messages: BusMessage[];

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  async function open(options: AgentWorkspaceOptions): Promise<void> {
    workspace = await openAgentWorkspace({ files, ...options });
    messages = [];
    workspace.bus.subscribe((message) => messages.push(message));
  }

  async function finishedChat(): Promise<ChatAgent> {
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'do it');
    await agent.settled();
    return agent;
  }

  const refusals = (): Refusal[] => messages.flatMap(({ kind, ...message }) => (kind === 'refused' ? [message as Refusal] : []));
  const changed = (chatId: string): boolean => messages.some((message) => message.kind === 'changed' && message.chat_ids.includes(chatId));

  describe('when the store refuses', () => {
    /** As a later BooCode begins to write in the same folder; a read is a moment at which this one looks. */
    async function laterVersionWrites(): Promise<void> {
      const opened = { kind: 'opened', schema_version: latestVersion + 1, owner: ownIdentity() };
      writeFileSync(join(dirname(workspace.root), 'storage', 'journal-00000000000000ac.log'), encodeRecord(0, JSON.stringify(opened)));
      await workspace.store.read('chats.get', { chat_id: '' });
    }

    it('a run in the middle: it ends as failed with the reason, and asks the model no more', async () => {
      await open({
        approvals: 'full_auto',
        script: ({ n }) => {
          if (n === 1) void laterVersionWrites();
          return n === 1 ? answer({ toolCalls: [read] }) : answer({ text: 'Too late.' });
        },
      });
      const agent = workspace.chats.create();
      const { chat_id } = agent.chat;
      agent.send(randomUUID(), 'do it');
      await assert.rejects(agent.settled(), { name: 'StoreError', code: 'newer_schema' });
      await until(() => refusals().length > 0);
      const [refusal] = refusals();
      assert.deepEqual([refusal?.chat_id, refusal?.in_run, refusal?.chat?.status, refusal?.error.code], [chat_id, true, 'failed', 'storage_newer_schema']);
      assert.match(refusal?.error.message ?? '', /^The run was stopped because it could not be stored\. .*newer version of BooCode/);
      assert.match(refusal?.error.next_step ?? '', /kept\. Update BooCode/);
      assert.equal(workspace.server.requests.length, 1);
      assert.equal((await workspace.chats.find(chat_id))?.status, 'failed');
      assert.deepEqual((await workspace.chats.list('', 10)).map(({ status }) => status), ['failed']);
      assert.equal(workspace.chats.unstoredEnd(chat_id)?.error.code, 'storage_newer_schema');
      assert.throws(() => agent.send(randomUUID(), 'more'), { name: 'StoreError' });
    });

    it('a message while a command runs: the command is stopped, since nothing of the run could be kept any more', async () => {
      const wait = { id: 'wait', name: 'run_command', arguments: { argv: ['node', '-e', 'setTimeout(() => {}, 60_000)'] } };
      await open({ approvals: 'full_auto', script: () => answer({ toolCalls: [wait] }) });
      const agent = workspace.chats.create();
      agent.send(randomUUID(), 'do it');
      await nextEvent(workspace, 'tool_trace:start');
      await laterVersionWrites();
      agent.send(randomUUID(), 'and this');
      await assert.rejects(agent.settled(), { code: 'newer_schema' });
      await until(() => refusals().length > 0);
      const again = await workspace.chats.open(agent.chat.chat_id);
      assert.deepEqual([again.isRunning, workspace.chats.running.length], [false, 0]);
    });

    it('goes on refusing in words, and takes the next message when the store takes it', async () => {
      // The second model call carries what no thread can be given, so that exactly one record is refused.
      const provider = withOneUnstorableCall();
      await open({ provider });
      const first = workspace.chats.create();
      const { chat_id } = first.chat;
      first.send(randomUUID(), 'do it');
      await assert.rejects(first.settled(), { name: 'StoreError', code: 'rejected' });
      await until(() => refusals().length > 0);
      const again = await workspace.chats.open(chat_id);
      assert.notEqual(again, first);
      again.send(randomUUID(), 'and now?');
      assert.equal((await again.settled())?.outcome, 'done');
      assert.deepEqual([again.chat.status, workspace.chats.unstoredEnd(chat_id)], ['done', null]);
      const events = await workspace.events(again);
      assert.deepEqual(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
      const ends = events.filter((event) => event.type === 'run:end');
      assert.deepEqual(ends.map(({ outcome, error }) => [outcome, error?.code]), [['failed', 'storage_rejected'], ['done', undefined]]);
    });

    it('the very first message: nothing of the chat is left, and that is said', async () => {
      await open({ script: () => answer({ text: 'Never.' }) });
      await finishedChat();
      await laterVersionWrites();
      const agent = workspace.chats.create();
      agent.send(randomUUID(), 'do it');
      await assert.rejects(agent.settled(), { code: 'newer_schema' });
      await until(() => refusals().length > 0);
      assert.deepEqual([refusals()[0]?.chat, await workspace.chats.find(agent.chat.chat_id)], [null, null]);
      assert.equal(workspace.server.requests.length, 1);
    });

    it('the beginning of a run: the chat is as it was, and no run in it is said to have failed', async () => {
      await open({ script: () => answer({ text: 'Done.' }) });
      const agent = await finishedChat();
      const { chat_id } = agent.chat;
      await laterVersionWrites();
      // A message that is taken back though it does not wait writes nothing; a retry does.
      agent.unqueue(randomUUID());
      assert.deepEqual(refusals(), []);
      agent.retry();
      await assert.rejects(agent.settled(), { code: 'newer_schema' });
      await until(() => refusals().length > 0);
      assert.deepEqual([refusals()[0]?.chat?.status, refusals()[0]?.in_run, (await workspace.chats.find(chat_id))?.status], ['done', false, 'done']);
      assert.equal(workspace.chats.unstoredEnd(chat_id), null);
    });
  });

  describe('of another process', () => {
    it('appear in the list and as going on, and the chat is read anew before anything is added to it', async () => {
      await open({ script: ({ n }) => (n === 2 ? answer({ text: 'slow '.repeat(40), pieceLength: 5, pauseMs: 50 }) : answer({ text: `Answer ${n}.` })) });
      const mine = await finishedChat();
      const { chat_id } = mine.chat;
      const other = await workspace.reopened();
      const theirs = await other.chats.open(chat_id);
      theirs.send(randomUUID(), 'from elsewhere');
      await until(() => changed(chat_id));
      await until(async () => (await workspace.chats.find(chat_id))?.elsewhere === true);
      const shown = await workspace.chats.find(chat_id);
      assert.deepEqual([shown?.status, shown?.elsewhere], ['in_progress', true]);
      await theirs.settled();
      await until(async () => (await workspace.chats.find(chat_id))?.status === 'done');
      const agent = await workspace.chats.open(chat_id);
      agent.send(randomUUID(), 'and mine');
      assert.equal((await agent.settled())?.outcome, 'done');
      const events = await workspace.events(agent);
      const said = events.flatMap((event) => (event.type === 'message:user' ? [event.text] : []));
      assert.deepEqual(said, ['do it', 'from elsewhere', 'and mine']);
      assert.equal((await workspace.store.check()).rows['displaced_events'], 0);
    });

    it('that were deleted there are refused here in words, and a run in them is stopped', async () => {
      await open({ script: ({ n }) => (n === 1 ? answer({ text: 'One.' }) : answer({ text: 'word '.repeat(3_000), pieceLength: 5, pauseMs: 20 })) });
      const idle = await finishedChat();
      const running = workspace.chats.create();
      running.send(randomUUID(), 'talk');
      await until(() => workspace.server.requests.length === 2);
      const other = await workspace.reopened();
      await other.chats.delete([idle.chat.chat_id, running.chat.chat_id]);
      await until(() => changed(running.chat.chat_id));
      await running.settled();
      await until(() => workspace.server.requests[1]?.wasAborted === true);
      assert.deepEqual([workspace.chats.current(running.chat.chat_id), await workspace.chats.find(idle.chat.chat_id)], [undefined, null]);
      await assert.rejects(workspace.chats.open(idle.chat.chat_id), (error) => error instanceof QueryError && error.code === 'chat_not_found');
    });

    it('are deleted with the agents that were started in them, and with theirs', async () => {
      await open({ script: () => answer({ text: 'One.' }) });
      const { chat_id } = (await finishedChat()).chat;
      const agent = new WrittenChat(workspace.store, 2).run({ chat_id, trace_id: null, kind: 'workflow_agent', label: 'Review' }).endRun();
      const nested = new WrittenChat(workspace.store, 3).run(agent.parentOf(null, 'Look')).endRun();
      const other = new WrittenChat(workspace.store, 4).run().endRun();
      for (const chat of [agent, nested, other]) await chat.stored();
      await workspace.chats.delete([chat_id]);
      const left = await Promise.all([agent, nested, other].map(async ({ id }) => (await workspace.store.read('chats.get', { chat_id: id })) !== null));
      assert.deepEqual([left, changed(agent.id), changed(nested.id)], [[false, false, true], true, true]);
    });

    it('are found deleted by the next message even when nobody told', async () => {
      await open({ script: () => answer({ text: 'One.' }) });
      const agent = await finishedChat();
      const { chat_id } = agent.chat;
      await workspace.store.write([{ op: 'chats.delete', value: { chat_id } }]);
      await assert.rejects(workspace.chats.open(chat_id), (error) => error instanceof QueryError && error.code === 'chat_not_found');
      assert.equal(changed(chat_id), true);
    });
  });

  it('keeps what was allowed for the session when a chat is read anew', async () => {
    const edit = (text: string): { id: string; name: string; arguments: object } => ({ id: `edit-${text}`, name: 'write_file', arguments: { path: `${text}.ts`, content: text } });
    const turns = [answer({ toolCalls: [edit('b')] }), answer({ text: 'One.' }), answer({ toolCalls: [edit('c')] }), answer({ text: 'Two.' })];
    await open({ script: ({ n }) => turns[n - 1] ?? answer({ text: 'No more.' }) });
    let asked = 0;
    workspace.bus.subscribe((message) => {
      if (message.kind !== 'events') return;
      for (const event of message.events) if (event.type === 'approval:request' && ++asked === 1) workspace.chats.current(event.chat_id)?.decide(event.approval_id, 'allow_session');
    });
    const agent = await finishedChat();
    const { chat_id } = agent.chat;
    await workspace.chats.followed([chat_id]);
    const anew = await workspace.chats.open(chat_id);
    assert.notEqual(anew, agent);
    anew.send(randomUUID(), 'and again');
    assert.equal((await anew.settled())?.outcome, 'done');
  });
});

/** A model that asks for one read, then says what cannot be stored, and answers from then on. */
function withOneUnstorableCall(): ModelProvider {
  let calls = 0;
  return {
    id: 'test',
    scripted: true,
    requestParts: plainRequestParts,
    async *stream() {
      calls++;
      const usage = { input: 1, cache_read: 0, cache_write: 0, output: 1, reasoning: 0 };
      // A function is no JSON; it stands for a value that a table or a thread cannot take.
      const raw_usage = calls === 2 ? ({ broken: () => undefined } as never) : {};
      const tool_calls = calls === 1 ? [{ tool_call_id: 'r', tool_name: 'read_file', arguments: '{"path":"a.ts"}' }] : [];
      yield { type: 'end' as const, text: `Answer ${calls}`, reasoning: '', tool_calls, finish_reason: 'stop' as const, usage, raw_usage };
    },
  };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('waited in vain');
}
