// One open database in the worker: the image, the journals and the generations held together. The disk is the
// truth: the image holds what is durable and nothing else, and is read anew whenever that is in doubt.
import { join } from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import type { FileOperations } from '../files/durable-file';
import { FileLock } from '../files/file-lock';
import { latestVersion, migrate, schemaVersion } from '../migrations/registry';
import type { StoreCheck, StoreError, WriteOp } from '../store';
import { checkImage, checkStoredGenerations } from './check';
import { lockName, manifestName } from './file-names';
import { Generations, type Manifest } from './generations';
import { Image } from './image';
import type { JournalContent, JournalWrite } from './journal-content';
import { Journals } from './journals';
import { applyWrite, runRead, toJournal } from './operations';
import { OwnJournal } from './own-journal';
import { quarantine, quarantined } from './quarantine';
import { newerSchema, storeFailure } from './store-failure';

const loadAttempts = 10;

export class Engine {
  readonly #sql: SqlJsStatic;
  readonly #files: FileOperations;
  readonly #directory: string;
  readonly #generations: Generations;
  readonly #journals: Journals;
  readonly #own: OwnJournal;
  readonly #problems = new Set<string>();
  #image: Image;
  /** The newest generation the image is known to hold. */
  #current: Manifest | null = null;
  /** The newest number in the directory, be that generation damaged or not. */
  #newestSeen = 0;
  #readOnly = false;
  #stamp = 0;
  #unsnapshotted = 0;
  #snapshotting = false;

  constructor(sql: SqlJsStatic, files: FileOperations, directory: string) {
    this.#sql = sql;
    this.#files = files;
    this.#directory = directory;
    this.#generations = new Generations(files, directory);
    this.#journals = new Journals(files, directory);
    this.#own = new OwnJournal(files, directory);
    this.#image = new Image(sql);
    this.#load();
  }

  /** Bytes in journals that no snapshot holds. */
  get unsnapshotted(): number {
    return this.#unsnapshotted;
  }

  get journalCount(): number {
    return this.#journals.count;
  }

