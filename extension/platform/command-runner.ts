// Runs one program at a time for whoever asks, without a shell, inside the workspace, with a bounded output and an
// end that always comes. It leaves no process behind. It asks nobody: approval is the caller's.
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { commandEnvironment } from './command-environment';
import { findExecutable } from './find-executable';
import { LiveOutput } from './live-output';
import { refuse, systemCode, type Outcome } from './outcome';
import { CharacterBorder, OutputCollector, type CollectedOutput } from './output-collector';
import { endTree, livingMembers, type ProcessTree } from './process-tree';
import type { FileErrorCode, WorkspaceFiles } from './workspace-files';

export type CommandRequest = {
  argv: readonly string[];
  /** A folder of the workspace; checked here, whoever calls. */
  cwd: string;
  /** Bounded by the runner's own longest; its default when left out. */
  timeoutMs?: number;
  signal: AbortSignal;
  /** Live output, thinned out; for showing only. */
  onOutput?: (chunk: string) => void;
};

export type CommandErrorCode = FileErrorCode | 'empty_command' | 'bad_argument' | 'command_not_found' | 'not_started' | 'stopped';

/** How a command that was started ended. Never an error: an exit code of 1 is an answer. */
export type CommandEnd = CollectedOutput & {
  ended: 'exited' | 'timed_out' | 'stopped';
  /** Null when it was ended by a signal or did not report back. */
  exitCode: number | null;
  signal: string | null;
  durationMs: number;
  timeoutMs: number;
  /** True when it had left something running in its group, which was then ended too. */
  leftProcesses: boolean;
};

export type CommandRunnerOptions = {
  files: WorkspaceFiles;
  /** Where outputs too long to be shown are kept, one file a command. Made when missing. */
  outputDirectory: string;
  /** Added to the environment of a command, read anew for each: the user's setting. */
  extraEnvironment?: () => Readonly<Record<string, string>>;
  defaultTimeoutMs?: number;
  longestTimeoutMs?: number;
  keepOutputBytes?: number;
  maxFileBytes?: number;
  graceMs?: number;
};

const defaults = {
  defaultTimeoutMs: 30_000,
  longestTimeoutMs: 600_000,
  keepOutputBytes: 32 * 1024,
  maxFileBytes: 256 * 1024 * 1024,
  graceMs: 2000,
  extraEnvironment: () => ({}),
};
/** How long output is still taken after the program itself ended, while something it started holds the pipe. */
const heldPipeMs = 1000;

type Exit = { code: number | null; signal: string | null };

export class CommandRunner {
  readonly #options: Required<CommandRunnerOptions>;
  /** Ends of everything that is running or still being ended. */
  readonly #running = new Map<string, { stop: () => void; over: Promise<unknown> }>();
  readonly #ending = new Set<Promise<unknown>>();

  constructor(options: CommandRunnerOptions) {
    this.#options = { ...defaults, ...options };
  }

