// The one place through which every change of the disk goes: what must be kept of the state before is kept here, and
// who wants to know of a change hears of it here.
import type { FileOutcome } from './file-outcomes';
import { refuse } from './outcome';

/** Paths as shown and as absolute real ones. */
export type DiskChange =
  | { kind: 'write'; path: string; real: string; exists: boolean }
  | { kind: 'delete'; path: string; real: string; what: 'file' | 'folder' | 'link' }
  | { kind: 'move'; path: string; real: string; what: 'file' | 'folder'; toPath: string; toReal: string; overwrites: boolean };

export type ChangeGateOptions = {
  /** Runs after everything was checked and before anything changes. When it rejects nothing is changed. */
  beforeChange?: (change: DiskChange) => Promise<void>;
  /** Runs after a change was made. Must not throw. */
  afterChange?: (change: DiskChange) => void;
};

export class ChangeGate {
  readonly #options: ChangeGateOptions;

  constructor(options: ChangeGateOptions) {
    this.#options = options;
  }

  /** `work` checks once more, at the last moment, what was checked before this was called. */
  async carryOut<Value>(change: DiskChange, work: () => Promise<FileOutcome<Value>>): Promise<FileOutcome<Value>> {
    try {
      await this.#options.beforeChange?.(change);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return refuse('not_saved', `${change.path} was left as it is: its state before could not be kept (${reason}).`, 'Tell the user.');
    }
    const done = await work();
    if (done.ok) this.#options.afterChange?.(change);
    return done;
  }
}
