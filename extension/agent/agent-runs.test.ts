// Whole runs: the real loop, tools, store and model client against the scripted server.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { noBudgets } from '../../shared/spent-math';
import { nextEvent, openAgentWorkspace, type AgentWorkspace, type AgentWorkspaceOptions } from '../../test/support/agent/agent-workspace';
import { assertGolden } from '../../test/support/agent/golden-log';
import { answer, fault } from '../../test/support/model-server/reply';
import type { Script } from '../../test/support/model-server/server';
import { DemoProvider } from '../providers/demo';
import { tracePage } from '../trace/queries';
import type { ChatAgent } from './chat-agent';

const files = { 'a.ts': 'export const a = 1;\n', 'b.ts': 'export const b = 2;\n' };
const edit = { id: 'call_edit', name: 'edit_file', arguments: { path: 'a.ts', old_text: 'a = 1', new_text: 'a = 3' } };

/** The n-th reply for the n-th request. */
function inOrder(...replies: ReturnType<Script>[]): Script {
  return ({ n }) => replies[n - 1] ?? fault.status(500, { message: `no reply is scripted for request ${n}` });
}

describe('agent runs', () => {
  let workspace: AgentWorkspace;

  afterEach(async () => {
    const { bugs } = workspace;
    await workspace.close();
    assert.deepEqual(bugs, []);
  });

  async function started(options: AgentWorkspaceOptions, task = 'do it'): Promise<ChatAgent> {
    workspace = await openAgentWorkspace({ files, ...options });
    const agent = workspace.chats.create();
    agent.send(randomUUID(), task);
    return agent;
  }

  it('asks no model that is known to call no tools, and says so', async () => {
    const agent = await started({ known: { calls_tools: false } });
    const report = await agent.settled();
    assert.deepEqual([report?.outcome, report?.error?.code, report?.turns, workspace.server.requests.length], ['failed', 'no_tools', 0, 0]);
  });

  it('reads in parallel, edits and runs a command after approval, and leaves this log', async () => {
    const agent = await started({
      script: inOrder(
        answer({
          reasoning: 'Look first.',
          text: 'I read both.',
          toolCalls: [
            { id: 'call_a', name: 'read_file', arguments: { path: 'a.ts' } },
            { id: 'call_b', name: 'read_file', arguments: { path: 'b.ts' } },
          ],
        }),
        answer({ toolCalls: [edit, { id: 'call_run', name: 'run_command', arguments: { argv: ['node', '-p', '1+1'] } }] }),
        answer({ text: 'Done.' }),
      ),
    });
    for (let n = 0; n < 2; n++) {
      const asked = await nextEvent(workspace, 'approval:request');
      assert.equal(agent.decide(asked.approval_id, 'allow'), true);
    }
    const report = await agent.settled();
    assert.equal(report?.outcome, 'done');
    assert.equal(readFileSync(join(workspace.root, 'a.ts'), 'utf8'), 'export const a = 3;\n');
    assertGolden('approved-edit-and-command', await workspace.events(agent), workspace.root);
  });

  it('runs the demo model to a mended sample project, and leaves this log', async () => {
    workspace = await openAgentWorkspace({ provider: new DemoProvider({ pauseMs: [0, 0] }), approvals: 'full_auto' });
    const agent = workspace.chats.create();
    agent.send(randomUUID(), 'Fix the failing test');
    assert.equal((await agent.settled())?.outcome, 'done');
    const events = await workspace.events(agent);
    // The test runner prints its own times and this machine's paths; the rest of the log is fixed.
    const fixed = events.map((event) => (event.type === 'tool_trace:complete' && event.tool_name === 'run_command' ? { ...event, output: '<output>' } : event));
    assertGolden('demo-run', fixed, workspace.root);
  });

  it('tells the model of a refusal and changes nothing', async () => {
    const agent = await started({ script: inOrder(answer({ toolCalls: [edit] }), answer({ text: 'As you wish.' })) });
    agent.decide((await nextEvent(workspace, 'approval:request')).approval_id, 'deny');
    const report = await agent.settled();
    assert.deepEqual({ outcome: report?.outcome, denied: report?.denied }, { outcome: 'done', denied: 1 });
    assert.equal(readFileSync(join(workspace.root, 'a.ts'), 'utf8'), files['a.ts']);
    assert.match(workspace.server.toolResults()[0]?.content ?? '', /user refused/);
    const { traces } = await tracePage(workspace.store, { chat_id: agent.chat.chat_id });
    assert.deepEqual(traces.map((trace) => [trace.tool_name, trace.outcome, trace.latency_ms]), [['edit_file', 'denied', 0]]);
  });

  it('asks about a protected file in full auto too', async () => {
    const write = { id: 'w', name: 'write_file', arguments: { path: '.env', content: 'KEY=1' } };
    const agent = await started({ approvals: 'full_auto', script: inOrder(answer({ toolCalls: [write] }), answer({ text: 'ok' })) });
    const asked = await nextEvent(workspace, 'approval:request');
    assert.notEqual(asked.reason, '');
    assert.equal(existsSync(join(workspace.root, '.env')), false);
    agent.decide(asked.approval_id, 'deny');
    await agent.settled();
    assert.equal(existsSync(join(workspace.root, '.env')), false);
  });

  it('refuses writes and commands where nobody can be asked', async () => {
    const agent = await started({ approvals: 'reads_only', script: inOrder(answer({ toolCalls: [edit] }), answer({ text: 'I would have edited.' })) });
    const report = await agent.settled();
    assert.deepEqual([report?.outcome, report?.denied], ['done', 1]);
    assert.equal(readFileSync(join(workspace.root, 'a.ts'), 'utf8'), files['a.ts']);
  });

  it('stops in the middle of an answer: keeps what came, aborts the request, runs nothing more', async () => {
    const agent = await started({ script: () => answer({ text: 'word '.repeat(2_000), pieceLength: 5, pauseMs: 10 }) });
    await new Promise<void>((resolve) => {
      const unsubscribe = workspace.bus.subscribe((message) => {
        if (message.kind !== 'transient' || message.event.type !== 'text:delta') return;
        unsubscribe();
        resolve();
      });
    });
    agent.stop();
    const report = await agent.settled();
    assert.equal(report?.outcome, 'stopped');
    const message = (await workspace.events(agent)).find((event) => event.type === 'message:assistant');
    assert.ok(message?.type === 'message:assistant' && message.partial && message.text.startsWith('word'));
    await waitFor(() => workspace.server.requests[0]?.wasAborted === true);
    assert.equal(workspace.server.requests.length, 1);
  });

  it('stops a running command and its children', async () => {
    const marker = 'setTimeout(() => require("fs").writeFileSync("late.txt", "x"), 3000)';
    const agent = await started({
      approvals: 'full_auto',
      script: inOrder(answer({ toolCalls: [{ id: 'run', name: 'run_command', arguments: { argv: ['node', '-e', `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(marker)}], { stdio: "ignore" }); setTimeout(() => {}, 60000)`] } }] })),
    });
    await nextEvent(workspace, 'tool_trace:start');
    await new Promise((resolve) => setTimeout(resolve, 300));
    agent.stop();
    assert.equal((await agent.settled())?.outcome, 'stopped');
    const { traces } = await tracePage(workspace.store, { chat_id: agent.chat.chat_id });
    assert.deepEqual(traces.map((trace) => trace.outcome), ['cancelled']);
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    assert.equal(existsSync(join(workspace.root, 'late.txt')), false, 'the grandchild was ended too');
  }).timeout(15_000);

  it('stops while it waits for an approval, and the late answer does nothing', async () => {
    const agent = await started({ script: inOrder(answer({ toolCalls: [edit] })) });
    const asked = await nextEvent(workspace, 'approval:request');
    agent.stop();
    assert.equal((await agent.settled())?.outcome, 'stopped');
    assert.equal(agent.decide(asked.approval_id, 'allow'), false);
    assert.equal(readFileSync(join(workspace.root, 'a.ts'), 'utf8'), files['a.ts']);
    const decision = (await workspace.events(agent)).find((event) => event.type === 'approval:decision');
    assert.ok(decision?.type === 'approval:decision' && decision.decision === 'cancelled');
  });

  it('queues what is said while it works and takes it up afterwards, without what was taken back', async () => {
    const agent = await started({ script: inOrder(answer({ toolCalls: [edit] }), answer({ text: 'one' }), answer({ text: 'two' })) });
    const asked = await nextEvent(workspace, 'approval:request');
    const [second, third] = [randomUUID(), randomUUID()];
    agent.send(second, 'and then this');
    agent.send(second, 'and then this');
    agent.send(third, 'not this');
    agent.unqueue(third);
    agent.decide(asked.approval_id, 'allow');
    await agent.settled();
    const events = await workspace.events(agent);
    const said = events.filter((event) => event.type === 'message:user').map((event) => event.text);
    assert.deepEqual(said, ['do it', 'and then this']);
    assert.equal(workspace.server.requests.length, 3);
    assert.equal(events.filter((event) => event.type === 'run:end').length, 2);
  });

  it('tells the model of unknown tools and broken arguments, never runs them, and goes on', async () => {
    const agent = await started({
      approvals: 'full_auto',
      script: inOrder(
        answer({ toolCalls: [{ id: 'x', name: 'fly', arguments: {} }] }),
        answer({ toolCalls: [{ id: 'y', name: 'write_file', arguments: '{"path":"c.ts","content":"hal' }] }),
        answer({ toolCalls: [{ id: 'z', name: 'read_file', arguments: { file: 'a.ts' } }] }),
        answer({ text: 'Sorry.' }),
      ),
    });
    assert.equal((await agent.settled())?.outcome, 'done');
    assert.equal(existsSync(join(workspace.root, 'c.ts')), false);
    const told = workspace.server.toolResults().map(({ content }) => content);
    assert.match(told[0] ?? '', /no tool named "fly".*read_file/s);
    assert.match(told[1] ?? '', /not valid JSON, so nothing was run/);
    assert.match(told[2] ?? '', /do not fit its schema/);
  });

  it('gives up after three turns of nothing but broken arguments', async () => {
    const agent = await started({ script: () => answer({ toolCalls: [{ name: 'read_file', arguments: '{"path":' }] }) });
    const report = await agent.settled();
    assert.deepEqual([report?.outcome, report?.error?.code, report?.turns], ['failed', 'malformed_calls', 3]);
  });

  const failures: [what: string, script: Script, code: string][] = [
    ['a wrong key', () => fault.status(401, { message: 'bad key' }), 'bad_key'],
    ['no balance', () => fault.status(402, { message: 'pay' }), 'no_balance'],
    ['an unknown model', () => fault.status(404, { message: 'model not found' }), 'unknown_model'],
    ['an empty answer', () => answer({}), 'empty_answer'],
  ];
  for (const [what, script, code] of failures) {
    it(`tells plainly of ${what}, keeps the chat, and can be tried again`, async () => {
      const agent = await started({ script });
      const report = await agent.settled();
      assert.deepEqual([report?.outcome, report?.error?.code], ['failed', code]);
      assert.ok(report?.error?.message && report.error.next_step);
      assert.equal(agent.chat.status, 'failed');
      const asked = workspace.server.requests.length;
      agent.retry();
      await agent.settled();
      assert.ok(workspace.server.requests.length > asked);
      const said = (await workspace.events(agent)).filter((event) => event.type === 'message:user');
      assert.equal(said.length, 1);
    });
  }

  it('stops at the limits of turns and tokens, and a message goes on from there', async () => {
    const agent = await started({ limits: { maxTurns: 2 }, script: () => answer({ toolCalls: [{ name: 'read_file', arguments: { path: 'a.ts' } }] }) });
    const report = await agent.settled();
    assert.deepEqual([report?.outcome, report?.error?.code, report?.turns], ['limit_reached', 'max_turns', 2]);
    agent.send(randomUUID(), 'go on');
    await agent.settled();
    assert.equal(agent.chat.turns, 4);
    await workspace.close();
    const second = await started({ limits: { budgets: { ...noBudgets, run: { tokens: 10, usd: null } } }, script: () => answer({ toolCalls: [{ name: 'read_file', arguments: { path: 'a.ts' } }] }) });
    const spent = await second.settled();
    assert.deepEqual([spent?.outcome, spent?.error?.code, spent?.turns], ['limit_reached', 'budget', 0]);
  });

  it('stores no key: what a tool reads of it is redacted for the store, the panels and the model', async () => {
    const agent = await started({
      files: { 'notes.txt': 'the key is canary-api-key-0123456789, keep it' },
      script: inOrder(answer({ toolCalls: [{ name: 'read_file', arguments: { path: 'notes.txt' } }] }), answer({ text: 'canary-api-key-0123456789' })),
    });
    await agent.settled();
    const stored = JSON.stringify([await workspace.events(agent), await tracePage(workspace.store, { chat_id: agent.chat.chat_id })]);
    assert.equal(stored.includes('canary-api-key'), false);
    assert.match(workspace.server.toolResults()[0]?.content ?? '', /the key is \[redacted\]/);
  });

  it('lets the model read on in an output that was too long to show, and never write there', async () => {
    const flood = 'for (let n = 1; n <= 20000; n++) console.log("line " + n)';
    let kept = '';
    const agent = await started({
      approvals: 'full_auto',
      script: ({ n, body }) => {
        const told = String(body.messages.at(-1)?.content);
        if (n === 1) return answer({ toolCalls: [{ id: 'run', name: 'run_command', arguments: { argv: ['node', '-e', flood], cwd: null } }] });
        if (n === 2) {
          kept = /whole output as (.+)\]/.exec(told)?.[1] ?? '';
          return answer({ toolCalls: [{ id: 'read', name: 'read_file', arguments: { path: kept, start_line: 10_000, end_line: 10_000 } }, { id: 'write', name: 'write_file', arguments: { path: kept, content: 'x' } }] });
        }
        return answer({ text: 'Seen.' });
      },
    });
    await agent.settled();
    const [run, read, write] = workspace.server.toolResults().map(({ content }) => content);
    assert.match(run ?? '', /line 1\n.*line 20000/s);
    assert.match(read ?? '', /line 10000/);
    assert.match(write ?? '', /can be read but not written/);
  });

  it('is read back by another process with the same conversation, byte for byte', async () => {
    const agent = await started({
      approvals: 'full_auto',
      script: inOrder(
        answer({ text: 'Reading.', toolCalls: [{ id: 'r', name: 'read_file', arguments: { path: 'a.ts' } }, edit] }),
        answer({ text: 'First done.' }),
        answer({ text: 'Second done.' }),
      ),
    });
    await agent.settled();
    const again = await workspace.reopened();
    const resumed = await again.chats.open(agent.chat.chat_id);
    resumed.send(randomUUID(), 'and now?');
    await resumed.settled();
    const [second, third] = workspace.server.requests.slice(1).map(({ rawBody }) => JSON.stringify(JSON.parse(rawBody).messages));
    assert.ok(second && third?.startsWith(second.slice(0, -1)), 'the next request starts with the one before');
    assert.equal(resumed.chat.turns, 3);
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('waited in vain');
}
