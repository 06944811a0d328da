// Large texts as files named by their SHA-256, so that the database stays small and equal content is kept once. A
// blob is on disk before the record that names it; it is never changed, and removed only when no chat uses it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeFlushed, type FileOperations } from '../files/durable-file';
import { isFileError } from '../files/file-error';
import { isTemporary, newInstance } from './file-names';

export const blobFolder = 'blobs';

/** Set aside by a sweep that is not yet certain of it; still readable. */
const asideSuffix = '.aside';
const abandonedAfterMs = 60 * 60 * 1000;

export type Blob = { sha256: string; bytes: Buffer };

export function blobOf(text: string): Blob {
  const bytes = Buffer.from(text, 'utf8');
  return { sha256: hashOf(bytes), bytes };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export class Blobs {
  readonly #files: FileOperations;
  readonly #folder: string;
  /** Whose names are known to be on disk, not only in the system's memory. */
  readonly #durable = new Set<string>();

  constructor(files: FileOperations, directory: string) {
    this.#files = files;
    this.#folder = join(directory, blobFolder);
  }

  /** Makes all of them durable under their names. A damaged file of the same name is replaced by the good bytes. */
  put(blobs: readonly Blob[]): void {
    const missing = blobs.filter((blob) => !this.#has(blob));
    if (missing.length === 0 && blobs.every(({ sha256 }) => this.#durable.has(sha256))) return;
    const isFirst = this.#files.look(this.#folder) === null;
    this.#files.makeDirectory(this.#folder);
    for (const { sha256, bytes } of missing) {
      const temporary = join(this.#folder, `tmp-${newInstance()}`);
      try {
        writeFlushed(this.#files, temporary, bytes);
        this.#files.rename(temporary, this.#path(sha256));
      } catch (error) {
        this.#files.remove(temporary);
        throw error;
      }
    }
    this.#files.flushDirectory(this.#folder);
    if (isFirst) this.#files.flushDirectory(join(this.#folder, '..'));
    for (const { sha256 } of blobs) this.#durable.add(sha256);
  }

  /** Those that a sweep of another process took away since they were put. */
  missing(blobs: readonly Blob[]): Blob[] {
    return blobs.filter(({ sha256 }) => this.#files.look(this.#path(sha256)) === null);
  }

  /** Null when there is no such blob; `damaged` when its bytes are not those it was named after. */
  read(sha256: string): Buffer | 'damaged' | null {
    for (const path of [this.#path(sha256), this.#aside(sha256), this.#path(sha256)]) {
      if (this.#files.look(path) === null) continue;
      const bytes = this.#files.read(path);
      return hashOf(bytes) === sha256 ? bytes : 'damaged';
    }
    return null;
  }

  /** Of all blobs, and of files that a crash left half made. */
  names(): { names: string[]; abandoned: string[] } {
    const names = new Set<string>();
    const abandoned: string[] = [];
    for (const name of this.#files.list(this.#folder)) {
      const sha256 = name.replace(asideSuffix, '');
      if (/^[0-9a-f]{64}$/.test(sha256)) names.add(sha256);
      else abandoned.push(name);
    }
    return { names: [...names], abandoned };
  }

  isGood(sha256: string): boolean {
    try {
      return Buffer.isBuffer(this.read(sha256));
    } catch {
      // Unreadable is no better than damaged to whoever asks.
      return false;
    }
  }

  /**
   * Removes what nobody uses. A process that is just about to use one of them looks after its record is written
   * whether the file is still there; so first the names change, then `isUsed` is asked again (it must see every
   * record written until then), and what is used after all comes back. No clock takes part.
   */
  sweep(unused: readonly string[], isUsed: () => (sha256: string) => boolean): void {
    const aside = unused.filter((sha256) => this.#setAside(sha256));
    if (aside.length === 0) return;
    const used = isUsed();
    for (const sha256 of aside) {
      this.#durable.delete(sha256);
      try {
        if (used(sha256)) this.#files.publish(this.#aside(sha256), this.#path(sha256));
        this.#files.remove(this.#aside(sha256));
      } catch (error) {
        // It stays, under a name that is still read, for the next sweep.
        if (!isFileError(error)) throw error;
      }
    }
  }

  /** Removes a file that was being written when its process died; long ago, so that it is not being written now. */
  discardIfAbandoned(name: string): void {
    const path = join(this.#folder, name);
    const modified = this.#files.look(path)?.modified_ms;
    if (modified !== undefined && isTemporary(name) && Date.now() - modified > abandonedAfterMs) this.#files.remove(path);
  }

  /** For messages and for quarantine: the name within the database's directory. */
  static nameOf(sha256: string): string {
    return join(blobFolder, sha256);
  }

  #setAside(sha256: string): boolean {
    try {
      if (this.#files.look(this.#path(sha256)) !== null) this.#files.rename(this.#path(sha256), this.#aside(sha256));
      return this.#files.look(this.#aside(sha256)) !== null;
    } catch (error) {
      if (!isFileError(error)) throw error;
      return false;
    }
  }

  #has({ sha256, bytes }: Blob): boolean {
    const path = this.#path(sha256);
    return this.#files.look(path)?.size === bytes.length && this.#files.read(path).equals(bytes);
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256);
  }

  #aside(sha256: string): string {
    return join(this.#folder, `${sha256}${asideSuffix}`);
  }
}
