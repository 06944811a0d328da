// Reading again what the model has already: the real loop and tools against the scripted server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { answer, type Reply } from '../../test/support/model-server/reply';
import type { ScriptedToolCall } from '../../test/support/model-server/reply';
import { tracePage } from '../trace/queries';
import type { ChatAgent } from './chat-agent';

const long = 'a line of the file\n'.repeat(40);
const files = { 'a.txt': long, 'small.txt': 'short\n' };
const redirect = '[Unchanged: exactly the result of your earlier read_file call with these arguments, ';

describe('a read of what the model has already', () => {
  let workspace: AgentWorkspace;

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  async function ran(turns: readonly (readonly Omit<ScriptedToolCall, 'id'>[])[], options: AgentWorkspaceOptions = {}): Promise<ChatAgent> {
    const replies: Reply[] = turns.map((calls, turn) => answer({ text: 'Next.', toolCalls: calls.map((call, place) => ({ ...call, id: `call_${turn + 1}_${place}` })) }));
    workspace = await openAgentWorkspace({ files, approvals: 'full_auto', script: ({ n }) => replies[n - 1] ?? answer({ text: 'Done.' }), ...options });
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'Look.');
    await agent.settled();
    return agent;
  }

  const read = (path: string, more: Record<string, number> = {}): Omit<ScriptedToolCall, 'id'> => ({ name: 'read_file', arguments: { path, ...more } });
  /** What the model got: `full`, or the line in its place. */
  const results = (): string[] => workspace.server.toolResults().map(({ content }) => (content.startsWith('[Unchanged') ? content.slice(redirect.length) : 'full'));

  it('is one line that points at it, however the arguments were written, as long as it is the same', async () => {
    const agent = await ran([
      [read('a.txt')],
      [{ name: 'read_file', arguments: '{ "path":\n"a.txt" }' }],
      [read('a.txt', { start_line: 1, end_line: 30 })],
      [{ name: 'write_file', arguments: { path: 'a.txt', content: `${long}more\n` } }],
      [read('a.txt')],
      [read('a.txt')],
      [read('small.txt')],
      [read('small.txt')],
    ]);
    assert.deepEqual(results(), ['full', '1 turn ago; it stands in full above.]', 'full', 'full', 'full', '1 turn ago; it stands in full above.]', 'full', 'full']);
    const { traces } = await tracePage(workspace.store, { chat_id: agent.chat.chat_id });
    const shown = traces.find(({ tool_call_id }) => tool_call_id === 'call_2_0')?.output;
    assert.deepEqual(shown, { text: `${redirect}1 turn ago; it stands in full above.]`, summary: 'unchanged, 40 lines', details: { unchanged_since: 'call_1_0' } });
  });

  it('points past other pointers at the whole result, in the chat opened anew as well', async () => {
    const agent = await ran([[read('a.txt')], [read('a.txt')], [], [read('a.txt')]]);
    const second = await workspace.reopened();
    const again = await second.chats.open(agent.chat.chat_id);
    again.send(randomUUID(), 'Again.');
    await again.settled();
    assert.deepEqual(results(), ['full', '1 turn ago; it stands in full above.]', '3 turns ago; it stands in full above.]']);
  });

  it('does not keep the model from being told that it goes in circles', async () => {
    await ran([[read('a.txt')], [read('a.txt')], [read('a.txt')]]);
    assert.match(results()[2] ?? '', /^2 turns ago; it stands in full above\.\]\n\[You have made this very call 3 turns in a row/);
  });

  it('is the whole result again once the earlier one was left out', async () => {
    const known = { context_tokens: 8_000 };
    const more = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`f${n}.txt`, `file ${n}\n`.repeat(200)]));
    const agent = await ran([[read('a.txt')], ...Object.keys(more).map((path) => [read(path)]), [read('a.txt')]], { files: { ...files, ...more }, known });
    assert.ok((await workspace.events(agent)).some((event) => event.type === 'context:pruned'));
    assert.equal(results().at(-1), 'full');
  });

  it('is the whole result when the file was changed by someone else', async () => {
    workspace = await openAgentWorkspace({
      files,
      script: ({ n }) => {
        if (n === 2) writeFileSync(join(workspace.root, 'a.txt'), long.replace('a line', 'b line'));
        return n <= 2 ? answer({ toolCalls: [{ id: `call_${n}`, name: 'read_file', arguments: { path: 'a.txt' } }] }) : answer({ text: 'Done.' });
      },
    });
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'Look.');
    await agent.settled();
    assert.deepEqual(results(), ['full', 'full']);
  });
});
