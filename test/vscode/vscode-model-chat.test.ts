// A chat of BooCode, with the real agent, tools and storage, that a model of another extension answers.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ChatAgent } from '../../extension/agent/chat-agent';
import { createWorkspaceAgents, type WorkspaceAgents } from '../../extension/agent/workspace-agents';
import { defaultAutoFixSettings } from '../../extension/auto-fix/settings';
import { findRipgrep } from '../../extension/platform/ripgrep-path';
import { openStore } from '../../extension/store/open-store';
import type { Store } from '../../extension/store/store';
import { eventsOf } from '../../extension/trace/queries';
import { Redactor } from '../../extension/trace/redaction';
import { ApiKeys } from '../../extension/vscode/api-keys';
import type { Log } from '../../extension/vscode/log';
import { ModelProviders } from '../../extension/vscode/model-providers';
import type { SequencedEvent } from '../../shared/events';
import { noBudgets } from '../../shared/spent-math';
import { call, guarded, plain, say, scriptedModels, talker, toolless, type ScriptedModels } from './scripted-models';

describe('a chat with a model of another extension', () => {
  let scripted: ScriptedModels;
  let base: string;
  let store: Store;
  let agents: WorkspaceAgents;
  const bugs: string[] = [];

  before(async () => {
    scripted = await scriptedModels();
    base = await mkdtemp(join(tmpdir(), 'boocode-lm-'));
    const root = join(base, 'workspace');
    await mkdir(root);
    await writeFile(join(root, 'note.txt'), 'the word is heron\n');
    const dist = join(vscode.extensions.getExtension('boocode.boocode')?.extensionPath ?? '', 'dist');
    const nothing = (): void => undefined;
    const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, show: nothing };
    const redactor = new Redactor();
    const noSecrets = { get: () => Promise.resolve(undefined), store: () => Promise.resolve(), delete: () => Promise.resolve(), onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event };
    const providers = new ModelProviders(new ApiKeys(noSecrets, redactor, log), log);
    store = await openStore({ directory: join(base, 'storage'), workerPath: join(dist, 'store-worker.js') });
    agents = createWorkspaceAgents({
      roots: [{ name: 'workspace', path: root }],
      store,
      redactor,
      directory: join(base, 'storage'),
      ripgrepPath: findRipgrep(dist),
      passEnvironment: () => [],
      chooseModel: () => providers.ready(),
      attended: true,
      autoFix: () => ({ ...defaultAutoFixSettings, mode: 'off' }),
      approvalMode: () => 'ask',
      limits: () => ({ maxTurns: 10, budgets: noBudgets }),
      reportBug: (error, where) => bugs.push(`${where}: ${String(error)}`),
    });
    await choose({ provider: 'vscode' });
  });
  after(async () => {
    await choose({ provider: undefined, model: undefined });
    await agents.stop();
    await store.close();
    await rm(base, { recursive: true, force: true });
  });
  beforeEach(() => {
    scripted.requests.length = 0;
  });
  afterEach(() => assert.deepEqual(bugs, []));

  async function choose(values: Readonly<Record<string, string | undefined>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) await vscode.workspace.getConfiguration('boocode').update(name, value, vscode.ConfigurationTarget.Global);
  }

  async function started(model: string): Promise<ChatAgent> {
    await choose({ model });
    const agent = agents.chats.create();
    agent.send(randomUUID(), 'What is the word?');
    return agent;
  }

  async function eventsIn<T extends SequencedEvent['type']>(agent: ChatAgent, type: T): Promise<Extract<SequencedEvent, { type: T }>[]> {
    const found: Extract<SequencedEvent, { type: T }>[] = [];
    const isOne = (event: SequencedEvent): event is Extract<SequencedEvent, { type: T }> => event.type === type;
    for await (const event of eventsOf(store, agent.chat.chat_id)) if (isOne(event)) found.push(event);
    return found;
  }

  it('runs the tools it calls, hands their results on, and counts tokens that nobody told by an estimate', async () => {
    scripted.answer = (report, _token, nth) => report(nth === 1 ? call('a', 'read_file', { path: 'note.txt' }) : say('It is heron.'));
    const agent = await started(talker);
    assert.equal((await agent.settled())?.outcome, 'done');
    const [first, second] = scripted.requests.map(({ messages }) => messages.map(plain));
    assert.deepEqual(second?.slice(0, first?.length), first, 'the second request begins with the first');
    assert.match(JSON.stringify(second?.at(-1)), /"result":"a".*the word is heron/);
    const calls = await eventsIn(agent, 'llm_call:complete');
    assert.deepEqual(
      calls.map(({ provider, model, usage, raw_usage, cost_usd }) => ({ provider, model, usage, raw_usage, cost_usd })),
      Array.from({ length: 2 }, () => ({ provider: 'vscode', model: talker, usage: null, raw_usage: null, cost_usd: null })),
    );
    const { spent } = agent.chat;
    assert.deepEqual([spent.calls, spent.unpriced_calls, spent.estimated_calls, spent.tokens > 0], [2, 2, 2, true]);
  });

  it('stops it at once', async () => {
    const told = new Promise<void>((resolve) => {
      scripted.answer = (report, token) => {
        report(say('Let me think'));
        return new Promise(() => token.onCancellationRequested(() => resolve()));
      };
    });
    const agent = await started(talker);
    const heard = agents.bus.subscribe((message) => {
      if (message.kind === 'transient' && message.event.type === 'text:delta') agent.stop();
    });
    assert.equal((await agent.settled())?.outcome, 'stopped');
    heard();
    await told;
  });

  for (const [what, model, code] of [['cannot call tools', toolless, 'no_tools'], ['a person did not allow', guarded, 'no_permission'], ['nobody offers', 'boocode-test/scripted/gone', 'unknown_model']] as const) {
    it(`ends with a word on what to do when the model is one that ${what}`, async () => {
      const agent = await started(model);
      const report = await agent.settled();
      assert.deepEqual([report?.outcome, report?.error?.code, scripted.requests], ['failed', code, []]);
      assert.ok(report?.error?.next_step);
    });
  }
});
