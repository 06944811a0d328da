// Lists and searches the files below one real folder through ripgrep. Knows nothing of workspaces: the caller has
// checked where it may look, and checks again afterwards.
import * as z from 'zod';
import { globMatcher } from './glob';
import { refuse, type Outcome } from './outcome';
import { runRipgrep, type RipgrepEnd, type RipgrepErrorCode } from './ripgrep';

export type SearchPlace = {
  program: string;
  /** The real workspace folder. */
  root: string;
  /** Relative to it, `/` between; '' for all of it. */
  below: string;
  isFile: boolean;
  signal: AbortSignal;
};

export type FoundLine = {
  /** Relative to the workspace folder, `/` between. */
  path: string;
  line: number;
  text: string;
  /** Where the first match stands in `text`, in characters. */
  start: number;
  end: number;
};

export type ListQuery = { pattern: string | null; includeIgnored: boolean };

export type SearchQuery = {
  text: string;
  regex: boolean;
  caseSensitive: boolean;
  glob: string | null;
  includeIgnored?: boolean;
  /** Matches to leave out at the beginning, to go on where an earlier search ended. */
  skip?: number;
  maxMatches: number;
  /** Holds where a folder is searched; a single file is searched to its end. */
  maxPerFile: number;
};

/** `skipped` is how many matches were left out at the beginning. */
export type Searched = { found: FoundLine[]; skipped: number; end: RipgrepEnd };

const timeoutMs = 20_000;
const maxListed = 200_000;
const maxFileSize = '10M';

/** Hidden files count, git's own do not; ignore files hold even where there is no repository. */
function scope(includeIgnored: boolean): string[] {
  return ['--hidden', includeIgnored ? '--no-ignore' : '--no-require-git', '--glob=!.git', '--sort=path'];
}

export async function listBelow(place: SearchPlace, query: ListQuery): Promise<Outcome<{ paths: string[]; end: RipgrepEnd }, RipgrepErrorCode>> {
  const matches = globMatcher(query.pattern);
  if (matches === null) return tooManyGlobs();
  const paths: string[] = [];
  const ran = await runRipgrep({
    program: place.program,
    args: ['--files', '--null', ...scope(query.includeIgnored), '--', startOf(place)],
    cwd: place.root,
    timeoutMs,
    signal: place.signal,
    separator: '\0',
    onRecord: (record) => {
      const path = cleaned(record);
      if (matches(path)) paths.push(path);
      return paths.length < maxListed;
    },
  });
  return ran.ok ? { ok: true, value: { paths, end: ran.value } } : ran;
}

const text = z.union([z.object({ text: z.string() }), z.object({ bytes: z.string() })]);
const matchRecord = z.object({
  type: z.literal('match'),
  data: z.object({
    path: text,
    lines: text,
    line_number: z.number(),
    submatches: z.array(z.object({ start: z.number(), end: z.number() })),
  }),
});

export async function searchBelow(place: SearchPlace, query: SearchQuery): Promise<Outcome<Searched, RipgrepErrorCode>> {
  // The glob is applied here: as an option of ripgrep it would lift the ignore files.
  const matches = globMatcher(query.glob);
  if (matches === null) return tooManyGlobs();
  const found: FoundLine[] = [];
  let skipped = 0;
  const ran = await runRipgrep({
    program: place.program,
    args: [
      '--json',
      ...scope(query.includeIgnored ?? false),
      ...(place.isFile ? [] : [`--max-count=${query.maxPerFile}`, `--max-filesize=${maxFileSize}`]),
      query.caseSensitive ? '--case-sensitive' : '--ignore-case',
      ...(query.regex ? [] : ['--fixed-strings']),
      `--regexp=${query.text}`,
      '--',
      startOf(place),
    ],
    cwd: place.root,
    timeoutMs,
    signal: place.signal,
    separator: '\n',
    onRecord: (record) => {
      if (!record.startsWith('{"type":"match"')) return true;
      const { data } = matchRecord.parse(JSON.parse(record));
      const path = cleaned(decoded(data.path));
      if (!matches(path)) return true;
      if (skipped < (query.skip ?? 0)) {
        skipped++;
        return true;
      }
      // One more than is wanted tells that there are more.
      const enough = found.length >= query.maxMatches;
      if (!enough) found.push(foundLine(path, data.line_number, bytesOf(data.lines), data.submatches[0]));
      return !enough;
    },
  });
  if (!ran.ok) return ran;
  return { ok: true, value: { found, skipped, end: ran.value } };
}

function foundLine(path: string, line: number, bytes: Buffer, span: { start: number; end: number } | undefined): FoundLine {
  const upTo = (offset: number): number => bytes.subarray(0, offset).toString('utf8').length;
  return { path, line, text: bytes.toString('utf8').replace(/\r?\n$/, ''), start: upTo(span?.start ?? 0), end: upTo(span?.end ?? 0) };
}

function tooManyGlobs(): Outcome<never, RipgrepErrorCode> {
  return refuse('bad_pattern', 'The glob has more alternatives in braces than are looked for at once.', 'Ask for fewer at a time.');
}

function startOf(place: SearchPlace): string {
  return `./${place.below}`;
}

function cleaned(path: string): string {
  const plain = path.replace(/^\.[\\/]/, '');
  return process.platform === 'win32' ? plain.replaceAll('\\', '/') : plain;
}

function bytesOf(value: z.infer<typeof text>): Buffer {
  return 'text' in value ? Buffer.from(value.text, 'utf8') : Buffer.from(value.bytes, 'base64');
}

function decoded(value: z.infer<typeof text>): string {
  return bytesOf(value).toString('utf8');
}
