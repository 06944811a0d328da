// The one way from a path that somebody wrote to a path that is opened. It decides by the real path, component by
// component, and refuses whatever it cannot decide. It opens nothing and changes nothing.
import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { refuse, systemCode, type Outcome } from './outcome';
import { badPathReason } from './path-names';
import { isInside, namesBelow, namesMayDifferInCase, partsOf } from './path-parts';
import { protectedReason } from './protected-paths';

export type WorkspaceRoot = {
  name: string;
  path: string;
  /** Files can be read there by absolute path, nothing else: outputs of commands, say. */
  readOnly?: boolean;
};

export type CheckedPath = {
  /** As people and the model write it: relative to its folder, `/` between, the folder's name first if there are several. */
  display: string;
  /** Absolute and free of links. The only form that is opened. */
  real: string;
  /** The workspace folder it really lies in: its name and its real path. */
  rootName: string;
  rootReal: string;
  exists: boolean;
  readOnly: boolean;
  /** Why writing here is asked in every mode; null for an ordinary file. */
  protectedReason: string | null;
};

/** The thing that stands at a path itself: what a deletion or a move takes away. */
export type CheckedEntry = CheckedPath & {
  /** Absolute; links above it are resolved, the thing itself may be one. The only form that is renamed. */
  entry: string;
  /** The workspace folder that is this thing or lies in it: such a thing is never taken away. */
  holdsRoot: string | null;
};

export type PathErrorCode =
  | 'no_workspace'
  | 'bad_path'
  | 'outside_workspace'
  | 'dangling_link'
  | 'not_a_directory'
  | 'check_failed';

/** What the guard asks the disk; a test hands in one that fails. */
export type GuardDisk = {
  lstat(path: string): Promise<{ isSymbolicLink(): boolean }>;
  realpath(path: string): Promise<string>;
};

type Root = WorkspaceRoot & { real: string };

export class PathGuard {
  readonly #roots: readonly WorkspaceRoot[];
  readonly #disk: GuardDisk;

  constructor(roots: readonly WorkspaceRoot[], disk: GuardDisk = { lstat, realpath }) {
    this.#roots = withDistinctNames(roots);
    this.#disk = disk;
  }

  /** The names of the folders that can be worked in, as they stand in `display` when there are several. */
  get folderNames(): readonly string[] {
    return this.#folders().map((root) => root.name);
  }

  /** Never throws: what cannot be checked is refused. */
  async check(path: string): Promise<Outcome<CheckedPath, PathErrorCode>> {
    return this.#failingClosed(path, () => this.#check(path));
  }

  /** The same check, and then the thing itself in place of where it leads. A link that leads out is refused too. */
  async checkEntry(path: string): Promise<Outcome<CheckedEntry, PathErrorCode>> {
    return this.#failingClosed(path, () => this.#checkEntry(path));
  }

  /**
   * Whether a path that was checked, and led to a file, leads there still. Where that lies was decided then: no link can
   * be on the way from a folder to a real path in it.
   */
  async stillLeadsTo(path: string, real: string): Promise<boolean> {
    const wanted = this.#absolute(path);
    try {
      return wanted !== null && (await this.#disk.realpath(wanted)) === real;
    } catch {
      // Whatever the fault, it cannot be said that it does.
      return false;
    }
  }

  async #failingClosed<Value>(path: string, work: () => Promise<Outcome<Value, PathErrorCode>>): Promise<Outcome<Value, PathErrorCode>> {
    try {
      return await work();
    } catch (error) {
      const reason = systemCode(error) || 'unexpected error';
      return refuse('check_failed', `"${path}" could not be checked (${reason}), so it was not touched.`, 'Try another path.');
    }
  }

