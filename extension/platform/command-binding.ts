// What an approval of a command is good for: exactly these arguments in this folder, run by this program, as long as
// the files that decide what it does are what they were. It reads files to hash them; it runs and changes nothing.
// The list of files errs towards too many: then one question more is asked. It cannot be complete, since a program
// may read anything; it covers where builds are configured and what an interpreter is given.
import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { shellLine } from '../../shared/shell-line';
import { buildFilesOf, isInterpreter, packageLocks, programName, runsPackageScripts, type BuildFiles } from './command-build-files';
import { packageCall } from './command-package-scripts';
import { candidates, wordsOf } from './command-paths';
import { findExecutable } from './find-executable';
import { systemCode } from './outcome';
import { withRegularFile } from './regular-file';

export type CommandBinding = {
  /** Equal for two commands exactly when an approval of one is good for the other; null when none can be kept. */
  key: string | null;
  /** `shell`: a shell reads it, whichever tool it came through. */
  kind: 'program' | 'shell';
  /** The program's real path; null when there is none of that name. */
  program: string | null;
  /** Real paths of the files whose content is part of the key, sorted. */
  files: string[];
};

export type BoundCommand = {
  argv: readonly string[];
  /** Real path. */
  cwd: string;
  /** Real paths of the workspace folders. */
  roots: readonly string[];
  environment: Readonly<Record<string, string>>;
};

/** Beyond these numbers nothing can be kept, and each call is asked about. */
const mostFiles = 500;
const mostWords = 2000;
const mostLooks = 10_000;
const mostBytes = 256 * 1024 * 1024;
const mostPackageBytes = 16 * 1024 * 1024;

export async function commandBinding(command: BoundCommand): Promise<CommandBinding> {
  const { argv, cwd, roots, environment } = command;
  const kind = shellLine(argv) !== null ? 'shell' : 'program';
  const found = argv[0] ? await findExecutable(argv[0], cwd, environment) : null;
  const program = found === null ? null : await realpath(found).catch(() => found);
  const files = new BoundFiles(cwd, roots);
  if (program !== null && isInsideOne(roots, program)) await files.add(program);
  await files.addFor(kind === 'shell' ? wordsOf(argv.slice(1).join(' ')) : argv);
  const content = files.content();
  const key = content === null ? null : sha256(JSON.stringify([kind, cwd, program, argv, content]));
  return { key, kind, program, files: files.paths() };
}

/** Collects files and what they hold; `content` is null once there is too much or something cannot be read. */
class BoundFiles {
  readonly #cwd: string;
  readonly #roots: readonly string[];
  /** By path, or path and part of it. */
  readonly #hashes = new Map<string, string>();
  readonly #paths = new Set<string>();
  readonly #seenWords = new Set<string>();
  #isWhole = true;

  constructor(cwd: string, roots: readonly string[]) {
    this.#cwd = cwd;
    this.#roots = roots;
  }

  content(): [path: string, hash: string][] | null {
    return this.#isWhole ? [...this.#hashes].sort(([a], [b]) => (a < b ? -1 : 1)) : null;
  }

