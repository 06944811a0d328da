// What detection sees of a workspace: whether files are there and what small ones say, each asked once. Everything goes
// through the path guard.
import { findExecutable } from '../../platform/find-executable';
import { decodedJson } from './loose-json';
import type { WorkspaceFiles } from '../../platform/workspace-files';

export class ProjectView {
  readonly #files: WorkspaceFiles;
  readonly #signal: AbortSignal;
  readonly #asked = new Map<string, Promise<unknown>>();

  constructor(files: WorkspaceFiles, signal: AbortSignal) {
    this.#files = files;
    this.#signal = signal;
  }

  get roots(): readonly string[] {
    return rootsOf(this.#files);
  }

  async exists(path: string): Promise<boolean> {
    return this.#once(`exists ${path}`, async () => (await this.#files.stat(path)).ok);
  }

  /** Those of them that are there. */
  async existing(paths: readonly string[]): Promise<string[]> {
    const there = await Promise.all(paths.map((path) => this.exists(path)));
    return paths.filter((_, index) => there[index] === true);
  }

  /** Null when it is missing or no text. */
  async text(path: string): Promise<string | null> {
    return this.#once(`text ${path}`, async () => {
      const read = await this.#files.readText(path);
      return read.ok ? read.value.text : null;
    });
  }

  /** Undefined when it is missing or no JSON; comments and trailing commas are let pass. */
  async json(path: string): Promise<unknown> {
    const text = await this.text(path);
    return text === null ? undefined : decodedJson(text);
  }

  /** Files right in this folder whose names match, sorted. */
  async matching(folder: string, pattern: string): Promise<string[]> {
    return this.#once(`matching ${folder} ${pattern}`, async () => {
      const listed = await this.#files.list(folder, pattern, this.#signal);
      return listed.ok ? listed.value.paths.filter((path) => folderOf(path, this.roots) === folder) : [];
    });
  }

  /** Whether a command of this name can be run from `folder`. */
  async program(name: string, folder: string): Promise<boolean> {
    return this.#once(`program ${name} ${folder}`, async () => {
      const place = await this.#files.workingDirectory(folder);
      return place.ok && (await findExecutable(name, place.value.real, searchPath())) !== null;
    });
  }

  async #once<Value>(key: string, ask: () => Promise<Value>): Promise<Value> {
    const asked = this.#asked.get(key) ?? ask();
    this.#asked.set(key, asked);
    // Every key names the method and so the type of its answer.
    return asked as Promise<Value>;
  }
}

function searchPath(): Record<string, string> {
  const { PATH, PATHEXT } = process.env;
  return { ...(PATH === undefined ? {} : { PATH }), ...(PATHEXT === undefined ? {} : { PATHEXT }) };
}

/** The open folders as paths start with them; `.` when there is only one. */
export function rootsOf({ folderNames }: WorkspaceFiles): readonly string[] {
  return folderNames.length > 1 ? folderNames : ['.'];
}

/** The folder of a shown path; of a file at the top that is the open folder itself. */
export function folderOf(path: string, roots: readonly string[]): string {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? (roots.includes(path) ? path : '.') : path.slice(0, cut);
}

/** From a folder up to the open folder it lies in, both included. Empty for what lies in none. */
export function upwards(folder: string, roots: readonly string[]): string[] {
  const chain = [folder];
  for (let at = folder; !roots.includes(at); chain.push(at)) {
    const above = folderOf(at, roots);
    if (above === at) return [];
    at = above;
  }
  return chain;
}

export function join(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/** A shown path as a program sees it that runs in `folder`; never like an option. */
export function within(folder: string, path: string): string {
  return `./${folder === '.' ? path : path.slice(folder.length + 1)}`;
}
