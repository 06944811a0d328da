// Deletes a file, a link or a folder with all that is in it. Never a workspace folder, never through a link, and only
// what is still as it was when this was planned.
import type { ChangeGate } from './change-gate';
import { changed, notFound, swapped, type FileOutcome } from './file-outcomes';
import { isAt, lockedReason } from './guarded-open';
import { refuse } from './outcome';
import type { CheckedEntry, PathGuard } from './path-guard';
import { linkedReason } from './protected-links';
import { protectedReason } from './protected-paths';
import { canKeep, takeAway } from './take-away';
import { isUnchanged, treeFacts, type TreeFacts } from './tree-facts';

/** Something protected among what would be touched: its path as shown, and why it is protected. */
export type Protection = { path: string; reason: string };

export type Removal = {
  path: string;
  /** Where that really is. Only ever compared. */
  place: string;
  kind: 'file' | 'folder' | 'link';
  files: number;
  bytes: number;
  /** The same as long as nothing in it changes. */
  mark: string;
  /** What a folder holds, relative to it, sorted. */
  entries: readonly string[];
  protection: Protection | null;
  /** Whether it will be kept for a while, to be got back. */
  kept: boolean;
};

/** What of a plan must still hold when it is carried out. */
export type PlannedRemoval = Pick<Removal, 'place' | 'mark' | 'kept'>;

export class FileRemovals {
  readonly #guard: PathGuard;
  readonly #gate: ChangeGate;
  /** Where deleted things are kept; null where there is no such place. */
  readonly #keepIn: string | null;

  constructor(guard: PathGuard, gate: ChangeGate, keepIn: string | null) {
    this.#guard = guard;
    this.#gate = gate;
    this.#keepIn = keepIn;
  }

  async plan(path: string, signal: AbortSignal): Promise<FileOutcome<Removal>> {
    const found = await removable(this.#guard, path, 'deleted', signal);
    if (!found.ok) return found;
    const { checked, facts } = found.value;
    const { kind, files, bytes, mark, entries } = facts;
    const locked = kind === 'file' ? await lockedReason(checked.entry, checked.display) : null;
    if (locked !== null) return locked;
    const protection = await protectionOf(checked, entries);
    const kept = await canKeep(checked.entry, bytes, this.#keepIn);
    return { ok: true, value: { path: checked.display, place: checked.entry, kind, files, bytes, mark, entries, protection, kept } };
  }

  /** `planned` is what `plan` gave for it; a path that holds anything else by now is left alone. */
  async remove(path: string, planned: PlannedRemoval, signal: AbortSignal): Promise<FileOutcome<{ path: string; keptAt: string | null }>> {
    const found = await removable(this.#guard, path, 'deleted', signal);
    if (!found.ok) return found;
    const { checked, facts } = found.value;
    const { display, entry } = checked;
    if (entry !== planned.place) return swapped(display);
    if (facts.mark !== planned.mark) return changed(display, 'nothing was deleted');
    return this.#gate.carryOut({ kind: 'delete', path: display, real: entry, what: facts.kind }, async () => {
      const isWanted = async (claimed: string): Promise<boolean> => (await isAt(this.#guard, claimed)) && isUnchanged(claimed, facts, signal);
      const again = await this.#guard.checkEntry(path);
      if (!again.ok) return again;
      if (again.value.entry !== entry) return swapped(display);
      const taken = await takeAway(entry, isWanted, planned.kept ? this.#keepIn : null, signal);
      if (taken.ok) return { ok: true, value: { path: display, keptAt: taken.keptAt } };
      if (taken.leftAt === null) return changed(display, 'nothing was deleted');
      return refuse('changed', `${display} changed while it was being deleted; what stood there before is at ${taken.leftAt} now.`, 'Tell the user.');
    });
  }
}

/** What stands at a path and may be taken from there. `done` says what for: `deleted`. */
export async function removable(guard: PathGuard, path: string, done: string, signal: AbortSignal): Promise<FileOutcome<{ checked: CheckedEntry; facts: TreeFacts }>> {
  const entry = await guard.checkEntry(path);
  if (!entry.ok) return entry;
  const checked = entry.value;
  if (checked.holdsRoot !== null) {
    return refuse('workspace_folder', `${checked.display} is or holds a folder BooCode works in (${checked.holdsRoot}), so it is not ${done}.`, 'Name what is in it.');
  }
  if (checked.readOnly) return refuse('read_only', `${checked.display} can be read but not ${done}.`, 'Leave it.');
  if (!checked.exists) return notFound(checked.display);
  const facts = await treeFacts(checked.entry, checked.display, signal);
  if (!facts.ok) return facts;
  return { ok: true, value: { checked, facts: facts.value } };
}

/** The first protected path among a thing and all it holds, as if it stood at `checked`. */
export async function protectionOf(checked: CheckedEntry, entries: readonly string[]): Promise<Protection | null> {
  if (checked.protectedReason !== null) return { path: checked.display, reason: checked.protectedReason };
  const below = checked.entry.slice(checked.rootReal.length).replaceAll('\\', '/').replace(/^\//, '');
  for (const entry of entries) {
    const reason = protectedReason(`${below}/${entry}`, checked.rootReal);
    if (reason !== null) return { path: `${checked.display}/${entry}`, reason };
  }
  const linked = await linkedReason(checked.entry, checked.rootReal);
  return linked === null ? null : { path: checked.display, reason: linked };
}
