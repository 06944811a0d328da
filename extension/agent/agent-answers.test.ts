// What a person answers to a run: approvals for once, for the session and for good, some changes of an edit, questions
// of the model. And a model that repeats itself. The real loop, tools and store against the scripted server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nextEvent, openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { answer } from '../../test/support/model-server/reply';
import type { SequencedEvent } from '../../shared/events';
import type { ChatAgent } from './chat-agent';

const lines = (change: (line: string, number: number) => string = (line) => line): string =>
  Array.from({ length: 30 }, (_, index) => change(`line ${index + 1}`, index + 1)).join('\n');
const files = { 'a.txt': lines(), 'run.js': 'console.log("one");\n' };
const run = { id: 'call_run', name: 'run_command', arguments: { argv: ['node', 'run.js'] } };

describe('answers to a run', () => {
  let workspace: AgentWorkspace;

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  async function open(options: AgentWorkspaceOptions): Promise<void> {
    workspace = await openAgentWorkspace({ files, ...options });
  }

  /** Sends a task in a new chat, or in the given one. */
  function send(agent: ChatAgent = workspace.chats.create()): ChatAgent {
    agent.send(randomUUID(), 'do it');
    return agent;
  }

  const decisions = async (agent: ChatAgent): Promise<string[]> =>
    (await workspace.events(agent)).flatMap((event) => (event.type === 'approval:decision' ? [`${event.decision} by ${event.decided_by}`] : []));

  /** A command each time the model is asked with a user's message last, else the end. */
  const runsOnce: AgentWorkspaceOptions['script'] = ({ body }) =>
    (body as { messages: { role: string }[] }).messages.at(-1)?.role === 'user' ? answer({ toolCalls: [{ ...run, id: randomUUID() }] }) : answer({ text: 'Done.' });

  it('a deletion says that the file is kept, and keeps it outside the workspace', async () => {
    await open({ script: ({ body }) => (body.messages.at(-1)?.role === 'tool' ? answer({ text: 'Done.' }) : answer({ toolCalls: [{ id: 'call_delete', name: 'delete_file', arguments: { path: 'a.txt' } }] })) });
    const asked = nextEvent(workspace, 'approval:request');
    const agent = send();
    const { approval_id, subject } = await asked;
    assert.equal(subject.kind === 'delete' && subject.kept, true);
    agent.decide(approval_id, 'allow');
    await agent.settled();
    assert.equal(existsSync(join(workspace.root, 'a.txt')), false);
    const [folder, ...more] = readdirSync(workspace.deletedDirectory);
    assert.deepEqual([more, readFileSync(join(workspace.deletedDirectory, String(folder), 'a.txt'), 'utf8')], [[], lines()]);
  });

  it('"for the session" covers the same command in this chat until what it runs has changed, and no other chat', async () => {
    await open({ script: runsOnce });
    const asked = nextEvent(workspace, 'approval:request');
    const agent = send();
    assert.deepEqual((await asked).offers, ['allow_session', 'allow_always']);
    agent.decide((await asked).approval_id, 'allow_session');
    await agent.settled();
    await send(agent).settled();
    assert.deepEqual(await decisions(agent), ['allow_session by user', 'allow_session by grant']);

    writeFileSync(join(workspace.root, 'run.js'), 'console.log("swapped");\n');
    const again = nextEvent(workspace, 'approval:request');
    send(agent);
    agent.decide((await again).approval_id, 'deny');
    await agent.settled();

    const elsewhere = nextEvent(workspace, 'approval:request');
    const other = send();
    other.decide((await elsewhere).approval_id, 'deny');
    await other.settled();
    assert.deepEqual([await decisions(agent), await decisions(other)], [['allow_session by user', 'allow_session by grant', 'deny by user'], ['deny by user']]);
  });

  it('"always" covers exactly this in every chat and every window, until it changes or is revoked', async () => {
    await open({ script: runsOnce });
    const first = nextEvent(workspace, 'approval:request');
    const agent = send();
    agent.decide((await first).approval_id, 'allow_always');
    await agent.settled();
    const other = send();
    await other.settled();
    assert.deepEqual(await decisions(other), ['allow_always by grant']);

    const window = await workspace.reopened();
    const there = window.chats.create();
    there.send(randomUUID(), 'do it');
    await there.settled();
    assert.deepEqual(await decisions(there), ['allow_always by grant']);

    const granted = await window.grants.list();
    assert.deepEqual(granted.map(({ tool_name, title }) => [tool_name, title]), [['run_command', `Run node run.js in ${workspace.root}`]]);
    await window.grants.revoke(granted.map(({ grant_key }) => grant_key));
    const asked = nextEvent(workspace, 'approval:request');
    const last = send();
    last.decide((await asked).approval_id, 'deny');
    await last.settled();
    assert.deepEqual([await window.grants.list(), await decisions(last)], [[], ['deny by user']]);
  });

  it('an edit may be taken in part: the rest is not written, and the model is told what was left out', async () => {
    const edits = [
      { old_text: 'line 3\n', new_text: 'third\n' },
      { old_text: 'line 15\n', new_text: 'fifteenth\n' },
      { old_text: 'line 27\n', new_text: 'twenty-seventh\n' },
    ];
    const write = { id: 'w', name: 'write_file', arguments: { path: 'a.txt', content: edits.reduce((text, { old_text, new_text }) => text.replace(old_text, new_text), lines()) } };
    await open({ script: ({ n }) => (n === 1 ? answer({ toolCalls: [write] }) : answer({ text: 'Fine.' })) });
    const asked = nextEvent(workspace, 'approval:request');
    const agent = send();
    const { approval_id, offers } = await asked;
    assert.deepEqual(offers, ['allow_session', 'partial']);
    assert.equal(agent.decide(approval_id, 'allow', [1]), true);
    await agent.settled();
    const expected = lines((line, number) => (number === 3 ? 'third' : number === 27 ? 'twenty-seventh' : line));
    assert.equal(readFileSync(join(workspace.root, 'a.txt'), 'utf8'), expected);
    assert.match(workspace.server.toolResults()[0]?.content ?? '', /left out 1 of its 3 changes[\s\S]*-line 15\n\+fifteenth[\s\S]*\+2 −2/);
    const decision = (await workspace.events(agent)).find((event) => event.type === 'approval:decision');
    assert.deepEqual(decision?.rejected_hunks, [1]);
  });

  describe('a question of the model', () => {
    const ask = { id: 'q', name: 'ask_user', arguments: { question: 'Which?', choices: [{ label: 'A' }, { label: 'B', description: 'the second' }] } };
    const script: AgentWorkspaceOptions['script'] = ({ n }) => (n === 1 ? answer({ toolCalls: [ask] }) : answer({ text: 'Good.' }));

    async function asked(): Promise<[ChatAgent, Extract<SequencedEvent, { type: 'question:ask' }>]> {
      await open({ script });
      const question = nextEvent(workspace, 'question:ask');
      const agent = send();
      return [agent, await question];
    }

    it('waits for its answer, takes none that it did not offer, and is in the store with it', async () => {
      const [agent, { question_id, choices }] = await asked();
      assert.deepEqual([agent.chat.status, choices], ['awaiting_input', [{ label: 'A', description: '' }, { label: 'B', description: 'the second' }]]);
      const refused = [{ chosen: ['C'], text: '' }, { chosen: ['A', 'B'], text: '' }, { chosen: [], text: ' ' }].map((given) => agent.answer(question_id, given));
      assert.deepEqual([...refused, agent.answer(randomUUID(), { chosen: ['A'], text: '' })], [false, false, false, false]);
      assert.equal(agent.answer(question_id, { chosen: ['B'], text: 'but quickly' }), true);
      assert.equal(agent.answer(question_id, { chosen: ['A'], text: '' }), false);
      assert.equal((await agent.settled())?.outcome, 'done');
      assert.equal(workspace.server.toolResults()[0]?.content, 'The user chose "B".\nThe user wrote: but quickly');
      const stored = (await workspace.events(agent)).flatMap((event) => (event.type === 'question:answer' ? [[event.outcome, event.chosen, event.text]] : []));
      assert.deepEqual(stored, [['answered', ['B'], 'but quickly']]);
    });

    it('may be closed without an answer, or by stopping', async () => {
      const [agent, { question_id }] = await asked();
      assert.equal(agent.answer(question_id, null), true);
      await agent.settled();
      assert.match(workspace.server.toolResults()[0]?.content ?? '', /closed the question/);
      await workspace.close();
      const [other] = await asked();
      other.stop();
      assert.equal((await other.settled())?.outcome, 'stopped');
      const ends = (await workspace.events(other)).flatMap((event) => (event.type === 'question:answer' ? [event.outcome] : []));
      assert.deepEqual(ends, ['stopped']);
    });
  });

  it('a model that makes the same call over and over is told, and then stopped', async () => {
    const read = { name: 'read_file', arguments: { path: 'a.txt', end_line: 1 } };
    await open({ script: ({ n }) => answer({ toolCalls: [{ ...read, id: `call_${n}` }] }) });
    const agent = send();
    const report = await agent.settled();
    assert.deepEqual([report?.outcome, report?.error?.code, report?.turns], ['failed', 'repeated_call', 8]);
    const told = workspace.server.toolResults().map(({ content }) => content.includes('You have made this very call'));
    assert.deepEqual(told, [false, false, true, true, true, true, true]);
    assert.match(report?.error?.message ?? '', /read_file a\.txt:1-1/);
  });

  it('a model that looks at something that changes is left alone', async () => {
    let n = 0;
    await open({
      script: () => {
        n++;
        writeFileSync(join(workspace.root, 'a.txt'), `state ${n}\n`);
        return n > 8 ? answer({ text: 'Done.' }) : answer({ toolCalls: [{ id: `call_${n}`, name: 'read_file', arguments: { path: 'a.txt' } }] });
      },
    });
    const agent = send();
    assert.equal((await agent.settled())?.outcome, 'done');
  });
});
