// Commands that go on while the agent does something else, such as a development server: started, listed, read and
// stopped. Each belongs to a chat and ends with it, with the window, or when it is stopped; never with a turn.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { nowMicros } from './clock';
import type { CommandLauncher, LaunchedCommand, LaunchErrorCode, LaunchRequest } from './command-launch';
import { commandLine } from './command-words';
import { refuse, type Outcome } from './outcome';
import { readable, withoutBrokenStart } from './output-collector';
import { withoutBrokenEnd } from './line-reader';
import { OutputLog } from './output-log';
import { pipeOutput } from './output-pipe';
import type { Redact } from './output-redaction';
import { waitForOutput } from './output-watch';
import { endTree, livingMembers } from './process-tree';

/** As lists show it and a panel is sent it. */
export type BackgroundCommand = {
  id: string;
  /** The chat it belongs to; null for the window's own. */
  chat_id: string | null;
  command_line: string;
  cwd: string;
  pid: number;
  state: 'running' | 'exited' | 'stopped';
  exit_code: number | null;
  signal: string | null;
  /** Microseconds since the epoch. */
  started_at: number;
  ended_at: number | null;
  last_line: string;
  output_bytes: number;
  /** Files with what is kept of its output, the oldest first. */
  output_files: string[];
};

export type BackgroundErrorCode = LaunchErrorCode | 'too_many' | 'no_such_command';

export type BackgroundRead = {
  /** Where to begin, in bytes; null is the newest. */
  offset: number | null;
  most: number;
  /** Up to how long to wait: for one of `until`, or for anything new. It ends early when the command does. */
  waitMs: number;
  until: readonly string[];
  signal: AbortSignal;
};

export type BackgroundOutput = {
  command: BackgroundCommand;
  text: string;
  /** What `text` is of: the bytes from `from` up to `next`. `from` is later than asked for where less is kept. */
  from: number;
  next: number;
  /** Where the line begins that holds one of the texts waited for; null when it did not come, or none was given. */
  found: number | null;
};

export type BackgroundOptions = {
  outputDirectory: string;
  redact: Redact | null;
  mostInBackground: () => number;
  graceMs: number;
  /** How long a start is watched: what fails at once is told at once. */
  firstLookMs: number;
  reportProblem: (error: unknown, where: string) => void;
};

const heldPipeMs = 1000;
const keptFinished = 20;
const noticeMs = 500;
const logLimits = { fileBytes: 8 * 1024 * 1024, files: 4, recentBytes: 64 * 1024 };

type Entry = {
  log: OutputLog;
  shown: Omit<BackgroundCommand, 'last_line' | 'output_bytes' | 'output_files'>;
  over: Promise<void>;
  stop: () => Promise<void>;
};

export class BackgroundCommands {
  readonly #launcher: CommandLauncher;
  readonly #options: BackgroundOptions;
  readonly #entries = new Map<string, Entry>();
  /** Asked for, and not in the list yet. */
  #launching = 0;
  readonly #starting = new Set<{ chatId: string | null; stop: AbortController; over: Promise<unknown> }>();
  readonly #listeners = new Set<() => void>();
  #notice: NodeJS.Timeout | null = null;

  constructor(launcher: CommandLauncher, options: BackgroundOptions) {
    this.#launcher = launcher;
    this.#options = options;
  }

