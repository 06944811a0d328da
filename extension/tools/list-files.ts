// list_files: the files below a folder, without what ignore files name.
import * as z from 'zod';
import { failure } from './tool-results';
import { defineTool } from './tool';

const mostShown = 400;

const input = z.strictObject({
  path: z.optional(z.string()),
  pattern: z.optional(z.string().max(500)),
});

export const listFilesTool = defineTool({
  name: 'list_files',
  description:
    'List files below a folder (default: the whole workspace), sorted, without ignored ones. pattern is a glob: "*.ts" for names, "src/**/*.ts" for paths. Shows up to 400.',
  input,
  access: 'read',
  subject: ({ path, pattern }) => [path ?? '.', pattern ?? ''].join(' ').trim(),
  async plan(wanted) {
    return { kind: 'ready', prepared: wanted };
  },
  async run({ path, pattern }, { files, signal }) {
    const listed = await files.list(path || null, pattern ?? null, signal);
    if (!listed.ok) return failure(listed.error);
    const { paths, complete } = listed.value;
    const where = path || 'the workspace';
    if (paths.length === 0) {
      const of = pattern ? ` that match ${pattern}` : '';
      return { text: `No files${of} in ${where} (ignored files are not listed).`, is_error: false, summary: 'no files' };
    }
    const shown = paths.slice(0, mostShown);
    const all = complete ? String(paths.length) : `at least ${paths.length}`;
    const bounded = shown.length < paths.length || !complete;
    if (bounded) shown.push(`[${shown.length} of ${all} files; give a deeper path or a pattern to see others]`);
    return { text: shown.join('\n'), is_error: false, summary: paths.length === 1 ? '1 file' : `${all} files` };
  },
});
