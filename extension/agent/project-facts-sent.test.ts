// Project facts as they reach the model: beside the newest message, never changing what was sent before.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { RunEventBody } from '../../shared/events';
import { openAgentWorkspace, type AgentWorkspace } from '../../test/support/agent/agent-workspace';
import { assistantMessage, placed, userMessage } from '../../test/support/event-samples';
import { answer } from '../../test/support/model-server/reply';
import { bytesPerToken } from '../../test/support/model-server/prefix-cache';
import type { ChatAgent } from './chat-agent';
import type { EditorState } from './editor-state';
import { History } from './history';
import { factKinds, type FactSettings } from './project-facts';

const run = promisify(execFile);
const key = 'canary-api-key-0123456789';

describe('project facts in requests', () => {
  let workspace: AgentWorkspace;
  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  const facts = (editor?: FactSettings['editor']): FactSettings => ({ include: () => factKinds, waits: { gitMs: 10_000, otherMs: 10_000 }, ...(editor && { editor }) });
  const put = (path: string, text: string): Promise<void> => writeFile(join(workspace.root, path), text);
  const git = (...args: string[]): Promise<unknown> => run('git', args, { cwd: workspace.root });
  const ask = async (agent: ChatAgent, text: string): Promise<void> => {
    agent.send(randomUUID(), text);
    assert.equal((await agent.settled())?.outcome, 'done');
  };
  /** What was sent without the end that every request has. */
  const openEnds = (): string[] => workspace.server.requests.map(({ rawBody }) => rawBody.replace(/\]\}$/, ''));
  const userTexts = (): unknown[] => workspace.server.requests.at(-1)?.body.messages.filter(({ role }) => role === 'user').map(({ content }) => content) ?? [];

  it('leave every request a byte prefix of the next, whatever changes in between, also after the chat was read back', async () => {
    const call = (name: string, input: unknown): ReturnType<typeof answer> => answer({ toolCalls: [{ id: randomUUID(), name, arguments: input }] });
    const replies = [
      call('read_file', { path: 'a.ts' }),
      call('edit_file', { path: 'a.ts', edits: [{ old_text: 'a = 1', new_text: 'a = 2' }] }),
      answer({ text: 'Edited.' }),
    ];
    workspace = await openAgentWorkspace({ files: { 'AGENTS.md': 'Use tabs.\n', 'a.ts': 'export const a = 1;\n' }, facts: facts(), approvals: 'full_auto', script: () => replies.shift() ?? answer({ text: 'Yes.' }) });
    await git('init', '-q', '-b', 'main');
    await git('add', '.');
    await git('-c', 'user.name=n', '-c', 'user.email=n@example.invalid', 'commit', '-q', '-m', 'first');
    const agent = workspace.chats.create();
    await ask(agent, 'edit it');
    await git('checkout', '-q', '-b', 'other');
    await ask(agent, 'and the branch?');
    await put('AGENTS.md', 'Use spaces.\n');
    await ask(agent, 'all well?');
    await ask(agent, 'sure?');
    await git('checkout', '-q', '-b', 'third');

    const reopened = await workspace.reopened();
    const again = await reopened.chats.open(agent.chat.chat_id);
    await ask(again, 'and now?');

    const sent = openEnds();
    assert.deepEqual([sent.length, sent.flatMap((body, index) => (index > 0 && !body.startsWith(sent[index - 1] ?? '') ? [index] : []))], [7, []]);
    const kinds = userTexts().map((text) => [...String(text).matchAll(/^<(instructions|workspace|git)\b.*>(?:\n(.*))?/gm)].map(([, kind, line]) => `${kind}: ${line}`));
    assert.deepEqual(kinds.map((some) => some.filter((one) => !one.startsWith('workspace'))), [
      ['instructions: Use tabs.', 'git: ## main'], ['git: ## other'], ['instructions: Use spaces.', 'git: ## other'], [], ['git: ## third'],
    ]);
    assert.deepEqual([userTexts()[3], String(userTexts()[4]).endsWith('</project_facts>\n\nand now?')], ['sure?', true]);
  });

  it('fit into a first request of 2,500 tokens with all tools', async () => {
    workspace = await openAgentWorkspace({ files: {}, facts: facts(), script: () => answer({ text: 'Hello.' }) });
    await ask(workspace.chats.create(), 'Say hello.');
    const [request] = workspace.server.requests;
    assert.match(String(userTexts()[0]), /^<project_facts>\n[^]*<workspace>\nFolder: workspace\n[^]*\n\nSay hello\.$/);
    const tokens = Math.ceil(Buffer.byteLength(request?.rawBody ?? '') / bytesPerToken);
    assert.ok(tokens <= 2_500, `${tokens} tokens`);
  });

  it('carry no key to the model, to disk or to a list of labels', async () => {
    const editor = { state: (): EditorState => state };
    workspace = await openAgentWorkspace({ files: { 'AGENTS.md': `The key is ${key}.\n`, [`${key}.ts`]: `use('${key}')\n` }, facts: facts(editor), script: () => answer({ text: 'I see.' }) });
    const path = join(workspace.root, `${key}.ts`);
    const problems = [{ severity: 'error' as const, line: 1, column: 1, message: `${key} is wrong`, source: '', code: '' }];
    const state: EditorState = {
      active: path,
      files: [{ path, visible: true, unsaved: false }],
      selection: { path, startLine: 1, endLine: 1, text: `use('${key}')` },
      problems: [{ path, unsaved: false, problems }],
    };
    await git('init', '-q', '-b', key);
    const agent = workspace.chats.create();
    await ask(agent, 'look');
    const text = String(userTexts()[0]);
    const expected = ['The key is [redacted].', '[redacted].ts (active)', "use('[redacted]')", '[redacted].ts:1 error: [redacted] is wrong', '## No commits yet on [redacted]', '?? [redacted].ts'];
    assert.deepEqual(expected.filter((one) => !text.includes(one)), []);
    assert.equal(workspace.server.requests[0]?.rawBody.includes(key), false);
    const told = (await workspace.events(agent)).find(({ type }) => type === 'context:facts');
    assert.equal(JSON.stringify(told).includes('[redacted]'), true);
    const storage = dirname(workspace.outputDirectory);
    const stored = await readdir(storage, { recursive: true, withFileTypes: true });
    for (const file of stored.filter((entry) => entry.isFile())) assert.equal((await readFile(join(file.parentPath, file.name))).includes(key), false, file.name);
  });

  it('are told to a message that waited, and not to a run that goes on without one', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    workspace = await openAgentWorkspace({ files: { 'AGENTS.md': 'one\n' }, facts: facts(), script: ({ n }) => (n === 1 ? () => [{ kind: 'hold', until: held }, ...answer({ text: 'First.' })({ prompt_tokens: 0, hit_tokens: 0, miss_tokens: 0 }, '')] : answer({ text: 'Next.' })) });
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'first');
    while (workspace.server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await put('AGENTS.md', 'two\n');
    agent.send(randomUUID(), 'second');
    release();
    await agent.settled();
    assert.match(String(userTexts()[1]), /^<project_facts>[^]*\ntwo\n[^]*\n\nsecond$/);
    await rm(join(workspace.root, 'AGENTS.md'));
    agent.retry();
    await agent.settled();
    assert.equal(userTexts().length, 2);
    assert.deepEqual((await workspace.events(agent)).filter(({ type }) => type === 'context:facts').length, 2);
  });
});

describe('project facts after a summary', () => {
  it('are told anew where it takes the place of a message beside which part of them stood', () => {
    const history = new History();
    const told = (digest: string): RunEventBody => ({ type: 'context:facts', text: digest, facts: [{ kind: 'instructions', label: '', digest }] });
    const bodies = [userMessage(1, 'one'), told('a'), assistantMessage(2, { text: 'Yes.' }), userMessage(3, 'two'), told('a b'), assistantMessage(4, { text: 'Yes.' })];
    for (const event of placed(bodies)) history.apply(event);
    assert.deepEqual([...history.knownFacts], [['instructions', 'a b']]);
    const [summed] = placed([{ type: 'context:compacted', text: 'summary', kept_messages: 2, tokens_before: 2, tokens_after: 1 }]);
    assert.ok(summed);
    history.apply(summed);
    assert.deepEqual([...history.knownFacts], []);
  });
});
