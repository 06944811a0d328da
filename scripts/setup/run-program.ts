// Runs one program to its end for the set-up scripts and says how it ended; never throws for a failing
// program, so that the caller can explain the failure in its own words.
import { spawn } from 'node:child_process';

export interface ProgramResult {
  /** The exit code, or null when the program could not be started or was ended by a signal. */
  readonly code: number | null;
  /** Standard output and standard error in the order they came, at most the last 20,000 characters. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** npm and the like are .cmd files on Windows, which only a shell can start. */
  readonly viaShellOnWindows?: boolean;
}

export function runProgram(file: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && options.viaShellOnWindows === true,
      timeout: options.timeoutMs,
    });
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: null, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
