// search_files: lines that match, grouped by file.
import * as z from 'zod';
import { formatCount } from '../../shared/format';
import type { FoundLine } from '../platform/workspace-search';
import { failure } from './tool-results';
import { defineTool } from './tool';

const mostMatches = 200;
const mostPerFile = 50;
const mostCharacters = 240;

const input = z.strictObject({
  query: z.string().min(1).max(2000),
  path: z.optional(z.string()),
  glob: z.optional(z.string().max(500)),
  regex: z.optional(z.boolean()),
  case_sensitive: z.optional(z.boolean()),
  include_ignored: z.optional(z.boolean()),
  offset: z.optional(z.int().min(0)),
});

export const searchFilesTool = defineTool({
  name: 'search_files',
  description:
    'Find lines containing query (plain text unless regex; case ignored unless case_sensitive) below path (default: the whole workspace), ignored files left out. glob narrows the files. Shows up to 200 matches from offset, 50 a file (a single file: all).',
  input,
  access: 'read',
  subject: ({ query, path, glob }) => [JSON.stringify(query), path ?? '', glob ?? ''].filter((part) => part !== '').join(' '),
  async plan(wanted) {
    return { kind: 'ready', prepared: wanted };
  },
  async run({ query, path, glob, regex, case_sensitive, include_ignored, offset = 0 }, { files, signal }) {
    const searched = await files.search(
      path || null,
      {
        text: query,
        regex: regex ?? false,
        caseSensitive: case_sensitive ?? false,
        glob: glob ?? null,
        includeIgnored: include_ignored ?? false,
        skip: offset,
        maxMatches: mostMatches,
        maxPerFile: mostPerFile,
      },
      signal,
    );
    if (!searched.ok) return failure(searched.error);
    const { found, ended, oversized, isFile } = searched.value;
    const lines: string[] = [];
    let file = '';
    let inFile = 0;
    const closeFile = (): void => {
      if (inFile >= mostPerFile && !isFile) lines.push(`[up to ${mostPerFile} matches a file are shown; search ${file} alone for all]`);
    };
    for (const one of found) {
      if (one.path !== file) {
        closeFile();
        file = one.path;
        inFile = 0;
        lines.push(file);
      }
      inFile++;
      lines.push(`${one.line}\t${around(one)}`);
    }
    closeFile();
    if (found.length === 0) lines.push(noMatches(offset, include_ignored ?? false, isFile));
    if (ended === 'enough') lines.push(`[stopped at ${mostMatches} matches; go on with offset ${offset + found.length}, or narrow it with path, glob or a longer query]`);
    if (ended === 'timeout') lines.push('[stopped for time before every file was searched; narrow it with path or glob]');
    if (oversized > 0) lines.push(`[not shown for overlong lines: ${formatCount(oversized, 'place')}]`);
    const count = ended === 'all' ? String(found.length) : `${found.length}+`;
    return { text: lines.join('\n'), is_error: false, summary: count === '1' ? '1 match' : `${count} matches` };
  },
});

function noMatches(offset: number, includeIgnored: boolean, isFile: boolean): string {
  if (offset > 0) return `No matches from offset ${offset} on.`;
  if (isFile) return 'No matches.';
  const left = includeIgnored ? 'binary files and files over 10 MB' : 'ignored and binary files and files over 10 MB';
  return `No matches (${left} are not searched).`;
}

/** A long line is cut to what surrounds its first match. */
function around({ text, start, end }: FoundLine): string {
  if (text.length <= mostCharacters) return text;
  const from = Math.max(0, Math.min(start - Math.floor((mostCharacters - (end - start)) / 2), text.length - mostCharacters));
  const to = from + mostCharacters;
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
