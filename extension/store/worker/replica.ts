// This process's image of the database: read from the newest good generation and all journals, and kept up with what
// other processes append. The disk is the truth; whenever in doubt the image is read anew.
import { join } from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import type { FileOperations } from '../files/durable-file';
import { isFileError } from '../files/file-error';
import { latestVersion, migrate, schemaVersion } from '../migrations/registry';
import { useBlob } from '../tables/blob-uses';
import { chatsSince } from '../tables/chats';
import { deletedChats } from '../tables/deleted-chats';
import { manifestName, snapshotGeneration } from './file-names';
import type { Findings } from './findings';
import { Generations, type Manifest } from './generations';
import { Image } from './image';
import type { JournalWrite } from './journal-content';
import type { Journals } from './journals';
import { applyWrite } from './operations';
import type { OwnJournal } from './own-journal';
import type { Unsaved } from './unsaved';

const loadAttempts = 10;

export type ReplicaParts = {
  sql: SqlJsStatic;
  files: FileOperations;
  directory: string;
  generations: Generations;
  journals: Journals;
  own: OwnJournal;
  unsaved: Unsaved;
  findings: Findings;
};

export class Replica {
  readonly #parts: ReplicaParts;
  #image: Image;
  /** The newest generation the image is known to hold. */
  #current: Manifest | null = null;
  /** The newest number in the directory, be that generation damaged or not. */
  #newestSeen = 0;
  #readOnly = false;
  #stamp = 0;
  /** A generation could not be read and no copy of it kept: what is written from this image may lack its content. */
  #incomplete = false;
  /** At least one journal could not be read. */
  #unreadable = false;
  #unsnapshotted = 0;

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
    this.#image = new Image(parts.sql);
    this.load();
  }

  get image(): Image {
    return this.#image;
  }

  get current(): Manifest | null {
    return this.#current;
  }

  /** The highest number of a generation there was when the image was last brought up to date. */
  get newestSeen(): number {
    return this.#newestSeen;
  }

  /** A later version of BooCode writes here. */
  get readOnly(): boolean {
    return this.#readOnly;
  }

  /** Whether everything on disk is in the image, so that what it does not know is nobody's. */
  get isCertain(): boolean {
    return !this.#incomplete && !this.#unreadable;
  }

  /** Whether a generation written from the image would hold everything that older ones hold. */
  get isComplete(): boolean {
    return !this.#incomplete;
  }

  get stamp(): number {
    return this.#stamp;
  }

  /** Bytes in journals that no generation holds. */
  get unsnapshotted(): number {
    return this.#unsnapshotted;
  }

  /** What the rows take, without what deletions left empty. */
  get imageBytes(): number {
    const pragma = (name: string): number => Object.values(this.#image.first<Record<string, number>>(`PRAGMA ${name}`) ?? {})[0] ?? 0;
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  appended(bytes: number): void {
    this.#unsnapshotted += bytes;
  }

  /** The time in microseconds, but always higher than every stamp seen, so that no clock can reorder writes. */
  nextStamp(): number {
    this.#stamp = Math.max(this.#stamp + 1, Date.now() * 1000);
    return this.#stamp;
  }

  apply({ ops, stamp, blobs = [] }: JournalWrite): void {
    for (const [name, value] of ops) applyWrite(this.#image, name, value, { stamp });
    for (const use of blobs) useBlob(this.#image, use);
  }

  /** The image holds what this generation holds: it was written from it. */
  hasBecome(generation: Manifest): void {
    this.#current = generation;
    this.#newestSeen = generation.generation;
    this.#unsnapshotted = this.#beyond(generation);
  }

  /** Takes in what other processes have written since; returns the chats that this concerns. */
  follow(): string[] {
    try {
      return this.#followNow();
    } catch (error) {
      if (!isFileError(error)) throw error;
      this.#unreadable = true;
      this.#parts.findings.note(`The storage could not be read for a moment (${error.message}). What was read before is used; it is tried again with every read.`);
      return [];
    }
  }

  #followNow(): string[] {
    const { files, directory } = this.#parts;
    const names = files.list(directory);
    const newest = Generations.numbers(names)[0] ?? 0;
    const goesOn = newest === this.#newestSeen || this.#advance(newest, names);
    const writes = goesOn && !this.#incomplete ? this.#takeIn(names) : null;
    if (writes !== null) return chatsOf(writes);
    const stamp = this.#stamp;
    const deleted = deletedChats(this.#image);
    this.load();
    return [...chatsSince(this.#image, stamp), ...[...deletedChats(this.#image)].filter((chat) => !deleted.has(chat))];
  }

  /** Another process wrote a snapshot. True when the image holds, or can still get, all that is in it. */
  #advance(newest: number, names: readonly string[]): boolean {
    const { generations, journals } = this.#parts;
    const manifest = newest === this.#newestSeen + 1 ? generations.manifest(newest) : null;
    if (manifest === null || manifest === 'newer' || manifest.schema_version > latestVersion) return false;
    if (!journals.cover(manifest.applied, names)) return false;
    this.hasBecome(manifest);
    return true;
  }

  /** Null when a journal is not what it was, and the image has to be read anew. */
  #takeIn(names: readonly string[]): readonly JournalWrite[] | null {
    const { journals, own, findings } = this.#parts;
    const collected = journals.collect(names, own.current?.instance ?? null, findings);
    if (collected.shrunk) return null;
    this.#unreadable = collected.unreadable;
    this.#readOnly ||= collected.newer;
    this.#unsnapshotted += collected.bytes;
    this.#replay(collected.writes);
    return collected.writes;
  }

  /** Reads everything anew: the newest good generation, all journals, this process's own among them, the unsaved. */
  load(): void {
    const { files, directory, own, journals, unsaved, findings } = this.#parts;
    for (let attempt = 0; attempt < loadAttempts; attempt++) {
      const names = files.list(directory);
      const newest = Generations.numbers(names)[0] ?? 0;
      const newer = this.#loadGeneration(names);
      const collected = journals.collect(names, null, findings);
      // Another process may have written a snapshot meanwhile and removed what was just being read.
      const after = Generations.numbers(files.list(directory))[0] ?? 0;
      if (after !== newest && attempt < loadAttempts - 1) continue;
      this.#newestSeen = newest;
      this.#readOnly = newer || collected.newer || schemaVersion(this.#image) > latestVersion;
      this.#unreadable = collected.unreadable;
      this.#unsnapshotted = collected.bytes;
      this.#replay(collected.writes);
      this.#replay(unsaved.writes.map(({ content }) => content));
      if (own.current !== null) journals.applied(own.current.instance, own.current.end);
      return;
    }
  }

  /** Puts the newest generation that is whole into the image, or an empty database. True when one is of a later version. */
  #loadGeneration(names: readonly string[]): boolean {
    const { sql, journals, findings } = this.#parts;
    let newer = false;
    let lost = false;
    this.#image.close();
    this.#current = null;
    for (const generation of Generations.numbers(names)) {
      const found = this.#read(generation);
      if (found === 'newer') {
        newer = true;
        continue;
      }
      if ('manifest' in found) {
        this.#current = found.manifest;
        this.#image = found.image;
        break;
      }
      // Whoever writes snapshots may have removed this one since: then newer ones are there, and nothing is wrong.
      if (this.#isThere(generation)) lost ||= !this.#tellDamage(generation, found.wrong);
    }
    this.#incomplete = lost && this.#current === null;
    if (this.#incomplete) findings.note('No snapshot could be read or copied. Nothing is written over them; what the journals hold is shown.');
    if (this.#current === null) this.#image = new Image(sql);
    this.#stamp = Math.max(this.#stamp, this.#current?.stamp ?? 0);
    journals.reset(this.#current?.applied ?? {});
    if (schemaVersion(this.#image) <= latestVersion) migrate(this.#image);
    return newer;
  }

  /** A generation, or what is wrong with it: a later version's, or the reason why it cannot be used. */
  #read(generation: number): { manifest: Manifest; image: Image } | 'newer' | { wrong: string } {
    const { generations, sql } = this.#parts;
    try {
      const manifest = generations.manifest(generation);
      if (manifest === 'newer') return 'newer';
      const bytes = manifest && generations.bytes(manifest);
      return manifest && bytes ? { manifest, image: new Image(sql, bytes) } : { wrong: 'is damaged' };
    } catch (error) {
      return { wrong: `cannot be read (${error instanceof Error ? error.message : String(error)})` };
    }
  }

  #isThere(generation: number): boolean {
    const { files, directory } = this.#parts;
    try {
      return files.look(join(directory, manifestName(generation))) !== null;
    } catch {
      // It cannot be said, and what cannot be read is told.
      return true;
    }
  }

  /** True when a copy of all there is of it is kept. */
  #tellDamage(generation: number, what: string): boolean {
    const { findings } = this.#parts;
    const problem = `Snapshot ${generation} ${what}. The one before it and the journals are used instead.`;
    return this.#filesOf(generation).every((name) => findings.damage(name, problem));
  }

  /** Without a readable manifest the database file is found by its number. */
  #filesOf(generation: number): string[] {
    const { files, directory } = this.#parts;
    return [manifestName(generation), ...files.list(directory).filter((name) => snapshotGeneration(name) === generation)];
  }

  /** Bytes of journals in the image that a generation does not hold. */
  #beyond({ applied }: Manifest): number {
    const { journals, own } = this.#parts;
    if (own.current !== null) journals.applied(own.current.instance, own.current.end);
    return journals.beyond(applied);
  }

  /** Writes from journals: each one whole or, when it does not fit, not at all and told. */
  #replay(writes: readonly JournalWrite[]): void {
    if (writes.length === 0) return;
    for (const { stamp } of writes) this.#stamp = Math.max(this.#stamp, stamp);
    try {
      // All at once: a savepoint for each would cost as much as the writes themselves.
      this.#image.atomically(() => {
        for (const write of writes) this.apply(write);
      });
    } catch {
      // One of them does not fit, and none was kept: now each for itself.
      this.#image.atomically(() => {
        for (const write of writes) this.#replayOne(write);
      });
    }
  }

  #replayOne(write: JournalWrite): void {
    try {
      this.#image.atomically(() => this.apply(write));
    } catch (error) {
      this.#parts.findings.note(`A stored write could not be applied: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Those that the values name; what was allowed for good belongs to no chat. */
function chatsOf(writes: readonly JournalWrite[]): string[] {
  const chats = new Set<string>();
  for (const { ops } of writes) {
    for (const [, value] of ops) {
      const chat = (value as { chat_id?: unknown } | null)?.chat_id;
      if (typeof chat === 'string') chats.add(chat);
    }
  }
  return [...chats];
}
