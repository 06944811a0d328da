// Snapshots of the image, numbered. A generation is a database file and a manifest that vouches for it and says
// how far each journal is in it; the manifest's appearance is what makes the generation exist. The newest two are
// kept, and journals until they are in the older of the two, so that either one and the journals are everything.
import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isFields, isWhole, parseFields } from '../fields';
import { writeFlushed, type FileOperations } from '../files/durable-file';
import { isFileError } from '../files/file-error';
import { crc32 } from './checksum';
import { isTemporary, manifestGeneration, manifestName, newInstance, newSnapshotName, snapshotGeneration } from './file-names';

export type Manifest = {
  generation: number;
  schema_version: number;
  /** The database file. */
  file: string;
  bytes: number;
  sha256: string;
  /** The highest stamp of a write in it. */
  stamp: number;
  /** Instance of a journal -> the byte up to which it is in the snapshot. */
  applied: Record<string, number>;
};

/** What is written at a time, and how much of it the disk is given at a time. */
const pieceBytes = 256 * 1024;
const flushBytes = 1024 * 1024;
const abandonedAfterMs = 60 * 60 * 1000;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function encodeManifest(value: Manifest): Buffer {
  const text = Buffer.from(JSON.stringify(value));
  return Buffer.concat([text, Buffer.from(`\n${crc32(text)}\n`)]);
}

/** Null when it is not what this version knows. */
function parseManifest(text: string): Manifest | null {
  const { generation, schema_version, file, bytes, sha256: hash, stamp, applied } = parseFields(text) ?? {};
  if (!isWhole(generation) || generation < 1 || !isWhole(schema_version) || !isWhole(bytes) || bytes < 1 || !isWhole(stamp)) return null;
  if (typeof file !== 'string' || snapshotGeneration(file) === null || typeof hash !== 'string') return null;
  return isOffsets(applied) ? { generation, schema_version, file, bytes, sha256: hash, stamp, applied } : null;
}

function isOffsets(value: unknown): value is Record<string, number> {
  return isFields(value) && Object.values(value).every(isWhole);
}

export class Generations {
  readonly #files: FileOperations;
  readonly #directory: string;

