// Auto-fix within whole runs: asked for, recorded, read by the model, and bound to what it runs. The real loop, tools,
// checks and store against the scripted server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SequencedEvent } from '../../shared/events';
import { nextEvent, openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { answer } from '../../test/support/model-server/reply';
import { DemoProvider } from '../providers/demo';
import { tracePage } from '../trace/queries';
import type { ChatAgent } from './chat-agent';

/** Says of each line with "wrong" in it what a compiler would. */
const check = `
const fs = require('node:fs');
let found = 0;
for (const file of ['a.ts', 'b.ts']) fs.readFileSync(file, 'utf8').split('\\n').forEach((line, index) => {
  if (line.includes('wrong')) { found++; console.log(file + '(' + (index + 1) + ',7): error TS2322: ' + line.trim() + ' is wrong.'); }
});
process.exit(found ? 2 : 0);
`;
const files = { 'a.ts': 'export const a = 1;\n', 'b.ts': 'export const old = "wrong";\n', 'check.js': check };
const command = ['node', 'check.js'];

function write(content: string, path = 'a.ts'): ReturnType<NonNullable<AgentWorkspaceOptions['script']>> {
  return answer({ toolCalls: [{ id: randomUUID(), name: 'write_file', arguments: { path, content } }] });
}

describe('auto-fix in a run', () => {
  let workspace: AgentWorkspace;

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  /** Replies in order, then a plain end. */
  async function started(replies: ReturnType<typeof write>[], options: AgentWorkspaceOptions = {}): Promise<ChatAgent> {
    workspace = await openAgentWorkspace({
      files,
      approvals: 'full_auto',
      autoFix: { mode: 'on', command },
      script: ({ n }) => replies[n - 1] ?? answer({ text: 'Done.' }),
      ...options,
    });
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'do it');
    return agent;
  }

  /** The next question whether a check may run. */
  async function checkQuestion(): Promise<Extract<SequencedEvent, { type: 'approval:request' }>> {
    for (;;) {
      const request = await nextEvent(workspace, 'approval:request');
      if (request.tool_name === 'auto_fix') return request;
    }
  }

  const steps = async (agent: ChatAgent): Promise<string[]> =>
    (await workspace.events(agent)).flatMap((event) => {
      if (event.type === 'auto_fix:complete') return [`${event.result}: ${event.problems.map(({ file, line }) => `${file}:${line}`).join()}`];
      return event.type === 'auto_fix:step' ? [`${event.outcome} ${event.round}`] : [];
    });

  /** What the model was told by auto-fix, request by request. */
  const told = (): string[] =>
    ((workspace.server.requests.at(-1)?.body as { messages: { role: string; content: unknown }[] } | undefined)?.messages ?? [])
      .filter(({ role, content }) => role === 'user' && String(content).startsWith('[Auto-fix'))
      .map(({ content }) => String(content));

  it('tells the model what its change broke, not what was broken before, and ends when it is mended', async () => {
    const agent = await started([write('export const a = "wrong";\n'), write('export const a = 2;\n')]);
    assert.equal((await agent.settled())?.outcome, 'done');
    assert.deepEqual(await steps(agent), ['failed: b.ts:1', 'failed: a.ts:1', 'again 1', 'failed: ', 'only_old 1']);
    const [text = '', ...more] = told();
    assert.deepEqual(more, []);
    assert.match(text, /round 1 of 3[\s\S]*a\.ts[\s\S]*TS2322[\s\S]*1 problem from before your changes/);
    assert.doesNotMatch(text, /b\.ts/);
    const { traces } = await tracePage(workspace.store, { chat_id: agent.chat.chat_id });
    assert.deepEqual(traces.map(({ tool_name, outcome, subject }) => [tool_name, outcome, subject]), [
      ['auto_fix', 'success', 'node check.js'],
      ['write_file', 'success', 'a.ts'],
      ['auto_fix', 'success', 'node check.js'],
      ['write_file', 'success', 'a.ts'],
      ['auto_fix', 'success', 'node check.js'],
    ]);
  });

  it('stops when the same problem comes back', async () => {
    const agent = await started([write('export const a = "wrong";\n'), write('export const a = "wrong"; // again\n'), write('export const a = "wrong";\n')]);
    await agent.settled();
    const ends = (await steps(agent)).filter((step) => /^[a-z_]+ \d/.test(step));
    assert.deepEqual([ends[0], ends.at(-1)?.split(' ')[0]], ['again 1', 'repeated']);
  });

  it('asks once, then runs what was allowed, and asks again when what it runs was changed', async () => {
    const script: AgentWorkspaceOptions['script'] = ({ n }) => [write('1\n'), write('2\n'), write('3\n'), answer({ text: 'Done.' }), write('4\n')][n - 1] ?? answer({ text: 'Done.' });
    const agent = await started([], { approvals: 'auto_edit', script });
    const asked = await checkQuestion();
    assert.deepEqual(asked.subject.kind === 'command' && asked.subject.argv, command);
    agent.decide(asked.approval_id, 'allow');
    await agent.settled();
    const decisions = async (): Promise<string[]> =>
      (await workspace.events(agent)).flatMap((event) => (event.type === 'approval:decision' && event.decided_by !== 'policy' ? [`${event.decision} by ${event.decided_by}`] : []));
    assert.deepEqual(await decisions(), ['allow by user', 'allow_session by grant', 'allow_session by grant']);

    writeFileSync(join(workspace.root, 'check.js'), `require('node:fs').writeFileSync('owned', '');`);
    const swapped = checkQuestion();
    agent.send(randomUUID(), 'once more');
    agent.decide((await swapped).approval_id, 'deny');
    await agent.settled();
    assert.deepEqual([(await steps(agent)).at(-1), (await decisions()).at(-1), existsSync(join(workspace.root, 'owned'))], ['not_approved 0', 'deny by user', false]);
  });

  it('runs nothing where it is off, and nothing that nobody can allow', async () => {
    const off = await started([write('1\n')], { autoFix: { mode: 'off', command } });
    await off.settled();
    assert.deepEqual(await steps(off), []);
    await workspace.close();
    const unattended = await started([write('1\n')], { approvals: 'edits_only' });
    await unattended.settled();
    assert.deepEqual(await steps(unattended), ['not_approved 0']);
  });

  it('checks nothing after a write that was allowed and then could not be made', async () => {
    const agent = await started([write('1\n')], { approvals: 'ask' });
    const { approval_id } = await nextEvent(workspace, 'approval:request');
    writeFileSync(join(workspace.root, 'a.ts'), 'by someone else\n');
    agent.decide(approval_id, 'allow');
    assert.equal((await agent.settled())?.outcome, 'done');
    const { traces } = await tracePage(workspace.store, { chat_id: agent.chat.chat_id });
    assert.deepEqual([traces.map(({ tool_name, outcome }) => [tool_name, outcome]), await steps(agent)], [[['write_file', 'error']], []]);
  });

  it('is stopped with the run, and says that nothing is known', async () => {
    const agent = await started([write('1\n')], { autoFix: { mode: 'on', command: ['node', '-e', 'setTimeout(() => 0, 60000)'], beforeWriteMs: 0 } });
    await nextEvent(workspace, 'auto_fix:start');
    agent.stop();
    assert.equal((await agent.settled())?.outcome, 'stopped');
    assert.deepEqual(await steps(agent), ['stopped: ', 'stopped 0']);
  });

  it('finds the check of the changed package by itself, and asks for each round where it is to ask', async () => {
    const packages = { 'package.json': '{ "scripts": { "typecheck": "exit 9" } }', 'shop/package.json': '{ "scripts": { "build": "exit 8", "typecheck": "node check.js" } }' };
    const inShop = Object.fromEntries(Object.entries(files).map(([path, text]) => [`shop/${path}`, text]));
    const replies = [write('const a = "wrong";\n', 'shop/a.ts'), write('const a = 2;\n', 'shop/a.ts')];
    const agent = await started(replies, { files: { ...packages, ...inShop }, approvals: 'auto_edit', autoFix: { mode: 'ask' } });
    for (const round of [1, 2]) {
      const { title, approval_id, subject } = await checkQuestion();
      assert.deepEqual([title, subject.kind === 'command' && subject.cwd], ['Check the change with npm run typecheck', join(workspace.root, 'shop')], `round ${round}`);
      agent.decide(approval_id, 'allow');
    }
    assert.equal((await agent.settled())?.outcome, 'done');
    // Nobody was asked before the first write, so what was wrong then is told apart by what was written.
    assert.deepEqual(await steps(agent), ['failed: shop/a.ts:1', 'again 1', 'failed: ', 'only_old 1']);
  });

  it('asks each time about a check of which nothing can be said for good, whatever was answered before', async () => {
    const tooMuch = [...command, ...Array.from({ length: 2001 }, (_, n) => `word${n}`)];
    const agent = await started([write('1\n'), write('2\n')], { approvals: 'auto_edit', autoFix: { mode: 'on', command: tooMuch } });
    for (const round of [1, 2]) {
      const { approval_id, offers } = await checkQuestion();
      assert.deepEqual(offers, [], `round ${round}`);
      agent.decide(approval_id, 'allow');
    }
    assert.equal((await agent.settled())?.outcome, 'done');
  });

  it('keeps no secret of a check that is allowed for good, and asks about it no more', async () => {
    const secret = `sk-${'c'.repeat(30)}`;
    const agent = await started([write('1\n'), write('2\n')], { approvals: 'auto_edit', autoFix: { mode: 'ask', command: [...command, secret] } });
    agent.decide((await checkQuestion()).approval_id, 'allow_always');
    assert.equal((await agent.settled())?.outcome, 'done');
    const granted = await workspace.grants.list();
    assert.deepEqual([granted.length, JSON.stringify(granted).includes(secret)], [1, false]);
  });

  it('calls a check that does not end in time unknown: in the strip, in the traces and to the model', async () => {
    const endless = ['node', '-e', 'console.log("a.ts(1,7): error TS2322: no"); setTimeout(() => 0, 60000)'];
    const agent = await started([write('1\n')], { autoFix: { mode: 'on', command: endless, beforeWriteMs: 0, timeoutMs: 1000 } });
    assert.equal((await agent.settled())?.outcome, 'done');
    assert.deepEqual(await steps(agent), ['timed_out: ', 'timed_out 0']);
    const { traces } = await tracePage(workspace.store, { chat_id: agent.chat.chat_id });
    assert.deepEqual(traces.map(({ tool_name, outcome, error }) => [tool_name, outcome, error]), [
      ['write_file', 'success', null],
      ['auto_fix', 'error', 'Did not end within 1.0 s: nothing is known.'],
    ]);
    assert.match(told().join(), /did not end within 1\.0 s .*Whether the change is in order is not known\. .*Nothing more of this will be sent\./);
  });

  it('tells the model of a pass, so that the demo need not run the tests a second time, and asks no more than without it', async () => {
    workspace = await openAgentWorkspace({ provider: new DemoProvider({ pauseMs: [0, 0] }), autoFix: { mode: 'ask' } });
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'Fix the failing test');
    const asked: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { approval_id, tool_name } = await nextEvent(workspace, 'approval:request');
      asked.push(tool_name);
      agent.decide(approval_id, 'allow');
    }
    assert.equal((await agent.settled())?.outcome, 'done');
    assert.deepEqual([asked, await steps(agent)], [['run_command', 'edit_file', 'auto_fix'], ['passed: ', 'passed 0']]);
    const { traces } = await tracePage(workspace.store, { chat_id: agent.chat.chat_id });
    assert.equal(traces.length, 8);
  });

  /** The end of the strip, in words. */
  const lastWords = async (agent: ChatAgent): Promise<string[]> => {
    const last = (await workspace.events(agent)).findLast((event) => event.type === 'auto_fix:step');
    return last?.type === 'auto_fix:step' ? [last.outcome, last.text] : [];
  };
  const breaksIt = write('export const a = "wrong";\n');

  it('says what is left when the run ends at its limit, or fails', async () => {
    const limited = await started([breaksIt], { limits: { maxTurns: 1 } });
    assert.equal((await limited.settled())?.outcome, 'limit_reached');
    const left = ['left_open', '1 problem is left, and the run is over. 1 problem was there before.'];
    assert.deepEqual(await lastWords(limited), left);
    const last = (await workspace.events(limited)).at(-1);
    assert.equal(last?.type, 'run:end', 'the strip closes before the run does');
    await workspace.close();
    const failing = await started([breaksIt, answer({ text: '' })]);
    assert.equal((await failing.settled())?.outcome, 'failed');
    assert.deepEqual(await lastWords(failing), left);
  });

  it('says when the run is stopped whether the last change was looked at', async () => {
    const waiting = answer({ toolCalls: [{ id: 'q', name: 'ask_user', arguments: { question: 'Which?' } }] });
    const agent = await started([breaksIt, waiting]);
    await nextEvent(workspace, 'question:ask');
    agent.stop();
    assert.equal((await agent.settled())?.outcome, 'stopped');
    assert.deepEqual(await lastWords(agent), ['left_open', '1 problem is left, and the run is over. 1 problem was there before.']);
    await workspace.close();

    const mending = { id: 'w', name: 'write_file', arguments: { path: 'a.ts', content: 'export const a = 2;\n' } };
    const asking = { id: 'q', name: 'ask_user', arguments: { question: 'Which?' } };
    const midTurn = await started([breaksIt, answer({ toolCalls: [mending, asking] })]);
    await nextEvent(workspace, 'question:ask');
    midTurn.stop();
    await midTurn.settled();
    assert.deepEqual(await lastWords(midTurn), ['stopped', 'The run ended before what was done about 1 problem was checked. Whether the change is in order is not known.']);
  });

  it('adds no word when the strip has its end already', async () => {
    const agent = await started([breaksIt, write('export const a = 2;\n')], { limits: { maxTurns: 2 } });
    assert.equal((await agent.settled())?.outcome, 'limit_reached');
    assert.deepEqual((await steps(agent)).slice(-3), ['again 1', 'failed: ', 'only_old 1']);
  });
});
