// What is told of the editor: open files, selection and problems. Files outside the workspace and ignored ones are not
// told at all; of a protected file (keys, logins, what decides what runs) never the content.
import { isAbsolute } from 'node:path';
import { formatCount } from '../../shared/format';
import type { WorkspaceFiles } from '../platform/workspace-files';
import type { EditorProblem } from '../tools/editor';
import type { EditorState } from './editor-state';
import { block, digestOf, shownName, type FoundFact } from './project-fact';

const mostFiles = 20;
const mostLookedAt = 60;
const mostProblems = 20;
const mostCharacters = 200;

/** The state with the names that the model knows files by; files that are not told are left out. */
export type SeenEditor = {
  active: string | null;
  files: { shown: string; unsaved: boolean }[];
  selection: { shown: string; startLine: number; endLine: number; text: string | null; isProtected: boolean } | null;
  problems: { shown: string; problem: EditorProblem }[];
};

/** `ignored` is asked for absolute real paths; when it gives null nothing can be said, and this is null. */
export async function seenEditor(
  files: WorkspaceFiles,
  { active, files: open, selection, problems }: EditorState,
  ignored: (paths: readonly string[]) => Promise<ReadonlySet<string> | null>,
): Promise<SeenEditor | null> {
  const rank = (file: EditorState['files'][number]): number => (file.path === active ? 0 : file.visible ? 1 : 2);
  const ordered = open.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1)).slice(0, mostLookedAt);
  const placed = await Promise.all(ordered.map(async (file) => ({ file, place: await files.stat(file.path) })));
  // A name that is no path of the workspace belongs to what is read there beside it.
  const inside = placed.flatMap(({ file, place }) => (place.ok && place.value.kind === 'file' && !isAbsolute(place.value.path) ? [{ ...file, shown: place.value.path, real: place.value.real }] : []));
  const wanted = inside.filter(({ shown }) => !shown.split('/').includes('node_modules'));
  const left = await ignored(wanted.map(({ real }) => real));
  if (left === null) return null;
  const told = wanted.filter(({ real }) => !left.has(real));
  const shownAs = new Map(told.map(({ path, shown }) => [path, shown]));
  const selected = selection === null ? undefined : shownAs.get(selection.path);
  const withContent = [...(selection === null ? [] : [selection]), ...problems.filter((file) => file.problems.length > 0)].map(({ path }) => path);
  const withheld = await protectedOf(files, withContent.filter((path) => shownAs.has(path)));
  return {
    active: active === null ? null : (shownAs.get(active) ?? null),
    files: told.map(({ shown, unsaved }) => ({ shown, unsaved })),
    selection: selection === null || selected === undefined ? null : { ...selection, shown: selected, isProtected: withheld.has(selection.path) },
    problems: problems.flatMap((file) => {
      const shown = shownAs.get(file.path);
      return shown === undefined || withheld.has(file.path) ? [] : file.problems.map((problem) => ({ shown, problem }));
    }),
  };
}

/** What cannot be said to be an ordinary file is none. */
async function protectedOf(files: WorkspaceFiles, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const targets = await Promise.all(paths.map(async (path) => ({ path, target: await files.writeTarget(path) })));
  return new Set(targets.flatMap(({ path, target }) => (!target.ok || target.value.protectedReason !== null ? [path] : [])));
}

export function openFileFacts({ active, files }: SeenEditor): FoundFact {
  if (files.length === 0) return 'nothing';
  const some = files.slice(0, mostFiles);
  const lines = some.map(({ shown, unsaved }) => {
    const marks = [...(shown === active ? ['active'] : []), ...(unsaved ? ['not saved'] : [])];
    return `${shownName(shown)}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
  });
  const text = block('open_files', [...lines, ...(files.length > some.length ? ['[and more]'] : [])].join('\n'));
  return { label: `${files.length > some.length ? 'more than ' : ''}${formatCount(some.length, 'open file')}`, digest: digestOf(text), text };
}

export function selectionFacts({ selection }: SeenEditor): FoundFact {
  if (selection === null) return 'nothing';
  const { shown, startLine, endLine, isProtected: withheld } = selection;
  const why = withheld ? 'it is a protected file' : 'it is long';
  const said = withheld || selection.text === null ? `[the text is not sent, because ${why}; read_file shows it where the task needs it]` : selection.text;
  const text = block('selection', said, { path: shownName(shown), lines: startLine === endLine ? String(startLine) : `${startLine}-${endLine}` });
  return { label: `selection in ${shownName(shown)}`, digest: digestOf(text), text };
}

export function problemFacts({ problems }: SeenEditor, redact: (text: string) => string): FoundFact {
  const errors = problems.filter(({ problem }) => problem.severity === 'error').toSorted(byPlace);
  const warnings = problems.filter(({ problem }) => problem.severity === 'warning').toSorted(byPlace);
  const all = [...errors, ...warnings];
  if (all.length === 0) return 'nothing';
  const some = all.slice(0, mostProblems);
  const lines = some.map(({ shown, problem }) => `${shownName(shown)}:${problem.line} ${problem.severity}: ${oneLine(redact(problem.message))}`);
  const count = `${formatCount(errors.length, 'error')}, ${formatCount(warnings.length, 'warning')}`;
  const rest = all.length > some.length ? ['[the rest is not shown; diagnostics shows them]'] : [];
  const text = block('problems', [`${count} in open files`, ...lines, ...rest].join('\n'));
  return { label: count, digest: digestOf(text), text };
}

function byPlace(a: SeenEditor['problems'][number], b: SeenEditor['problems'][number]): number {
  if (a.shown !== b.shown) return a.shown < b.shown ? -1 : 1;
  return a.problem.line - b.problem.line || a.problem.column - b.problem.column;
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+\s*/gu, ' ').trim();
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line;
}
