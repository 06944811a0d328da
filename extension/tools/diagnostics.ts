// diagnostics: the problems the editor itself shows.
import * as z from 'zod';
import { formatCount } from '../../shared/format';
import type { WorkspaceFiles } from '../platform/workspace-files';
import type { EditorProblem, FileProblems, ProblemSeverity } from './editor';
import { failure } from './tool-results';
import { defineTool } from './tool';

const mostShown = 100;
const mostPerFile = 20;
const mostFilesLookedAt = 1000;
const mostCharacters = 400;

const input = z.strictObject({ path: z.optional(z.string()), errors_only: z.optional(z.boolean()) });

export const diagnosticsTool = defineTool({
  name: 'diagnostics',
  description: "The editor's own errors and warnings in a file, below a folder or (no path) everywhere. Files never opened may be missing: a check run as a command is complete. Shows up to 100, 20 a file.",
  input,
  access: 'read',
  subject: ({ path }) => path ?? 'the workspace',
  async plan(wanted) {
    return { kind: 'ready', prepared: wanted };
  },
  async run({ path, errors_only }, { files, editor, signal }) {
    const place = path === undefined || path === '' ? null : await files.stat(path);
    if (place !== null && !place.ok) return failure(place.error);
    if (editor === undefined) {
      return failure({
        code: 'unavailable',
        message: 'There is no editor here that could tell its problems.',
        next_step: "Run the project's own check with run_command: its type check, linter or build.",
      });
    }
    const wanted: readonly ProblemSeverity[] = errors_only ? ['error'] : ['error', 'warning'];
    const known = await editor.diagnostics(place === null ? null : place.value.real, signal);
    if (signal.aborted) return failure({ code: 'stopped', message: 'It was stopped.', next_step: 'Wait for the user.' });
    const found = await inWorkspace(files, known, wanted);
    const errors = count(found, 'error');
    const warnings = count(found, 'warning');
    const where = place === null ? 'the workspace' : place.value.path;
    if (errors + warnings === 0) {
      const what = errors_only ? 'errors' : 'errors or warnings';
      const unseen = place?.value.kind === 'file' && known.some((file) => file.open === false);
      const doubt = unseen ? ' It is in no tab, and many languages look at open files only: a check run as a command is sure.' : '';
      return { text: `The editor shows no ${what} in ${where}.${doubt}`, is_error: false, summary: 'no problems' };
    }
    const total = errors_only ? formatCount(errors, 'error') : `${formatCount(errors, 'error')}, ${formatCount(warnings, 'warning')}`;
    return { text: [...linesOf(found), `[${total} in ${formatCount(found.length, 'file')}]`].join('\n'), is_error: false, summary: total };
  },
});

/** Files of the workspace only, as they are shown, errors first and then by path. */
async function inWorkspace(files: WorkspaceFiles, known: readonly FileProblems[], wanted: readonly ProblemSeverity[]): Promise<FileProblems[]> {
  const relevant = known
    .map((file) => ({ ...file, problems: file.problems.filter((problem) => wanted.includes(problem.severity)).toSorted(byWeight) }))
    .filter((file) => file.problems.length > 0)
    .toSorted((a, b) => severityOf(a) - severityOf(b) || (a.path < b.path ? -1 : 1))
    .slice(0, mostFilesLookedAt);
  const placed = await Promise.all(relevant.map(async (file) => ({ file, place: await files.stat(file.path) })));
  return placed.flatMap(({ file, place }) => (place.ok ? [{ ...file, path: place.value.path }] : []));
}

function linesOf(found: readonly FileProblems[]): string[] {
  const lines: string[] = [];
  let shown = 0;
  const perFile = found.length === 1 ? mostShown : mostPerFile;
  for (const { path, unsaved, problems } of found) {
    const some = problems.slice(0, Math.min(perFile, mostShown - shown));
    if (some.length === 0) {
      lines.push('[the rest is not shown; give a path, or errors_only]');
      break;
    }
    shown += some.length;
    lines.push(unsaved ? `${path} (with changes that are not saved)` : path, ...some.map(lineOf));
    if (some.length < problems.length) lines.push(`[${problems.length - some.length} more in ${path}]`);
  }
  return lines;
}

function lineOf({ severity, line, column, message, source, code }: EditorProblem): string {
  const text = message.replace(/\s*\n\s*/g, ' ');
  const from = [source, code].filter((part) => part !== '').join(' ');
  return `${line}:${column}\t${severity}\t${text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text}${from === '' ? '' : ` [${from}]`}`;
}

const order: readonly ProblemSeverity[] = ['error', 'warning', 'information', 'hint'];

function byWeight(a: EditorProblem, b: EditorProblem): number {
  return order.indexOf(a.severity) - order.indexOf(b.severity) || a.line - b.line || a.column - b.column;
}

function severityOf(file: FileProblems): number {
  return Math.min(...file.problems.map((problem) => order.indexOf(problem.severity)));
}

function count(files: readonly FileProblems[], severity: ProblemSeverity): number {
  return files.reduce((sum, file) => sum + file.problems.filter((problem) => problem.severity === severity).length, 0);
}
