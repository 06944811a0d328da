// All journals of the database, of every process: how far each one is in the image, what came since, and which
// may go. Reads them only; the one exception is `retire`, which removes what a snapshot holds for certain.
import { join } from 'node:path';
import type { FileOperations } from '../files/durable-file';
import { isDead, type ProcessIdentity } from '../files/process-identity';
import { latestVersion } from '../migrations/registry';
import { instanceOf, journalName, manifestGeneration, retiredName } from './file-names';
import type { Findings } from './findings';
import { parseJournalPayload, type JournalWrite } from './journal-content';
import { scanRecords, type Scan } from './record';

export type Collected = {
  /** In the order in which they are to be applied. */
  writes: JournalWrite[];
  bytes: number;
  /** A journal has content of a later version of BooCode. */
  newer: boolean;
  /** A journal is shorter than what was already read of it. */
  shrunk: boolean;
  /** At least one journal could not be read just now. */
  unreadable: boolean;
};

type Content = { writes: JournalWrite[]; owner: ProcessIdentity | null; closed: boolean; newer: boolean };

const emptyFileKeptMs = 60 * 60 * 1000;
const silentFileKeptMs = 7 * 24 * 60 * 60 * 1000;

function contentOf(scan: Scan): Content {
  const content: Content = { writes: [], owner: null, closed: false, newer: scan.tail === 'newer' };
  for (const { payload } of scan.records) {
    const part = parseJournalPayload(payload);
    // Whole, and still not understood: a later version wrote it.
    if (part === null) content.newer = true;
    else if (part.kind === 'write') content.writes.push(part);
    else if (part.kind === 'closed') content.closed = true;
    else {
      content.owner = part.owner;
      content.newer ||= part.schema_version > latestVersion;
    }
  }
  return content;
}

/** Whose journal it is, without a look into its writes: the first record and the last say it. */
function aboutOf({ records }: Scan): Pick<Content, 'owner' | 'closed'> {
  const about: Pick<Content, 'owner' | 'closed'> = { owner: null, closed: false };
  for (const record of [records[0], records.at(-1)]) {
    const part = record && parseJournalPayload(record.payload);
    if (part?.kind === 'opened') about.owner = part.owner;
    else if (part?.kind === 'closed') about.closed = true;
  }
  return about;
}

export class Journals {
  readonly #files: FileOperations;
  readonly #directory: string;
  /** Instance -> the byte up to which it is in the image. */
  #offsets = new Map<string, number>();
  /** Journals that this process gave up, and where: what may lie behind was refused to its caller. */
  readonly #sealed = new Map<string, number>();

