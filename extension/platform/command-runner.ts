// Runs commands for whoever asks, without a shell of its own, inside the workspace, with a bounded output and an end
// that always comes. In the foreground it leaves no process behind. It asks nobody: approval is the caller's.
import { join } from 'node:path';
import { BackgroundCommands } from './background-commands';
import type { CommandBinding } from './command-binding';
import type { CommandJournal } from './command-journal';
import { CommandLauncher, type LaunchedCommand, type LaunchErrorCode, type LaunchRequest } from './command-launch';
import { CommandQueue } from './command-queue';
import { LiveOutput } from './live-output';
import { refuse, type Outcome } from './outcome';
import { OutputCollector, type CollectedOutput } from './output-collector';
import { pipeOutput } from './output-pipe';
import type { Redact } from './output-redaction';
import { endTree, livingMembers } from './process-tree';
import type { WorkspaceFiles } from './workspace-files';

export type CommandRequest = LaunchRequest & {
  /** Bounded by the runner's own longest; its default when left out. Waiting for a place is not counted. */
  timeoutMs?: number;
  /** Live output, thinned out; for showing only. */
  onOutput?: (chunk: string) => void;
};

export type CommandErrorCode = LaunchErrorCode;

/** How a command that was started ended. Never an error: an exit code of 1 is an answer. */
export type CommandEnd = CollectedOutput & {
  ended: 'exited' | 'timed_out' | 'stopped';
  /** Null when it was ended by a signal or did not report back. */
  exitCode: number | null;
  signal: string | null;
  durationMs: number;
  /** Before it started, because as many as may run at once were running. */
  waitedMs: number;
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
  /** Takes secrets out of output before any of it is kept or shown. Without it nothing is taken out. */
  redact?: Redact | null;
  /** Where running commands are noted for the next host, should this one die. Without it they are not. */
  journal?: CommandJournal | null;
  reportProblem?: (error: unknown, where: string) => void;
  defaultTimeoutMs?: number;
  /** The user's setting, read anew for each command. */
  longestTimeoutMs?: () => number;
  /** Commands in the foreground at once; more of them wait. */
  mostAtOnce?: () => number;
  mostInBackground?: () => number;
  keepOutputBytes?: number;
  maxFileBytes?: number;
  graceMs?: number;
  /** How long the start of a background command is watched before it is said to run. */
  firstLookMs?: number;
};

const defaults = {
  extraEnvironment: () => ({}),
  redact: null,
  journal: null,
  reportProblem: () => undefined,
  defaultTimeoutMs: 30_000,
  longestTimeoutMs: () => 600_000,
  mostAtOnce: () => 4,
  mostInBackground: () => 5,
  keepOutputBytes: 32 * 1024,
  maxFileBytes: 256 * 1024 * 1024,
  graceMs: 2000,
  firstLookMs: 1000,
};
/** How long output is still taken after the program itself ended, while something it started holds the pipe. */
const heldPipeMs = 1000;

type Exit = { code: number | null; signal: string | null };

export class CommandRunner {
  readonly background: BackgroundCommands;
  readonly #options: Required<CommandRunnerOptions>;
  readonly #launcher: CommandLauncher;
  readonly #queue: CommandQueue;
  /** Everything that waits, runs or is still being ended. */
  readonly #running = new Map<AbortController, Promise<unknown>>();
  readonly #ending = new Set<Promise<unknown>>();

