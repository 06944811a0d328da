// read_file: a range of lines with their numbers.
import * as z from 'zod';
import type { LinesOfFile } from '../platform/workspace-files';
import { failure, refusedPlan } from './tool-results';
import { defineTool, type ToolResult } from './tool';

const input = z.strictObject({
  path: z.string(),
  start_line: z.optional(z.int().min(1)),
  end_line: z.optional(z.int().min(1)),
});

export const readFileTool = defineTool({
  name: 'read_file',
  description: 'Read a text file, each line after its number and a tab. Up to 2000 lines or 256 KB a call; give a range for more.',
  input,
  access: 'read',
  subject: ({ path, start_line, end_line }) => (start_line || end_line ? `${path}:${start_line ?? 1}-${end_line ?? ''}` : path),
  async plan(wanted, { files }) {
    if (wanted.end_line !== undefined && wanted.end_line < (wanted.start_line ?? 1)) {
      return refusedPlan({ code: 'bad_range', message: 'end_line is before start_line.', next_step: 'Swap them.' });
    }
    // While the start of the call is being written nothing is opened, but where the path leads can be looked up.
    const ahead = files.lookAhead(wanted.path);
    return { kind: 'ready', prepared: { path: wanted.path, start: wanted.start_line ?? 1, end: wanted.end_line ?? null, ahead } };
  },
  async run({ path, start, end, ahead }, { files, signal }) {
    const read = await files.readLines(path, { start, end }, signal, ahead);
    return read.ok ? shown(read.value, start, end) : failure(read.error);
  },
});

function shown({ path, lines, totalLines, nextLine, lossy }: LinesOfFile, start: number, end: number | null): ToolResult {
  if (lines.length === 0) {
    if (totalLines === 0) return { text: `${path} is empty.`, is_error: false, summary: 'empty' };
    return failure({ code: 'past_the_end', message: `${path} has ${totalLines} lines; there is no line ${start}.`, next_step: 'Ask for lines it has.' });
  }
  const body = lines.map(({ number, text, hiddenBytes }) => {
    const rest = hiddenBytes > 0 ? ` [${hiddenBytes} more bytes in this line; search_files shows the part around a match]` : '';
    return `${number}\t${text}${rest}`;
  });
  const last = lines.at(-1)?.number ?? start;
  const more = nextLine !== null || (end !== null && (totalLines === null || last < totalLines));
  if (more || start > 1) {
    const of = totalLines === null ? '' : ` of ${totalLines}`;
    const next = nextLine === null ? '' : `; go on with start_line ${nextLine}`;
    body.push(`[lines ${lines[0]?.number}-${last}${of}${next}]`);
  }
  if (lossy) body.push(`[${path} is not UTF-8: what could not be read stands as \ufffd, and it cannot be edited; the setting files.encoding can name its encoding]`);
  return { text: body.join('\n'), is_error: false, summary: lines.length === 1 ? '1 line' : `${lines.length} lines` };
}
