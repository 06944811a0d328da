// A whole agent for a test: real folder, real store and worker, real tools, and the real client against the scripted
// model server. Only the person who approves is played by the test.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ApprovalMode } from '../../../extension/agent/approval-policy';
import type { ChatAgent } from '../../../extension/agent/chat-agent';
import type { RunLimits } from '../../../extension/agent/ports';
import type { FactSettings } from '../../../extension/agent/project-facts';
import { defaultAutoFixSettings, type AutoFixSettings } from '../../../extension/auto-fix/settings';
import { createWorkspaceAgents, type WorkspaceAgents } from '../../../extension/agent/workspace-agents';
import { findRipgrep } from '../../../extension/platform/ripgrep-path';
import type { ModelProvider } from '../../../extension/providers/model';
import { unknownModel, type KnownModel } from '../../../extension/providers/models';
import { OpenAICompatibleProvider } from '../../../extension/providers/openai-compatible';
import { openStore } from '../../../extension/store/open-store';
import type { Store } from '../../../extension/store/store';
import { eventsOf } from '../../../extension/trace/queries';
import { Redactor } from '../../../extension/trace/redaction';
import type { SequencedEvent } from '../../../shared/events';
import { noBudgets } from '../../../shared/spent-math';
import { startModelServer, type ModelServer, type Script } from '../model-server/server';
import { repositoryRoot } from '../repository-root';
import { buildStore } from '../store/build-worker';

export type AgentWorkspaceOptions = {
  /** Off unless told otherwise. */
  autoFix?: Partial<AutoFixSettings>;
  script?: Script;
  /** In place of the scripted server. */
  provider?: ModelProvider;
  /** Read anew for each run; what is left out is as without it. */
  chosen?: { provider?: ModelProvider; model?: string };
  /** Files to write, by path; without any the sample project is copied. */
  files?: Readonly<Record<string, string>>;
  approvals?: ApprovalMode;
  limits?: Partial<RunLimits>;
  /** What the model is told of the project; nothing unless told. */
  facts?: FactSettings;
  /** What is known of the model; nothing unless told. Read anew for each turn. */
  known?: Partial<KnownModel>;
};

export type AgentWorkspace = WorkspaceAgents & {
  root: string;
  store: Store;
  server: ModelServer;
  redactor: Redactor;
  /** What went wrong inside BooCode; a test that expects none asserts that this is empty. */
  bugs: string[];
  mode: { current: ApprovalMode };
  /** Every stored event of the chat. */
  events(agent: ChatAgent): Promise<SequencedEvent[]>;
  /** A second process's view: the same directory opened anew. */
  reopened(): Promise<WorkspaceAgents & { store: Store }>;
  close(): Promise<void>;
};

export async function openAgentWorkspace(options: AgentWorkspaceOptions): Promise<AgentWorkspace> {
  const base = await mkdtemp(join(tmpdir(), 'boocode-agent-'));
  const root = join(base, 'workspace');
  const directory = join(base, 'storage');
  if (options.files) for (const [path, text] of Object.entries(options.files)) await writeNew(join(root, path), text);
  else await cp(join(repositoryRoot, 'media', 'sample-workspace'), root, { recursive: true });
  await mkdir(root, { recursive: true });
  const { workerPath } = await buildStore();
  const server = await startModelServer({ script: options.script ?? (() => () => []) });
  const mode = { current: options.approvals ?? 'ask' };
  const bugs: string[] = [];
  const redactor = new Redactor();
  const apiKey = 'canary-api-key-0123456789';
  redactor.add(apiKey);
  const provider =
    options.provider ??
    new OpenAICompatibleProvider({
      id: 'openai-compatible',
      label: 'The scripted server',
      baseUrl: server.url,
      apiKey: () => Promise.resolve(apiKey),
      requiresKey: false,
      retry: { minMs: 1, maxMs: 2 },
    });
  const open = async (): Promise<WorkspaceAgents & { store: Store }> => {
    const store = await openStore({ directory, workerPath });
    const agents = createWorkspaceAgents({
      roots: [{ name: 'workspace', path: root }],
      store,
      redactor,
      directory,
      ripgrepPath: findRipgrep(join(repositoryRoot, 'dist')),
      passEnvironment: () => [],
      chooseModel: () =>
        Promise.resolve({
          provider: options.chosen?.provider ?? provider,
          model: options.chosen?.model ?? 'scripted',
          get known() {
            return { ...unknownModel, ...options.known };
          },
        }),
      attended: true,
      autoFix: () => ({ ...defaultAutoFixSettings, mode: 'off', ...options.autoFix }),
      approvalMode: () => mode.current,
      ...(options.facts && { facts: options.facts }),
      limits: () => ({ maxTurns: 100, budgets: noBudgets, ...options.limits }),
      reportBug: (error, where) => bugs.push(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    });
    opened.push({ ...agents, store });
    return { ...agents, store };
  };
  const opened: (WorkspaceAgents & { store: Store })[] = [];
  const first = await open();
  return {
    ...first,
    root,
    server,
    redactor,
    bugs,
    mode,
    events: async (agent) => {
      const events: SequencedEvent[] = [];
      for await (const event of eventsOf(first.store, agent.chat.chat_id)) events.push(event);
      return events;
    },
    reopened: open,
    close: async () => {
      for (const one of opened) {
        await one.stop();
        await one.store.close();
      }
      await server.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Resolves with the first event of this type that is recorded from now on. */
export function nextEvent<T extends SequencedEvent['type']>(agents: WorkspaceAgents, type: T): Promise<Extract<SequencedEvent, { type: T }>> {
  return new Promise((resolve) => {
    const unsubscribe = agents.bus.subscribe((message) => {
      if (message.kind !== 'events') return;
      const found = message.events.find((event): event is Extract<SequencedEvent, { type: T }> => event.type === type);
      if (!found) return;
      unsubscribe();
      resolve(found);
    });
  });
}
