// For tests: a real folder to work in, with a folder beside it that must never be touched.
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { CommandRunner, type CommandRunnerOptions } from '../command-runner';
import { findRipgrep } from '../ripgrep-path';
import { WorkspaceFiles, type WorkspaceFilesOptions } from '../workspace-files';

export class TemporaryWorkspace {
  private constructor(
    /** Holds the others; its sibling folder `ws-evil` begins like the workspace. */
    readonly base: string,
    readonly path: string,
    readonly outside: string,
    readonly outputs: string,
  ) {}

  static async create(files: Readonly<Record<string, string | Buffer>> = {}): Promise<TemporaryWorkspace> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'boocode-test-')));
    const workspace = new TemporaryWorkspace(base, join(base, 'ws'), join(base, 'ws-evil'), join(base, 'outputs'));
    for (const folder of [workspace.path, workspace.outside, workspace.outputs]) await mkdir(folder);
    await writeFile(join(workspace.outside, 'secret.txt'), 'outside canary\n');
    for (const [path, content] of Object.entries(files)) await workspace.put(path, content);
    return workspace;
  }

  files(more: Partial<WorkspaceFilesOptions> = {}): WorkspaceFiles {
    const roots = [
      { name: 'ws', path: this.path },
      { name: 'outputs', path: this.outputs, readOnly: true },
    ];
    return new WorkspaceFiles({ roots, ripgrepPath: findRipgrep(join(__dirname, '../../../dist')), ...more });
  }

  commands(more: Partial<CommandRunnerOptions> = {}): CommandRunner {
    return new CommandRunner({ files: this.files(), outputDirectory: this.outputs, ...more });
  }

  at(path: string): string {
    return join(this.path, path);
  }

  async put(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(this.at(path)), { recursive: true });
    await writeFile(this.at(path), content);
  }

  async text(path: string): Promise<string> {
    return readFile(this.at(path), 'utf8');
  }

  /** Every file outside the workspace with its content: equal before and after means untouched. */
  async outsideState(): Promise<Record<string, string>> {
    const state: Record<string, string> = {};
    for (const entry of await readdir(this.outside, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      state[relative(this.outside, path)] = entry.isFile() ? await readFile(path, 'utf8') : 'not a file';
    }
    return state;
  }

  async remove(): Promise<void> {
    await rm(this.base, { recursive: true, force: true });
  }
}
