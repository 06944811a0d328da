// list_files: the files below a folder, without what ignore files name.
import * as z from 'zod';
import { failure } from './tool-results';
import { defineTool } from './tool';

const mostShown = 400;

const input = z.strictObject({
  path: z.optional(z.string()),
  pattern: z.optional(z.string().max(500)),
  include_ignored: z.optional(z.boolean()),
  offset: z.optional(z.int().min(0)),
});

export const listFilesTool = defineTool({
  name: 'list_files',
  description:
    'List files below a folder (default: the whole workspace), sorted, without ignored ones. pattern is a glob: "*.ts" for names, "src/**/*.ts" for paths. Shows up to 400 from offset.',
  input,
  access: 'read',
  subject: ({ path, pattern }) => [path ?? '.', pattern ?? ''].join(' ').trim(),
  async plan(wanted) {
    return { kind: 'ready', prepared: wanted };
  },
  async run({ path, pattern, include_ignored = false, offset = 0 }, { files, signal }) {
    const listed = await files.list(path || null, pattern ?? null, signal, { includeIgnored: include_ignored });
    if (!listed.ok) return failure(listed.error);
    const { paths, complete } = listed.value;
    const where = path || 'the workspace';
    if (paths.length === 0) {
      const of = pattern ? ` that match ${pattern}` : '';
      const without = include_ignored ? '' : ' (ignored files are not listed; include_ignored lists them)';
      return { text: `No files${of} in ${where}${without}.`, is_error: false, summary: 'no files' };
    }
    const all = complete ? String(paths.length) : `at least ${paths.length}`;
    const shown = paths.slice(offset, offset + mostShown);
    if (shown.length === 0) {
      return failure({ code: 'past_the_end', message: `There are ${all} files; none from offset ${offset} on.`, next_step: 'Ask for a smaller offset.' });
    }
    const end = offset + shown.length;
    if (shown.length < paths.length || !complete) {
      const rest = end < paths.length ? `; go on with offset ${end}, or give a deeper path or a pattern` : complete ? '' : '; give a deeper path or a pattern to see others';
      shown.push(`[files ${offset + 1}-${end} of ${all}${rest}]`);
    }
    return { text: shown.join('\n'), is_error: false, summary: paths.length === 1 ? '1 file' : `${all} files` };
  },
});
