// Moves and renames a file or a folder, within a workspace folder and from one to another, on one device or across two.
// Replaces a file only where that was planned; both ends are checked again at the moment of moving.
import { lstat, rm } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import type { ChangeGate } from './change-gate';
import { claim, holds, nameBeside, putBack } from './claim';
import { changed, notAFile, swapped, type FileOutcome } from './file-outcomes';
import { protectionOf, removable, type Protection } from './file-removals';
import { isAt, leadsTo, lockedReason, makeParents } from './guarded-open';
import { refuse, systemCode } from './outcome';
import type { CheckedEntry, PathGuard } from './path-guard';
import { putInPlace, type Placed } from './put-in-place';
import { canKeep, copyTree, dispose, takeAway } from './take-away';
import { isSame, isUnchanged, treeFacts, type TreeFacts } from './tree-facts';

export type Move = {
  from: string;
  to: string;
  /** Where both really are. Only ever compared. */
  fromPlace: string;
  toPlace: string;
  kind: 'file' | 'folder';
  files: number;
  bytes: number;
  mark: string;
  entries: readonly string[];
  protection: Protection | null;
  /** The file that it takes the place of; null when there is none. */
  replaces: { mark: string; kept: boolean } | null;
};

/** What of a plan must still hold when it is carried out. */
export type PlannedMove = Pick<Move, 'fromPlace' | 'toPlace' | 'mark' | 'replaces'>;

export type Moved = {
  from: string;
  to: string;
  /** Where the file that was replaced is, beside the new one if it could not be kept elsewhere; null when it is gone. */
  keptAt: string | null;
  /** True when it was copied to another device and could not be taken from its old place. */
  leftBehind: boolean;
};

/** `left_behind`: copied, but the original could not be taken away. */
type Exchanged = Placed | 'left_behind';

type Ends = { from: CheckedEntry; to: CheckedEntry; facts: TreeFacts; kind: 'file' | 'folder'; replaced: TreeFacts | null };

export class FileMoves {
  readonly #guard: PathGuard;
  readonly #gate: ChangeGate;
  readonly #keepIn: string | null;

  constructor(guard: PathGuard, gate: ChangeGate, keepIn: string | null) {
    this.#guard = guard;
    this.#gate = gate;
    this.#keepIn = keepIn;
  }

