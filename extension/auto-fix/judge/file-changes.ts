// What the agent did to files since its run began: each file as it was before the first write, and as it is now.
import type { WorkspaceFiles } from '../../platform/workspace-files';

/** Null: there was, or is, no such file. Undefined: there is one, which cannot be read as text. */
export type FileChange = { file: string; before: string | null | undefined; after: string | null | undefined };

/** `files` are read, `names` more are looked for; of what is beyond nothing is known. */
export const changeLimits = { files: 500, names: 5000, textLength: 1024 * 1024 } as const;

export class FileChanges {
  readonly #files: WorkspaceFiles;
  readonly #before = new Map<string, string | null | undefined>();
  /** Too many to be read. */
  readonly #unread = new Set<string>();

  constructor(files: WorkspaceFiles) {
    this.#files = files;
  }

  /** Call before a file is written for the first time; later calls change nothing. */
  async remember(file: string): Promise<void> {
    if (this.#before.has(file) || this.#unread.has(file)) return;
    if (this.#before.size < changeLimits.files) this.#before.set(file, await this.#text(file));
    else this.#unread.add(file);
  }

  /** For a file that was written before anyone could look. */
  touch(file: string): void {
    if (this.#before.has(file) || this.#unread.has(file)) return;
    if (this.#before.size < changeLimits.files) this.#before.set(file, undefined);
    else this.#unread.add(file);
  }

  async now(): Promise<FileChange[]> {
    const changes: FileChange[] = [];
    for (const [file, before] of this.#before) changes.push({ file, before, after: await this.#text(file) });
    for (const file of [...this.#unread].slice(0, changeLimits.names)) {
      const facts = await this.#files.stat(file);
      changes.push({ file, before: undefined, after: !facts.ok && facts.error.code === 'not_found' ? null : undefined });
    }
    return changes;
  }

  async #text(file: string): Promise<string | null | undefined> {
    const read = await this.#files.readText(file);
    if (!read.ok) return read.error.code === 'not_found' || read.error.code === 'not_a_directory' ? null : undefined;
    return read.value.text.length > changeLimits.textLength ? undefined : read.value.text;
  }
}
