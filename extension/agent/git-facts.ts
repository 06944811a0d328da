// What git says of the workspace folders: branch and changed files, and which files it ignores. Never waits longer than
// its signal allows, runs nothing that a repository brings, and looks into no submodule.
import { sep } from 'node:path';
import { formatCount } from '../../shared/format';
import { internalGit, type GitCall } from '../platform/internal-git';
import type { WorkspaceFiles } from '../platform/workspace-files';
import { block, digestOf, shownName, type FoundFact } from './project-fact';

const mostChanges = 30;
const mostFolders = 8;
const mostBytes = 4 * 1024 * 1024;

type Folder = { name: string; real: string };
/** `unknown`: git did not answer in time, or not at all. */
type State = { branch: string; changes: string[] } | 'none' | 'unknown';

export async function gitFacts(files: WorkspaceFiles, signal: AbortSignal): Promise<FoundFact> {
  const all = await foldersOf(files);
  const several = all.length > 1;
  const folders = all.slice(0, mostFolders);
  const states = await Promise.all(folders.map(async (folder) => ({ folder, state: await stateOf(files, folder, signal) })));
  if (states.some(({ state }) => state === 'unknown')) return 'unknown';
  const told = states.flatMap(({ folder, state }) => (typeof state === 'string' ? [] : [{ folder, ...state }]));
  if (told.length === 0) return 'nothing';
  let room = mostChanges;
  const blocks = told.map(({ folder, branch, changes }) => {
    const some = changes.slice(0, room);
    room -= some.length;
    const rest = changes.length - some.length;
    return block('git', [branch, ...some, ...(rest > 0 ? [`[and ${formatCount(rest, 'more change')}]`] : [])].join('\n'), several ? { folder: shownName(folder.name) } : {});
  });
  const text = blocks.join('\n');
  const changed = told.reduce((sum, { changes }) => sum + changes.length, 0);
  return { label: `git, ${changed === 0 ? 'no changes' : formatCount(changed, 'changed file')}`, digest: digestOf(text), text };
}

async function stateOf(files: WorkspaceFiles, { name, real }: Folder, signal: AbortSignal): Promise<State> {
  const call = { cwd: real, signal, maxBytes: mostBytes };
  const [status, above] = await Promise.all([
    internalGit(['status', '--porcelain=v1', '--branch', '-z', '--untracked-files=normal', '--ignore-submodules=dirty', '--', '.'], call),
    aboveIn(files, name, call),
  ]);
  if (!status.ok) return status.error.code === 'no_git' ? 'none' : 'unknown';
  if (status.value.exitCode !== 0) return 'none';
  if (above === null) return 'unknown';
  const [branch = '', ...fields] = status.value.stdout.toString('utf8').split('\0').filter((field) => field !== '');
  const shown = (path: string): string => shownName(above !== '' && path.startsWith(above) ? path.slice(above.length) : path);
  const changes: string[] = [];
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] ?? '';
    const isMoved = /^[RC]|^.[RC]/.test(field);
    changes.push(`${field.slice(0, 2)} ${shown(field.slice(3))}${isMoved ? ` (from ${shown(fields[++index] ?? '')})` : ''}`);
  }
  return { branch: shownName(branch), changes };
}

/** Where the folder lies in its repository, by whose paths git names files: `app/`, or '' where it is all of it. Null when git did not answer. */
async function aboveIn(files: WorkspaceFiles, name: string, call: GitCall): Promise<string | null> {
  // A process less where a look at the disk tells.
  if ((await files.stat(name === '.' ? '.git' : `${name}/.git`)).ok) return '';
  const prefix = await internalGit(['rev-parse', '--show-prefix'], call);
  return prefix.ok ? prefix.value.stdout.toString('utf8').replace(/\r?\n$/, '') : null;
}

/** Of these absolute paths, those that git ignores; null when it did not answer in time. */
export async function ignoredByGit(files: WorkspaceFiles, paths: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string> | null> {
  if (paths.length === 0) return new Set();
  const answers = await Promise.all(
    (await foldersOf(files)).map(async ({ real }) => {
      const below = paths.filter((path) => path.startsWith(real + sep));
      return below.length === 0 ? [] : ignoredIn({ cwd: real, signal, maxBytes: mostBytes, input: below.join('\0') });
    }),
  );
  return answers.includes(null) ? null : new Set(answers.flatMap((ignored) => ignored ?? []));
}

async function ignoredIn(call: GitCall): Promise<string[] | null> {
  const ask = (...options: string[]): ReturnType<typeof internalGit> => internalGit(['check-ignore', ...options, '-z', '--stdin'], call);
  const first = await ask();
  // At a path in a submodule it gives up all the others too; it does not know one without its index.
  const answer = first.ok && first.value.stderr.includes('is in submodule') ? await ask('--no-index') : first;
  if (!answer.ok) return answer.error.code === 'no_git' ? [] : null;
  return answer.value.stdout.toString('utf8').split('\0');
}

async function foldersOf(files: WorkspaceFiles): Promise<Folder[]> {
  const names = files.folderNames.length > 1 ? files.folderNames : ['.'];
  const placed = await Promise.all(names.map(async (name) => ({ name, place: await files.workingDirectory(name) })));
  return placed.flatMap(({ name, place }) => (place.ok ? [{ name, real: place.value.real }] : []));
}