  #folders(): readonly WorkspaceRoot[] {
    return this.#roots.filter((root) => root.readOnly !== true);
  }

  async #check(path: string): Promise<Outcome<CheckedPath, PathErrorCode>> {
    const started = await this.#start(path);
    if (!started.ok) return started;
    const { start, roots, straight } = started.value;
    // No real path goes through a link: where it is the very path that was asked for, there was none on the way.
    const isStraight = straight !== null && straight === join(start.root.real, ...start.names);
    const walked = isStraight ? { end: 'found' as const, real: straight, exists: true } : await this.#walk(start.root.real, start.names, roots);
    if (walked.end !== 'found') return this.#blocked(path, walked.end);
    const home = homeOf(walked.real, roots);
    if (!home) return this.#outside(path);
    return {
      ok: true,
      value: {
        display: this.#display(start.root, start.names.join('/')),
        real: walked.real,
        rootName: home.name,
        rootReal: home.real,
        exists: walked.exists,
        readOnly: home.readOnly === true,
        protectedReason: reasonIn(start.root, start.names) ?? reasonIn(home, namesBelow(home.real, walked.real)),
      },
    };
  }

  async #checkEntry(path: string): Promise<Outcome<CheckedEntry, PathErrorCode>> {
    const checked = await this.#check(path);
    if (!checked.ok) return checked;
    const started = await this.#start(path);
    if (!started.ok) return started;
    const { start, roots } = started.value;
    const name = start.names.at(-1);
    const above = await this.#walk(start.root.real, start.names.slice(0, -1), roots);
    if (above.end !== 'found') return this.#blocked(path, above.end);
    const entry = name === undefined ? above.real : join(above.real, name);
    const home = homeOf(above.real, roots);
    if (!home) return this.#outside(path);
    const held = roots.find((root) => isInside(entry, root.real, namesMayDifferInCase));
    const { protectedReason: led, readOnly } = checked.value;
    return {
      ok: true,
      value: {
        ...checked.value,
        readOnly: readOnly || home.readOnly === true,
        protectedReason: led ?? reasonIn(home, namesBelow(home.real, entry)),
        entry,
        holdsRoot: held?.name ?? null,
      },
    };
  }

  async #start(path: string): Promise<Outcome<{ start: Start; roots: readonly Root[]; straight: string | null }, PathErrorCode>> {
    if (this.#folders().length === 0) {
      return refuse('no_workspace', 'No folder is open.', 'Ask the user to open a folder.');
    }
    const bad = badPathReason(path, process.platform);
    if (bad !== null) return refuse('bad_path', `"${path}" is not taken as a path: ${bad}.`, 'Use a plain path inside the workspace.');
    const wanted = this.#absolute(path);
    if (wanted === null) {
      return refuse('bad_path', `"${path}" does not say which folder it is in.`, `Start it with one of: ${this.#prefixes()}.`);
    }
    const [roots, straight] = await Promise.all([this.#realRoots(), this.#straight(wanted)]);
    const start = deepest(roots.flatMap((root) => startingPoints(root, wanted)));
    return start ? { ok: true, value: { start, roots, straight } } : this.#outside(path);
  }

  /** The real path of what most paths are: there, and no link. Null where only the walk can tell, its faults included. */
  async #straight(wanted: string): Promise<string | null> {
    if (!this.#roots.some((root) => isInside(resolve(root.path), wanted))) return null;
    const [facts, real] = await Promise.allSettled([this.#disk.lstat(wanted), this.#disk.realpath(wanted)]);
    return facts.status === 'fulfilled' && real.status === 'fulfilled' && !facts.value.isSymbolicLink() ? real.value : null;
  }

  /** Null when several folders are open and the path names none of them. */
  #absolute(path: string): string | null {
    if (isAbsolute(path)) return resolve(path);
    const folders = this.#folders();
    const [only] = folders;
    if (folders.length === 1 && only) return resolve(only.path, path);
    const [first = '', ...rest] = path.split(/[\\/]/).filter((name, index) => name !== '.' || index > 0);
    const named = folders.find((root) => root.name === first);
    return named ? resolve(named.path, rest.join('/')) : null;
  }

  async #realRoots(): Promise<Root[]> {
    return (await Promise.all(this.#roots.map((root) => this.#realRoot(root)))).filter((root) => root !== null);
  }

  async #realRoot(root: WorkspaceRoot): Promise<Root | null> {
    try {
      return { ...root, path: resolve(root.path), real: await this.#disk.realpath(root.path) };
    } catch (error) {
      // A folder that is gone takes its paths with it; any other fault is one.
      if (systemCode(error) !== 'ENOENT') throw error;
      return null;
    }
  }

  /** Follows `names` from a real folder. Stops at the first link that leaves every folder. */
  async #walk(from: string, names: readonly string[], roots: readonly Root[]): Promise<Walk> {
    let current = from;
    let missing: readonly string[] = [];
    for (const [index, name] of names.entries()) {
      const next = join(current, name);
      let isLink: boolean;
      try {
        isLink = (await this.#disk.lstat(next)).isSymbolicLink();
      } catch (error) {
        if (systemCode(error) === 'ENOTDIR') return { end: 'not_a_directory' };
        if (systemCode(error) !== 'ENOENT') throw error;
        missing = names.slice(index);
        break;
      }
      if (!isLink) {
        current = next;
        continue;
      }
      try {
        current = await this.#disk.realpath(next);
      } catch (error) {
        if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ELOOP') return { end: 'dangling' };
        throw error;
      }
      if (!roots.some((root) => isInside(root.real, current))) return { end: 'outside' };
    }
    // What exists is asked once more as a whole: it gives the spelling on disk, and sees a swap during the walk.
    const settled = await this.#disk.realpath(current);
    return { end: 'found', real: join(settled, ...missing), exists: missing.length === 0 };
  }

  #display(root: Root, asked: string): string {
    if (root.readOnly === true) return join(root.path, asked);
    if (this.#folders().length === 1) return asked === '' ? '.' : asked;
    return asked === '' ? root.name : `${root.name}/${asked}`;
  }

  #blocked(path: string, by: 'outside' | 'dangling' | 'not_a_directory'): Outcome<never, PathErrorCode> {
    switch (by) {
      case 'outside':
        return this.#outside(path);
      case 'dangling':
        return refuse('dangling_link', `"${path}" goes through a link that leads nowhere.`, 'Use a path without that link.');
      case 'not_a_directory':
        return refuse('not_a_directory', `"${path}" goes through something that is not a folder.`, 'List the folder above it to see what is there.');
    }
  }

  #outside(path: string): Outcome<never, PathErrorCode> {
    const folders = this.#folders().length === 1 ? 'Paths are relative to the workspace folder.' : `Paths start with one of: ${this.#prefixes()}.`;
    return refuse('outside_workspace', `"${path}" is outside the workspace, so it was not touched.`, folders);
  }

  #prefixes(): string {
    return this.folderNames.map((name) => `${name}/`).join(', ');
  }
}

