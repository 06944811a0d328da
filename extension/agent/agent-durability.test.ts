// What is on disk before a run goes on. The disk is slow to answer here, so that whatever does not wait for it is early.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openAgentWorkspace, type AgentWorkspace } from '../../test/support/agent/agent-workspace';
import { answer } from '../../test/support/model-server/reply';
import { summaryRequest } from './context-words';

describe('a run and the disk', () => {
  let workspace: AgentWorkspace;
  /** Records that the run does not know to be on disk yet. */
  let onTheWay: number;
  /** Called once a record is on disk, with its operations, and before the run hears of it. */
  let onRecord: (ops: readonly string[]) => void;

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  function slowDown(): void {
    onTheWay = 0;
    onRecord = () => undefined;
    const { store } = workspace;
    const write = store.write.bind(store);
    store.write = async (ops) => {
      const names: string[] = [];
      onTheWay++;
      await write(() => {
        const given = typeof ops === 'function' ? ops() : ops;
        names.push(...given.map(({ op }) => op));
        return given;
      });
      await new Promise((resolve) => setTimeout(resolve, 60));
      onRecord(names);
      onTheWay--;
    };
  }

  async function ran(): Promise<string | undefined> {
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'do it');
    return (await agent.settled())?.outcome;
  }

  it('a tool waits for its start', async () => {
    const remove = { id: 'call_delete', name: 'delete_file', arguments: { path: 'a.txt' } };
    workspace = await openAgentWorkspace({ files: { 'a.txt': 'a' }, approvals: 'full_auto', script: ({ n }) => (n === 1 ? answer({ toolCalls: [remove] }) : answer({ text: 'Done.' })) });
    slowDown();
    const isThere = (): boolean => existsSync(join(workspace.root, 'a.txt'));
    const seen: boolean[] = [];
    onRecord = (ops) => {
      if (ops.includes('tool_traces.start')) seen.push(isThere());
    };
    assert.deepEqual([await ran(), seen, isThere()], ['done', [true], false]);
  });

  it('the model waits for what it is about to read, for a summary too', async () => {
    const asked: { isSummary: boolean; early: number }[] = [];
    workspace = await openAgentWorkspace({
      files: { 'a.txt': 'a' },
      known: { context_tokens: 8_000 },
      script: ({ body }) => {
        const isSummary = body.messages.at(-1)?.content === summaryRequest;
        asked.push({ isSummary, early: onTheWay });
        if (isSummary) return answer({ text: 'What was asked.' });
        if (asked.length > 4) return answer({ text: 'Done.' });
        return answer({ text: 'words '.repeat(1_500), pieceLength: 9_000, toolCalls: [{ id: `call_${asked.length}`, name: 'read_file', arguments: { path: 'a.txt' } }] });
      },
    });
    slowDown();
    assert.equal(await ran(), 'done');
    assert.deepEqual([asked.some(({ isSummary }) => isSummary), asked.filter(({ early }) => early > 0)], [true, []]);
  });
});
