// What a check of the storage found, as a page for people: problems first, then sizes and every file. The same page in
// Markdown for the editor and in plain text for the command line.
import { join } from 'node:path';
import { formatBytes, formatCount, formatExact } from '../../shared/format';
import type { StoreCheck } from '../store/store';
import { quarantineName } from '../store/worker/file-names';
import type { Swept } from './output-sweep';
import { adviceFor } from './storage-problems';

export type ReportInput = {
  check: StoreCheck;
  /** Kept command outputs; they lie beside the database. */
  outputs: Swept;
  /** `keeps chats for 30 days`, or that they are kept for ever. */
  retention: string;
  versions: string;
};

export type ReportForm = 'markdown' | 'text';

/** One line: `Storage is in order: 12 chats, 34.0 MB`, or how many problems there are. */
export function storageHeadline({ problems, rows, total_bytes }: StoreCheck): string {
  if (problems.length > 0) return `${formatCount(problems.length, 'problem')} found in the storage`;
  return `Storage is in order: ${formatCount(rows['chats'] ?? 0, 'chat')}, ${formatBytes(total_bytes)}`;
}

export function storageReport({ check, outputs, retention, versions }: ReportInput, form: ReportForm): string {
  const page = form === 'markdown' ? new MarkdownPage() : new TextPage();
  page.heading(1, 'BooCode storage');
  page.paragraph(`${storageHeadline(check)}.`);
  if (check.problems.length > 0) {
    page.heading(2, 'Problems');
    for (const problem of check.problems) {
      const { meaning, action } = adviceFor(problem);
      page.item(problem, [`What it means: ${meaning}`, `What to do: ${action}`]);
    }
  }
  page.heading(2, 'Sizes');
  page.table([
    ['Everything below', formatBytes(check.total_bytes + outputs.bytes)],
    [check.generation === 0 ? 'Snapshot (none yet)' : `Newest snapshot (${check.generation})`, formatBytes(check.snapshot_bytes)],
    ['Journals', formatBytes(check.journal_bytes)],
    ['Long texts', formatBytes(check.blobs.bytes)],
    ['Command outputs', `${formatBytes(outputs.bytes)} in ${formatCount(outputs.files, 'file')}`],
    ['Changes only in memory', formatExact(check.unsaved_writes)],
    ['Retention', retention],
  ]);
  page.heading(2, 'Content');
  page.table(Object.entries(check.rows).map(([table, rows]) => [tableWords[table] ?? table, formatExact(rows)]));
  page.heading(2, 'Snapshots');
  page.table(check.snapshots.map(({ generation, bytes, state }) => [String(generation), formatBytes(bytes), snapshotWords[state]]), 'None yet: everything is in the journals.');
  page.heading(2, 'Journals');
  page.table(check.journals.map(({ name, bytes, owner }) => [name, formatBytes(bytes), ownerWords[owner]]), 'None: everything is in the snapshot.');
  page.heading(2, 'Long texts');
  page.table([
    ['Files', formatExact(check.blobs.files)],
    ['Missing', formatExact(check.blobs.missing)],
    ['Damaged', formatExact(check.blobs.damaged)],
    ['No longer used', formatExact(check.blobs.unreferenced)],
  ]);
  page.heading(2, 'Copies of damaged files');
  if (check.quarantine.length === 0) page.paragraph('None.');
  else {
    page.folder('They are kept in', join(check.directory, quarantineName));
    page.table(check.quarantine.map((name) => [name]));
  }
  page.heading(2, 'Where it is');
  page.folder('Everything of this workspace is in', check.directory);
  page.paragraph(`Layout ${check.schema_version}. ${versions}.`);
  return page.text();
}

const tableWords: Readonly<Record<string, string>> = {
  chats: 'Chats',
  events: 'Events',
  tool_traces: 'Tool calls',
  llm_calls: 'Model calls',
  spending: 'What model calls came to, for budgets',
  request_openings: 'Beginnings of requests',
  displaced_events: 'Events kept aside',
  blob_uses: 'Uses of long texts',
  approval_grants: 'Approvals for good',
};

const snapshotWords: Record<StoreCheck['snapshots'][number]['state'], string> = {
  good: 'good',
  damaged: 'damaged',
  newer: 'of a newer BooCode',
};

const ownerWords: Record<StoreCheck['journals'][number]['owner'], string> = {
  this_process: 'this process writes it',
  running: 'another running process writes it',
  ended: 'its process has ended',
  unknown: 'nobody knows whose it is',
};

/** `rows` in lines; `nothing` where there are none. */
interface Page {
  heading(level: 1 | 2, text: string): void;
  paragraph(text: string): void;
  item(text: string, details: readonly string[]): void;
  table(rows: readonly (readonly string[])[], nothing?: string): void;
  folder(text: string, path: string): void;
  text(): string;
}

class MarkdownPage implements Page {
  readonly #lines: string[] = [];

  heading(level: 1 | 2, text: string): void {
    this.#lines.push(`${'#'.repeat(level)} ${escaped(text)}`, '');
  }

  paragraph(text: string): void {
    this.#lines.push(escaped(text), '');
  }

  item(text: string, details: readonly string[]): void {
    this.#lines.push(`- **${escaped(text)}**`, ...details.map((detail) => `  - ${escaped(detail)}`), '');
  }

  table(rows: readonly (readonly string[])[], nothing = 'None.'): void {
    const [first] = rows;
    if (!first) return this.paragraph(nothing);
    // Markdown knows no table without a head; an empty one takes no room.
    this.#lines.push(line(first.map(() => '')), line(first.map(() => '---')));
    this.#lines.push(...rows.map((row) => line(row.map(escaped))), '');
  }

  /** No link: VS Code's preview follows none to a folder. Whoever shows the page offers a button for it. */
  folder(text: string, path: string): void {
    this.#lines.push(`${escaped(text)} \`${path}\``, '');
  }

  text(): string {
    return this.#lines.join('\n');
  }
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|]/g, String.raw`\$&`);
}

class TextPage implements Page {
  readonly #lines: string[] = [];

  heading(level: 1 | 2, text: string): void {
    if (level === 2) this.#lines.push('', `${text}:`);
    else this.#lines.push(text);
  }

  paragraph(text: string): void {
    this.#lines.push(this.#lines.length < 2 ? text : `  ${text}`);
  }

  item(text: string, details: readonly string[]): void {
    this.#lines.push(`  - ${text}`, ...details.map((detail) => `    ${detail}`));
  }

  table(rows: readonly (readonly string[])[], nothing = 'None.'): void {
    if (rows.length === 0) return this.paragraph(nothing);
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
    this.#lines.push(...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()));
  }

  folder(text: string, path: string): void {
    this.#lines.push(`  ${text} ${path}`);
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
