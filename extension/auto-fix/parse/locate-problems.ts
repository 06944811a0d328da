// From places as tools print them to files of the workspace, each with the text of its line. Reads through the path
// guard only; a file it does not let be read is named as it was printed.
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkspaceFiles } from '../../platform/workspace-files';
import type { PrintedProblem, Problem } from '../problem';

export type PrintedFrom = {
  /** The folder the check ran in, as shown. */
  folder: string;
  /** Where else a file that was named without its folder may lie: beside what was changed. */
  near: readonly string[];
};

export const locateLimits = { filesRead: 200, textLength: 300 } as const;

export async function locateProblems(files: WorkspaceFiles, printed: readonly PrintedProblem[], from: PrintedFrom): Promise<Problem[]> {
  const folders = await foldersToTry(files, from);
  const shownAs = new Map<string, string>();
  const texts = new Map<string, readonly string[] | null>();
  const located: Problem[] = [];
  for (const { base, ...problem } of printed) {
    if (problem.file === null) {
      located.push({ ...problem, text: null });
      continue;
    }
    const key = JSON.stringify([base, problem.file]);
    const file = shownAs.get(key) ?? (await shown(files, problem.file, base, folders));
    shownAs.set(key, file);
    if (!texts.has(file)) texts.set(file, texts.size < locateLimits.filesRead ? await linesOf(files, file) : null);
    const text = problem.line === null ? undefined : texts.get(file)?.[problem.line - 1];
    located.push({ ...problem, file, text: text === undefined ? null : text.trim().slice(0, locateLimits.textLength) });
  }
  return located;
}

/** Real folders, the likeliest first: where it ran, what is above that, and what lies near the change. */
async function foldersToTry(files: WorkspaceFiles, { folder, near }: PrintedFrom): Promise<string[]> {
  const start = await files.workingDirectory(folder);
  const found: string[] = [];
  for (let at = start.ok ? start.value.real : null; at !== null; ) {
    found.push(at);
    const above = dirname(at);
    at = above !== at && (await files.workingDirectory(above)).ok ? above : null;
  }
  for (const one of near) {
    const place = await files.workingDirectory(one);
    if (place.ok) found.push(place.value.real);
  }
  return [...new Set(found)];
}

async function shown(files: WorkspaceFiles, file: string, base: string | undefined, folders: readonly string[]): Promise<string> {
  const path = plainPath(file, process.platform);
  const [ranIn = ''] = folders;
  const places = base === undefined ? folders : [resolve(ranIn, base), ...folders];
  const candidates = isAbsolute(path) ? [path] : places.map((folder) => resolve(folder, path));
  for (const candidate of candidates) {
    const facts = await files.stat(candidate);
    if (facts.ok && facts.value.kind === 'file') return facts.value.path;
  }
  // It is not there (any more), or not ours to look at.
  const [first] = candidates;
  const target = first === undefined ? null : await files.writeTarget(first);
  return target?.ok === true ? target.value.path : path;
}

/** A file: address as a path, and separators as this system has them. */
export function plainPath(file: string, platform: NodeJS.Platform): string {
  const path = file.startsWith('file://') ? pathOfAddress(file) : file;
  return platform === 'win32' ? path : path.replaceAll('\\', '/');
}

function pathOfAddress(address: string): string {
  try {
    return fileURLToPath(address);
  } catch {
    // An address of another machine or system is no path here.
    return address;
  }
}

async function linesOf(files: WorkspaceFiles, file: string): Promise<readonly string[] | null> {
  const read = await files.readText(file);
  return read.ok ? read.value.text.split(/\r\n|\n|\r/) : null;
}
