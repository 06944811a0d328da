// Ends a command with everything it started: its group, its session, its descendants, and on Linux also those that
// left all three, by the mark in their environment. Signals nothing else.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { commandMark } from './command-environment';
import { systemCode } from './outcome';

export type ProcessTree = {
  /** The process started first; it leads its own group and session, except on Windows. */
  pid: number;
  commandId: string;
};

/** Which of the processes to end: all there are, or only those that stayed in the command's group or session. */
export type TreeReach = 'all' | 'group';

type ProcessRow = { pid: number; parent: number; group: number; session: number; dead: boolean; marked: boolean };

const pollMs = 50;
const killRounds = 40;

/**
 * Asks with TERM, waits up to `graceMs`, then ends with KILL. Resolves with the pids that are still there, which is
 * none but for processes the system itself cannot end.
 */
export async function endTree(tree: ProcessTree, graceMs: number, reach: TreeReach = 'all'): Promise<number[]> {
  if (process.platform === 'win32') return endTreeOnWindows(tree.pid);
  // Remembered, because a child whose parent dies is no longer found below it.
  const known = new Set<number>();
  const living = (): Promise<number[]> => livingMembers(tree, reach, known);
  let members = await living();
  signalAll(tree, members, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (members.length > 0 && performance.now() < deadline) {
    await wait(pollMs);
    members = await living();
  }
  // Rounds, because a process can start another one between being listed and being ended.
  for (let round = 0; members.length > 0 && round < killRounds; round++) {
    signalAll(tree, members, 'SIGKILL');
    await wait(pollMs);
    members = await living();
  }
  return members;
}

/** Who of the tree is alive. `known` collects its descendants over several looks. */
export async function livingMembers(tree: ProcessTree, reach: TreeReach, known: Set<number> = new Set()): Promise<number[]> {
  if (process.platform === 'win32') return [];
  try {
    return membersOf(tree, await processRows(reach === 'all' ? tree.commandId : null), reach, known);
  } catch {
    // Without a process list the group is what is left to go by.
    return groupExists(tree.pid) ? [tree.pid] : [];
  }
}

/** True also while only processes that have ended, and were not collected, are in it. */
function groupExists(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function membersOf(tree: ProcessTree, rows: readonly ProcessRow[], reach: TreeReach, known: Set<number>): number[] {
  const isOwn = (row: ProcessRow): boolean => row.pid === tree.pid || row.group === tree.pid || row.session === tree.pid;
  if (reach === 'group') return rows.filter((row) => !row.dead && isOwn(row)).map((row) => row.pid);
  for (const row of rows) if (isOwn(row) || row.marked) known.add(row.pid);
  for (let grew = true; grew; ) {
    grew = false;
    for (const row of rows) {
      if (known.has(row.pid) || !known.has(row.parent)) continue;
      known.add(row.pid);
      grew = true;
    }
  }
  return rows.filter((row) => !row.dead && known.has(row.pid) && row.pid !== process.pid && row.pid > 1).map((row) => row.pid);
}

function signalAll(tree: ProcessTree, members: readonly number[], signal: NodeJS.Signals): void {
  if (members.length === 0) return;
  for (const target of [-tree.pid, ...members]) {
    try {
      process.kill(target, signal);
    } catch {
      // It ended by itself in the meantime, or is not ours to end; the next listing tells.
    }
  }
}

async function processRows(markedWith: string | null): Promise<ProcessRow[]> {
  return process.platform === 'linux' ? rowsFromProc(markedWith) : rowsFromPs();
}

async function rowsFromProc(markedWith: string | null): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(pids.map((pid) => rowFromProc(pid, markedWith)));
  return rows.filter((row) => row !== null);
}

/** Fields of /proc/<pid>/stat after the name, which stands in brackets and may hold anything: see proc(5). */
async function rowFromProc(pid: string, markedWith: string | null): Promise<ProcessRow | null> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent, group, session] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      dead: state === 'Z' || state === 'X',
      marked: markedWith !== null && (await hasMark(pid, markedWith)),
    };
  } catch {
    // It ended while the list was read.
    return null;
  }
}

async function hasMark(pid: string, commandId: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0').includes(`${commandMark}=${commandId}`);
  } catch {
    // Another user's process, so not one of ours.
    return false;
  }
}

async function rowsFromPs(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)('/bin/ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { maxBuffer: 16 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (pid === undefined || state === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, dead: state.startsWith('Z'), marked: false }];
  });
}

async function endTreeOnWindows(pid: number): Promise<number[]> {
  const program = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  try {
    await promisify(execFile)(program, ['/pid', String(pid), '/t', '/f'], { windowsHide: true });
  } catch {
    // It reports an error when the process had already ended.
  }
  return [];
}
