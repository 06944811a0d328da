// What is known of a model when a run begins is not all that is known in the end: a server says how much a model holds
// once it has loaded it, which is with the first request.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openAgentWorkspace, type AgentWorkspace } from '../../test/support/agent/agent-workspace';
import { answer } from '../../test/support/model-server/reply';
import type { KnownModel } from '../providers/models';
import { leftOutText } from './context-words';

const files = Object.fromEntries([1, 2, 3, 4].map((n) => [`f${n}.txt`, `line of file ${n}\n`.repeat(600)]));

describe('what is learnt of a model', () => {
  let workspace: AgentWorkspace;

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  it('in the middle of a run counts from the next turn', async () => {
    const known: Partial<KnownModel> = {};
    workspace = await openAgentWorkspace({
      files,
      known,
      script: ({ n }) => {
        if (n === 4) known.context_tokens = 12_000;
        return n <= 4 ? answer({ toolCalls: [{ id: `read_${n}`, name: 'read_file', arguments: { path: `f${n}.txt` } }] }) : answer({ text: 'Done.' });
      },
    });
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'Look at everything.');
    assert.equal((await agent.settled())?.outcome, 'done');
    const cut = workspace.server.requests.map(({ body }) => JSON.stringify(body.messages).includes(leftOutText));
    assert.deepEqual(cut, [false, false, false, false, true]);
  });
});
