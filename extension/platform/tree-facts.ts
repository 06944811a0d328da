// What a file or folder holds, and a mark that tells whether any of it changed since. Reads names and times, and the
// content of a single file; follows no link.
import { createHash } from 'node:crypto';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse, type Outcome } from './outcome';
import { withRegularFile } from './regular-file';
import { hashOf } from './text-file';

/** Which thing on disk this is, whatever it is called. */
export type Identity = { dev: bigint; ino: bigint };

export type TreeFacts = {
  kind: 'file' | 'folder' | 'link';
  /** Everything in it that is not a folder, links included; 1 for a file. */
  files: number;
  bytes: number;
  /** The same as long as nothing in it was changed, added or taken away, whatever it is called itself. */
  mark: string;
  /** All that a folder holds, relative to it, `/` between, sorted; empty for a file. */
  entries: readonly string[];
  identity: Identity;
};

const mostEntries = 200_000;
const atOnce = 64;
const contentUpTo = 10 * 1024 * 1024;

/** `name` is what messages call it. */
export async function treeFacts(path: string, name: string, signal: AbortSignal): Promise<Outcome<TreeFacts, 'too_large' | 'not_a_file'>> {
  const top = await lstat(path, { bigint: true });
  const identity = { dev: top.dev, ino: top.ino };
  const bytes = Number(top.size);
  if (top.isSymbolicLink()) {
    const mark = `link ${await readlink(path)}`;
    return { ok: true, value: { kind: 'link', files: 1, bytes: 0, mark, entries: [], identity } };
  }
  if (top.isFile()) {
    const content = bytes <= contentUpTo ? await withRegularFile(path, contentUpTo, async (file) => hashOf(await file.readFile())) : null;
    const mark = content ?? [top.ino, top.size, top.mtimeNs, top.mode].join(' ');
    return { ok: true, value: { kind: 'file', files: 1, bytes, mark, entries: [], identity } };
  }
  if (!top.isDirectory()) return refuse('not_a_file', `${name} is neither a file nor a folder.`, 'Leave it, or use a command.');
  const inside = await walk(path, signal);
  if (inside === null) return refuse('too_large', `${name} holds over ${mostEntries} entries.`, 'Use a command for it.');
  const hash = createHash('sha256');
  const sorted = inside.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const one of sorted) hash.update(`${one.path}\0${one.mark}\0`);
  const files = sorted.filter((one) => !one.isFolder);
  return {
    ok: true,
    value: {
      kind: 'folder',
      files: files.length,
      bytes: files.reduce((sum, one) => sum + one.bytes, 0),
      mark: hash.digest('hex'),
      entries: sorted.map((one) => one.path),
      identity,
    },
  };
}

/** Whether a thing, under whatever name, still is what was looked at before. */
export async function isUnchanged(path: string, before: TreeFacts, signal: AbortSignal): Promise<boolean> {
  const now = await treeFacts(path, path, signal);
  return now.ok && isSame(now.value.identity, before.identity) && now.value.mark === before.mark;
}

export async function identityOf(path: string): Promise<Identity> {
  const { dev, ino } = await lstat(path, { bigint: true });
  return { dev, ino };
}

export function isSame(a: Identity, b: Identity): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

type Inside = { path: string; isFolder: boolean; bytes: number; mark: string };

/** Null when there is too much of it. */
async function walk(top: string, signal: AbortSignal): Promise<Inside[] | null> {
  const found: Inside[] = [];
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted();
    const names = await readdir(join(top, folder));
    if (found.length + names.length > mostEntries) return null;
    for (let from = 0; from < names.length; from += atOnce) {
      const some = names.slice(from, from + atOnce).map((name) => (folder === '' ? name : `${folder}/${name}`));
      const facts = await Promise.all(some.map((path) => lstat(join(top, path), { bigint: true })));
      for (const [index, path] of some.entries()) {
        const one = facts[index];
        if (one === undefined) continue;
        const isFolder = one.isDirectory();
        if (isFolder) waiting.push(path);
        found.push({ path, isFolder, bytes: isFolder ? 0 : Number(one.size), mark: isFolder ? 'folder' : markOf(one) });
      }
    }
  }
  return found;
}

/** No content: the time of the last change of any kind cannot be set back by a program. */
function markOf(facts: { ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint; mode: bigint }): string {
  return [facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs, facts.mode].join(' ');
}
