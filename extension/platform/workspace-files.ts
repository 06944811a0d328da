// All that a tool can reach of the disk. Every method takes a path as somebody wrote it and puts it through the
// guard itself, again at the moment of opening; there is no method that takes a checked path, so none can be forged.
import { lstat } from 'node:fs/promises';
import { relative } from 'node:path';
import { ChangeGate, type ChangeGateOptions } from './change-gate';
import { FileMoves, type Move, type Moved, type PlannedMove } from './file-moves';
import { fileLimits } from './file-limits';
import { expecting, notFound, swapped, type FileOutcome } from './file-outcomes';
import { FileRemovals, type PlannedRemoval, type Removal } from './file-removals';
import { FileWrites, type EncodingFor, type ExpectedFile, type WriteTarget } from './file-writes';
import { leadsTo, withGuardedFile } from './guarded-open';
import { readLineRange, type LineRange } from './line-reader';
import { refuse } from './outcome';
import { PathGuard, type GuardDisk, type WorkspaceRoot } from './path-guard';
import { decodeText, hashOf, type TextEncoding } from './text-file';
import { listBelow, searchBelow, type FoundLine, type SearchPlace, type SearchQuery } from './workspace-search';

export type { FileErrorCode, FileOutcome } from './file-outcomes';

/** `real` is for asking others about the file, an editor say; files are opened here only. */
export type FileFacts = { path: string; real: string; kind: 'file' | 'directory' | 'other'; bytes: number };

export type TextFile = {
  /** As to be shown; also takes the place of the path in later calls. */
  path: string;
  text: string;
  encoding: TextEncoding;
  /** SHA-256 of the bytes on disk. */
  hash: string;
  protectedReason: string | null;
};

export type LinesOfFile = LineRange & { path: string };

/** What a look ahead found is known to the files it was made by alone, so that none can be forged. */
export type LookAhead = { readonly path: string };

/** `complete` is false when there is more than was looked at. */
export type Listing = { paths: string[]; complete: boolean };
export type SearchResult = { found: FoundLine[]; ended: 'all' | 'enough' | 'timeout'; oversized: number; isFile: boolean };

export type WorkspaceFilesOptions = ChangeGateOptions & {
  roots: readonly WorkspaceRoot[];
  /** Null when there is none: listing and searching are refused in words. */
  ripgrepPath: string | null;
  /** Where deleted and replaced files are kept for a while; left out or null, they go for good and plans say so. */
  keepDeletedIn?: string | null;
  /** The encoding of a file that is neither marked nor UTF-8, under VS Code's name; null when nobody said. */
  encodingFor?: EncodingFor;
  /** For tests that make the guard's own look at the disk fail. */
  guardDisk?: GuardDisk;
};

type GuardedUse<Value> = Parameters<typeof withGuardedFile<Value>>[2];

export class WorkspaceFiles {
  readonly #guard: PathGuard;
  readonly #ripgrepPath: string | null;
  readonly #encodingFor: EncodingFor;
  readonly #writes: FileWrites;
  readonly #removals: FileRemovals;
  readonly #moves: FileMoves;
  readonly #ahead = new WeakMap<LookAhead, ReturnType<PathGuard['check']>>();

  constructor(options: WorkspaceFilesOptions) {
    const guard = new PathGuard(options.roots, options.guardDisk);
    const gate = new ChangeGate(options);
    const keepIn = options.keepDeletedIn ?? null;
    this.#guard = guard;
    this.#ripgrepPath = options.ripgrepPath;
    this.#encodingFor = options.encodingFor ?? (() => null);
    this.#writes = new FileWrites(guard, gate, this.#encodingFor);
    this.#removals = new FileRemovals(guard, gate, keepIn);
    this.#moves = new FileMoves(guard, gate, keepIn);
  }

  /** The open folders by name. With several of them every path starts with one. */
  get folderNames(): readonly string[] {
    return this.#guard.folderNames;
  }

  async stat(path: string): Promise<FileOutcome<FileFacts>> {
    return expecting(path, async () => {
      const checked = await this.#guard.check(path);
      if (!checked.ok) return checked;
      const { display, real, exists } = checked.value;
      if (!exists) return notFound(display);
      const facts = await lstat(real);
      const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'directory' : 'other';
      return { ok: true, value: { path: display, real, kind, bytes: facts.size } };
    });
  }

