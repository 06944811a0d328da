// Runs one check and says how it went. A check that did not come to its end says nothing about the code.
import type { CommandEnd, CommandRunner } from '../platform/command-runner';
import type { Refusal } from '../platform/outcome';
import type { WorkspaceFiles } from '../platform/workspace-files';
import type { Check } from './check';
import { locateProblems } from './parse/locate-problems';
import { parseOutput } from './parse/parse-output';
import type { Problem } from './problem';

export type CheckOutcome =
  | { result: 'passed' }
  | { result: 'failed'; problems: Problem[] }
  /** It failed and nothing could be read from its output; `tail` is the end of that. */
  | { result: 'unread'; tail: string }
  /** `capped`: it was given less than was asked for, by the limit there is for every command. */
  | { result: 'timed_out'; timeoutMs: number; capped: boolean }
  | { result: 'stopped' }
  /** The command itself is at fault, not the code. */
  | { result: 'broken'; reason: Refusal };

export type CheckRun = CheckOutcome & {
  durationMs: number;
  /** Null when it did not end by itself. */
  exitCode: number | null;
  /** Where all of its output is, when that was too long to be kept at hand. */
  fullOutput: string | null;
};

export type RunCheckPorts = { files: WorkspaceFiles; commands: CommandRunner };

export const tailLimits = { lines: 30, bytes: 3000 } as const;

/** `near` are folders of changed files, where a tool may have found what it names without a folder. */
export async function runCheck(
  { files, commands }: RunCheckPorts,
  check: Check,
  { timeoutMs, near, signal, onOutput }: { timeoutMs: number; near: readonly string[]; signal: AbortSignal; onOutput: (chunk: string) => void },
): Promise<CheckRun> {
  // What is about to be started is what was just allowed, also when it has to wait for its turn.
  const bound = await commands.binding(check.argv, check.folder);
  const binding = bound.ok ? bound.value.key : null;
  const ran = await commands.run({ argv: check.argv, cwd: check.folder, binding, timeoutMs, signal, onOutput });
  if (!ran.ok) {
    const outcome: CheckOutcome = ran.error.code === 'stopped' ? { result: 'stopped' } : { result: 'broken', reason: ran.error };
    return { ...outcome, durationMs: 0, exitCode: null, fullOutput: null };
  }
  const end = ran.value;
  const facts = { durationMs: end.durationMs, exitCode: end.exitCode, fullOutput: end.fullOutput };
  if (end.ended === 'stopped') return { result: 'stopped', ...facts };
  if (end.ended === 'timed_out') return { result: 'timed_out', timeoutMs: end.timeoutMs, capped: end.timeoutMs < timeoutMs, ...facts };
  if (end.exitCode === 0) return { result: 'passed', ...facts };
  const output = await wholeOutput(files, end);
  const problems = await locateProblems(files, parseOutput(output), { folder: check.folder, near });
  if (problems.length > 0) return { result: 'failed', problems, ...facts };
  const missing = missingProgram(output);
  if (missing !== null) return { result: 'broken', reason: missing, ...facts };
  return { result: 'unread', tail: tailOf(output, end), ...facts };
}

/** All that was printed, when it fits into a file that can be read; else its beginning and its end. */
async function wholeOutput(files: WorkspaceFiles, end: CommandEnd): Promise<string> {
  if (end.hiddenBytes === 0 || end.fullOutput === null) return end.text;
  const whole = await files.readText(end.fullOutput);
  return whole.ok ? whole.value.text : end.text;
}

/** A script ran, but what it calls is not there: a shell says so in words, and not always with exit code 127. */
function missingProgram(output: string): Refusal | null {
  const name =
    /^(?:.*\/)?(?:sh|bash|dash|zsh|ash)(?:\.exe)?: (?:line )?(?:\d+: )?(\S+?): (?:command )?not found\s*$/m.exec(output)?.[1] ??
    /^'?([^'\s]+)'? is not recognized as an internal or external command/m.exec(output)?.[1];
  if (name === undefined) return null;
  return { code: 'command_not_found', message: `The check calls "${name}", which is not installed here.`, next_step: 'Install what the project needs, or set another command.' };
}

function tailOf(output: string, end: CommandEnd): string {
  const lines = output.trimEnd().split('\n').filter((line) => !/^npm (?:error|ERR!|warn|notice)\b/.test(line));
  const tail = lines.slice(-tailLimits.lines).join('\n').slice(-tailLimits.bytes).trim();
  if (tail !== '') return tail;
  return end.signal === null ? `It printed nothing and ended with exit code ${end.exitCode}.` : `It printed nothing and was ended by ${end.signal}.`;
}