  constructor(files: FileOperations, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** Numbers of all manifests among the names, newest first, whatever state they are in. */
  static numbers(names: readonly string[]): number[] {
    return names
      .map(manifestGeneration)
      .filter((generation) => generation !== null)
      .sort((a, b) => b - a);
  }

  /** Null when it is missing or damaged; `newer` when it is whole and still not understood. */
  manifest(generation: number): Manifest | 'newer' | null {
    const path = join(this.#directory, manifestName(generation));
    if (this.#files.look(path) === null) return null;
    const [text = '', crc = ''] = this.#files.read(path).toString('utf8').split('\n');
    if (String(crc32(Buffer.from(text))) !== crc) return null;
    return parseManifest(text) ?? 'newer';
  }

  /** The database file, or null when it is missing or not what the manifest vouches for. */
  bytes({ file, bytes: size, sha256: expected }: Manifest): Buffer | null {
    const path = join(this.#directory, file);
    if (this.#files.look(path)?.size !== size) return null;
    const bytes = this.#files.read(path);
    return sha256(bytes) === expected ? bytes : null;
  }

  /**
   * Writes the bytes and makes them the given generation. Null when another process made that generation first.
   * Gives way to other work between pieces, so the caller must have taken `bytes` and `applied` together before.
   */
  async publish(bytes: Uint8Array, about: Omit<Manifest, 'file' | 'bytes' | 'sha256'>): Promise<Manifest | null> {
    const name = newSnapshotName(about.generation);
    const path = join(this.#directory, name);
    const temporary = join(this.#directory, `tmp-${name}`);
    const temporaryManifest = join(this.#directory, `tmp-manifest-${newInstance()}`);
    let published = false;
    try {
      const hash = createHash('sha256');
      await this.#writeLarge(temporary, bytes, hash);
      this.#files.rename(temporary, path);
      this.#files.flushDirectory(this.#directory);
      const content: Manifest = { ...about, file: name, bytes: bytes.length, sha256: hash.digest('hex') };
      writeFlushed(this.#files, temporaryManifest, encodeManifest(content));
      published = this.#files.publish(temporaryManifest, join(this.#directory, manifestName(about.generation)));
      this.#files.flushDirectory(this.#directory);
      return published ? content : null;
    } finally {
      for (const leftover of [temporary, temporaryManifest, ...(published ? [] : [path])]) this.#files.remove(leftover);
    }
  }

  /**
   * In pieces, and flushed as it grows: an append that comes in between waits for one piece only. Were all of it
   * unwritten, the file system might let the journal's flush wait until all of it is on disk.
   */
  async #writeLarge(path: string, bytes: Uint8Array, hash: Hash): Promise<void> {
    const file = this.#files.create(path);
    try {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = bytes.subarray(at, at + pieceBytes);
        this.#files.write(file, piece);
        hash.update(piece);
        const end = at + piece.length;
        if (end % flushBytes === 0 || end === bytes.length) await this.#files.flushLater(file);
        else await nextTurn();
      }
    } finally {
      this.#files.close(file);
    }
  }

  /**
   * Removes generations older than `previous`, and temporary files that a crash left. Manifests go first: a manifest
   * without its database would look like damage to whoever opens after a crash in between. Of a damaged generation
   * `keep` is asked for a copy of each file; what cannot be kept or removed stays. Gives way to other work.
   */
  async prune(previous: Manifest | null, keep: (name: string, generation: number) => boolean): Promise<void> {
    const names = this.#files.list(this.#directory);
    const isOutdated = (generation: number): boolean => previous !== null && generation < previous.generation;
    for (const generation of Generations.numbers(names).filter(isOutdated)) {
      const own = names.filter((name) => manifestGeneration(name) === generation || snapshotGeneration(name) === generation);
      if (!(await this.#isGood(generation)) && !own.every((name) => keep(name, generation))) continue;
      if (!this.#removeIfPossible(manifestName(generation))) continue;
      for (const name of own.filter((one) => one !== manifestName(generation))) this.#removeIfPossible(name);
    }
    for (const name of names) {
      const generation = snapshotGeneration(name);
      const isOrphan = generation !== null && isOutdated(generation) && !names.includes(manifestName(generation));
      if (isOrphan || (isTemporary(name) && this.#isAbandoned(join(this.#directory, name)))) this.#removeIfPossible(name);
    }
  }

  /** Whether it is there and is what its manifest vouches for. */
  async #isGood(generation: number): Promise<boolean> {
    try {
      const found = this.manifest(generation);
      return found !== null && found !== 'newer' && (await this.#hashInPieces(found)) === found.sha256;
    } catch {
      // Unreadable is no better than damaged to whoever asks.
      return false;
    }
  }

  /** Null when its size is wrong already. */
  async #hashInPieces({ file, bytes }: Manifest): Promise<string | null> {
    const path = join(this.#directory, file);
    if (this.#files.look(path)?.size !== bytes) return null;
    const hash = createHash('sha256');
    for (let at = 0; at < bytes; at += pieceBytes) {
      hash.update(this.#files.read(path, at, pieceBytes));
      await nextTurn();
    }
    return hash.digest('hex');
  }

  /** What cannot be removed does no harm: it is outdated, and is tried again next time. */
  #removeIfPossible(name: string): boolean {
    try {
      this.#files.remove(join(this.#directory, name));
      return true;
    } catch (error) {
      if (!isFileError(error)) throw error;
      return false;
    }
  }

  #isAbandoned(path: string): boolean {
    const state = this.#files.look(path);
    return state !== null && Date.now() - state.modified_ms > abandonedAfterMs;
  }
}