  /** A folder to run a command in, as its absolute real path. Outside the workspace there is none. */
  async workingDirectory(path: string): Promise<FileOutcome<{ path: string; real: string }>> {
    return expecting(path, async () => {
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

  /** The whole of a text file, for editing. */
  async readText(path: string): Promise<FileOutcome<TextFile>> {
    const use: GuardedUse<TextFile> = async (file, { display, real, protectedReason }, size) => {
      if (size > fileLimits.editBytes) {
        return refuse('too_large', `${display} is ${megabytes(size)}; files over ${megabytes(fileLimits.editBytes)} are not edited.`, 'Change it with a command.');
      }
      const bytes = await file.readFile();
      const decoded = await decodeText(bytes, display, this.#encodingFor(real));
      if (!decoded.ok) return decoded;
      return { ok: true, value: { path: display, ...decoded.value, hash: hashOf(bytes), protectedReason } };
    };
    return expecting(path, () => withGuardedFile(this.#guard, path, use));
  }

  /** Lines `start` to `end` (null: the last), both counted from 1 and included; bounded by `fileLimits`. */
  async readLines(path: string, range: { start: number; end: number | null }, signal: AbortSignal, ahead?: LookAhead): Promise<FileOutcome<LinesOfFile>> {
    const limits = {
      maxLines: fileLimits.readLines,
      maxBytes: fileLimits.readBytes,
      maxLineBytes: fileLimits.lineBytes,
      countUpToBytes: fileLimits.editBytes,
    };
    const use: GuardedUse<LinesOfFile> = async (file, { display, real }, size) => {
      const read = await readLineRange({ file, size }, display, this.#encodingFor(real), range, limits, signal);
      return read.ok ? { ok: true, value: { ...read.value, path: display } } : read;
    };
    const looked = ahead?.path === path ? this.#ahead.get(ahead) : undefined;
    return expecting(path, () => withGuardedFile(this.#guard, path, use, looked), signal);
  }

  /** Begins to look where a path leads, for a read that follows at once. Opens nothing. */
  lookAhead(path: string): LookAhead {
    const ahead = { path };
    this.#ahead.set(ahead, this.#guard.check(path));
    return ahead;
  }

  /** All files below, sorted, without what ignore files name unless told. `path` null is the whole workspace. */
  async list(path: string | null, pattern: string | null, signal: AbortSignal, { includeIgnored = false } = {}): Promise<FileOutcome<Listing>> {
    const listing: Listing = { paths: [], complete: true };
    const done = await this.#eachPlace(path, signal, async (place, shown) => {
      const listed = await listBelow(place, { pattern, includeIgnored });
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
    const result: SearchResult = { found: [], ended: 'all', oversized: 0, isFile: false };
    let skip = query.skip ?? 0;
    const done = await this.#eachPlace(path, signal, async (place, shown) => {
      const searched = await searchBelow(place, { ...query, skip, maxMatches: query.maxMatches - result.found.length });
      if (!searched.ok) return searched;
      skip -= searched.value.skipped;
      for (const found of searched.value.found) result.found.push({ ...found, path: shown(found.path) });
      result.oversized += searched.value.end.oversized;
      result.isFile = place.isFile;
      if (searched.value.end.ended !== 'all') result.ended = searched.value.end.ended;
      return { ok: true, value: result.ended === 'all' };
    });
    return done.ok ? { ok: true, value: result } : done;
  }

  /** Whether a file may be written there, and what to ask for it. Changes nothing. */
  async writeTarget(path: string): Promise<FileOutcome<WriteTarget>> {
    return expecting(path, () => this.#writes.target(path));
  }

  /**
   * Replaces or makes a file, with the folders above it. When its path leads elsewhere than expected, or what is there
   * is not what was expected, nothing is written and the code is `swapped` or `changed`.
   */
  async write(path: string, content: { text: string; encoding: TextEncoding }, expected: ExpectedFile): Promise<FileOutcome<{ path: string; hash: string }>> {
    return expecting(path, () => this.#writes.write(path, content, expected));
  }

  /** What a deletion would take. Changes nothing. */
  async planRemoval(path: string, signal: AbortSignal): Promise<FileOutcome<Removal>> {
    return expecting(path, () => this.#removals.plan(path, signal), signal);
  }

  /** Deletes what was planned; when it changed since, nothing. `keptAt` is where a person can get it back. */
  async remove(path: string, planned: PlannedRemoval, signal: AbortSignal): Promise<FileOutcome<{ path: string; keptAt: string | null }>> {
    return expecting(path, () => this.#removals.remove(path, planned, signal), signal);
  }

  /** What a move would do. Changes nothing. */
  async planMove(from: string, to: string, overwrite: boolean, signal: AbortSignal): Promise<FileOutcome<Move>> {
    return expecting(from, () => this.#moves.plan(from, to, overwrite, signal), signal);
  }

  /** Moves what was planned; when either end changed since, nothing. */
  async move(from: string, to: string, planned: PlannedMove, signal: AbortSignal): Promise<FileOutcome<Moved>> {
    return expecting(from, () => this.#moves.move(from, to, planned, signal), signal);
  }

  /** Runs over one place, or every folder when `path` is null; stops when `use` gives false. */
  async #eachPlace(
    path: string | null,
    signal: AbortSignal,
    use: (place: SearchPlace, shown: (found: string) => string) => Promise<FileOutcome<boolean>>,
  ): Promise<FileOutcome<true>> {
    const program = this.#ripgrepPath;
    const several = this.folderNames.length > 1;
    const wanted = path !== null && path !== '.' ? [path] : several ? this.folderNames : ['.'];
    for (const one of wanted) {
      const done = await expecting<boolean>(one, async () => {
        const checked = await this.#guard.check(one);
        // One of several folders that is gone holds nothing; the others still do.
        if (!checked.ok && path === null && several && checked.error.code === 'outside_workspace') return { ok: true, value: true };
        if (!checked.ok) return checked;
        const { display, real, rootName, rootReal, exists, readOnly } = checked.value;
        if (!exists) return notFound(display);
        if (program === null) return refuse('no_ripgrep', 'Searching is not available here: ripgrep is missing.', 'Read files directly, and tell the user.');
        const below = relative(rootReal, real).replaceAll('\\', '/');
        const prefix = readOnly ? `${rootReal}/` : several ? `${rootName}/` : '';
        const isFile = (await lstat(real)).isFile();
        const used = await use({ program, root: rootReal, below, isFile, signal }, (found) => `${prefix}${found}`);
        // A folder swapped for a link while ripgrep ran: what it found is not handed out.
        return (await leadsTo(this.#guard, one, real)) ? used : swapped(display);
      }, signal);
      if (!done.ok) return done;
      if (!done.value) break;
    }
    return { ok: true, value: true };
  }
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(bytes < 100 * 1024 * 1024 ? 1 : 0)} MB`;
}
