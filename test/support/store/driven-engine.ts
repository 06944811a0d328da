// The engine in the test's own thread: thousands of stores a minute, each over file operations of the test's choice.
import initSqlJs, { type SqlJsStatic } from 'sql.js';
import type { FileOperations } from '../../../extension/store/files/durable-file';
import type { Compacted, Pruned, ReadName, RetentionLimits, StoreCheck, StoreError, StoreNotice, WriteOp } from '../../../extension/store/store';
import type { Reads } from '../../../extension/store/tables/registry';
import { Engine } from '../../../extension/store/worker/engine';
import { quickFiles } from './quick-files';

let loaded: Promise<SqlJsStatic> | null = null;

/** `unsaved`: held in memory because the disk takes nothing. */
export type WriteEnd = 'saved' | 'unsaved' | StoreError;

export class DrivenEngine {
  readonly #engine: Engine;
  /** Everything it told, in order. */
  readonly notices: readonly StoreNotice[];

  constructor(engine: Engine, notices: readonly StoreNotice[]) {
    this.#engine = engine;
    this.notices = notices;
  }

  /** Writes that are in memory only. */
  get unsaved(): number {
    return this.#engine.unsavedWrites;
  }

  write(ops: readonly WriteOp[]): WriteEnd {
    return this.writeTogether([ops])[0] ?? 'saved';
  }

  /** As writes that arrive at once share a flush. */
  writeTogether(requests: readonly (readonly WriteOp[])[]): WriteEnd[] {
    // What waits for the disk waits in order, so while anything does these do.
    return this.#engine.write(requests).map((error) => error ?? (this.unsaved > 0 ? 'unsaved' : 'saved'));
  }

  retryUnsaved(): void {
    this.#engine.retryUnsaved();
  }

  read<N extends ReadName>(name: N, params: Reads[N][0]): Reads[N][1] {
    // As in open-store.ts: the registry ties the result to the name.
    return this.#engine.read(name, params) as Reads[N][1];
  }

  check(): StoreCheck {
    return this.#engine.check();
  }

  snapshot(): Promise<boolean> {
    return this.#engine.snapshot();
  }

  prune(limits: RetentionLimits): Pruned {
    return this.#engine.prune(limits);
  }

  compact(): Promise<Compacted> {
    return this.#engine.compact();
  }

  close(): void {
    this.#engine.close();
  }
}

export type DrivenOptions = { files?: FileOperations; lockPatienceMs?: number };

export async function openEngine(directory: string, { files = quickFiles, lockPatienceMs }: DrivenOptions = {}): Promise<DrivenEngine> {
  loaded ??= initSqlJs();
  const notices: StoreNotice[] = [];
  const engine = new Engine(await loaded, files, directory, {
    notify: (notice) => notices.push(notice),
    ...(lockPatienceMs !== undefined && { lockPatienceMs }),
  });
  return new DrivenEngine(engine, notices);
}
