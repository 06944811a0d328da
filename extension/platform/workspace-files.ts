// All that a tool can reach of the disk. Every method takes a path as somebody wrote it and puts it through the
// guard itself, again at the moment of opening; there is no method that takes a checked path, so none can be forged.
import { constants } from 'node:fs';
import { access, lstat, mkdir, open, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readLineRange, type LineRange } from './line-reader';
import { refuse, systemCode, type Outcome } from './outcome';
import { PathGuard, type CheckedPath, type GuardDisk, type PathErrorCode, type WorkspaceRoot } from './path-guard';
import { replaceFile } from './replace-file';
import type { RipgrepErrorCode } from './ripgrep';
import { decodeText, encodeText, hashOf, type DecodeErrorCode } from './text-file';
import { listBelow, searchBelow, type FoundLine, type SearchPlace, type SearchQuery } from './workspace-search';

export type FileErrorCode =
  | PathErrorCode
  | DecodeErrorCode
  | RipgrepErrorCode
  | 'not_found'
  | 'is_directory'
  | 'not_a_file'
  | 'too_large'
  | 'read_only'
  | 'swapped'
  | 'changed'
  | 'not_saved'
  | 'stopped'
  | 'io';
export type FileOutcome<Value> = Outcome<Value, FileErrorCode>;

export const fileLimits = {
  readLines: 2000,
  readBytes: 256 * 1024,
  lineBytes: 4000,
  /** Larger files are read by range only, and never edited. */
  editBytes: 10 * 1024 * 1024,
} as const;

export type FileFacts = { path: string; kind: 'file' | 'directory' | 'other'; bytes: number };

export type TextFile = {
  /** As to be shown; also takes the place of the path in later calls. */
  path: string;
  text: string;
  bom: boolean;
  /** SHA-256 of the bytes on disk. */
  hash: string;
  protectedReason: string | null;
};

export type LinesOfFile = LineRange & { path: string };

/** Where a path leads when it may be written: what an approval is asked for. */
export type WriteTarget = { path: string; protectedReason: string | null };

export type Listing = { paths: string[]; complete: boolean };
export type SearchResult = { found: FoundLine[]; ended: 'all' | 'enough' | 'timeout'; oversized: number };

export type WorkspaceFilesOptions = {
  roots: readonly WorkspaceRoot[];
  /** Null when there is none: listing and searching are refused in words. */
  ripgrepPath: string | null;
  /**
   * Runs after everything was checked and before a file is replaced or made; `real` is its absolute path. When it
   * rejects nothing is written.
   */
  beforeWrite?: (file: { path: string; real: string; exists: boolean }) => Promise<void>;
  /** For tests that make the guard's own look at the disk fail. */
  guardDisk?: GuardDisk;
};

const noFollow = constants.O_NOFOLLOW ?? 0; // not there on Windows
const noWait = constants.O_NONBLOCK ?? 0; // so that opening a named pipe does not hang

export class WorkspaceFiles {
  readonly #guard: PathGuard;
  readonly #options: WorkspaceFilesOptions;

  constructor(options: WorkspaceFilesOptions) {
    this.#guard = new PathGuard(options.roots, options.guardDisk);
    this.#options = options;
  }

  /** The open folders by name. With several of them every path starts with one. */
  get folderNames(): readonly string[] {
    return this.#guard.folderNames;
  }

