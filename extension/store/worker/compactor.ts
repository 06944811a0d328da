// Writes new generations under the lock and drops what they make superfluous: older generations, journals that are
// wholly in both kept ones, blobs that no chat uses. A holder of the lock that slept and was taken over is fenced
// off, because a generation's number can be published only once.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FileOperations } from '../files/durable-file';
import { isFileError } from '../files/file-error';
import { FileLock, type HeldLock } from '../files/file-lock';
import { latestVersion } from '../migrations/registry';
import type { Compacted } from '../store';
import { isBlobUsed, usedBlobs } from '../tables/blob-uses';
import type { Blobs } from './blobs';
import { directoryBytes } from './directory-bytes';
import { lockName, manifestName, quarantineName } from './file-names';
import type { Findings } from './findings';
import { Generations } from './generations';
import type { Journals } from './journals';
import type { OwnJournal } from './own-journal';
import { quarantined } from './quarantine';
import type { Replica } from './replica';
import type { Unsaved } from './unsaved';

export type CompactorParts = {
  files: FileOperations;
  directory: string;
  generations: Generations;
  journals: Journals;
  own: OwnJournal;
  unsaved: Unsaved;
  findings: Findings;
  blobs: Blobs;
  replica: Replica;
  lockPatienceMs?: number;
};

/** Other processes end their journals as soon as they see a deletion. */
const othersNoticeMs = 500;
const lockAttempts = 20;
const lockPauseMs = 500;

export class Compactor {
  readonly #parts: CompactorParts;
  readonly #lock: FileLock;
  #busy = false;

  constructor(parts: CompactorParts) {
    const { files, directory, lockPatienceMs } = parts;
    this.#parts = parts;
    this.#lock = new FileLock(files, join(directory, lockName), lockPatienceMs === undefined ? {} : { patienceMs: lockPatienceMs });
  }

  /** True when a new generation was written. */
  async snapshot(): Promise<boolean> {
    const { replica, unsaved } = this.#parts;
    if (this.#busy || replica.readOnly || unsaved.count > 0) return false;
    return (await this.#locked('writing a snapshot', async (lock) => (await this.#writeGeneration(lock, false)) && this.#sweep())) ?? false;
  }

  /** Everything anew, twice, so that neither of the two kept generations holds what was deleted. */
  async compact(): Promise<Compacted> {
    const { files, directory, replica, unsaved } = this.#parts;
    const bytes_before = directoryBytes(files, directory);
    const result = (...remaining: string[]): Compacted => ({ bytes_before, bytes_after: directoryBytes(files, directory), remaining });
    if (replica.readOnly) return result('The stored data belongs to a newer version of BooCode and is left untouched. Update BooCode.');
    if (unsaved.count > 0) return result('The disk takes nothing just now. Free some space and try again.');
    await delay(othersNoticeMs);
    const rewrite = async (lock: HeldLock): Promise<boolean> => {
      replica.follow();
      replica.image.run('VACUUM');
      return (await this.#writeGeneration(lock, true)) && (await this.#writeGeneration(lock, true)) && this.#sweep();
    };
    for (let attempt = 0; attempt < lockAttempts; attempt++) {
      const done = this.#busy ? null : await this.#locked('removing what was deleted', rewrite);
      if (done === true) return result(...this.#remaining());
      if (done === false) return result('The storage was changed by another window meanwhile. Try again.');
      await delay(lockPauseMs);
    }
    return result('Another window is busy with the storage. Try again later, or close it first.');
  }

  /** Ends this process's journal because something in it was deleted: then it can be dropped. */
  letGo(): void {
    const { own, journals, findings } = this.#parts;
    try {
      const finished = own.finish();
      if (finished !== null) journals.applied(finished.instance, finished.end);
    } catch (error) {
      if (!isFileError(error)) throw error;
      findings.note(`A journal could not be ended (${error.message}). Its content is safe; deleted parts of it stay on disk longer.`);
    }
  }

  /** Null when somebody else holds the lock. */
  async #locked(purpose: string, work: (lock: HeldLock) => Promise<boolean>): Promise<boolean | null> {
    const { files, directory } = this.#parts;
    this.#busy = true;
    try {
      files.makeDirectory(directory);
      const lock = this.#lock.acquire(purpose);
      if (lock === null) return null;
      try {
        return await work(lock);
      } finally {
        lock.release();
      }
    } finally {
      this.#busy = false;
    }
  }

  async #writeGeneration(lock: HeldLock, always: boolean): Promise<boolean> {
    const { files, directory, generations, journals, own, replica, unsaved, findings } = this.#parts;
    replica.follow();
    const hasWork = always || replica.unsnapshotted > 0;
    if (!hasWork || replica.readOnly || !replica.isComplete || unsaved.count > 0) return false;
    const finished = own.finish();
    if (finished !== null) journals.applied(finished.instance, finished.end);
    const previous = replica.current;
    // Taken together, before anything else can run: what the image holds, and what it is told to hold. The number
    // follows the one the image is known to hold, not the newest there is by now: a process that slept since then
    // finds its number taken, and cannot put an outdated image on top.
    const about = {
      generation: replica.newestSeen + 1,
      schema_version: latestVersion,
      stamp: replica.stamp,
      applied: journals.offsets,
    };
    const published = await generations.publish(replica.image.export(), about);
    if (published === null) return false;
    const newest = Generations.numbers(files.list(directory))[0];
    // Whoever was taken over meanwhile is fenced off, and removing is others' to do. With one newer generation its own
    // is the older of the two that are kept; with more it is superfluous, and parts of it may be gone already.
    if (newest !== undefined && newest > published.generation + 1) for (const name of [manifestName(published.generation), published.file]) files.remove(join(directory, name));
    if (newest !== published.generation || !lock.isHeld()) {
      replica.follow();
      return false;
    }
    replica.hasBecome(published);
    await generations.prune(previous, (name, number) => findings.damage(name, `Snapshot ${number} was damaged. It was outdated: newer ones hold everything.`));
    if (previous !== null) journals.retire(previous.applied, own.current?.instance ?? null, findings);
    return true;
  }

  /** Only what is certain: with a journal unread or damaged nobody can say what is used. Always true. */
  #sweep(): boolean {
    const { blobs, replica, findings } = this.#parts;
    const isCertain = (): boolean => replica.isCertain && findings.problems.length === 0;
    if (!isCertain()) return true;
    const used = usedBlobs(replica.image);
    const { names, abandoned } = blobs.names();
    const unused = names.filter((sha256) => !used.has(sha256));
    blobs.sweep(unused, () => {
      replica.follow();
      return (sha256) => !isCertain() || isBlobUsed(replica.image, sha256);
    });
    for (const name of abandoned) blobs.discardIfAbandoned(name);
    return true;
  }

  #remaining(): string[] {
    const { files, directory, journals, own } = this.#parts;
    const held = files
      .list(directory)
      .filter((name) => journals.isJournal(name) && journals.ownerOf(name, own.current?.instance ?? null) === 'running')
      .map((name) => `Another window or run still has the journal ${name}, which may hold some of it; it goes once that is closed.`);
    const copies = quarantined(files, directory).length;
    return copies === 0 ? held : [...held, `${copies} copies of damaged files, which may hold some of it, are kept in ${join(directory, quarantineName)}.`];
  }
}
