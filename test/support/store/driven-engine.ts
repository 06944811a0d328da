// The engine in the test's own thread: thousands of stores a minute, each over file operations of the test's choice.
import initSqlJs, { type SqlJsStatic } from 'sql.js';
import type { FileOperations } from '../../../extension/store/files/durable-file';
import type { ReadName, StoreCheck, StoreError, WriteOp } from '../../../extension/store/store';
import type { Reads } from '../../../extension/store/tables/registry';
import { Engine } from '../../../extension/store/worker/engine';
import { quickFiles } from './quick-files';

let loaded: Promise<SqlJsStatic> | null = null;

/** `unsaved`: held in memory because the disk takes nothing. */
export type WriteEnd = 'saved' | 'unsaved' | StoreError;

export class DrivenEngine {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  write(ops: readonly WriteOp[]): WriteEnd {
    return this.writeTogether([ops])[0] ?? 'saved';
  }

  /** As writes that arrive at once share a flush. */
  writeTogether(requests: readonly (readonly WriteOp[])[]): WriteEnd[] {
    return this.#engine.write(requests).map((error) => error ?? 'saved');
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

  close(): void {
    this.#engine.close();
  }
}

export async function openEngine(directory: string, files: FileOperations = quickFiles): Promise<DrivenEngine> {
  loaded ??= initSqlJs();
  return new DrivenEngine(new Engine(await loaded, files, directory));
}
