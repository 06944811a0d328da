// Opens the storage of the workspace for the editor: its folder, the store in it, and who watches how well it keeps.
import type * as vscode from 'vscode';
import { join } from 'node:path';
import { workspaceDirectory } from '../platform/storage-location';
import { StorageHealth } from '../session/storage-health';
import { openStore } from '../store/open-store';
import { StoreError } from '../store/store';

export type StartedStorage = { directory: string; health: StorageHealth };

/** Throws a StoreError when there is no storage at all. */
export async function startStorage(context: vscode.ExtensionContext, roots: readonly { path: string }[], dist: string): Promise<StartedStorage> {
  const storage = context.globalStorageUri.fsPath;
  const directory = await workspaceDirectory(storage, roots.map((root) => root.path)).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError('io', `BooCode’s folder ${storage} cannot be used: ${reason}.`, { cause: error });
  });
  return { directory, health: new StorageHealth(await openStore({ directory, workerPath: join(dist, 'store-worker.js') })) };
}
