// Makes and replaces files. What is written is what was planned, or nothing.
import { lstat, stat } from 'node:fs/promises';
import type { ChangeGate } from './change-gate';
import { changed, isDirectory, notAFile, swapped, type FileOutcome } from './file-outcomes';
import { hasHash, leadsTo, lockedReason, makeParents } from './guarded-open';
import { refuse } from './outcome';
import type { CheckedPath, PathGuard } from './path-guard';
import { linkedReason } from './protected-links';
import { replaceFile } from './replace-file';
import { encodeText, encodingOfNewFile, hashOf, type TextEncoding } from './text-file';

/** Where a path leads when it may be written: what an approval is asked for. */
export type WriteTarget = {
  path: string;
  /** Where that really is, links resolved. Only ever compared. */
  place: string;
  protectedReason: string | null;
  /** What a new file is written in here. */
  encoding: TextEncoding;
};

/** What must still hold when a file is written: where its path leads, and the hash of what is there (null: nothing). */
export type ExpectedFile = { place: string; hash: string | null };

export type EncodingFor = (real: string) => TextEncoding | null;

export class FileWrites {
  readonly #guard: PathGuard;
  readonly #gate: ChangeGate;
  readonly #encodingFor: EncodingFor;

  constructor(guard: PathGuard, gate: ChangeGate, encodingFor: EncodingFor) {
    this.#guard = guard;
    this.#gate = gate;
    this.#encodingFor = encodingFor;
  }

  async target(path: string): Promise<FileOutcome<WriteTarget>> {
    const checked = await this.#writable(path);
    if (!checked.ok) return checked;
    const { display, real, rootReal } = checked.value;
    const protectedReason = checked.value.protectedReason ?? (await linkedReason(real, rootReal));
    return { ok: true, value: { path: display, place: real, protectedReason, encoding: await encodingOfNewFile(this.#encodingFor(real)) } };
  }

  async write(path: string, content: { text: string; encoding: TextEncoding }, expected: ExpectedFile): Promise<FileOutcome<{ path: string; hash: string }>> {
    const checked = await this.#writable(path);
    if (!checked.ok) return checked;
    const { display, real, rootReal, exists } = checked.value;
    // Another file may read the same; what was approved is this one.
    if (real !== expected.place) return swapped(display);
    const encoded = await encodeText(content.text, content.encoding, display);
    if (!encoded.ok) return encoded;
    if (!(await hasHash(this.#guard, path, real, expected.hash))) return changed(display);
    return this.#gate.carryOut({ kind: 'write', path: display, real, exists }, async () => {
      const mode = exists ? (await stat(real)).mode : null;
      if (!(await makeParents(this.#guard, path, real, rootReal))) return swapped(display);
      const written = await replaceFile(real, encoded.value, mode, async (temporary) => {
        const inPlace = await leadsTo(this.#guard, temporary, temporary);
        return inPlace && (await leadsTo(this.#guard, path, real)) && (await hasHash(this.#guard, path, real, expected.hash));
      });
      return written ? { ok: true, value: { path: display, hash: hashOf(encoded.value) } } : changed(display);
    });
  }

  async #writable(path: string): Promise<FileOutcome<CheckedPath>> {
    const checked = await this.#guard.check(path);
    if (!checked.ok) return checked;
    const { display, real, exists, readOnly } = checked.value;
    if (readOnly) return refuse('read_only', `${display} can be read but not written.`, 'Write inside a workspace folder.');
    if (!exists) return checked;
    const facts = await lstat(real);
    if (facts.isDirectory()) return isDirectory(display);
    if (!facts.isFile()) return notAFile(display);
    return (await lockedReason(real, display)) ?? checked;
  }
}
