// run_command: one program with its arguments, without a shell.
import * as z from 'zod';
import type { CommandEnd } from '../platform/command-runner';
import { failure, refusedPlan } from './tool-results';
import { defineTool, type ToolResult } from './tool';

const noShell =
  'argv must be a list of strings, the program first: ["npm","test"]. No shell reads it; where a pipe is really needed name one: ["sh","-c","a | b"].';

const input = z.strictObject({
  argv: z.array(z.string({ error: noShell }), { error: noShell }).min(1, { error: noShell }),
  cwd: z.optional(z.string()),
  timeout_s: z.optional(z.number().positive()),
});

export const runCommandTool = defineTool({
  name: 'run_command',
  description:
    'Run a program in the workspace: argv is the program and its arguments, e.g. ["npm","test"]. No shell: no pipes, redirections, globs or &&. No input can be given. Ends after 30 s unless timeout_s. Shows exit code and output (32 KB, beginning and end).',
  input,
  access: 'command',
  subject: ({ argv }) => commandLine(argv),
  async plan({ argv, cwd, timeout_s }, { files }) {
    const operator = shellOperator(argv);
    if (operator !== null) {
      return refusedPlan({
        code: 'shell_syntax',
        message: `"${operator}" means something only to a shell, and no shell reads argv, so nothing was run.`,
        next_step: 'Run one program a call; where a pipe is really needed use ["sh","-c","..."].',
      });
    }
    const folder = await files.workingDirectory(cwd || '.');
    if (!folder.ok) return refusedPlan(folder.error);
    return {
      kind: 'needs_approval',
      title: `Run ${commandLine(argv)}`,
      subject: { kind: 'command', argv, cwd: folder.value.real },
      protected_reason: null,
      prepared: { argv, cwd: folder.value.real, timeoutMs: timeout_s === undefined ? undefined : Math.round(timeout_s * 1000) },
    };
  },
  async run({ argv, cwd, timeoutMs }, { commands, files, signal, progress }) {
    const folder = await files.workingDirectory(cwd);
    if (!folder.ok) return failure(folder.error);
    if (folder.value.real !== cwd) {
      return failure({ code: 'changed', message: 'The folder now leads elsewhere than when this was approved, so nothing was run.', next_step: 'Plan it anew.' });
    }
    const ran = await commands.run({ argv, cwd, signal, onOutput: progress, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    if (ran.ok) return shown(ran.value);
    return failure({ ...ran.error, next_step: `${ran.error.next_step}${hintFor(argv)}` });
  },
});

function shown(end: CommandEnd): ToolResult {
  const head = [outcomeLine(end)];
  if (end.leftProcesses) head.push('[it left processes running, which were ended]');
  const output = end.text.replace(/\s+$/, '');
  const text = `${head.join('\n')}\n${output === '' ? '(no output)' : output}${restOf(end)}`;
  return {
    text,
    is_error: end.ended === 'stopped',
    summary: shortOutcome(end),
    details: {
      ended: end.ended,
      exit_code: end.exitCode,
      signal: end.signal,
      duration_ms: Math.round(end.durationMs),
      timed_out: end.ended === 'timed_out',
      output_bytes: end.bytes,
      full_output: end.fullOutput,
    },
  };
}

function outcomeLine(end: CommandEnd): string {
  switch (end.ended) {
    case 'timed_out':
      return `Timed out after ${seconds(end.timeoutMs)}; it and all it had started were ended. A longer timeout_s may be given.`;
    case 'stopped':
      return `Stopped by the user after ${seconds(end.durationMs)}; it and all it had started were ended.`;
    case 'exited':
      return end.signal === null ? `Exit code ${end.exitCode}, ${seconds(end.durationMs)}` : `Ended by ${end.signal} after ${seconds(end.durationMs)}`;
  }
}

function shortOutcome(end: CommandEnd): string {
  if (end.ended === 'timed_out') return `timed out, ${seconds(end.timeoutMs)}`;
  if (end.ended === 'stopped') return 'stopped';
  return end.signal ?? `exit ${end.exitCode}`;
}

function restOf(end: CommandEnd): string {
  if (end.hiddenBytes === 0) return '';
  if (end.fullOutput === null) return `\n[${end.bytes} bytes in all; the rest could not be kept]`;
  const missing = end.fullOutputMissing > 0 ? ` without its last ${end.fullOutputMissing} bytes` : '';
  return `\n[${end.bytes} bytes in all; read_file and search_files take the whole output${missing} as ${end.fullOutput}]`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** An argument that is nothing but an operator; `find -exec ... ;` and the tests of `[` have their own. */
function shellOperator(argv: readonly string[]): string | null {
  const operator = argv.find((part) => /^(?:\||\|\||&&|;|&|>{1,2}|<{1,2}|[12&]>{1,2}|2>&1|\|&)$/.test(part));
  if (operator === undefined) return null;
  const own = operator === ';' ? argv.some((part) => /^-(?:exec|ok)(?:dir)?$/.test(part)) : ['test', '[', 'expr'].includes(argv[0] ?? '');
  return own ? null : operator;
}

const builtIns = new Set(['cd', 'export', 'source', '.', 'alias', 'set', 'unset', 'ulimit', 'umask', 'pushd', 'popd']);

function hintFor(argv: readonly string[]): string {
  const name = argv[0] ?? '';
  if (name === 'cd') return ' To run somewhere else give cwd.';
  if (builtIns.has(name)) return ` ${name} exists only inside a shell.`;
  return /\s/.test(name) ? ' The program and each argument are separate strings in argv.' : '';
}

/** For people: quoted where a shell would need it. */
function commandLine(argv: readonly string[]): string {
  return argv.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : JSON.stringify(part))).join(' ');
}
