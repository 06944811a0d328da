// Deletes stored chats for good: ends their runs, deletes them with everything of them, and writes the rest anew, so
// that nothing of them stays on disk as far as that goes.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCount } from '../../shared/format';
import { emptyOutputs } from '../session/output-sweep';
import { folderBytes } from '../session/folder-size';
import type { Store } from '../store/store';
import { quarantineName } from '../store/worker/file-names';
import type { Chats } from './chats';
import type { LastingGrants } from './lasting-grants';

export type DeletePorts = {
  chats: Chats;
  grants: LastingGrants;
  store: Store;
  /** The workspace's own folder. */
  directory: string;
  outputDirectory: string;
  deletedDirectory: string;
};

/** `remaining`: a sentence for each reason why something of it may still be on disk. */
export type Deleted = { chats: number; freed_bytes: number; remaining: string[] };

export async function deleteChats(ports: DeletePorts, chatIds: readonly string[]): Promise<Deleted> {
  return measured(ports, async () => {
    await ports.chats.delete(chatIds);
    return { chats: chatIds.length, remaining: await rewritten(ports.store) };
  });
}

/**
 * Every chat of the workspace, those that run included, every copy of a damaged file, every kept command output, what
 * tools deleted, what was allowed for good, and what was spent.
 */
export async function deleteEverything(ports: DeletePorts): Promise<Deleted> {
  return measured(ports, async () => {
    const stored = await ports.chats.list('', Number.MAX_SAFE_INTEGER);
    await ports.chats.delete(stored.map(({ chat_id }) => chat_id));
    // What cannot be removed of it is told by compact().
    await rm(join(ports.directory, quarantineName), { recursive: true, force: true }).catch(() => undefined);
    await ports.grants.revoke((await ports.grants.list()).map(({ grant_key }) => grant_key));
    await ports.store.write([{ op: 'spending.clear', value: {} }]);
    const remaining = await rewritten(ports.store);
    return { chats: stored.length, remaining: [...remaining, ...(await emptyOutputs(ports.outputDirectory)), ...(await removed(ports.deletedDirectory))] };
  });
}

async function removed(deletedDirectory: string): Promise<string[]> {
  return rm(deletedDirectory, { recursive: true, force: true, maxRetries: 3 }).then(
    () => [],
    () => [`Deleted files kept in ${deletedDirectory} could not all be removed.`],
  );
}

/** Writes the rest anew; returns what may still be there all the same. */
async function rewritten(store: Store): Promise<string[]> {
  const { remaining } = await store.compact();
  const { unreferenced } = (await store.check()).blobs;
  // While something is damaged nobody can be sure what uses them.
  const texts = unreferenced === 0 ? [] : [`${formatCount(unreferenced, 'long text')} that no chat uses any more could not be removed yet; reload the window and do it again.`];
  return [...remaining, ...texts];
}

async function measured({ directory }: DeletePorts, work: () => Promise<Omit<Deleted, 'freed_bytes'>>): Promise<Deleted> {
  const before = await folderBytes(directory);
  const deleted = await work();
  return { ...deleted, freed_bytes: Math.max(0, before - (await folderBytes(directory))) };
}
