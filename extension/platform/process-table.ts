// The processes of this machine as the system lists them, each with what tells it from a later one of the same pid.
// It only looks; who ends what is decided elsewhere.
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandMark } from './command-environment';

export type ProcessRow = {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** Ended, and only not collected by its parent yet. */
  dead: boolean;
  /** When it started, in the system's own words: compared for equality only. '' where that was not asked or not said. */
  start: string;
  /** The commands it was started by, the innermost last; only where `marks` was asked for and the system shows it. */
  marks: readonly string[];
};

/** Where a pid means anything. `boot` is '' where the system does not say. */
export type Machine = { host: string; boot: string };

/** Every process there is. Throws when the system gives no list. */
export async function processTable({ marks }: { marks: boolean }): Promise<ProcessRow[]> {
  switch (process.platform) {
    case 'linux':
      return rowsFromProc(marks);
    case 'win32':
      return rowsFromWindows();
    default:
      return rowsFromPs();
  }
}

/** When one process started, as a row of it says; '' when it is gone or the system does not say. */
export async function processStart(pid: number): Promise<string> {
  if (process.platform === 'linux') return (await rowFromProc(String(pid), false))?.start ?? '';
  const rows = await processTable({ marks: false }).catch((): ProcessRow[] => []);
  return rows.find((row) => row.pid === pid)?.start ?? '';
}

/** On Linux the boot and the pid namespace; elsewhere a restart shows by the processes' own starts. */
export async function thisMachine(): Promise<Machine> {
  if (process.platform !== 'linux') return { host: hostname(), boot: '' };
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return { host: hostname(), boot: `${boot.trim()} ${namespace}`.trim() };
}

async function rowsFromProc(marks: boolean): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(pids.map((pid) => rowFromProc(pid, marks)));
  return rows.filter((row) => row !== null);
}

/** Fields of /proc/<pid>/stat after the name, which stands in brackets and may hold anything: see proc(5). */
async function rowFromProc(pid: string, marks: boolean): Promise<ProcessRow | null> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent, group, session] = fields;
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      dead: state === 'Z' || state === 'X',
      start: fields[19] ?? '',
      marks: marks ? await marksOf(pid) : [],
    };
  } catch {
    // It ended while the list was read.
    return null;
  }
}

async function marksOf(pid: string): Promise<string[]> {
  try {
    const variables = (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0');
    const mark = variables.find((variable) => variable.startsWith(`${commandMark}=`));
    return mark === undefined ? [] : mark.slice(commandMark.length + 1).split('/');
  } catch {
    // Another user's process, so not one of ours.
    return [];
  }
}

async function rowsFromPs(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)('/bin/ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {
    maxBuffer: 16 * 1024 * 1024,
    env: { LC_ALL: 'C' },
  });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, state, ...start] = line.trim().split(/\s+/);
    if (pid === undefined || state === undefined) return [];
    const row = { pid: Number(pid), parent: Number(parent), group: Number(group), session: 0 };
    return [{ ...row, dead: state.startsWith('Z'), start: start.join(' '), marks: [] }];
  });
}

async function rowsFromWindows(): Promise<ProcessRow[]> {
  const program = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const script = "Get-CimInstance Win32_Process | ForEach-Object { '{0} {1} {2}' -f $_.ProcessId, $_.ParentProcessId, $(if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc() }) }";
  const { stdout } = await promisify(execFile)(program, ['-NoProfile', '-NonInteractive', '-Command', script], {
    maxBuffer: 16 * 1024 * 1024,
    windowsHide: true,
    timeout: 20_000,
  });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, start] = line.trim().split(' ');
    if (!pid || parent === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: 0, session: 0, dead: false, start: start ?? '', marks: [] }];
  });
}
