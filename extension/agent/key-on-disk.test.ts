// Row 33 of the fault list: a key that comes by every way there is, from the person, the model, a file, a command, an
// edit, a check and the server's own complaint, is in no byte of the storage, the log and an export.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nextEvent, openAgentWorkspace, type AgentWorkspace } from '../../test/support/agent/agent-workspace';
import { answer, fault, type Reply } from '../../test/support/model-server/reply';
import { exportChats } from '../trace/chat-export';
import { tracePage } from '../trace/queries';

/** The key that the workspace of these tests sends to its model server. */
const canary = 'canary-api-key-0123456789';
/** The parts that a split, cut or otherwise written key would leave. */
const traces = [canary, canary.slice(0, 16), canary.slice(-14)];

describe('a key on disk', function () {
  this.timeout(60_000);
  let workspace: AgentWorkspace;
  afterEach(() => workspace.close());

  async function filesWith(folder: string): Promise<string[]> {
    const found: string[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path);
      const isIn = (text: string): boolean => [text, Buffer.from(text).toString('base64').slice(0, -4)].some((form) => bytes.includes(form) || bytes.includes(form, 0, 'utf16le'));
      if (traces.some(isIn)) found.push(path);
    }
    return found;
  }

  it('row 33: is in no byte of database, traces, outputs, log and export, whichever way it came', async () => {
    const flood = `for (let i = 0; i < 4000; i++) console.log("row " + i + " ${canary}")`;
    const edit = { path: 'a.js', edits: [{ old_text: 'one', new_text: `one ${canary}` }] };
    const check = `console.log("a.js(1,1): error TS1: ${canary} is wrong"); process.exit(2)`;
    const call = (name: string, parameters: unknown): { id: string; name: string; arguments: unknown } => ({ id: randomUUID(), name, arguments: parameters });
    const replies: Reply[] = [
      answer({ reasoning: `I think of ${canary}.`, text: `It is ${canary}.`, toolCalls: [call('read_file', { path: 'keys.txt' }), call('search_files', { query: canary })] }),
      answer({ toolCalls: [call('edit_file', edit)] }),
      answer({ toolCalls: [call('write_file', { path: `${canary}.txt`, content: `${canary}\n` })] }),
      answer({ toolCalls: [call('run_command', { argv: ['node', '-e', flood] })] }),
      answer({ toolCalls: [call('run_shell', { line: `echo ${canary}; exit 3` })] }),
      answer({ toolCalls: [call('run_command', { argv: ['sh', '-c', `echo ${canary}; sleep 60`], background: true })] }),
      answer({ toolCalls: [call('command_output', {}), call(canary, { canary }), { id: 'broken', name: 'read_file', arguments: `{"path":"${canary}` }] }),
      answer({ toolCalls: [call('ask_user', { question: `Is it ${canary}?`, choices: [{ label: canary }, { label: 'no' }] })] }),
    ];
    workspace = await openAgentWorkspace({
      files: { 'a.js': '// one\n// two\n', 'keys.txt': `key = ${canary}\n` },
      approvals: 'full_auto',
      autoFix: { mode: 'on', command: ['node', '-e', check], beforeWriteMs: 0 },
      // In the end the server complains as some do, with the key in its words.
      script: () => replies.shift() ?? fault.status(401, { message: `Incorrect API key provided: ${canary}` }),
    });
    const agent = workspace.chats.create();
    const question = nextEvent(workspace, 'question:ask');
    agent.send(randomUUID(), `My key is ${canary}, use it.`);
    assert.equal(agent.answer((await question).question_id, { chosen: ['no'], text: `no, ${canary}` }), true);
    const report = await agent.settled();
    assert.deepEqual([report?.outcome, report?.error?.code], ['failed', 'bad_key']);
    assert.equal(await readFile(join(workspace.root, 'a.js'), 'utf8'), `// one ${canary}\n// two\n`, 'what the agent writes is what was asked for');

    const storage = dirname(workspace.outputDirectory);
    const { traces: rows } = await tracePage(workspace.store, { chat_id: agent.chat.chat_id });
    assert.ok(rows.some(({ tool_name }) => tool_name === 'auto_fix'), 'a check ran');
    assert.ok(rows.length > 10 && (await readdir(workspace.outputDirectory)).length > 0, 'there is something to be found in');
    const chat = await workspace.store.read('chats.get', { chat_id: agent.chat.chat_id });
    assert.ok(chat);
    await exportChats(workspace.store, workspace.redactor, { path: join(storage, 'export.jsonl'), chats: [chat], about: {}, signal: new AbortController().signal, onChat: () => undefined });
    const exported = await readFile(join(storage, 'export.jsonl'), 'utf8');
    assert.match(exported, /My key is \[redacted\], use it\./);

    assert.deepEqual(await filesWith(storage), [], 'while it is open');
    await workspace.stop();
    await workspace.store.close();
    assert.deepEqual([await filesWith(storage), workspace.bugs.filter((text) => traces.some((trace) => text.includes(trace)))], [[], []], 'when it is closed');
    assert.deepEqual(await filesWith(workspace.root), [join(workspace.root, 'a.js'), join(workspace.root, `${canary}.txt`), join(workspace.root, 'keys.txt')], 'it is found where it is');
  });
});
