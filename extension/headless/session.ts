// Everything one headless call works with, opened for it and closed after it.
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { createWorkspaceAgents, type WorkspaceAgents } from '../agent/workspace-agents';
import type { ApprovalMode } from '../agent/approval-policy';
import { factKinds } from '../agent/project-facts';
import { defaultAutoFixSettings } from '../auto-fix/settings';
import { findRipgrep } from '../platform/ripgrep-path';
import { userStorage, workspaceDirectory } from '../platform/storage-location';
import { openStore } from '../store/open-store';
import type { Store, StoreNotice } from '../store/store';
import { noBudgets } from '../../shared/spent-math';
import { storageWords } from '../../shared/storage';
import { Redactor } from '../trace/redaction';
import { chosenModel } from './chosen-model';
import { UsageError, type HeadlessOptions } from './options';

export type HeadlessSession = WorkspaceAgents & { store: Store; redactor: Redactor; directory: string; close(): Promise<void> };

const approvalModes: Record<HeadlessOptions['approve'], ApprovalMode> = { none: 'reads_only', edits: 'edits_only', all: 'all' };

/** `tell`: what a person should hear of the storage and of commands left behind. Throws UsageError for a workspace that is not there and for a provider that lacks what it needs. */
export async function openSession(options: HeadlessOptions, dist: string, environment: NodeJS.ProcessEnv, tell: (line: string) => void): Promise<HeadlessSession> {
  const workspace = resolve(options.workspace);
  if (!existsSync(workspace) || !statSync(workspace).isDirectory()) throw new UsageError(`--workspace: ${workspace} is not a folder.`);
  const redactor = new Redactor();
  const key = environment[options['api-key-env']];
  if (key) redactor.add(key);
  const reportBug = (error: unknown, where: string): void => console.error(`${where}:`, error);
  const chooseModel = chosenModel(options, key, (error) => reportBug(error, 'list of models'));
  const directory = await workspaceDirectory(options.storage ? resolve(options.storage) : userStorage(environment), [workspace]);
  const store = await openStore({ directory, workerPath: `${dist}/store-worker.js` });
  store.subscribe((notice) => {
    const line = noticeText(notice);
    if (line !== null) tell(line);
  });
  const agents = createWorkspaceAgents({
    roots: [{ name: basename(workspace), path: workspace }],
    store,
    redactor,
    directory,
    ripgrepPath: findRipgrep(dist),
    passEnvironment: () => [],
    chooseModel,
    approvalMode: () => approvalModes[options.approve],
    attended: false,
    facts: { include: () => factKinds },
    autoFix: () => ({ ...defaultAutoFixSettings, mode: options['auto-fix'] === 'on' ? 'on' : 'off' }),
    limits: () => ({ maxTurns: 1_000, budgets: { ...noBudgets, run: { tokens: options['budget-tokens'] ?? null, usd: null } } }),
    reportBug,
  });
  await endLeftBehind(agents, tell);
  const close = async (): Promise<void> => {
    await agents.stop();
    await store.close();
  };
  return { ...agents, store, redactor, directory, close };
}

/** Commands of a run that was killed. That they cannot be looked for keeps nobody from what was asked. */
async function endLeftBehind(agents: WorkspaceAgents, tell: (line: string) => void): Promise<void> {
  try {
    const { reaped, unreadable } = await agents.reapOrphans();
    for (const { command_line, ended, left } of reaped) {
      if (left.length > 0) tell(`Could not end what an earlier run had left behind: ${command_line} (process ${left.join(', ')})`);
      else if (ended > 0) tell(`Ended what an earlier run had left behind: ${command_line}`);
    }
    for (const name of unreadable) tell(`A note of a running command cannot be read: ${name}`);
  } catch (error) {
    tell(`Commands that an earlier run may have left behind could not be looked for: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function noticeText(notice: StoreNotice): string | null {
  switch (notice.kind) {
    case 'changed':
      return null;
    case 'unsaved':
      return storageWords({ state: 'unsaved', reason: notice.reason, writes: notice.writes }).message;
    case 'saved':
      return 'Everything is saved again.';
    case 'trouble':
      return `Damage was found in the storage. ${notice.problems.join(' ')} Everything else was read. Copies are kept in ${notice.kept_in}.`;
  }
}
