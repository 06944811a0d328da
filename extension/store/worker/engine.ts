// One open database in the worker: what can be asked of it. The image holds what is durable, and while the disk
// takes nothing also what waits for it; nothing else.
import type { SqlJsStatic } from 'sql.js';
import type { FileOperations } from '../files/durable-file';
import { isFileError } from '../files/file-error';
import type { Compacted, Pruned, RetentionLimits, StoreCheck, StoreError, StoreNotice, WriteOp } from '../store';
import { isDeleted } from '../tables/deleted-chats';
import { payloadFields } from '../tables/registry';
import { Blobs, type Blob } from './blobs';
import { checkStore } from './check';
import { Compactor } from './compactor';
import { Findings } from './findings';
import { Generations } from './generations';
import type { BlobUse, JournalWrite } from './journal-content';
import { Journals } from './journals';
import { runRead } from './operations';
import { OwnJournal } from './own-journal';
import { putBack, takeOut } from './payloads';
import { Replica } from './replica';
import { beyondLimits, chatDeletion } from './retention';
import { lostAtEnd, newerSchema, noRoomInMemory, storeFailure } from './store-failure';
import { Unsaved, type PreparedWrite } from './unsaved';

export type EngineOptions = {
  notify?: (notice: StoreNotice) => void;
  /** See LockOptions. */
  lockPatienceMs?: number;
};

/** Between two attempts at a disk that takes nothing. */
const retryMs = 1_000;

export class Engine {
  readonly #notify: (notice: StoreNotice) => void;
  readonly #own: OwnJournal;
  readonly #journals: Journals;
  readonly #blobs: Blobs;
  readonly #unsaved = new Unsaved();
  readonly #findings: Findings;
  readonly #replica: Replica;
  readonly #compactor: Compactor;
  readonly #checkParts: Parameters<typeof checkStore>[0];
  /** Why the disk took nothing when it was last tried, and when that was. */
  #refused: { reason: 'disk_full' | 'io'; writes: number; at: number } | null = null;