  async plan(from: string, to: string, overwrite: boolean, signal: AbortSignal): Promise<FileOutcome<Move>> {
    const ends = await this.#ends(from, to, overwrite, signal);
    if (!ends.ok) return ends;
    const { facts, kind, replaced } = ends.value;
    const { files, bytes, mark, entries } = facts;
    return {
      ok: true,
      value: {
        from: ends.value.from.display,
        to: ends.value.to.display,
        fromPlace: ends.value.from.entry,
        toPlace: ends.value.to.entry,
        kind,
        files,
        bytes,
        mark,
        entries,
        protection: (await protectionOf(ends.value.from, entries)) ?? (await protectionOf(ends.value.to, entries)),
        replaces: replaced && { mark: replaced.mark, kept: await canKeep(ends.value.to.entry, replaced.bytes, this.#keepIn) },
      },
    };
  }

  /** `planned` is what `plan` gave; when either end holds anything else by now nothing is moved. */
  async move(
    from: string,
    to: string,
    planned: PlannedMove,
    signal: AbortSignal,
  ): Promise<FileOutcome<Moved>> {
    const asPlanned = async (): Promise<FileOutcome<Ends>> => {
      const ends = await this.#ends(from, to, planned.replaces !== null, signal);
      if (!ends.ok) return ends;
      if (ends.value.from.entry !== planned.fromPlace) return swapped(ends.value.from.display);
      if (ends.value.to.entry !== planned.toPlace) return swapped(ends.value.to.display);
      if (ends.value.facts.mark !== planned.mark) return changed(ends.value.from.display, 'nothing was moved');
      if (ends.value.replaced?.mark !== planned.replaces?.mark) return changed(ends.value.to.display, 'nothing was moved');
      return ends;
    };
    const first = await asPlanned();
    if (!first.ok) return first;
    const { from: source, to: target, kind } = first.value;
    const change = {
      kind: 'move' as const,
      path: source.display,
      real: source.entry,
      what: kind,
      toPath: target.display,
      toReal: target.entry,
      overwrites: planned.replaces !== null,
    };
    return this.#gate.carryOut(change, async () => {
      if (!(await makeParents(this.#guard, to, target.real, target.rootReal))) return swapped(target.display);
      const ends = await asPlanned();
      if (!ends.ok) return ends;
      const moved = await this.#exchange(ends.value, to, planned.replaces?.kept === true ? this.#keepIn : null, signal);
      switch (moved.placed) {
        case 'placed':
        case 'left_behind':
          return { ok: true, value: { from: source.display, to: target.display, keptAt: moved.keptAt, leftBehind: moved.placed === 'left_behind' } };
        case 'already_there':
          return changed(target.display, 'nothing was moved');
        case 'not_right':
          return swapped(source.display);
      }
    });
  }

  /** What stands at the target goes out of the way first, and comes back when nothing takes its place. */
  async #exchange(ends: Ends, toPath: string, keepIn: string | null, signal: AbortSignal): Promise<{ placed: Exchanged; keptAt: string | null }> {
    const { to, replaced } = ends;
    if (replaced === null) return { placed: await this.#place(ends, toPath, signal), keptAt: null };
    const old = await claim(to.entry, this.#isStill(replaced, signal));
    if (!old.ok) return { placed: 'already_there', keptAt: null };
    let placed: Exchanged = 'not_right';
    try {
      placed = await this.#place(ends, toPath, signal);
    } finally {
      const isBack = placed === 'placed' || placed === 'left_behind' || (await putBack(old.claimed, to.entry));
      // Something else came to stand there: what it came in place of is kept, if anything is.
      if (!isBack && keepIn !== null) await dispose(old.claimed, basename(to.entry), keepIn, signal);
    }
    const isPlaced = placed === 'placed' || placed === 'left_behind';
    if (!isPlaced) return { placed, keptAt: null };
    try {
      return { placed, keptAt: await dispose(old.claimed, basename(to.entry), keepIn, signal) };
    } catch (error) {
      if (systemCode(error) === '' && !signal.aborted) throw error;
      // The move is made; the old file stays beside it, and whoever asked is told where.
      return { placed, keptAt: old.claimed };
    }
  }

  async #place({ from, to, facts, kind }: Ends, toPath: string, signal: AbortSignal): Promise<Exchanged> {
    const isFile = kind === 'file';
    const isRight = (): Promise<boolean> => leadsTo(this.#guard, toPath, to.entry);
    try {
      return await putInPlace(from.entry, to.entry, isFile, this.#isStill(facts, signal), isRight);
    } catch (error) {
      if (systemCode(error) !== 'EXDEV') throw error;
    }
    const copy = nameBeside(to.entry);
    try {
      await copyTree(from.entry, copy, signal);
      // What was copied may have been something else for a moment.
      if (!(await holds(() => this.#isStill(facts, signal)(from.entry)))) return 'not_right';
      const placed = await putInPlace(copy, to.entry, isFile, (claimed) => isAt(this.#guard, claimed), isRight);
      if (placed !== 'placed') return placed;
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
    try {
      // The original goes only when it still is what was planned with, and so what was copied.
      return (await takeAway(from.entry, this.#isStill(facts, signal), null, signal)).ok ? 'placed' : 'left_behind';
    } catch (error) {
      // The copy is whole; what is left of the original is for a person to look at.
      if (systemCode(error) === '') throw error;
      return 'left_behind';
    }
  }

  /** Whether what was taken hold of lies in the workspace and is what was looked at before. */
  #isStill(facts: TreeFacts, signal: AbortSignal): (claimed: string) => Promise<boolean> {
    return async (claimed) => (await isAt(this.#guard, claimed)) && isUnchanged(claimed, facts, signal);
  }

  /** Both ends checked, and what stands there. Refuses every move that would not be exactly what was asked. */
  async #ends(from: string, to: string, overwrite: boolean, signal: AbortSignal): Promise<FileOutcome<Ends>> {
    const found = await removable(this.#guard, from, 'moved', signal);
    if (!found.ok) return found;
    const { checked: source, facts } = found.value;
    if (facts.kind === 'link') return refuse('not_a_file', `${source.display} is a link, which might lead elsewhere from another place.`, 'Move what it leads to, or use a command.');
    const kind = facts.kind;
    const there = await this.#guard.checkEntry(to);
    if (!there.ok) return there;
    const target = there.value;
    if (target.readOnly) return refuse('read_only', `${target.display} can be read but not written.`, 'Choose a place inside a workspace folder.');
    if (target.holdsRoot !== null) return refuse('already_there', `${target.display} is a workspace folder.`, 'Give the whole new path, with the new name.');
    if (target.entry.startsWith(source.entry + sep)) return refuse('inside_itself', `${target.display} is inside ${source.display}.`, 'Choose a place outside it.');
    const ends: Ends = { from: source, to: target, facts, kind, replaced: null };
    if (!target.exists) return { ok: true, value: ends };
    if (target.entry === source.entry) return refuse('already_there', `${source.display} is there already.`, 'Go on.');
    const standing = await lstat(target.entry, { bigint: true });
    if (isSame(standing, facts.identity) && differsInCaseOnly(source.entry, target.entry)) return { ok: true, value: ends };
    if (standing.isDirectory()) return refuse('already_there', `${target.display} is a folder that is there already.`, 'Give the whole new path, with the new name.');
    if (!standing.isFile()) return notAFile(target.display);
    if (kind === 'folder') return refuse('already_there', `${target.display} is a file; a folder does not take its place.`, 'Choose another name.');
    if (!overwrite) return refuse('already_there', `${target.display} is there already, so nothing was moved.`, 'Set overwrite to replace it, or choose another name.');
    const replaced = await treeFacts(target.entry, target.display, signal);
    if (!replaced.ok) return replaced;
    return (await lockedReason(target.entry, target.display)) ?? { ok: true, value: { ...ends, replaced: replaced.value } };
  }
}

function differsInCaseOnly(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}