  get imageBytes(): number {
    const pages = this.#image.first<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
    return pages * (this.#image.first<{ page_size: number }>('PRAGMA page_size')?.page_size ?? 0);
  }

  /**
   * Makes the requests durable with one flush and applies them. For each either null or why it was refused; a
   * refused request leaves no trace in the image.
   */
  write(requests: readonly (readonly WriteOp[])[]): (StoreError | null)[] {
    if (this.#readOnly) return requests.map(() => newerSchema());
    const results: (StoreError | null)[] = [];
    const contents: JournalContent[] = [];
    this.#image.run('BEGIN');
    for (const ops of requests) {
      const content: JournalWrite = { kind: 'write', stamp: this.#nextStamp(), ops: toJournal(ops) };
      try {
        this.#image.atomically(() => this.#applyOps(content));
        contents.push(content);
        results.push(null);
      } catch (error) {
        results.push(storeFailure(error, 'Storing a value'));
      }
    }
    try {
      if (contents.length > 0) this.#append(contents);
    } catch (error) {
      this.#image.run('ROLLBACK');
      const given = this.#own.abandon();
      if (given !== null) this.#journals.seal(given.instance, given.end);
      return results.map((result) => result ?? storeFailure(error, 'Writing to the journal'));
    }
    this.#image.run('COMMIT');
    return results;
  }

  read(name: string, params: unknown): unknown {
    this.#follow();
    try {
      return runRead(this.#image, name, params);
    } catch (error) {
      throw this.#readOnly ? newerSchema() : storeFailure(error, 'Reading stored data');
    }
  }

  check(): StoreCheck {
    this.#follow();
    const names = this.#files.list(this.#directory);
    const image = checkImage(this.#image);
    const kept = quarantined(this.#files, this.#directory);
    return {
      directory: this.#directory,
      schema_version: schemaVersion(this.#image),
      generation: this.#current?.generation ?? 0,
      snapshot_bytes: this.#current?.bytes ?? 0,
      journal_bytes: this.#journals.size(names),
      rows: image.rows,
      problems: [
        ...this.#problems,
        ...checkStoredGenerations(this.#generations, names),
        ...image.problems,
        ...(this.#readOnly ? [newerSchema().message] : []),
        ...(kept.length > 0 ? [`Copies of damaged files are kept in ${join(this.#directory, 'quarantine')}: ${kept.join(', ')}.`] : []),
      ],
    };
  }

  /** Writes a new generation, unless there is nothing to write or another process is at it. */
  async snapshot(): Promise<boolean> {
    if (this.#readOnly || this.#snapshotting) return false;
    this.#snapshotting = true;
    try {
      const lock = FileLock.acquire(this.#files, join(this.#directory, lockName), 'writing a snapshot');
      if (lock === null) return false;
      try {
        return await this.#writeGeneration();
      } finally {
        lock.release();
      }
    } finally {
      this.#snapshotting = false;
    }
  }

  /** Adds a sentence to what `check` says. */
  report(problem: string): void {
    this.#problems.add(problem);
  }

  /** Ends this process's journal, so that others need not guess whether more will come. */
  close(): void {
    try {
      this.#own.finish();
    } finally {
      this.#image.close();
    }
  }

  async #writeGeneration(): Promise<boolean> {
    this.#follow();
    if (this.#readOnly || this.#unsnapshotted === 0) return false;
    const finished = this.#own.finish();
    if (finished !== null) this.#journals.applied(finished.instance, finished.end);
    const previous = this.#current;
    // Taken together, before anything else can run: what the image holds, and what it is told to hold.
    const about = {
      generation: Generations.next(this.#files.list(this.#directory)),
      schema_version: latestVersion,
      stamp: this.#stamp,
      applied: this.#journals.offsets,
    };
    const published = await this.#generations.publish(this.#image.export(), about);
    if (published === null) return false;
    this.#current = published;
    this.#newestSeen = published.generation;
    this.#unsnapshotted = this.#beyond(published);
    this.#generations.prune(previous);
    if (previous !== null) this.#journals.retire(previous.applied, this.#own.current?.instance ?? null);
    return true;
  }

  #append(contents: readonly JournalContent[]): void {
    const before = this.#own.current?.end ?? 0;
    const lost = this.#own.append(contents);
    if (lost !== null) this.#journals.applied(lost.instance, lost.end);
    this.#unsnapshotted += (this.#own.current?.end ?? 0) - (lost === null ? before : 0);
  }

  /** Bytes of journals in the image that a generation does not hold. */
  #beyond({ applied }: Manifest): number {
    const own = this.#own.current;
    if (own !== null) this.#journals.applied(own.instance, own.end);
    return this.#journals.beyond(applied);
  }

  /** The time in microseconds, but always higher than every stamp seen, so that no clock can reorder writes. */
  #nextStamp(): number {
    this.#stamp = Math.max(this.#stamp + 1, Date.now() * 1000);
    return this.#stamp;
  }

  #applyOps({ ops, stamp }: JournalWrite): void {
    for (const [name, value] of ops) applyWrite(this.#image, name, value, { stamp });
  }

  /** Writes from journals: each one whole or, when it does not fit, not at all and told. */
  #replay(writes: readonly JournalWrite[]): void {
    if (writes.length === 0) return;
    this.#image.atomically(() => {
      for (const write of writes) {
        this.#stamp = Math.max(this.#stamp, write.stamp);
        try {
          this.#image.atomically(() => this.#applyOps(write));
        } catch (error) {
          this.#problems.add(`A stored write could not be applied: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    });
  }

  /** Takes in what other processes have written since. */
  #follow(): void {
    const names = this.#files.list(this.#directory);
    const newest = Generations.numbers(names)[0] ?? 0;
    if (newest !== this.#newestSeen && !this.#advance(newest, names)) return this.#load();
    if (!this.#takeIn(names)) this.#load();
  }

  /** Another process wrote a snapshot. True when the image holds, or can still get, all that is in it. */
  #advance(newest: number, names: readonly string[]): boolean {
    const manifest = newest === this.#newestSeen + 1 ? this.#generations.manifest(newest) : null;
    if (manifest === null || manifest === 'newer' || manifest.schema_version > latestVersion) return false;
    if (!this.#journals.cover(manifest.applied, names)) return false;
    this.#current = manifest;
    this.#newestSeen = newest;
    this.#unsnapshotted = this.#beyond(manifest);
    return true;
  }

  /** False when a journal is not what it was, and the image has to be read anew. */
  #takeIn(names: readonly string[]): boolean {
    const collected = this.#journals.collect(names, this.#own.current?.instance ?? null);
    if (collected.shrunk) return false;
    for (const problem of collected.problems) this.#problems.add(problem);
    this.#readOnly ||= collected.newer;
    this.#unsnapshotted += collected.bytes;
    this.#replay(collected.writes);
    return true;
  }

  /** Reads everything anew: the newest good generation, then all journals, this process's own among them. */
  #load(): void {
    for (let attempt = 0; attempt < loadAttempts; attempt++) {
      const names = this.#files.list(this.#directory);
      const newest = Generations.numbers(names)[0] ?? 0;
      const { problems, newer } = this.#loadGeneration(names);
      const own = this.#own.current;
      const collected = this.#journals.collect(names, null);
      // Another process may have written a snapshot meanwhile and removed what was just being read.
      const after = Generations.numbers(this.#files.list(this.#directory))[0] ?? 0;
      if (after !== newest && attempt < loadAttempts - 1) continue;
      this.#newestSeen = newest;
      for (const problem of [...problems, ...collected.problems]) this.#problems.add(problem);
      this.#readOnly = newer || collected.newer || schemaVersion(this.#image) > latestVersion;
      this.#unsnapshotted = collected.bytes;
      this.#replay(collected.writes);
      if (own !== null) this.#journals.applied(own.instance, own.end);
      return;
    }
  }

  /** Puts the newest generation that is whole into the image, or an empty database; returns what was wrong. */
  #loadGeneration(names: readonly string[]): { problems: string[]; newer: boolean } {
    const problems: string[] = [];
    let newer = false;
    this.#image.close();
    this.#current = null;
    for (const generation of Generations.numbers(names)) {
      const manifest = this.#generations.manifest(generation);
      if (manifest === 'newer') {
        newer = true;
        continue;
      }
      const bytes = manifest === null ? null : this.#generations.bytes(manifest);
      if (manifest !== null && bytes !== null) {
        this.#current = manifest;
        this.#image = new Image(this.#sql, bytes);
        break;
      }
      problems.push(`Snapshot ${generation} is damaged. The one before it and the journals are used instead.`);
      const damaged = [manifestName(generation), ...(manifest === null ? [] : [manifest.file])];
      problems.push(...damaged.flatMap((name) => quarantine(this.#files, this.#directory, name)));
    }
    if (this.#current === null) this.#image = new Image(this.#sql);
    this.#stamp = Math.max(this.#stamp, this.#current?.stamp ?? 0);
    this.#journals.reset(this.#current?.applied ?? {});
    if (schemaVersion(this.#image) <= latestVersion) migrate(this.#image);
    return { problems, newer };
  }
}
