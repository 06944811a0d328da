// Starts one program without a shell, in a group and session of its own, with no input and no terminal.
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { Readable } from 'node:stream';
import { refuse, systemCode, type Outcome } from './outcome';

export type SpawnErrorCode = 'bad_argument' | 'command_not_found' | 'not_started';

export type SpawnedProcess = {
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** How it ended: one of the two is set. */
  exited: Promise<{ code: number | null; signal: string | null }>;
  /** Its pipes are closed too, by itself and by everything that inherited them. */
  closed: Promise<void>;
};

/** Resolves when the system has started the program, or said why not. `name` is what the program is told it was called. */
export async function spawnProcess(
  program: string,
  name: string,
  args: readonly string[],
  place: { cwd: string; env: Record<string, string> },
): Promise<Outcome<SpawnedProcess, SpawnErrorCode>> {
  const windows = process.platform === 'win32';
  const unsafe = windows ? batchArgumentProblem(program, args) : null;
  if (unsafe !== null) return refuse('bad_argument', unsafe, 'Leave these characters out, or put the text into a file.');
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
    if (child.pid === undefined) return notStarted(name, await new Promise<unknown>((resolve) => child.once('error', resolve)));
    const spawned = spawnedProcess(child);
    if (spawned === null) return notStarted(name, new Error('no pipes'));
    return { ok: true, value: spawned };
  } catch (error) {
    return notStarted(name, error);
  }
}

function spawnedProcess(child: ChildProcess): SpawnedProcess | null {
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) return null;
  child.on('error', () => undefined); // later errors are about signals, whose effect is seen on the process list
  return {
    pid,
    stdout,
    stderr,
    exited: new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))),
    closed: new Promise((resolve) => child.once('close', () => resolve())),
  };
}

function notStarted(name: string, error: unknown): Outcome<never, SpawnErrorCode> {
  const reason = systemCode(error) || (error instanceof Error ? error.message : String(error));
  if (reason === 'ENOENT') {
    return refuse('command_not_found', `"${name}" could not be started: it, or the interpreter it names, is missing.`, 'Check the program and its first line.');
  }
  if (reason === 'E2BIG') return refuse('bad_argument', 'The arguments are too long for the system.', 'Put the text into a file.');
  return refuse('not_started', `"${name}" could not be started (${reason}).`, 'Use another program.');
}

/**
 * A batch file reads its arguments through cmd.exe a second time, where no escaping of these is safe
 * (https://flatt.tech/research/posts/batbadbut-you-cant-securely-execute-commands-on-windows/). Null when all is well.
 */
export function batchArgumentProblem(program: string, args: readonly string[]): string | null {
  if (!/\.(?:cmd|bat)[. ]*$/i.test(program)) return null;
  const risky = [program, ...args].find((arg) => /["%!\r\n]/.test(arg));
  return risky === undefined ? null : `On Windows a batch file cannot safely be given ${JSON.stringify(risky)}: it holds one of " % ! or a line break.`;
}