  /** Throws when the directory cannot be listed at all. */
  constructor(sql: SqlJsStatic, files: FileOperations, directory: string, { notify = () => undefined, lockPatienceMs }: EngineOptions = {}) {
    this.#notify = notify;
    const generations = new Generations(files, directory);
    this.#journals = new Journals(files, directory);
    this.#own = new OwnJournal(files, directory);
    this.#blobs = new Blobs(files, directory);
    this.#findings = new Findings(files, directory, notify);
    const parts = { files, directory, generations, journals: this.#journals, own: this.#own, unsaved: this.#unsaved, findings: this.#findings };
    this.#replica = new Replica({ ...parts, sql });
    this.#compactor = new Compactor({ ...parts, blobs: this.#blobs, replica: this.#replica, ...(lockPatienceMs !== undefined && { lockPatienceMs }) });
    this.#checkParts = { ...parts, blobs: this.#blobs, replica: this.#replica };
  }

  /** Bytes in journals that no snapshot holds. */
  get unsnapshotted(): number {
    return this.#replica.unsnapshotted;
  }

  get journalCount(): number {
    return this.#journals.count;
  }

  get imageBytes(): number {
    return this.#replica.imageBytes;
  }

  get unsavedWrites(): number {
    return this.#unsaved.count;
  }

  /** Whether a file of this name in the directory is written by somebody else. */
  isForeign(name: string): boolean {
    return this.#journals.isForeign(name, this.#own.current?.instance ?? null);
  }

  /**
   * Makes the requests durable with one flush and applies them. For each either null or why it was refused; a
   * refused request leaves no trace. What the disk does not take is applied all the same and waits in memory.
   */
  write(requests: readonly (readonly WriteOp[])[]): (StoreError | null)[] {
    if (this.#replica.readOnly) return requests.map(() => newerSchema());
    const { image } = this.#replica;
    const results: (StoreError | null)[] = [];
    const prepared: PreparedWrite[] = [];
    image.run('BEGIN');
    for (const ops of requests) {
      try {
        const write = this.#prepare(ops);
        image.atomically(() => this.#replica.apply(write.content));
        prepared.push(write);
        results.push(null);
      } catch (error) {
        results.push(storeFailure(error, 'Storing a value'));
      }
    }
    const refusal = prepared.length === 0 ? null : this.#keep(prepared);
    image.run(refusal === null ? 'COMMIT' : 'ROLLBACK');
    return results.map((result) => result ?? refusal);
  }

  /** Tries once more to get what waits onto the disk. */
  retryUnsaved(): void {
    if (this.#unsaved.count > 0) this.#keep([]);
  }

  read(name: string, params: unknown): unknown {
    this.follow();
    try {
      return runRead(this.#replica.image, name, params, { whole: (text) => putBack(text, (sha256, bytes) => this.#blobText(sha256, bytes)) });
    } catch (error) {
      throw this.#replica.readOnly ? newerSchema() : storeFailure(error, 'Reading stored data');
    }
  }

  /** Takes in what other processes have written since, and tells of it. */
  follow(): void {
    const chat_ids = this.#replica.follow();
    if (chat_ids.length > 0) this.#notify({ kind: 'changed', chat_ids });
    if (chat_ids.some((chat) => isDeleted(this.#replica.image, chat))) this.#compactor.letGo();
  }

  check(): StoreCheck {
    this.follow();
    return checkStore(this.#checkParts);
  }

  prune(limits: RetentionLimits): Pruned {
    this.follow();
    const victims = beyondLimits(this.#replica.image, this.#replica.imageBytes, limits, Date.now() * 1000);
    const failed = victims.length === 0 ? [] : this.write(victims.map(({ chat_id }) => chatDeletion(this.#replica.image, chat_id)));
    for (const error of failed) if (error !== null) throw error;
    return { chats: victims.length, bytes: victims.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Writes a new generation, unless there is nothing to write. False also while another process is at it. */
  snapshot(): Promise<boolean> {
    return this.#compactor.snapshot();
  }

  compact(): Promise<Compacted> {
    return this.#compactor.compact();
  }

  /** Adds a sentence to what `check` says. */
  report(problem: string): void {
    this.#findings.note(problem);
  }

  /** Ends this process's journal, so that others need not guess whether more will come. Throws when writes are lost with it. */
  close(): void {
    this.retryUnsaved();
    try {
      this.#own.finish();
    } finally {
      this.#replica.image.close();
    }
    if (this.#unsaved.count > 0) throw lostAtEnd(this.#unsaved.count);
  }

  #prepare(ops: readonly WriteOp[]): PreparedWrite {
    const blobs: Blob[] = [];
    const uses: BlobUse[] = [];
    const written = ops.map(({ op, value }): [string, unknown] => {
      const taken = takeOut(value, payloadFields[op] ?? {});
      for (const blob of taken.blobs) {
        if (!('chat_id' in value)) throw new Error(`${op} holds a payload and names no chat`);
        blobs.push(blob);
        uses.push({ chat_id: value.chat_id, sha256: blob.sha256, bytes: blob.bytes.length });
      }
      return [op, taken.value];
    });
    const content: JournalWrite = { kind: 'write', stamp: this.#replica.nextStamp(), ops: written, ...(uses.length > 0 && { blobs: uses }) };
    return { content, blobs };
  }

  /** Makes what waits and then these durable, or lets them wait. Not null when there is no room even for that. */
  #keep(prepared: readonly PreparedWrite[]): StoreError | null {
    const waits = this.#refused !== null && prepared.length > 0 && performance.now() - this.#refused.at < retryMs;
    const failure = waits ? null : this.#append([...this.#unsaved.writes, ...prepared]);
    if (!waits && failure === null) {
      this.#saved();
      return null;
    }
    if (failure !== null && !isFileError(failure)) return storeFailure(failure, 'Writing to the journal');
    if (!this.#unsaved.add(prepared)) return noRoomInMemory();
    if (failure !== null) this.#tellRefusal(storeFailure(failure, 'writing to the journal'));
    return null;
  }

  /** The error when the disk did not take all of it. */
  #append(writes: readonly PreparedWrite[]): unknown {
    const blobs = writes.flatMap((write) => write.blobs);
    try {
      this.#blobs.put(blobs);
      const before = this.#own.current?.end ?? 0;
      const lost = this.#own.append(writes.map(({ content }) => content));
      for (const { instance, end } of lost) this.#journals.applied(instance, end);
      this.#replica.appended((this.#own.current?.end ?? 0) - (lost.length === 0 ? before : 0));
      // See Blobs.sweep: what another process swept before it could see this record.
      this.#blobs.put(this.#blobs.missing(blobs));
      return null;
    } catch (error) {
      const given = this.#own.abandon();
      if (given !== null) this.#journals.seal(given.instance, given.end);
      return error;
    }
  }

  #saved(): void {
    if (this.#refused === null) return;
    this.#refused = null;
    this.#unsaved.clear();
    this.#notify({ kind: 'saved' });
  }

  #tellRefusal({ code, message }: StoreError): void {
    const reason = code === 'disk_full' ? 'disk_full' : 'io';
    const writes = this.#unsaved.count;
    const isKnown = this.#refused?.reason === reason && this.#refused.writes === writes;
    this.#refused = { reason, writes, at: performance.now() };
    if (!isKnown) this.#notify({ kind: 'unsaved', reason, message, writes });
  }

  #blobText(sha256: string, bytes: number): string {
    const waiting = this.#unsaved.blob(sha256);
    if (waiting !== undefined) return waiting.toString('utf8');
    const found = this.#readBlob(sha256);
    if (Buffer.isBuffer(found)) return found.toString('utf8');
    return `[${bytes} bytes of text are missing here: their file in BooCode's storage ${found}. Check Storage says more.]`;
  }

  /** The bytes, or what is wrong with them. */
  #readBlob(sha256: string): Buffer | string {
    const name = Blobs.nameOf(sha256);
    try {
      const bytes = this.#blobs.read(sha256);
      if (Buffer.isBuffer(bytes)) return bytes;
      const wrong = bytes === null ? 'is gone' : 'is damaged';
      this.#findings.damage(name, `The file ${name} ${wrong}: the text it held cannot be shown. Everything else is there.`);
      return wrong;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#findings.note(`The file ${name} could not be read (${reason}). It is tried again when it is needed.`);
      return 'cannot be read just now';
    }
  }
}