  paths(): string[] {
    return [...this.#paths].sort();
  }

  /** Every file that `words` make matter, those of scripts that they lead to included. */
  async addFor(words: readonly string[]): Promise<void> {
    const sign = JSON.stringify(words);
    if (this.#seenWords.has(sign)) return;
    this.#seenWords.add(sign);
    if (words.length > mostWords || this.#seenWords.size > mostFiles) {
      this.#isWhole = false;
      return;
    }
    const programs = words.map(programName);
    const runsFiles = programs.some(isInterpreter);
    const named = await this.#namedPaths(words, runsFiles);
    const folders = [...this.#upwards(this.#cwd), ...named.folders.flatMap((folder) => this.#upwards(folder))];
    const wanted = [...new Set(programs)].map(buildFilesOf).filter((one) => one !== undefined);
    for (const folder of new Set(folders)) {
      await this.#addBuildFiles(folder, wanted);
      await this.#addInstalledPrograms(folder, words);
    }
    for (const { path, isExecutable, isConfiguration } of named.files) {
      const isProgram = isExecutable && isInsideOne(this.#roots, path);
      const decides = runsFiles || isProgram || (wanted.length > 0 && isConfiguration) || wanted.some(({ names }) => names.test(basename(path)));
      if (decides) await this.add(path);
    }
    for (const [index, program] of programs.entries()) {
      const after = words.slice(index + 1);
      if (runsPackageScripts(program, after)) await this.#addPackages(folders, after, programs);
    }
  }

  async add(path: string, part: { name: string; text: string } | null = null): Promise<void> {
    if (this.#hashes.size >= mostFiles) this.#isWhole = false;
    if (!this.#isWhole) return;
    const hash = part === null ? await hashOfFile(path) : sha256(part.text);
    if (hash === null) this.#isWhole = false;
    else this.#hashes.set(part === null ? path : `${path}#${part.name}`, hash);
    this.#paths.add(path);
  }

  /** A folder and those above it, up to the workspace's own. */
  #upwards(folder: string): string[] {
    const folders = [folder];
    for (let above = dirname(folder); above !== folders.at(-1) && isInsideOne(this.#roots, above); above = dirname(above)) folders.push(above);
    return folders;
  }

  /** Files and folders that words name, from the folder of the command or from one that another word names, as after `cd`. */
  async #namedPaths(words: readonly string[], runsFiles: boolean): Promise<{ files: NamedFile[]; folders: string[] }> {
    const files: NamedFile[] = [];
    const folders: string[] = [];
    const bases = [this.#cwd];
    const meant = candidates(words);
    for (let index = 0; index < bases.length; index++) {
      if (index > 0 && bases.length * meant.length > mostLooks) {
        this.#isWhole = false;
        break;
      }
      const base = bases[index] ?? this.#cwd;
      for (const { text, option } of meant) {
        const path = await this.#addNamed(resolve(base, text), option, files, runsFiles);
        if (path === null) continue;
        folders.push(path);
        if (!bases.includes(path)) bases.push(path);
      }
    }
    return { files, folders: [...new Set(folders)] };
  }

  /** The real path of a folder of the workspace; what is there in other cases goes to `files`. */
  async #addNamed(named: string, option: string, files: NamedFile[], runsFiles: boolean): Promise<string | null> {
    try {
      const path = await realpath(named);
      const facts = await stat(path);
      const isExecutable = (facts.mode & 0o111) !== 0 || process.platform === 'win32';
      if (facts.isFile()) files.push({ path, isExecutable, isConfiguration: configurationOption.test(option) });
      if (!facts.isDirectory()) return null;
      if (runsFiles) for (const entry of await this.#entriesOf(path)) await this.#addNamed(entry, option, files, false);
      return isInsideOne(this.#roots, path) ? path : null;
    } catch {
      // Most words are no paths; some programs take one without its ending.
      if (runsFiles) for (const ending of endingsLeftOut) await this.#addNamed(named + ending, option, files, false);
      return null;
    }
  }

  /** What an interpreter runs that is given a folder. */
  async #entriesOf(folder: string): Promise<string[]> {
    const text = await this.#packageText(folder);
    const main = text === null ? undefined : packageMain.safeParse(parsedJson(text)).data?.main;
    if (main !== undefined) await this.add(join(folder, 'package.json'), { name: 'main', text: main });
    const stems = [join(folder, 'index'), ...(main === undefined ? [] : [resolve(folder, main), resolve(folder, main, 'index')])];
    return [join(folder, '__main__.py'), ...stems.flatMap((stem) => [stem, ...endingsLeftOut.map((ending) => stem + ending)])];
  }

  /** Null when there is none. */
  async #packageText(folder: string): Promise<string | null> {
    try {
      const text = await withRegularFile(join(folder, 'package.json'), mostPackageBytes, (file) => file.readFile('utf8'));
      if (text === null) this.#isWhole = false;
      return text;
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error))) this.#isWhole = false;
      return null;
    }
  }

  /** Programs that package managers find before all others. */
  async #addInstalledPrograms(folder: string, words: readonly string[]): Promise<void> {
    const programs = join(folder, 'node_modules', '.bin');
    const installed = new Set(await namesIn(programs));
    for (const word of new Set(words)) if (installed.has(word)) await this.#addIfFile(join(programs, word));
  }

  async #addBuildFiles(folder: string, wanted: readonly BuildFiles[]): Promise<void> {
    if (wanted.length === 0) return;
    for (const name of await namesIn(folder)) {
      if (wanted.some(({ names }) => names.test(name))) await this.#addIfFile(join(folder, name));
    }
    for (const path of new Set(wanted.flatMap(({ paths }) => paths ?? []))) {
      const names = path.endsWith('/') ? (await namesIn(join(folder, path))).map((name) => join(path, name)) : [path];
      for (const name of names) await this.#addIfFile(join(folder, name));
    }
  }

  async #addIfFile(path: string): Promise<void> {
    try {
      if ((await stat(path)).isFile()) await this.add(await realpath(path));
    } catch {
      // Not there: when it appears the key is another.
    }
  }

