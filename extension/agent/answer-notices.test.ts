// What a person is told beside an answer, through whole runs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openAgentWorkspace, type AgentWorkspace } from '../../test/support/agent/agent-workspace';
import { answer, type AnswerOptions } from '../../test/support/model-server/reply';

describe('notices beside an answer', () => {
  let workspace: AgentWorkspace;
  afterEach(() => workspace.close());

  const answers: Record<string, AnswerOptions> = {
    answer_cut: { text: 'This goes on and', finishReason: 'length' },
    answer_filtered: { text: 'I may not', finishReason: 'content_filter' },
    text_tool_call: { text: 'I look.\n<tool_call>\n{"name": "read_file", "arguments": {"path": "a.txt"}}\n</tool_call>' },
    none: { text: 'Done: `<tool_call>` is what the template writes.' },
  };

  it('are about answers that are cut, held back, or hold a tool call as text', async () => {
    workspace = await openAgentWorkspace({ files: { 'a.txt': 'x\n' }, script: ({ n }) => answer(Object.values(answers)[n - 1]) });
    for (const code of Object.keys(answers)) {
      const agent = workspace.chats.create();
      agent.send(randomUUID(), 'do it');
      const report = await agent.settled();
      const notices = (await workspace.events(agent)).flatMap((event) => (event.type === 'notice' ? [[event.level, event.code]] : []));
      assert.deepEqual([report?.outcome, notices], ['done', code === 'none' ? [] : [['warning', code]]]);
    }
    assert.deepEqual(workspace.bugs, []);
  });
});
