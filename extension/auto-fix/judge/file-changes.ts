// What the agent did to files since its run began: each file as it was before the first write, and as it is now.
import type { WorkspaceFiles } from '../../platform/workspace-files';

/** Null: there was, or is, no such file. Undefined: there is one, which cannot be read as text. */
export type FileChange = { file: string; before: string | null | undefined; after: string | null | undefined };

export const changeLimits = { files: 500, textLength: 1024 * 1024 } as const;

export class FileChanges {
  readonly #files: WorkspaceFiles;
  readonly #before = new Map<string, string | null | undefined>();

  constructor(files: WorkspaceFiles) {
    this.#files = files;
  }

  has(file: string): boolean {
    return this.#before.has(file);
  }

  /** Call before a file is written for the first time; later calls change nothing. */
  async remember(file: string): Promise<void> {
    if (!this.#before.has(file)) this.#before.set(file, this.#before.size < changeLimits.files ? await this.#text(file) : undefined);
  }

  /** For a file that was written before anyone could look. */
  touch(file: string): void {
    if (!this.#before.has(file)) this.#before.set(file, undefined);
  }

  async now(): Promise<FileChange[]> {
    const changes: FileChange[] = [];
    for (const [file, before] of this.#before) changes.push({ file, before, after: await this.#text(file) });
    return changes;
  }

  async #text(file: string): Promise<string | null | undefined> {
    const read = await this.#files.readText(file);
    if (!read.ok) return read.error.code === 'not_found' || read.error.code === 'not_a_directory' ? null : undefined;
    return read.value.text.length > changeLimits.textLength ? undefined : read.value.text;
  }
}
