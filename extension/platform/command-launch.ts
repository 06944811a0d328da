// The one way in which a command is started, in the foreground or the background: checked folder, checked program,
// environment by allow-list, what was approved looked at once more, and a journal entry before anything runs.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { commandBinding, type CommandBinding } from './command-binding';
import { commandEnvironment } from './command-environment';
import type { CommandJournal } from './command-journal';
import { shellArguments } from './command-shell';
import { commandLine } from './command-words';
import { findExecutable } from './find-executable';
import { refuse, type Outcome } from './outcome';
import type { Redact } from './output-redaction';
import { spawnProcess, type SpawnedProcess, type SpawnErrorCode } from './process-spawn';
import { processStart } from './process-table';
import type { ProcessTree } from './process-tree';
import type { FileErrorCode, WorkspaceFiles } from './workspace-files';

export type LaunchErrorCode = FileErrorCode | SpawnErrorCode | 'empty_command' | 'no_shell' | 'changed' | 'stopped';

export type LaunchRequest = {
  argv: readonly string[];
  /** A folder of the workspace; checked here, whoever calls. */
  cwd: string;
  /** The key of the binding that was approved: when it is another by now nothing runs. Left out, nothing is compared. */
  binding?: string | null;
  signal: AbortSignal;
};

export type LaunchedCommand = {
  id: string;
  /** Real path. */
  cwd: string;
  tree: ProcessTree & { pid: number };
  process: SpawnedProcess;
  /** To be called when nothing of it is left to be ended. */
  forget(): Promise<void>;
};

export type LauncherOptions = {
  files: WorkspaceFiles;
  outputDirectory: string;
  /** Added to the environment of a command, read anew for each: the user's setting. */
  extraEnvironment: () => Readonly<Record<string, string>>;
  /** Null: what a dead host leaves behind is not found again. */
  journal: CommandJournal | null;
  redact: Redact | null;
  /** What went wrong aside and stops no command. */
  reportProblem: (error: unknown, where: string) => void;
};

export class CommandLauncher {
  readonly #options: LauncherOptions;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** What the shell of this machine is started with to run `line`. */
  async shell(line: string): Promise<Outcome<string[], LaunchErrorCode>> {
    const argv = await shellArguments(line, this.#environment(''));
    if (argv !== null) return { ok: true, value: argv };
    return refuse('no_shell', 'There is no shell on this machine\'s PATH.', 'Run programs one at a time with run_command.');
  }

  async binding(argv: readonly string[], cwd: string): Promise<Outcome<CommandBinding, LaunchErrorCode>> {
    const folder = await this.#options.files.workingDirectory(cwd);
    if (!folder.ok) return folder;
    const { real } = folder.value;
    return { ok: true, value: await commandBinding({ argv, cwd: real, roots: await this.#roots(), environment: this.#environment('') }) };
  }

  /** Rejects only for bugs. */
  async launch(request: LaunchRequest, background: boolean): Promise<Outcome<LaunchedCommand, LaunchErrorCode>> {
    const { argv, signal } = request;
    const [name, ...args] = argv;
    if (name === undefined || name === '') return refuse('empty_command', 'The command is empty.', 'Name a program and its arguments.');
    if (argv.some((part) => part.includes('\0'))) {
      return refuse('bad_argument', 'An argument holds a zero byte, which no program can be given.', 'Leave it out.');
    }
    const folder = await this.#options.files.workingDirectory(request.cwd);
    if (!folder.ok) return folder;
    const cwd = folder.value.real;
    const id = randomUUID();
    const env = this.#environment(id);
    const program = await findExecutable(name, cwd, env);
    if (program === null) {
      return refuse('command_not_found', `There is no program "${name}" on this machine's PATH.`, 'Check the spelling, or use another program.');
    }
    if (typeof request.binding === 'string') {
      const now = await this.binding(argv, cwd);
      if (!now.ok) return now;
      if (now.value.key !== request.binding) {
        return refuse('changed', 'The program, or a file that decides what this command does, changed after it was asked for, so nothing was run.', 'Call it again, so that it is asked for as it is now.');
      }
    }
    // Without the folder only what is past the shown part of a long output is lost, and its result says so.
    await mkdir(this.#options.outputDirectory, { recursive: true, mode: 0o700 }).catch(() => undefined);
    if (signal.aborted) return refuse('stopped', 'It was stopped before it started.', 'Wait for the user.');
    return this.#start({ id, program, name, args, cwd, env, background });
  }

  async #start(command: { id: string; program: string; name: string; args: readonly string[]; cwd: string; env: Record<string, string>; background: boolean }): Promise<Outcome<LaunchedCommand, LaunchErrorCode>> {
    const { id, program, name, args, cwd, env, background } = command;
    const { journal, redact, reportProblem } = this.#options;
    const line = commandLine([name, ...args]);
    // Nothing is refused because of the journal: on a full disk commands are what helps.
    const trouble = (error: unknown): null => {
      reportProblem(error, 'journal of running commands');
      return null;
    };
    const entry = (await journal?.add({ command_id: id, command_line: redact?.(line) ?? line, cwd, background }).catch(trouble)) ?? null;
    const spawned = await spawnProcess(program, name, args, { cwd, env });
    if (!spawned.ok) {
      await journal?.remove(id).catch(trouble);
      return spawned;
    }
    const { pid } = spawned.value;
    const tree: LaunchedCommand['tree'] = { pid, start: null, commandId: id, orphaned: false };
    const known = (async (): Promise<void> => {
      // Elsewhere a program has to be started to ask, which is not done for what is over in a moment.
      if (process.platform !== 'linux' && (await isOverWithin(spawned.value, 1000))) return;
      tree.start = await processStart(pid);
      if (entry !== null) await journal?.started(entry, { pid, start: tree.start });
    })().catch(trouble);
    const forget = async (): Promise<void> => {
      await known;
      await journal?.remove(id).catch(trouble);
    };
    return { ok: true, value: { id, cwd, tree, process: spawned.value, forget } };
  }

  #environment(commandId: string): Record<string, string> {
    return commandEnvironment(process.env, this.#options.extraEnvironment(), commandId);
  }

  /** The workspace folders that are there. */
  async #roots(): Promise<string[]> {
    const { files } = this.#options;
    const names = files.folderNames.length > 1 ? files.folderNames : ['.'];
    const folders = await Promise.all(names.map((name) => files.workingDirectory(name)));
    return folders.flatMap((folder) => (folder.ok ? [folder.value.real] : []));
  }
}

async function isOverWithin({ exited }: SpawnedProcess, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  return Promise.race([exited.then(() => true), time]).finally(() => clearTimeout(timer));
}
