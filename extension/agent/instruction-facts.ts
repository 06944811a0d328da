// The project's instructions for agents: AGENTS.md of each workspace folder and of the folders above the active file.
// Each file is told once, and again when it changed; the digest says which ones were told, and as what.
import { withoutBrokenEnd } from '../platform/line-reader';
import type { FileErrorCode, WorkspaceFiles } from '../platform/workspace-files';
import { block, digestOf, noneDigest, shownName, type FoundFact } from './project-fact';

/** The first that is there counts; below a workspace folder only AGENTS.md does. */
const names = ['AGENTS.md', 'CLAUDE.md', '.github/copilot-instructions.md'] as const;
const mostBytes = 24 * 1024;
const mostFoldersBelow = 10;

/** What makes a file one that is not there, and not one about which nothing can be said. */
const notThere: readonly FileErrorCode[] = ['not_found', 'is_directory', 'not_a_file', 'not_a_directory', 'outside_workspace', 'dangling_link', 'binary'];

type Instructions = { path: string; text: string };
type Looked = { found: Instructions[]; gone: string[] };

export async function instructionFacts(
  { files, redact }: { files: WorkspaceFiles; redact(text: string): string },
  active: string | null,
  known: string | undefined,
): Promise<FoundFact> {
  const { found, gone } = await lookedFor(files, active);
  const before = readDigest(known);
  const changed = found.filter(({ path, text }) => before.get(digestOf(path)) !== digestOf(text));
  const lost = gone.filter((path) => before.has(digestOf(path)));
  const now = new Map(before);
  for (const path of lost) now.delete(digestOf(path));
  for (const { path, text } of found) now.set(digestOf(path), digestOf(text));
  if (before.size === 0 && now.size === 0) return 'nothing';
  let room = mostBytes;
  const blocks = changed.map(({ path, text }) => {
    // Before it is cut: half of a key would not be recognised.
    const cut = cutToLines(redact(text), room);
    room -= Buffer.byteLength(cut.text);
    const rest = cut.nextLine === null ? '' : `\n[not all of it is sent; read_file ${path} from start_line ${cut.nextLine} shows the rest]`;
    return block('instructions', cut.text + rest, { path: shownName(path) });
  });
  if (lost.length > 0) blocks.push(block('instructions', `No longer there, and no longer to be followed: ${lost.map(shownName).join(', ')}`));
  const label = [...changed.map(({ path }) => shownName(path)), ...lost.map((path) => `${shownName(path)} removed`)].join(', ');
  return { label, digest: now.size === 0 ? noneDigest : writeDigest(now), text: blocks.join('\n') };
}

async function lookedFor(files: WorkspaceFiles, active: string | null): Promise<Looked> {
  const folders = files.folderNames.length > 1 ? files.folderNames : [''];
  const below = foldersAbove(active).filter((folder) => !folders.includes(folder)).slice(-mostFoldersBelow);
  const looked: Looked = { found: [], gone: [] };
  for (const folder of [...folders, ...below]) {
    for (const name of folders.includes(folder) ? names : names.slice(0, 1)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const read = await files.readText(path);
      if (read.ok) {
        looked.found.push({ path, text: read.value.text });
        break;
      }
      if (!notThere.includes(read.error.code)) break;
      looked.gone.push(path);
    }
  }
  return looked;
}

/** `src/deep` and `src` of `src/deep/a.ts`, the outermost first. */
function foldersAbove(path: string | null): string[] {
  const parts = path?.split('/').slice(0, -1) ?? [];
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Whole lines where one fits; `nextLine` is the first that is not whole, null when all is there. */
function cutToLines(text: string, bytes: number): { text: string; nextLine: number | null } {
  const whole = Buffer.from(text);
  if (whole.length <= bytes) return { text: text.replace(/\r?\n$/, ''), nextLine: null };
  const room = Math.max(0, bytes);
  const end = room === 0 ? -1 : whole.lastIndexOf('\n', room - 1);
  if (end === -1) return { text: withoutBrokenEnd(whole.subarray(0, room)).toString('utf8'), nextLine: 1 };
  const cut = whole.toString('utf8', 0, end);
  return { text: cut, nextLine: cut.split('\n').length + 1 };
}

function readDigest(digest: string | undefined): Map<string, string> {
  const pairs = (digest ?? '').split(' ').map((pair) => pair.split(':'));
  return new Map(pairs.flatMap(([path, text]) => (path && text ? [[path, text]] : [])));
}

function writeDigest(told: ReadonlyMap<string, string>): string {
  return [...told].map(([path, text]) => `${path}:${text}`).toSorted().join(' ');
}
