// How a command, its end and its output are told to a model. Every text is bounded by what the platform hands out.
import type { BackgroundCommand, BackgroundOutput } from '../platform/background-commands';
import type { CommandEnd } from '../platform/command-runner';
import type { ToolResult } from './tool';

/** Shorter than this nobody needs to hear that a command had to wait. */
const waitWorthTellingMs = 1000;

export function commandResult(end: CommandEnd, longestTimeoutMs: number): ToolResult {
  const head = [outcomeLine(end, longestTimeoutMs)];
  if (end.waitedMs >= waitWorthTellingMs) head.push(`[it waited ${seconds(end.waitedMs)} for other commands to end]`);
  if (end.leftProcesses) head.push('[it left processes running, which were ended; background: true keeps a command running]');
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
      ...(end.waitedMs >= waitWorthTellingMs ? { waited_ms: Math.round(end.waitedMs) } : {}),
      timed_out: end.ended === 'timed_out',
      output_bytes: end.bytes,
      full_output: end.fullOutput,
    },
  };
}

function outcomeLine(end: CommandEnd, longestTimeoutMs: number): string {
  const how = exitWords(end.exitCode, end.signal);
  switch (end.ended) {
    case 'timed_out': {
      const next = end.timeoutMs < longestTimeoutMs ? 'A longer timeout_s may be given.' : 'That is the longest; background: true has no timeout.';
      return `Timed out after ${seconds(end.timeoutMs)} (${how}); it and all it had started were ended. ${next}`;
    }
    case 'stopped':
      return `Stopped by the user after ${seconds(end.durationMs)} (${how}); it and all it had started were ended.`;
    case 'exited':
      return end.signal === null ? `Exit code ${end.exitCode}, ${seconds(end.durationMs)}` : `Ended by ${end.signal} after ${seconds(end.durationMs)}`;
  }
}

function exitWords(exitCode: number | null, signal: string | null): string {
  return signal ?? (exitCode === null ? 'the system did not say how it ended' : `exit code ${exitCode}`);
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

/** What is told right after a background command was started. */
export function backgroundStart({ command, text, next }: BackgroundOutput): ToolResult {
  const head =
    command.state === 'running'
      ? `Started in the background as ${command.id} (pid ${command.pid}). It goes on until stop_command ends it, or this chat or the window is closed.`
      : `It ended at once. ${stateLine(command)}`;
  const follow = command.state === 'running' ? `\n[command_output with id "${command.id}" and offset ${next} reads on]` : '';
  return {
    text: `${head}\n${bodyOf(text)}${follow}`,
    is_error: false,
    summary: command.state === 'running' ? `started ${command.id}` : shortState(command),
    details: backgroundDetails(command),
  };
}

export type AskedOutput = { offset: number | null; until: readonly string[]; waitedMs: number };

export function backgroundOutput({ command, text, from, next, found }: BackgroundOutput, { offset, until, waitedMs }: AskedOutput): ToolResult {
  const lines = [`${command.id} ${stateLine(command)} · ${shortLine(command)}`];
  const wanted = until.map((one) => JSON.stringify(one)).join(' or ');
  if (until.length > 0) {
    if (found !== null) lines.push(`[${wanted} is in the line at byte ${found}]`);
    else if (command.state !== 'running') lines.push(`[it ended without ${wanted}]`);
    else lines.push(`[${wanted} did not come within ${seconds(waitedMs)}]`);
  }
  if (offset !== null && from > offset) lines.push(`[what came before byte ${from} is no longer kept]`);
  lines.push(bodyOf(text));
  if (next < command.output_bytes) lines.push(`[bytes ${from}-${next} of ${command.output_bytes}; go on with offset ${next}]`);
  else if (from > 0) lines.push(`[bytes ${from}-${next}, the newest; what comes next has offset ${next}]`);
  else lines.push(`[all of it so far; what comes next has offset ${next}]`);
  if ((from > 0 || next < command.output_bytes) && command.output_files.length > 0) lines.push(`[read_file and search_files take it as ${command.output_files.join(' and ')}]`);
  return { text: lines.join('\n'), is_error: false, summary: shortState(command), details: { ...backgroundDetails(command), from, next, found } };
}

export function backgroundList(commands: readonly BackgroundCommand[]): ToolResult {
  const lines = commands.map((command) => `${command.id} ${stateLine(command)} · ${shortLine(command)}${command.last_line === '' ? '' : `\n  ${command.last_line.slice(0, 200)}`}`);
  const running = commands.filter((command) => command.state === 'running').length;
  return {
    text: lines.length === 0 ? 'No command was started in the background.' : lines.join('\n'),
    is_error: false,
    summary: `${running} running`,
  };
}

export function backgroundStopped(command: BackgroundCommand, wasRunning: boolean): ToolResult {
  const text = wasRunning ? `Ended ${command.id} with everything it had started. ${stateLine(command)}` : `${command.id} had ended already: ${stateLine(command)}`;
  return { text, is_error: false, summary: shortState(command), details: backgroundDetails(command) };
}

function shortLine({ command_line }: BackgroundCommand): string {
  return command_line.length > 300 ? `${command_line.slice(0, 300)}…` : command_line;
}

function bodyOf(text: string): string {
  const body = text.replace(/\s+$/, '');
  return body === '' ? '(no output)' : body;
}

function backgroundDetails(command: BackgroundCommand): { [key: string]: string | number | null | string[] } {
  return {
    background_id: command.id,
    pid: command.pid,
    state: command.state,
    exit_code: command.exit_code,
    signal: command.signal,
    started_at: command.started_at,
    ended_at: command.ended_at,
    output_bytes: command.output_bytes,
    output_files: command.output_files,
  };
}

function stateLine(command: BackgroundCommand): string {
  if (command.state === 'running') return 'running';
  const after = command.ended_at === null ? '' : ` after ${seconds((command.ended_at - command.started_at) / 1000)}`;
  return `${command.state}, ${exitWords(command.exit_code, command.signal)}${after}`;
}

function shortState(command: BackgroundCommand): string {
  switch (command.state) {
    case 'running':
      return 'running';
    case 'stopped':
      return 'stopped';
    case 'exited':
      return command.signal ?? `exit ${command.exit_code}`;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
