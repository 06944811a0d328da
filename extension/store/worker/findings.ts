// What was found wrong: everything for `check`, and each damage once for the person, whichever process sees it first.
import { join } from 'node:path';
import type { FileOperations } from '../files/durable-file';
import type { StoreNotice } from '../store';
import { quarantineName } from './file-names';
import { keepCopy } from './quarantine';

export class Findings {
  readonly #files: FileOperations;
  readonly #directory: string;
  readonly #notify: (notice: StoreNotice) => void;
  readonly #problems = new Set<string>();

  constructor(files: FileOperations, directory: string, notify: (notice: StoreNotice) => void) {
    this.#files = files;
    this.#directory = directory;
    this.#notify = notify;
  }

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  /** For `check` only: a passing trouble, or one that needs nobody. */
  note(problem: string): void {
    this.#problems.add(problem);
  }

  /** A damaged or missing file: keeps what there is of it aside, and tells if nobody did yet. True when it is kept. */
  damage(name: string, problem: string): boolean {
    const known = this.#problems.has(problem);
    this.#problems.add(problem);
    const kept = keepCopy(this.#files, this.#directory, name);
    const lost = kept instanceof Error ? [`No copy of the damaged file ${name} could be kept: ${kept.message}.`] : [];
    for (const one of lost) this.#problems.add(one);
    if (kept === 'new' || (kept instanceof Error && !known)) {
      this.#notify({ kind: 'trouble', problems: [problem, ...lost], kept_in: join(this.#directory, quarantineName) });
    }
    return !(kept instanceof Error);
  }
}