  async #addPackages(folders: readonly string[], words: readonly string[], programs: readonly string[]): Promise<void> {
    // One call may reach into every package below, by names that only the package manager resolves.
    const reachesAll = programs.some((program) => /^(?:turbo|nx|lerna)$/.test(program)) || words.some((word) => everyPackage.test(word));
    const homes = reachesAll ? [...folders, ...(await this.#packageFoldersAbove(folders))] : folders;
    for (const folder of new Set(homes)) {
      const path = join(folder, 'package.json');
      const text = await this.#packageText(folder);
      if (text === null) continue;
      const { scripts, bound, bindsPackages } = packageCall(text, words);
      await this.add(await realpath(path), { name: bindsPackages ? 'all' : 'scripts', text: bound });
      if (bindsPackages) await this.#addBuildFiles(folder, [{ names: packageLocks }]);
      for (const script of scripts) await this.addFor(wordsOf(script));
    }
  }

  async #packageFoldersAbove(folders: readonly string[]): Promise<string[]> {
    const roots = this.#roots.filter((root) => folders.some((folder) => isInside(root, folder)));
    return (await Promise.all(roots.map((root) => this.#packageFolders(root, 5)))).flat();
  }

  /** Folders below that hold a package of their own. */
  async #packageFolders(folder: string, depth: number): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const found = entries.some((entry) => entry.name === 'package.json') ? [folder] : [];
    if (depth === 0) return found;
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
      found.push(...(await this.#packageFolders(join(folder, entry.name), depth - 1)));
      if (found.length > mostFiles) break;
    }
    return found;
  }
}

const everyPackage = /^(?:-r|--recursive|-F|--filter\b.*|-w|--workspaces?\b.*|-ws|workspaces?|foreach)$/;

type NamedFile = { path: string; isExecutable: boolean; /** Given with an option that names a configuration. */ isConfiguration: boolean };

const packageMain = z.looseObject({ main: z.string() });
const endingsLeftOut = ['.js', '.cjs', '.mjs', '.ts', '.json'];

const configurationOption = /^(?:-[fcp]|--?(?:file|makefile|config|configuration|project|manifest-path|build-file|settings-file|rcfile))$/;

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function hashOfFile(path: string): Promise<string | null> {
  try {
    return await withRegularFile(path, mostBytes, async (file) => {
      const hash = createHash('sha256');
      await pipeline(file.createReadStream({ autoClose: false }), hash);
      return hash.digest('hex');
    });
  } catch {
    // What cannot be read cannot be compared either.
    return null;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function isInsideOne(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => isInside(folder, path));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the program makes of it is not known; the file itself is bound by other words or not at all.
    return null;
  }
}
