// What run_command and run_shell have in common: how a command is planned, bound to what was approved, and run.
import * as z from 'zod';
import { shellLine } from '../../shared/shell-line';
import { commandLine } from '../platform/command-words';
import { backgroundStart, commandResult } from './command-results';
import { failure, refusedPlan } from './tool-results';
import type { ToolContext, ToolPlan, ToolResult } from './tool';

/** Of a title and a command together. A question of more would be cut on its way to a panel, which takes 64 KB at a time. */
const mostShownBytes = 48 * 1024;

/** The part of the input that both share. */
export const commandOptions = {
  cwd: z.optional(z.string()),
  timeout_s: z.optional(z.number().positive()),
  background: z.optional(z.boolean()),
};

export type WantedCommand = { argv: readonly string[]; line?: string; cwd?: string | undefined; timeout_s?: number | undefined; background?: boolean | undefined };

export type PreparedCommand = { argv: readonly string[]; cwd: string; binding: string | null; timeoutMs: number | undefined; background: boolean };

/** `line` is what a shell reads, where it is known apart from `argv`. */
export async function planCommand({ argv, line, cwd, timeout_s, background = false }: WantedCommand, { files, commands }: ToolContext): Promise<ToolPlan<PreparedCommand>> {
  const folder = await files.workingDirectory(cwd || '.');
  if (!folder.ok) return refusedPlan(folder.error);
  const { real } = folder.value;
  const bound = await commands.binding(argv, real);
  if (!bound.ok) return refusedPlan(bound.error);
  const key = bound.value.key;
  const how = [shellLine(argv) !== null ? ' in a shell' : '', background ? ' in the background' : ''].join('');
  const title = `Run${how}${how === '' ? '' : ':'} ${line ?? commandLine(argv)}`;
  if (Buffer.byteLength(JSON.stringify([title, argv])) > mostShownBytes) {
    return refusedPlan({ code: 'too_long', message: 'The command is too long to be shown whole to whoever is asked, so nothing was run.', next_step: 'Write the long part to a file and run that.' });
  }
  return {
    kind: 'needs_approval',
    title,
    subject: { kind: 'command', argv: [...argv], cwd: real },
    protected_reason: null,
    // What may run for a while was not allowed to run without end.
    binding: background && key !== null ? `${key} background` : key,
    prepared: { argv, cwd: real, binding: key, timeoutMs: timeout_s === undefined ? undefined : Math.round(timeout_s * 1000), background },
  };
}

export async function runPlanned({ argv, cwd, binding, timeoutMs, background }: PreparedCommand, context: ToolContext): Promise<ToolResult> {
  const { commands, files, signal, progress, chatId = null } = context;
  const folder = await files.workingDirectory(cwd);
  if (!folder.ok) return failure(folder.error);
  if (folder.value.real !== cwd) {
    return failure({ code: 'changed', message: 'The folder now leads elsewhere than when this was approved, so nothing was run.', next_step: 'Plan it anew.' });
  }
  if (background) {
    const started = await commands.background.start({ argv, cwd, binding, signal, chatId });
    if (!started.ok) return failure({ ...started.error, next_step: `${started.error.next_step}${hintFor(argv)}` });
    const { id } = started.value;
    const first = await commands.background.read(id, chatId, { offset: 0, most: firstOutputBytes, waitMs: 0, until: [], signal });
    return first.ok ? backgroundStart(first.value) : failure(first.error);
  }
  const ran = await commands.run({ argv, cwd, binding, signal, onOutput: progress, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  if (ran.ok) return commandResult(ran.value, commands.longestTimeoutMs);
  return failure({ ...ran.error, next_step: `${ran.error.next_step}${hintFor(argv)}` });
}

const firstOutputBytes = 8 * 1024;
const builtIns = new Set(['cd', 'export', 'source', '.', 'alias', 'set', 'unset', 'ulimit', 'umask', 'pushd', 'popd']);

function hintFor(argv: readonly string[]): string {
  const name = argv[0] ?? '';
  if (name === 'cd') return ' To run somewhere else give cwd.';
  if (builtIns.has(name)) return ` ${name} exists only inside a shell; run_shell has one.`;
  return /\s/.test(name) ? ' The program and each argument are separate strings in argv.' : '';
}
