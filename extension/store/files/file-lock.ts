// An exclusive lock between processes: a file that names its holder. It keeps two processes from doing the same
// work; it does not make late work harmless, so a holder still has to publish its result exclusively.
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { writeFlushed, type FileOperations } from './durable-file';
import { isDead, ownIdentity, processIdentity } from './process-identity';

const lockContent = z.object({
  holder: processIdentity,
  /** Tells one holding from another of the same process. */
  nonce: z.string(),
  /** What the holder works on; for people. */
  purpose: z.string(),
});
type LockContent = z.infer<typeof lockContent>;

/** A file that cannot be read as a lock is taken over once nobody has touched it for this long. */
const unreadablePatienceMs = 60_000;

export class FileLock {
  readonly #files: FileOperations;
  readonly #path: string;
  readonly #nonce: string;

  private constructor(files: FileOperations, path: string, nonce: string) {
    this.#files = files;
    this.#path = path;
    this.#nonce = nonce;
  }

  /** Null when a living process holds it. A lock whose holder is certainly dead is taken over. */
  static acquire(files: FileOperations, path: string, purpose: string): FileLock | null {
    const nonce = randomUUID();
    const content: LockContent = { holder: ownIdentity(), nonce, purpose };
    const temporary = join(dirname(path), `tmp-lock-${nonce}`);
    writeFlushed(files, temporary, Buffer.from(JSON.stringify(content)));
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        if (files.publish(temporary, path)) return new FileLock(files, path, nonce);
        if (!isStale(files, path) || !breakLock(files, path, nonce)) return null;
      }
      return null;
    } finally {
      files.remove(temporary);
    }
  }

  /** False when somebody took the lock over, because this process seemed to be dead. */
  isHeld(): boolean {
    return readLock(this.#files, this.#path)?.nonce === this.#nonce;
  }

  release(): void {
    if (this.isHeld()) this.#files.remove(this.#path);
  }
}

function readLock(files: FileOperations, path: string): LockContent | null {
  if (files.look(path) === null) return null;
  try {
    return lockContent.parse(JSON.parse(files.read(path).toString('utf8')));
  } catch {
    // Unreadable, or gone in between; the caller looks at the file's age.
    return null;
  }
}

function isStale(files: FileOperations, path: string): boolean {
  const lock = readLock(files, path);
  if (lock !== null) return isDead(lock.holder);
  const state = files.look(path);
  return state === null || Date.now() - state.modified_ms > unreadablePatienceMs;
}

/**
 * Moves the stale lock aside. Of several processes that do this at once one may move a fresh lock of another;
 * it then puts it back, and the other notices by `isHeld` should it have looked in between.
 */
function breakLock(files: FileOperations, path: string, nonce: string): boolean {
  const aside = join(dirname(path), `tmp-stale-lock-${nonce}`);
  try {
    files.rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
  const fresh = !isStale(files, aside);
  if (fresh) files.publish(aside, path);
  files.remove(aside);
  return !fresh;
}