  constructor(options: CommandRunnerOptions) {
    this.#options = { ...defaults, ...options };
    this.#launcher = new CommandLauncher(this.#options);
    this.#queue = new CommandQueue(this.#options.mostAtOnce);
    this.background = new BackgroundCommands(this.#launcher, this.#options);
  }

  /** What a request without, or with too long, a timeout gets. */
  timeoutFor(asked: number | undefined): number {
    return Math.min(Math.max(1, asked ?? this.#options.defaultTimeoutMs), this.longestTimeoutMs);
  }

  get longestTimeoutMs(): number {
    return Math.max(1, this.#options.longestTimeoutMs());
  }

  /** What the shell of this machine is started with to run `line`. */
  shell(line: string): Promise<Outcome<string[], CommandErrorCode>> {
    return this.#launcher.shell(line);
  }

  /** What an approval of this command is good for. */
  binding(argv: readonly string[], cwd: string): Promise<Outcome<CommandBinding, CommandErrorCode>> {
    return this.#launcher.binding(argv, cwd);
  }

  /** Waits for a place, then runs it to its end. Rejects only for bugs. */
  async run(request: CommandRequest): Promise<Outcome<CommandEnd, CommandErrorCode>> {
    const stop = new AbortController();
    const signal = AbortSignal.any([request.signal, stop.signal]);
    const asked = performance.now();
    const over = this.#queue.run(signal, async (): Promise<Outcome<CommandEnd, CommandErrorCode>> => {
      const waitedMs = performance.now() - asked;
      const launched = await this.#launcher.launch({ ...request, signal }, false);
      return launched.ok ? { ok: true, value: { ...(await this.#follow(launched.value, { ...request, signal })), waitedMs } } : launched;
    });
    this.#running.set(stop, over);
    try {
      return (await over) ?? refuse('stopped', 'It was stopped before it started.', 'Wait for the user.');
    } finally {
      this.#running.delete(stop);
    }
  }

  /** Ends every command, those in the background too, and resolves when none is left. */
  async stopAll(): Promise<void> {
    for (const stop of this.#running.keys()) stop.abort();
    await Promise.allSettled([...this.#running.values(), this.background.stopAll()]);
    await Promise.allSettled(this.#ending);
  }

  async #follow(command: LaunchedCommand, request: CommandRequest): Promise<Omit<CommandEnd, 'waitedMs'>> {
    const startedAt = performance.now();
    const timeoutMs = this.timeoutFor(request.timeoutMs);
    const { tree, process: child } = command;
    const { keepOutputBytes: keepBytes, maxFileBytes, graceMs, redact, outputDirectory } = this.#options;
    const collector = new OutputCollector(join(outputDirectory, `${command.id}.log`), { keepBytes, maxFileBytes });
    const live = new LiveOutput(request.onOutput ?? (() => undefined));
    const sink = {
      add: (chunk: Buffer): boolean => {
        live.add(chunk);
        return collector.add(chunk);
      },
      onceWritten: (resume: () => void): void => collector.onceWritten(resume),
    };
    const endPipes = [child.stdout, child.stderr].map((stream) => pipeOutput(stream, redact, sink));

    const ending: { why: 'timed_out' | 'stopped' | null; done: Promise<Exit> } = { why: null, done: new Promise<Exit>(() => undefined) };
    const unheard = withResolver<Exit>();
    const endBecause = (why: 'timed_out' | 'stopped'): void => {
      if (ending.why !== null) return;
      ending.why = why;
      // A process that even KILL does not end, for the system holds it, is not waited for longer than this.
      ending.done = endTree(tree, graceMs)
        .then(() => Promise.race([child.exited, pause(heldPipeMs)]))
        .then((exit) => exit ?? { code: null, signal: null });
      ending.done.then(unheard.resolve, unheard.reject);
    };
    const timer = setTimeout(() => endBecause('timed_out'), timeoutMs);
    const onAbort = (): void => endBecause('stopped');
    request.signal.addEventListener('abort', onAbort, { once: true });
    if (request.signal.aborted) onAbort();

    const exit = await Promise.race([child.exited, unheard.promise]);
    clearTimeout(timer);
    await Promise.race([child.closed, pause(heldPipeMs)]);
    request.signal.removeEventListener('abort', onAbort);
    const durationMs = performance.now() - startedAt;
    for (const end of endPipes) end();
    live.flush();
    // A timeout or a stop is over when its processes are; what a finished program left behind is ended aside.
    if (ending.why !== null) await ending.done;
    const leftProcesses = ending.why === null && (await livingMembers(tree, 'group')).length > 0;
    this.#forgetAside(command, leftProcesses);
    const output = await collector.finish();
    return { ...output, ended: ending.why ?? 'exited', exitCode: exit.code, signal: exit.signal, durationMs, timeoutMs, leftProcesses };
  }

  #forgetAside({ tree, forget }: LaunchedCommand, leftProcesses: boolean): void {
    const ended = leftProcesses ? endTree(tree, this.#options.graceMs, 'group').then(forget) : forget();
    const ending = ended.finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
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