  async stat(path: string): Promise<FileOutcome<FileFacts>> {
    return this.#expecting(path, async () => {
      const checked = await this.#guard.check(path);
      if (!checked.ok) return checked;
      if (!checked.value.exists) return notFound(checked.value.display);
      const facts = await lstat(checked.value.real);
      const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'directory' : 'other';
      return { ok: true, value: { path: checked.value.display, kind, bytes: facts.size } };
    });
  }

  /** A folder to run a command in, as its absolute real path. Outside the workspace there is none. */
  async workingDirectory(path: string): Promise<FileOutcome<{ path: string; real: string }>> {
    return this.#expecting(path, async () => {
      const wanted = path === '.' && this.folderNames.length > 1 ? (this.folderNames[0] ?? path) : path;
      const checked = await this.#guard.check(wanted);
      if (!checked.ok) return checked;
      const { display, real, exists, readOnly } = checked.value;
      if (readOnly) return refuse('outside_workspace', `"${path}" is outside the workspace.`, 'Run commands in a workspace folder.');
      if (!exists) return notFound(display);
      if (!(await lstat(real)).isDirectory()) return refuse('not_a_directory', `${display} is not a folder.`, 'Run it in the folder above.');
      return { ok: true, value: { path: display, real } };
    });
  }

  /** The whole of a UTF-8 file, for editing. */
  async readText(path: string): Promise<FileOutcome<TextFile>> {
    return this.#withFile(path, async (file, checked) => {
      const { size } = await file.stat();
      if (size > fileLimits.editBytes) {
        return refuse('too_large', `${checked.display} is ${megabytes(size)}; files over ${megabytes(fileLimits.editBytes)} are not edited.`, 'Change it with a command.');
      }
      const bytes = await file.readFile();
      const decoded = decodeText(bytes, checked.display);
      if (!decoded.ok) return decoded;
      return {
        ok: true,
        value: { path: checked.display, ...decoded.value, hash: hashOf(bytes), protectedReason: checked.protectedReason },
      };
    });
  }

  /** Lines `start` to `end` (null: the last), both counted from 1 and included; bounded by `fileLimits`. */
  async readLines(path: string, range: { start: number; end: number | null }, signal: AbortSignal): Promise<FileOutcome<LinesOfFile>> {
    return this.#withFile(path, async (file, checked) => {
      const limits = {
        maxLines: fileLimits.readLines,
        maxBytes: fileLimits.readBytes,
        maxLineBytes: fileLimits.lineBytes,
        countUpToBytes: fileLimits.editBytes,
      };
      const read = await readLineRange(file, checked.display, range, limits, signal);
      return read.ok ? { ok: true, value: { ...read.value, path: checked.display } } : read;
    }, signal);
  }

  /** All files below, sorted, without what ignore files name. `path` null is the whole workspace. */
  async list(path: string | null, pattern: string | null, signal: AbortSignal): Promise<FileOutcome<Listing>> {
    const listing: Listing = { paths: [], complete: true };
    const done = await this.#eachPlace(path, signal, async (place, shown) => {
      const listed = await listBelow(place, pattern);
      if (!listed.ok) return listed;
      for (const found of listed.value.paths) listing.paths.push(shown(found));
      if (listed.value.end.ended !== 'all') listing.complete = false;
      return { ok: true, value: true };
    });
    if (!done.ok) return done;
    listing.paths.sort(byCode);
    return { ok: true, value: listing };
  }

  /** Matching lines in order of path and line. `path` null is the whole workspace. */
  async search(path: string | null, query: SearchQuery, signal: AbortSignal): Promise<FileOutcome<SearchResult>> {
    const result: SearchResult = { found: [], ended: 'all', oversized: 0 };
    const done = await this.#eachPlace(path, signal, async (place, shown) => {
      const searched = await searchBelow(place, { ...query, maxMatches: query.maxMatches - result.found.length });
      if (!searched.ok) return searched;
      for (const found of searched.value.found) result.found.push({ ...found, path: shown(found.path) });
      result.oversized += searched.value.end.oversized;
      if (searched.value.end.ended !== 'all') result.ended = searched.value.end.ended;
      return { ok: true, value: result.ended === 'all' };
    });
    return done.ok ? { ok: true, value: result } : done;
  }

  /** Whether a file may be written there, and what to ask for it. Changes nothing. */
  async writeTarget(path: string): Promise<FileOutcome<WriteTarget>> {
    return this.#expecting(path, async () => {
      const checked = await this.#writable(path);
      if (!checked.ok) return checked;
      return { ok: true, value: { path: checked.value.display, protectedReason: checked.value.protectedReason } };
    });
  }

  /**
   * Replaces or makes a file, with the folders above it. `expected` is the hash the file must still have (null: there
   * must be none); otherwise nothing is written and the code is `changed`.
   */
  async write(path: string, content: { text: string; bom: boolean }, expected: string | null): Promise<FileOutcome<{ path: string; hash: string }>> {
    return this.#expecting(path, async () => {
      const checked = await this.#writable(path);
      if (!checked.ok) return checked;
      const { display, real, exists } = checked.value;
      const bytes = encodeText(content.text, content.bom);
      const asExpected = await this.#hasHash(path, real, expected);
      if (!asExpected) return changed(display);
      try {
        await this.#options.beforeWrite?.({ path: display, real, exists });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return refuse('not_saved', `${display} was not written: its state before could not be kept (${reason}).`, 'Tell the user.');
      }
      const mode = exists ? (await stat(real)).mode : null;
      const made = await this.#makeParents(real, checked.value.rootReal, path);
      if (!made) return swapped(display);
      const written = await replaceFile(real, bytes, mode, async (temporary) => {
        const inPlace = await this.#guard.check(temporary);
        return inPlace.ok && inPlace.value.real === temporary && (await this.#leadsTo(path, real)) && (await this.#hasHash(path, real, expected));
      });
      return written ? { ok: true, value: { path: display, hash: hashOf(bytes) } } : changed(display);
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
    if (!facts.isFile()) return refuse('not_a_file', `${display} is not an ordinary file.`, 'Choose another path.');
    try {
      await access(real, constants.W_OK);
    } catch (error) {
      if (!['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error))) throw error;
      return refuse('read_only', `${display} is write-protected.`, 'Tell the user; do not change its permissions.');
    }
    return checked;
  }

  /** Opens for reading and makes sure that what was opened is what the guard allowed. */
  async #withFile<Value>(
    path: string,
    use: (file: FileHandle, checked: CheckedPath) => Promise<FileOutcome<Value>>,
    signal?: AbortSignal,
  ): Promise<FileOutcome<Value>> {
    return this.#expecting(path, async () => {
      const checked = await this.#guard.check(path);
      if (!checked.ok) return checked;
      const { display, real, exists } = checked.value;
      if (!exists) return notFound(display);
      const before = await lstat(real);
      if (before.isDirectory()) return isDirectory(display);
      if (!before.isFile()) return refuse('not_a_file', `${display} is not an ordinary file.`, 'Choose another path.');
      const file = await open(real, constants.O_RDONLY | noFollow | noWait);
      try {
        const opened = await file.stat({ bigint: true });
        const still = await this.#leadsTo(path, real);
        const there = await lstat(real, { bigint: true });
        if (!still || !opened.isFile() || opened.ino !== there.ino || opened.dev !== there.dev) return swapped(display);
        return await use(file, checked.value);
      } finally {
        await file.close();
      }
    }, signal);
  }

  async #leadsTo(path: string, real: string): Promise<boolean> {
    const again = await this.#guard.check(path);
    return again.ok && again.value.real === real;
  }

  async #hasHash(path: string, real: string, expected: string | null): Promise<boolean> {
    const now = await this.#guard.check(path);
    if (!now.ok || now.value.real !== real) return false;
    if (!now.value.exists || expected === null) return now.value.exists === (expected !== null);
    const file = await open(real, constants.O_RDONLY | noFollow | noWait);
    try {
      return hashOf(await file.readFile()) === expected;
    } finally {
      await file.close();
    }
  }

  /** One folder at a time, each looked at after it was made: a link slipped in between is seen before the next. */
  async #makeParents(real: string, rootReal: string, path: string): Promise<boolean> {
    const names = relative(rootReal, dirname(real)).split(/[\\/]/).filter((name) => name !== '');
    let folder = rootReal;
    for (const name of names) {
      folder = join(folder, name);
      try {
        await mkdir(folder);
      } catch (error) {
        if (systemCode(error) === 'EEXIST') continue;
        throw error;
      }
      const placed = await this.#guard.check(folder);
      if (!placed.ok || placed.value.real !== folder) {
        await rmdir(folder);
        return false;
      }
    }
    return this.#leadsTo(path, real);
  }

  /** Runs over one place, or every folder when `path` is null; stops when `use` gives false. */
  async #eachPlace(
    path: string | null,
    signal: AbortSignal,
    use: (place: SearchPlace, shown: (found: string) => string) => Promise<FileOutcome<boolean>>,
  ): Promise<FileOutcome<true>> {
    const program = this.#options.ripgrepPath;
    const several = this.folderNames.length > 1;
    const wanted = path !== null && path !== '.' ? [path] : several ? this.folderNames : ['.'];
    for (const one of wanted) {
      const done = await this.#expecting<boolean>(one, async () => {
        const checked = await this.#guard.check(one);
        if (!checked.ok) return checked;
        const { display, real, rootName, rootReal, exists, readOnly } = checked.value;
        if (!exists) return notFound(display);
        if (program === null) return refuse('no_ripgrep', 'Searching is not available here: ripgrep is missing.', 'Read files directly, and tell the user.');
        const below = relative(rootReal, real).replaceAll('\\', '/');
        const prefix = readOnly ? `${rootReal}/` : several ? `${rootName}/` : '';
        const used = await use({ program, root: rootReal, below, signal }, (found) => `${prefix}${found}`);
        // A folder swapped for a link while ripgrep ran: what it found is not handed out.
        return (await this.#leadsTo(one, real)) ? used : swapped(display);
      }, signal);
      if (!done.ok) return done;
      if (!done.value) break;
    }
    return { ok: true, value: true };
  }

  /** Turns what a disk may answer at any moment into data; anything else is a bug and stays one. */
  async #expecting<Value>(path: string, work: () => Promise<FileOutcome<Value>>, signal?: AbortSignal): Promise<FileOutcome<Value>> {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted === true) return refuse('stopped', 'It was stopped.', 'Wait for the user.');
      switch (systemCode(error)) {
        case 'ENOENT':
          return notFound(path);
        case 'ELOOP':
          return swapped(path);
        case 'ENOTDIR':
        case 'EEXIST':
          return refuse('not_a_directory', `Something above ${path} is not a folder.`, 'List the folder above it to see what is there.');
        case 'EISDIR':
          return isDirectory(path);
        case 'EACCES':
        case 'EPERM':
        case 'EROFS':
          return refuse('read_only', `The system does not allow access to ${path}.`, 'Tell the user.');
        case 'ENOSPC':
        case 'EDQUOT':
          return refuse('io', `The disk is full; ${path} was not written.`, 'Tell the user.');
        case 'EIO':
        case 'EBUSY':
        case 'EMFILE':
        case 'ENFILE':
        case 'ENAMETOOLONG':
        case 'ETXTBSY':
          return refuse('io', `The system could not do that with ${path} (${systemCode(error)}).`, 'Try once more, then tell the user.');
        default:
          throw error;
      }
    }
  }
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(bytes < 100 * 1024 * 1024 ? 1 : 0)} MB`;
}

function notFound(path: string): FileOutcome<never> {
  return refuse('not_found', `There is no ${path}.`, 'list_files shows what is there.');
}

function isDirectory(path: string): FileOutcome<never> {
  return refuse('is_directory', `${path} is a folder.`, 'list_files shows the files in it.');
}

function swapped(path: string): FileOutcome<never> {
  return refuse('swapped', `${path} came to lead elsewhere while it was being opened, so it was left alone.`, 'Look at it again before going on.');
}

function changed(path: string): FileOutcome<never> {
  return refuse('changed', `${path} is not what it was when this was planned, so nothing was written.`, 'Read it again and plan the change anew.');
}
