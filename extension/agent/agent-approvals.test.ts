// What a person is shown before a run may go on is what will be done, and no more of it is kept than may be. The real
// loop, tools and store against the scripted server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nextEvent, openAgentWorkspace, type AgentWorkspace } from '../../test/support/agent/agent-workspace';
import { answer } from '../../test/support/model-server/reply';
import { editHunks } from '../../shared/edit-hunks';
import { StoreError } from '../store/store';
import type { ChatAgent } from './chat-agent';

const secret = (letter: string): string => `sk-${letter.repeat(30)}`;
const settings = (key: string, line: string): string => [`key = ${key}`, ...Array.from({ length: 8 }, (_, index) => `line ${index}`), line, ''].join('\n');

describe('what a run asks', () => {
  let workspace: AgentWorkspace;

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  /** A run in which the model makes these calls at once. */
  async function calls(...wanted: { name: string; arguments: unknown }[]): Promise<ChatAgent> {
    const toolCalls = wanted.map((call) => ({ ...call, id: randomUUID() }));
    workspace = await openAgentWorkspace({
      files: { 'settings.txt': settings(secret('a'), 'old'), 'plain.txt': settings('none', 'old') },
      script: ({ body }) => (body.messages.at(-1)?.role === 'tool' ? answer({ text: 'Done.' }) : answer({ toolCalls })),
    });
    return workspace.chats.create();
  }

  it('has no changes to choose among where they are not the same as those that are shown', async () => {
    const after = settings(secret('b'), 'new');
    const agent = await calls({ name: 'write_file', arguments: { path: 'settings.txt', content: after } });
    const before = readFileSync(join(workspace.root, 'settings.txt'), 'utf8');
    const shown = [before, after].map((text) => workspace.redactor.text(text)) as [string, string]; // two go in
    assert.deepEqual([editHunks(before, after).length, editHunks(...shown).length], [2, 1]);

    const asked = nextEvent(workspace, 'approval:request');
    agent.send(randomUUID(), 'go');
    const { approval_id, offers, subject } = await asked;
    assert.deepEqual([offers, subject], [['allow_session'], { kind: 'edit', path: 'settings.txt', before: null, after: null, added: 2, removed: 2 }]);
    assert.equal(agent.decide(approval_id, 'allow', [0]), false);
    const whole = agent.approvals.question(approval_id)?.subject;
    assert.deepEqual(whole?.kind === 'edit' && [whole.before, whole.after], [before, after]);
    agent.decide(approval_id, 'deny');
    await agent.settled();
    assert.equal(readFileSync(join(workspace.root, 'settings.txt'), 'utf8'), before);
  });

  it('leaves out a text that would be cut on its way to a panel', async () => {
    const agent = await calls({ name: 'write_file', arguments: { path: 'plain.txt', content: `${'\u0001'.repeat(15_000)}end\n` } });
    const asked = nextEvent(workspace, 'approval:request');
    agent.send(randomUUID(), 'go');
    const { approval_id, subject } = await asked;
    assert.deepEqual(subject.kind === 'edit' && [subject.before, subject.after], [null, null]);
    agent.decide(approval_id, 'deny');
    await agent.settled();
  });

  it('keeps no secret of a command that is allowed for good', async () => {
    const agent = await calls({ name: 'run_command', arguments: { argv: ['node', '--version', secret('c')] } });
    const asked = nextEvent(workspace, 'approval:request');
    agent.send(randomUUID(), 'go');
    agent.decide((await asked).approval_id, 'allow_always');
    await agent.settled();
    assert.deepEqual((await workspace.grants.list()).map(({ title }) => title), [`Run node --version [redacted] in ${workspace.root}`]);
  });

  it('of many reads at once only a few run at a time', async () => {
    const agent = await calls(...Array.from({ length: 60 }, (_, index) => ({ name: 'search_files', arguments: { query: `q${index}` } })));
    for (let index = 0; index < 300; index++) writeFileSync(join(workspace.root, `f${index}.txt`), 'text '.repeat(20_000));
    let [open, most] = [0, 0];
    workspace.bus.subscribe((message) => {
      for (const { type } of message.kind === 'events' ? message.events : []) {
        if (type === 'tool_trace:start') most = Math.max(most, ++open);
        if (type === 'tool_trace:complete') open--;
      }
    });
    agent.send(randomUUID(), 'go');
    await agent.settled();
    assert.deepEqual([open, most], [0, 8]);
  });

  it('is closed with the run when an answer for good cannot be kept', async () => {
    const agent = await calls({ name: 'run_command', arguments: { argv: ['true'] } });
    const write = workspace.store.write.bind(workspace.store);
    workspace.store.write = (ops) => (typeof ops !== 'function' && ops.some(({ op }) => op === 'approval_grants.put') ? Promise.reject(new StoreError('io', 'It broke.')) : write(ops));
    const asked = nextEvent(workspace, 'approval:request');
    agent.send(randomUUID(), 'go');
    agent.decide((await asked).approval_id, 'allow_always');
    assert.equal((await agent.settled())?.error?.code, 'storage_io');
    const ends = (await workspace.events(agent)).slice(-2).map((event) => (event.type === 'approval:decision' ? `${event.decision} by ${event.decided_by}` : event.type));
    assert.deepEqual(ends, ['cancelled by stop', 'run:end']);
  });
});