type Walk = { end: 'found'; real: string; exists: boolean } | { end: 'outside' | 'dangling' | 'not_a_directory' };
type Start = { root: Root; names: readonly string[] };

/** Where a walk to `wanted` can begin: at this folder, under the name it was opened by or its real one. */
function startingPoints(root: Root, wanted: string): Start[] {
  return [root.path, root.real]
    .filter((base) => isInside(base, wanted, namesMayDifferInCase))
    .map((base) => ({ root, names: partsOf(wanted).slice(partsOf(base).length) }));
}

/** The innermost of folders that lie in one another. */
function deepest(starts: readonly Start[]): Start | undefined {
  return starts.toSorted((a, b) => partsOf(b.root.real).length - partsOf(a.root.real).length)[0];
}

function homeOf(real: string, roots: readonly Root[]): Root | undefined {
  return deepest(roots.filter((root) => isInside(root.real, real)).map((root) => ({ root, names: [] })))?.root;
}

function reasonIn(root: Root, names: readonly string[]): string | null {
  return protectedReason(names.join('/'), root.real);
}

function withDistinctNames(roots: readonly WorkspaceRoot[]): WorkspaceRoot[] {
  const taken = new Set<string>();
  return roots.map((root) => {
    let name = root.name;
    for (let count = 2; taken.has(name); count++) name = `${root.name}-${count}`;
    taken.add(name);
    return { ...root, name };
  });
}
