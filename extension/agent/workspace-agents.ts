// Wires the agents of one workspace: store, recorder, tools and chats. Both composition roots call this with what
// only they know (settings, keys, a person to ask).
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { BackgroundCommands } from '../platform/background-commands';
import type { DiskChange } from '../platform/change-gate';
import { nowMicros } from '../platform/clock';
import { CommandJournal, type ReapReport } from '../platform/command-journal';
import { CommandRunner } from '../platform/command-runner';
import type { EncodingFor } from '../platform/file-writes';
import { WorkspaceFiles } from '../platform/workspace-files';
import type { Store } from '../store/store';
import type { AutoFixSettings } from '../auto-fix/settings';
import type { Editor } from '../tools/editor';
import { builtInTools, toolSchemas } from '../tools/registry';
import { EventBus } from '../trace/event-bus';
import type { Redactor } from '../trace/redaction';
import type { ApprovalMode } from './approval-policy';
import type { ChosenModel } from './chat-agent';
import { Chats } from './chats';
import { LastingGrants } from './lasting-grants';
import { localMidnight } from './local-midnight';
import { projectFacts, type FactSettings } from './project-facts';
import type { RunLimits } from './ports';
import { RequestOpenings } from './request-opening';
import { Reservations } from './reservations';

export type WorkspaceAgentsPorts = {
  roots: readonly { name: string; path: string }[];
  store: Store;
  redactor: Redactor;
  /** The workspace's own folder under the storage location; command outputs are kept in it. */
  directory: string;
  /** Null where there is none for this platform: searching is then refused in words. */
  ripgrepPath: string | null;
  /** Names of environment variables that commands may see beyond the basic ones. */
  passEnvironment(): readonly string[];
  chooseModel(chatId: string): Promise<ChosenModel>;
  approvalMode(): ApprovalMode;
  /** Whether somebody is there to ask. */
  attended: boolean;
  autoFix(): AutoFixSettings;
  /** What the model is told of the project beside a message; left out: nothing. */
  facts?: FactSettings;
  /** Left out where there is no editor. */
  editor?: Editor;
  /** Hears of every change of a file that a tool has made. Must not throw. */
  afterChange?(change: DiskChange): void;
  /** What the editor takes a file's character set to be; left out where there is none. */
  encodingFor?: EncodingFor;
  /** The longest a command may be given, read anew for each; the runner's own when left out. */
  longestTimeoutMs?(): number;
  limits(): RunLimits;
  reportBug(error: unknown, where: string): void;
};

export type WorkspaceAgents = {
  chats: Chats;
  bus: EventBus;
  grants: LastingGrants;
  /** Commands that go on beside the chats. */
  background: BackgroundCommands;
  /** Where long command outputs are kept. */
  outputDirectory: string;
  /** Where files that a tool deleted or replaced are kept for a while. */
  deletedDirectory: string;
  /** Ends the commands that a host which is gone left running. To be called once, at the start. */
  reapOrphans(): Promise<ReapReport>;
  /** Stops every run and every process, and waits until their ends are on disk. */
  stop(): Promise<void>;
};

export function createWorkspaceAgents(ports: WorkspaceAgentsPorts): WorkspaceAgents {
  const bus = new EventBus((error) => ports.reportBug(error, 'event listener'));
  const outputDirectory = join(ports.directory, 'command-output');
  const deletedDirectory = join(ports.directory, 'deleted');
  const files = new WorkspaceFiles({
    // A long output is kept outside the workspace, where the model may read on but never write.
    roots: [...ports.roots, { name: 'command output', path: outputDirectory, readOnly: true }],
    ripgrepPath: ports.ripgrepPath,
    keepDeletedIn: deletedDirectory,
    ...(ports.encodingFor && { encodingFor: ports.encodingFor }),
    ...(ports.afterChange && { afterChange: ports.afterChange }),
  });
  const tools = new Map(builtInTools.map((tool) => [tool.name, tool]));
  const journal = new CommandJournal(join(ports.directory, 'running-commands'));
  const commands = new CommandRunner({
    files,
    journal,
    reportProblem: ports.reportBug,
    outputDirectory,
    extraEnvironment: () => environmentOf(ports.passEnvironment()),
    redact: (text) => ports.redactor.text(text),
    ...(ports.longestTimeoutMs && { longestTimeoutMs: ports.longestTimeoutMs }),
  });
  const grants = new LastingGrants(ports.store, nowMicros, (text) => ports.redactor.text(text));
  const chats = new Chats(
    { store: ports.store, bus, redactor: ports.redactor, nowMicros },
    {
      tools,
      toolSchemas: toolSchemas(builtInTools),
      toolContext: (chatId, signal, progress) => ({ files, commands, chatId, signal, progress, ...(ports.editor && { editor: ports.editor }) }),
      attended: ports.attended,
      redact: (text) => ports.redactor.text(text),
      grants,
      checks: { files, commands, settings: ports.autoFix },
      approvalMode: ports.approvalMode,
      chooseModel: ports.chooseModel,
      limits: ports.limits,
      projectFacts: async (known, signal) => {
        const redact = (text: string): string => ports.redactor.text(text);
        return ports.facts ? projectFacts({ ...ports.facts, files, redact, reportBug: ports.reportBug }, known, signal) : null;
      },
      spentToday: () => ports.store.read('spending.since', { at: localMidnight(nowMicros()) }),
      reservations: new Reservations(),
      openings: new RequestOpenings(ports.store, (text) => ports.redactor.text(text), ports.reportBug),
      newId: randomUUID,
      nowMicros,
      reportBug: ports.reportBug,
      stopBackground: (chatId) => commands.background.stopChat(chatId),
    },
  );
  const unsubscribe = ports.store.subscribe((notice) => {
    // Owned here: what could not be followed now is read when it is next asked for.
    if (notice.kind === 'changed') chats.followed(notice.chat_ids).catch((error: unknown) => ports.reportBug(error, 'following other processes'));
  });
  return {
    chats,
    bus,
    grants,
    background: commands.background,
    outputDirectory,
    deletedDirectory,
    reapOrphans: () => journal.reapOrphans(),
    stop: async () => {
      unsubscribe();
      await chats.stopAll();
      await commands.stopAll();
    },
  };
}

function environmentOf(names: readonly string[]): Record<string, string> {
  const pairs = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