  /** Those of one chat, or all, in the order in which they were started; the last that ended are among them. */
  list(chatId?: string | null): BackgroundCommand[] {
    return [...this.#entries.values()].filter((entry) => chatId === undefined || entry.shown.chat_id === chatId).map(shown);
  }

  /** Calls back when the list may have changed, a few times a second at most. Answers how to end that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once it has run for a moment, or has already ended. The signal ends only what has not got that far. */
  async start(request: LaunchRequest & { chatId: string | null }): Promise<Outcome<BackgroundCommand, BackgroundErrorCode>> {
    const running = this.list().filter((command) => command.state === 'running');
    const most = this.#options.mostInBackground();
    if (running.length + this.#launching >= most) {
      const ids = running.filter((command) => command.chat_id === request.chatId).map((command) => `${command.id} (${command.command_line})`);
      const own = ids.length === 0 ? 'They belong to other chats; ask the user to stop one.' : `Stop one of yours with stop_command: ${ids.join(', ')}.`;
      return refuse('too_many', `${most} commands run in the background, which is as many as may, so this one was not started.`, own);
    }
    const stop = new AbortController();
    const signal = AbortSignal.any([request.signal, stop.signal]);
    const over = this.#start({ ...request, signal });
    const starting = { chatId: request.chatId, stop, over };
    this.#starting.add(starting);
    return over.finally(() => this.#starting.delete(starting));
  }

  /** Waits as asked, then gives the output. Rejects only for bugs. */
  async read(id: string, chatId: string | null, request: BackgroundRead): Promise<Outcome<BackgroundOutput, BackgroundErrorCode>> {
    const entry = this.#entryOf(id, chatId);
    if (entry === null) return this.#noSuch(id, chatId);
    const { offset, until: texts, waitMs, signal } = request;
    const since = offset ?? (texts.length > 0 ? 0 : entry.log.bytes);
    const found = texts.length > 0 || waitMs > 0 ? await waitForOutput(entry.log, { from: since, texts, waitMs, over: entry.over, signal }) : null;
    // Of the newest one byte more, which tells whether the first line is whole.
    const part = offset === null ? await entry.log.read(Math.max(0, entry.log.bytes - request.most - 1), request.most + 1) : await entry.log.read(offset, request.most);
    const { from, bytes } = wholeLines(part, entry.log.bytes, offset === null);
    const next = from + bytes.length;
    const text = readable(withoutBrokenStart(bytes).toString('utf8'));
    return { ok: true, value: { command: shown(entry), text, from, next, found } };
  }

  /** Ends it with everything it started; does nothing when it has ended. Resolves when none of it is left. */
  async stop(id: string, chatId: string | null): Promise<Outcome<BackgroundCommand, BackgroundErrorCode>> {
    const entry = this.#entryOf(id, chatId);
    if (entry === null) return this.#noSuch(id, chatId);
    await entry.stop();
    return { ok: true, value: shown(entry) };
  }

  /** The chat is closed: its commands end and are forgotten. */
  async stopChat(chatId: string | null): Promise<void> {
    await this.#stopWhere((owner) => owner === chatId);
  }

  async stopAll(): Promise<void> {
    await this.#stopWhere(() => true);
    if (this.#notice !== null) clearTimeout(this.#notice);
    this.#notice = null;
  }

  async #stopWhere(isMeant: (chatId: string | null) => boolean): Promise<void> {
    const starting = [...this.#starting].filter(({ chatId }) => isMeant(chatId));
    for (const { stop } of starting) stop.abort();
    await Promise.allSettled(starting.map(({ over }) => over));
    const entries = [...this.#entries.values()].filter(({ shown: { chat_id } }) => isMeant(chat_id));
    await Promise.allSettled(entries.map((entry) => entry.stop()));
    for (const { shown: { id } } of entries) this.#entries.delete(id);
    this.#changed();
  }

  async #start(request: LaunchRequest & { chatId: string | null }): Promise<Outcome<BackgroundCommand, BackgroundErrorCode>> {
    const launched = await this.#launch(request);
    if (!launched.ok) return launched;
    const entry = launched.value;
    const look = new AbortController();
    await Promise.race([entry.over, wait(this.#options.firstLookMs, undefined, { signal: AbortSignal.any([look.signal, request.signal]) }).catch(() => undefined)]);
    look.abort();
    if (!request.signal.aborted) return { ok: true, value: shown(entry) };
    await entry.stop();
    return refuse('stopped', 'It was stopped while it started; it and all it had started were ended.', 'Wait for the user.');
  }

  async #launch(request: LaunchRequest & { chatId: string | null }): Promise<Outcome<Entry, BackgroundErrorCode>> {
    this.#launching++;
    try {
      const launched = await this.#launcher.launch(request, true);
      if (!launched.ok) return launched;
      const entry = this.#follow(launched.value, request);
      this.#entries.set(entry.shown.id, entry);
      this.#forgetOld();
      this.#changed();
      return { ok: true, value: entry };
    } finally {
      this.#launching--;
    }
  }

  #follow(launched: LaunchedCommand, { argv, chatId }: LaunchRequest & { chatId: string | null }): Entry {
    const { redact, outputDirectory, graceMs, reportProblem } = this.#options;
    const { id, cwd, tree, process: child } = launched;
    const log = new OutputLog((number) => join(outputDirectory, `${id}.${number}.log`), logLimits);
    const endPipes = [child.stdout, child.stderr].map((stream) => pipeOutput(stream, redact, log));
    log.watch(() => this.#changedSoon());
    const line = commandLine(argv);
    const state: Entry['shown'] = {
      id: id.slice(0, 8), chat_id: chatId, command_line: redact?.(line) ?? line, cwd, pid: tree.pid,
      state: 'running', exit_code: null, signal: null, started_at: nowMicros(), ended_at: null,
    };
    let isStopped = false;
    const given = new AbortController();
    const over = (async (): Promise<void> => {
      // What even KILL does not end is given up after the stop.
      const exit = await Promise.race([child.exited, aborted(given.signal)]);
      await Promise.race([child.closed, wait(heldPipeMs, undefined, { ref: false })]);
      for (const end of endPipes) end();
      if (!isStopped && (await livingMembers(tree, 'group')).length > 0) await endTree(tree, graceMs, 'group');
      await log.close();
      await launched.forget();
      Object.assign(state, { state: isStopped ? 'stopped' : 'exited', exit_code: exit?.code ?? null, signal: exit?.signal ?? null, ended_at: nowMicros() });
      this.#changed();
    })().catch((error: unknown) => reportProblem(error, 'background command'));
    const stop = async (): Promise<void> => {
      if (state.state === 'running' && !isStopped) {
        isStopped = true;
        await endTree(tree, graceMs);
        await Promise.race([child.exited, wait(heldPipeMs, undefined, { ref: false })]);
        given.abort();
      }
      await over;
    };
    return { log, shown: state, over, stop };
  }

  #entryOf(id: string, chatId: string | null): Entry | null {
    const entry = this.#entries.get(id);
    return entry !== undefined && entry.shown.chat_id === chatId ? entry : null;
  }

  #noSuch(id: string, chatId: string | null): Outcome<never, BackgroundErrorCode> {
    const ids = this.list(chatId).map((command) => command.id);
    const there = ids.length === 0 ? 'There are none now; they end with their chat and with the window.' : `There are: ${ids.join(', ')}.`;
    return refuse('no_such_command', `There is no background command "${id}".`, there);
  }

  #forgetOld(): void {
    const finished = [...this.#entries.values()].filter((entry) => entry.shown.state !== 'running');
    for (const entry of finished.slice(0, Math.max(0, finished.length - keptFinished))) this.#entries.delete(entry.shown.id);
  }

  #changedSoon(): void {
    this.#notice ??= setTimeout(() => this.#changed(), noticeMs).unref();
  }

  #changed(): void {
    if (this.#notice !== null) clearTimeout(this.#notice);
    this.#notice = null;
    for (const listener of this.#listeners) listener();
  }
}

function shown({ shown: state, log }: Entry): BackgroundCommand {
  return { ...state, last_line: log.lastLine, output_bytes: log.bytes, output_files: log.paths };
}

/** Leaves out the line that is cut at the end, and for the newest the one that is cut at the start, where another is there. */
function wholeLines({ from, bytes }: { from: number; bytes: Buffer }, end: number, newest: boolean): { from: number; bytes: Buffer } {
  const first = newest && from > 0 ? bytes.indexOf(0x0a) + 1 : 0;
  const start = first < bytes.length ? first : newest ? bytes.length - withoutBrokenStart(bytes).length : 0;
  const last = from + bytes.length < end ? bytes.lastIndexOf(0x0a) + 1 : 0;
  const stop = last > start ? last : withoutBrokenEnd(bytes).length;
  return { from: from + start, bytes: bytes.subarray(start, Math.max(start, stop)) };
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