  /** What a request without, or with too long, a timeout gets. */
  timeoutFor(asked: number | undefined): number {
    return Math.min(Math.max(1, asked ?? this.#options.defaultTimeoutMs), this.#options.longestTimeoutMs);
  }

  /** Rejects only for bugs. */
  async run(request: CommandRequest): Promise<Outcome<CommandEnd, CommandErrorCode>> {
    const [name, ...args] = request.argv;
    if (name === undefined || name === '') return refuse('empty_command', 'The command is empty.', 'Name a program and its arguments.');
    if (request.argv.some((part) => part.includes('\0'))) {
      return refuse('bad_argument', 'An argument holds a zero byte, which no program can be given.', 'Leave it out.');
    }
    const folder = await this.#options.files.workingDirectory(request.cwd);
    if (!folder.ok) return folder;
    const commandId = randomUUID();
    const environment = commandEnvironment(process.env, this.#options.extraEnvironment(), commandId);
    const program = await findExecutable(name, folder.value.real, environment);
    if (program === null) {
      return refuse('command_not_found', `There is no program "${name}" on this machine's PATH.`, 'Check the spelling, or use another program.');
    }
    const unsafe = process.platform === 'win32' ? batchArgumentProblem(program, args) : null;
    if (unsafe !== null) return refuse('bad_argument', unsafe, 'Leave these characters out, or put the text into a file.');
    // Without the folder only what is past the shown part of a long output is lost, and its result says so.
    await mkdir(this.#options.outputDirectory, { recursive: true, mode: 0o700 }).catch(() => undefined);
    if (request.signal.aborted) return refuse('stopped', 'It was stopped before it started.', 'Wait for the user.');

    const started = await start(program, name, args, { cwd: folder.value.real, env: environment });
    if (!started.ok) return started;
    const over = this.#follow(started.value, commandId, request);
    return { ok: true, value: await over };
  }

  /** Ends every command, and resolves when none is left. */
  async stopAll(): Promise<void> {
    for (const one of this.#running.values()) one.stop();
    await Promise.allSettled([...this.#running.values()].map((one) => one.over));
    await Promise.allSettled(this.#ending);
  }

  async #follow(child: StartedProcess, commandId: string, request: CommandRequest): Promise<CommandEnd> {
    const startedAt = performance.now();
    const timeoutMs = this.timeoutFor(request.timeoutMs);
    const tree: ProcessTree = { pid: child.pid, commandId };
    const collector = new OutputCollector(join(this.#options.outputDirectory, `${commandId}.log`), {
      keepBytes: this.#options.keepOutputBytes,
      maxFileBytes: this.#options.maxFileBytes,
    });
    const live = new LiveOutput(request.onOutput ?? (() => undefined));
    const streams = [child.stdout, child.stderr];
    for (const stream of streams) drain(stream, collector, live);

    const exited = new Promise<Exit>((resolve) => child.process.once('exit', (code, signal) => resolve({ code, signal })));
    const closed = new Promise<void>((resolve) => child.process.once('close', () => resolve()));
    const ending: { why: 'timed_out' | 'stopped' | null; done: Promise<Exit> } = { why: null, done: new Promise<Exit>(() => undefined) };
    const unheard = withResolver<Exit>();
    const endBecause = (why: 'timed_out' | 'stopped'): void => {
      if (ending.why !== null) return;
      ending.why = why;
      // A process that even KILL does not end, for the system holds it, is not waited for longer than this.
      ending.done = endTree(tree, this.#options.graceMs)
        .then(() => Promise.race([exited, pause(heldPipeMs)]))
        .then((exit) => exit ?? { code: null, signal: null });
      ending.done.then(unheard.resolve, unheard.reject);
    };
    const timer = setTimeout(() => endBecause('timed_out'), timeoutMs);
    const onAbort = (): void => endBecause('stopped');
    request.signal.addEventListener('abort', onAbort, { once: true });
    if (request.signal.aborted) onAbort();

    const over = (async (): Promise<CommandEnd> => {
      const exit = await Promise.race([exited, unheard.promise]);
      clearTimeout(timer);
      await Promise.race([closed, pause(heldPipeMs)]);
      request.signal.removeEventListener('abort', onAbort);
      const durationMs = performance.now() - startedAt;
      for (const stream of streams) stream.destroy();
      live.flush();
      // A timeout or a stop is over when its processes are; what a finished program left behind is ended aside.
      if (ending.why !== null) await ending.done;
      const leftProcesses = ending.why === null && (await livingMembers(tree, 'group')).length > 0;
      if (leftProcesses) this.#endAside(tree);
      const output = await collector.finish();
      return { ...output, ended: ending.why ?? 'exited', exitCode: exit.code, signal: exit.signal, durationMs, timeoutMs, leftProcesses };
    })();
    this.#running.set(commandId, { stop: onAbort, over });
    try {
      return await over;
    } finally {
      this.#running.delete(commandId);
    }
  }

  #endAside(tree: ProcessTree): void {
    const ending = endTree(tree, this.#options.graceMs, 'group').finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

type StartedProcess = { process: ChildProcess; pid: number; stdout: Readable; stderr: Readable };

/** Resolves when the system has started the program, or said why not. */
async function start(
  program: string,
  name: string,
  args: readonly string[],
  place: { cwd: string; env: Record<string, string> },
): Promise<Outcome<StartedProcess, CommandErrorCode>> {
  const windows = process.platform === 'win32';
  const options: SpawnOptions = {
    ...place,
    // Its own session: a group to end, and no terminal to ask a password on.
    detached: !windows,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    shell: false,
  };
  try {
    const child = windows
      ? (await import('cross-spawn')).default(program, args, options)
      : (await import('node:child_process')).spawn(program, args, { ...options, argv0: name });
    const { pid, stdout, stderr } = child;
    if (pid === undefined || stdout === null || stderr === null) {
      const error = await new Promise<unknown>((resolve) => child.once('error', resolve));
      return notStarted(name, error);
    }
    child.on('error', () => undefined); // later errors are about signals, whose effect is seen on the process list
    return { ok: true, value: { process: child, pid, stdout, stderr } };
  } catch (error) {
    return notStarted(name, error);
  }
}

function notStarted(name: string, error: unknown): Outcome<never, CommandErrorCode> {
  const reason = systemCode(error) || (error instanceof Error ? error.message : String(error));
  if (reason === 'ENOENT') {
    return refuse('command_not_found', `"${name}" could not be started: it, or the interpreter it names, is missing.`, 'Check the program and its first line.');
  }
  if (reason === 'E2BIG') return refuse('bad_argument', 'The arguments are too long for the system.', 'Put the text into a file.');
  return refuse('not_started', `"${name}" could not be started (${reason}).`, 'Use another program.');
}

function drain(stream: Readable, collector: OutputCollector, live: LiveOutput): void {
  const border = new CharacterBorder();
  const take = (chunk: Buffer): void => {
    live.add(chunk);
    if (collector.add(chunk)) return;
    stream.pause();
    collector.onceWritten(() => stream.resume());
  };
  stream.on('data', (chunk: Buffer) => take(border.take(chunk)));
  stream.on('end', () => take(border.rest()));
  stream.on('error', () => undefined); // a pipe that breaks has ended; the process itself tells how
}

/**
 * A batch file reads its arguments through cmd.exe a second time, where no escaping of these is safe
 * (https://flatt.tech/research/posts/batbadbut-you-cant-securely-execute-commands-on-windows/). Null when all is well.
 */
export function batchArgumentProblem(program: string, args: readonly string[]): string | null {
  if (!/\.(?:cmd|bat)[. ]*$/i.test(program)) return null;
  const risky = args.find((arg) => /["%!\r\n]/.test(arg));
  return risky === undefined ? null : `On Windows a batch file cannot safely be given ${JSON.stringify(risky)}: it holds one of " % ! or a line break.`;
}

function withResolver<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void; reject: (reason: unknown) => void } {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Does not hold the process open by itself. */
async function pause(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms).unref());
}
