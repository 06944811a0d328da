// The journal this process writes. A record is on disk, under a name that others can see, before `append` returns.
import { join } from 'node:path';
import type { FileOperations } from '../files/durable-file';
import { ownIdentity } from '../files/process-identity';
import { latestVersion } from '../migrations/registry';
import { journalPayload, type JournalContent } from './journal-content';
import { journalName, newInstance } from './file-names';
import { encodeRecord } from './record';

type OpenJournal = { instance: string; path: string; file: number; id: string; end: number; nextSeq: number };

/** A journal of this process that will not be written any more, as far as it is good. */
export type FinishedJournal = { instance: string; end: number };

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The caller says why this may fail.
  }
}

const mostLost = 20;

export class OwnJournal {
  readonly #files: FileOperations;
  readonly #directory: string;
  #open: OpenJournal | null = null;

  constructor(files: FileOperations, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** The journal being written now, and how far it is on disk; null before the first append. */
  get current(): FinishedJournal | null {
    return this.#open && { instance: this.#open.instance, end: this.#open.end };
  }

  /**
   * Appends the contents and flushes them with one fdatasync. When it throws, nothing was promised, and the
   * caller gets on with `abandon`. Somebody who took this process for dead may have removed the journal, be it a
   * moment ago: then all of it goes into a new one. Returns those that were lost so; what they held before is in a
   * snapshot.
   */
  append(contents: readonly JournalContent[]): FinishedJournal[] {
    const lost: FinishedJournal[] = [];
    while (lost.length < mostLost) {
      const journal = (this.#open ??= this.#create());
      this.#write(journal, contents);
      if (this.#files.look(journal.path)?.id === journal.id) return lost;
      this.#open = null;
      this.#files.close(journal.file);
      lost.push({ instance: journal.instance, end: journal.end });
    }
    throw Object.assign(new Error(`the journal was removed ${lost.length} times while it was written`), { code: 'EIO' });
  }

  /** Says in the journal that it is complete, and starts a new one with the next append. */
  finish(): FinishedJournal | null {
    const journal = this.#open;
    if (journal === null) return null;
    try {
      this.#write(journal, [{ kind: 'closed' }]);
    } catch (error) {
      this.abandon();
      throw error;
    }
    this.#open = null;
    this.#files.close(journal.file);
    return { instance: journal.instance, end: journal.end };
  }

  /** After a failed append: cuts off what was not promised, as well as that goes, and starts a new one next time. */
  abandon(): FinishedJournal | null {
    const journal = this.#open;
    if (journal === null) return null;
    this.#open = null;
    // A disk in trouble may refuse each of these. What stays behind `end` was not promised in this journal; whole or
    // torn, it is safe to read, and its content comes again in the next one.
    attempt(() => this.#files.truncate(journal.file, journal.end));
    attempt(() => this.#files.close(journal.file));
    if (journal.end === 0) attempt(() => this.#files.remove(journal.path));
    return { instance: journal.instance, end: journal.end };
  }

  #create(): OpenJournal {
    this.#files.makeDirectory(this.#directory);
    const instance = newInstance();
    const path = join(this.#directory, journalName(instance));
    const file = this.#files.create(path);
    const journal = { instance, path, file, id: '', end: 0, nextSeq: 0 };
    this.#open = journal;
    this.#write(journal, [{ kind: 'opened', schema_version: latestVersion, owner: ownIdentity() }]);
    this.#files.flushDirectory(this.#directory);
    journal.id = this.#files.look(path)?.id ?? '';
    return journal;
  }

  #write(journal: OpenJournal, contents: readonly JournalContent[]): void {
    let seq = journal.nextSeq;
    const bytes = Buffer.concat(contents.map((content) => encodeRecord(seq++, journalPayload(content))));
    this.#files.write(journal.file, bytes);
    this.#files.flush(journal.file);
    journal.end += bytes.length;
    journal.nextSeq = seq;
  }
}