  constructor(files: FileOperations, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  get offsets(): Record<string, number> {
    return Object.fromEntries(this.#offsets);
  }

  get count(): number {
    return this.#offsets.size;
  }

  isJournal(name: string): boolean {
    return instanceOf(name) !== null;
  }

  /** Whether a file of this name is written by another process. */
  isForeign(name: string, own: string | null): boolean {
    const instance = instanceOf(name);
    return instance === null ? manifestGeneration(name) !== null : instance !== own;
  }

  /** Starts again from what a snapshot holds. */
  reset(applied: Record<string, number>): void {
    this.#offsets = new Map(Object.entries(applied));
  }

  /** For journals of this process, whose content is in the image already. */
  applied(instance: string, offset: number): void {
    this.#offsets.set(instance, offset);
  }

  /** Like `applied`, for a journal that ended with a failed write: here the rest of it is never taken in. */
  seal(instance: string, offset: number): void {
    this.applied(instance, offset);
    this.#sealed.set(instance, offset);
  }

  /** Whether everything a snapshot holds is in the image or can still be read. */
  cover(applied: Record<string, number>, names: readonly string[]): boolean {
    const present = new Set(names.map(instanceOf));
    return Object.entries(applied).every(
      ([instance, offset]) => (this.#offsets.get(instance) ?? 0) >= offset || present.has(instance),
    );
  }

  /** Bytes read of the journals that a snapshot with these offsets does not hold. */
  beyond(applied: Record<string, number>): number {
    let bytes = 0;
    for (const [instance, offset] of this.#offsets) bytes += Math.max(0, offset - (applied[instance] ?? 0));
    return bytes;
  }

  /** What all journals but `own` say beyond what was collected before. `names` lists the directory. */
  collect(names: readonly string[], own: string | null, findings: Findings): Collected {
    const collected: Collected = { writes: [], bytes: 0, newer: false, shrunk: false, unreadable: false };
    const present = new Set<string>();
    for (const name of names) {
      const instance = instanceOf(name);
      if (instance === null || present.has(instance)) continue;
      present.add(instance);
      if (instance !== own) this.#collectOne(instance, collected, findings);
    }
    for (const instance of this.#offsets.keys()) if (!present.has(instance)) this.#offsets.delete(instance);
    collected.writes.sort((a, b) => a.stamp - b.stamp);
    return collected;
  }

  /** The name a journal has just now, or null when it is gone. */
  #find(instance: string): { name: string; size: number } | null {
    for (const name of [journalName(instance), retiredName(instance)]) {
      const state = this.#files.look(join(this.#directory, name));
      if (state !== null) return { name, size: state.size };
    }
    return null;
  }

  /** One that cannot be read keeps nobody from reading the others; it stays where it is and is tried again. */
  #collectOne(instance: string, collected: Collected, findings: Findings): void {
    try {
      this.#readOn(instance, collected, findings);
    } catch (error) {
      collected.unreadable = true;
      const reason = error instanceof Error ? error.message : String(error);
      findings.note(`Journal ${journalName(instance)} could not be read (${reason}). Everything else was; it is tried again with every read.`);
    }
  }

  #readOn(instance: string, collected: Collected, findings: Findings): void {
    const from = this.#offsets.get(instance) ?? 0;
    const found = this.#find(instance);
    if (found === null) return;
    if (!this.#offsets.has(instance)) this.#offsets.set(instance, 0);
    if (found.size < from) collected.shrunk = true;
    const upTo = Math.min(found.size, this.#sealed.get(instance) ?? Infinity);
    if (upTo <= from) return;
    const scan = scanRecords(this.#files.read(join(this.#directory, found.name), from).subarray(0, upTo - from));
    const content = contentOf(scan);
    // One by one: a spread of a long list would be a call with as many arguments.
    for (const write of content.writes) collected.writes.push(write);
    collected.bytes += scan.end;
    collected.newer ||= content.newer;
    this.#offsets.set(instance, from + scan.end);
    for (const problem of this.#damageOf(found.name, from, scan)) findings.damage(found.name, problem);
  }

  /** Looks at all of a journal, also at what a snapshot holds. */
  examine(name: string, findings: Findings): void {
    for (const problem of this.#damageOf(name, 0, scanRecords(this.#files.read(join(this.#directory, name))))) findings.damage(name, problem);
  }

  #damageOf(name: string, from: number, scan: Scan): string[] {
    const problems = scan.damage.map(
      (damage) =>
        `Journal ${name} is damaged from byte ${from + damage.from} to ${from + damage.to}. Everything else in it was read.`,
    );
    // The tail of a living process may just be on its way.
    if (scan.tail === 'wrong' && this.#isOver(name)) {
      problems.push(`The last record of journal ${name} is damaged. Everything before it was read.`);
    }
    return problems;
  }

  /** Nobody will write this journal any more. */
  #isOver(name: string): boolean {
    if (this.#isSealed(name)) return true;
    const path = join(this.#directory, name);
    const { closed, owner } = aboutOf(scanRecords(this.#files.read(path)));
    if (closed) return true;
    if (owner !== null) return isDead(owner);
    return this.#ageMs(path) > emptyFileKeptMs;
  }

  #isSealed(name: string): boolean {
    const instance = instanceOf(name);
    return instance !== null && this.#sealed.has(instance);
  }

  #ageMs(path: string): number {
    return Date.now() - (this.#files.look(path)?.modified_ms ?? 0);
  }

  /** Whose journal it is and whether more may come. */
  ownerOf(name: string, own: string | null): 'this_process' | 'running' | 'ended' | 'unknown' {
    if (instanceOf(name) === own) return 'this_process';
    if (this.#isSealed(name)) return 'ended';
    const { closed, owner } = aboutOf(scanRecords(this.#files.read(join(this.#directory, name))));
    if (closed || (owner !== null && isDead(owner))) return 'ended';
    return owner === null ? 'unknown' : 'running';
  }

  /**
   * Removes the journals of ended processes that are wholly in the snapshot with these offsets. A process that
   * was only thought to be dead looks after each append whether its journal is still under its name; so first
   * the name changes, and what had been appended until then is seen here, and the journal stays.
   */
  retire(applied: Record<string, number>, own: string | null, findings: Findings): void {
    for (const [instance, offset] of Object.entries(applied)) {
      if (instance === own) continue;
      try {
        this.#retireOne(instance, offset, findings);
      } catch (error) {
        findings.note(`Journal ${journalName(instance)} could not be removed (${error instanceof Error ? error.message : String(error)}). It does no harm.`);
      }
    }
  }

  #retireOne(instance: string, offset: number, findings: Findings): void {
    const found = this.#find(instance);
    if (found === null || this.#reachesBeyond(found.name, offset) || !this.#mayGo(found.name)) return;
    // Damage in a part that was never read, since a snapshot held it: harmless, and kept all the same.
    this.examine(found.name, findings);
    const retired = retiredName(instance);
    if (found.name !== retired) this.#files.rename(join(this.#directory, found.name), join(this.#directory, retired));
    if (this.#reachesBeyond(retired, offset)) return;
    this.#files.remove(join(this.#directory, retired));
    this.#offsets.delete(instance);
  }

  /**
   * Nobody can say whether a process on another machine (or in a container that is gone) still lives. Should one
   * that was silent for so long write again, it finds its journal gone, which it looks for after each append.
   */
  #mayGo(name: string): boolean {
    return this.#isOver(name) || this.#ageMs(join(this.#directory, name)) > silentFileKeptMs;
  }

  #reachesBeyond(name: string, offset: number): boolean {
    return scanRecords(this.#files.read(join(this.#directory, name), offset)).end > 0;
  }
}
