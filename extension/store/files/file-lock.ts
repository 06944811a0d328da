// An exclusive lock between processes: a file that names its holder and whose time its holder renews. It keeps two
// processes from doing the same work; it does not make late work harmless, so a holder that slept and was taken
// over has to be fenced off where it publishes its result.
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { parseFields } from '../fields';
import { writeFlushed, type FileOperations } from './durable-file';
import { isDead, ownIdentity, toProcessIdentity, type ProcessIdentity } from './process-identity';

type LockContent = {
  holder: ProcessIdentity;
  /** Tells one holding from another of the same process. */
  nonce: string;
  /** What the holder works on; for people. */
  purpose: string;
};

const heartbeatMs = 2_000;

export type LockOptions = {
  /** A holder without a sign of life for this long is taken for stopped. Far more than the heartbeat. */
  patienceMs?: number;
};

/** The lock as one process sees it, over all its attempts to get it. */
export class FileLock {
  readonly #files: FileOperations;
  readonly #path: string;
  readonly #patienceMs: number;
  /** The last sign of life of whoever holds it, and when it was first seen here, on this process's own clock. */
  #seen: { sign: string; at: number } | null = null;

  constructor(files: FileOperations, path: string, { patienceMs = 30_000 }: LockOptions = {}) {
    this.#files = files;
    this.#path = path;
    this.#patienceMs = patienceMs;
  }

  /**
   * Null while somebody else holds it. Taken over are a holder that is certainly dead, and one that gave no sign of
   * life over several attempts: stopped, or on a machine that is gone. Wall clocks are never compared.
   */
  acquire(purpose: string): HeldLock | null {
    const nonce = randomUUID();
    const content: LockContent = { holder: ownIdentity(), nonce, purpose };
    const temporary = join(dirname(this.#path), `tmp-lock-${nonce}`);
    try {
      writeFlushed(this.#files, temporary, Buffer.from(JSON.stringify(content)));
      for (let attempt = 0; attempt < 3; attempt++) {
        if (this.#files.publish(temporary, this.#path)) return new HeldLock(this.#files, this.#path, nonce);
        const sign = signOf(this.#files, this.#path);
        if (sign !== null && !(this.#isStale(sign) && this.#break(nonce, sign))) return null;
      }
      return null;
    } finally {
      this.#files.remove(temporary);
    }
  }

  #isStale(sign: string): boolean {
    const lock = readLock(this.#files, this.#path);
    if (lock !== null && isDead(lock.holder)) return true;
    const now = performance.now();
    if (this.#seen?.sign !== sign) this.#seen = { sign, at: now };
    return now - this.#seen.at >= this.#patienceMs;
  }

  /**
   * Moves the stale lock aside. Of several processes that do this at once one may move a fresh lock of another;
   * it then puts it back, and the other notices by `isHeld` should it have looked in between.
   */
  #break(nonce: string, stale: string): boolean {
    const aside = join(dirname(this.#path), `tmp-stale-lock-${nonce}`);
    try {
      this.#files.rename(this.#path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      throw error;
    }
    const isIt = signOf(this.#files, aside) === stale;
    if (!isIt) this.#files.publish(aside, this.#path);
    this.#files.remove(aside);
    return isIt;
  }
}

export class HeldLock {
  readonly #files: FileOperations;
  readonly #path: string;
  readonly #nonce: string;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(files: FileOperations, path: string, nonce: string) {
    this.#files = files;
    this.#path = path;
    this.#nonce = nonce;
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref();
  }

  /** False when somebody took the lock over, because this process seemed to be dead or stopped. */
  isHeld(): boolean {
    return readLock(this.#files, this.#path)?.nonce === this.#nonce;
  }

  release(): void {
    clearInterval(this.#heartbeat);
    if (this.isHeld()) this.#files.remove(this.#path);
  }

  #beat(): void {
    try {
      if (this.isHeld()) this.#files.touch(this.#path);
    } catch {
      // A missed beat only makes a takeover more likely, and that is harmless.
    }
  }
}

/** Changes with every holder and every heartbeat; null when there is no lock. */
function signOf(files: FileOperations, path: string): string | null {
  const state = files.look(path);
  return state && `${state.id} ${state.modified_ms}`;
}

function readLock(files: FileOperations, path: string): LockContent | null {
  try {
    if (files.look(path) === null) return null;
    const { holder, nonce, purpose } = parseFields(files.read(path).toString('utf8')) ?? {};
    const identity = toProcessIdentity(holder);
    return identity !== null && typeof nonce === 'string' && typeof purpose === 'string' ? { holder: identity, nonce, purpose } : null;
  } catch {
    // Unreadable, or gone in between: then only its signs of life count.
    return null;
  }
}
