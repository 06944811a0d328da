// Ends a command with everything it started: its group, its session, its descendants, and on Linux also those that
// left all three, by the mark in their environment. Signals nothing else, also when the pid was given again.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { systemCode } from './outcome';
import { processTable, type ProcessRow } from './process-table';

export type ProcessTree = {
  /** The process started first; it leads its own group and session, except on Windows. Null when that was never known. */
  pid: number | null;
  /** What `processStart` said of it; null when it was not asked. */
  start: string | null;
  commandId: string;
  /**
   * True when another process than this one started it: then a group without its leader is only taken for the
   * command's when somebody in it bears the mark.
   */
  orphaned: boolean;
};

/** Which of the processes to end: all there are, or only those that stayed in the command's group or session. */
export type TreeReach = 'all' | 'group';

const pollMs = 50;
const killRounds = 40;

/** `left`: pids that are still there, which is none but for processes the system itself cannot end. */
export type EndedTree = { ended: number; left: number[] };

/** Asks with TERM, waits up to `graceMs`, then ends with KILL. */
export async function endTree(tree: ProcessTree, graceMs: number, reach: TreeReach = 'all'): Promise<EndedTree> {
  if (process.platform === 'win32') return endTreeOnWindows(tree);
  // Remembered, because a child whose parent dies is no longer found below it.
  const known = new Map<number, string>();
  const seen = new Set<number>();
  const living = async (): Promise<Members> => {
    const members = await membersNow(tree, reach, known);
    for (const pid of members.pids) seen.add(pid);
    return members;
  };
  let members = await living();
  signalAll(tree, members, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (members.pids.length > 0 && performance.now() < deadline) {
    await wait(pollMs);
    members = await living();
  }
  // Rounds, because a process can start another one between being listed and being ended.
  for (let round = 0; members.pids.length > 0 && round < killRounds; round++) {
    signalAll(tree, members, 'SIGKILL');
    await wait(pollMs);
    members = await living();
  }
  return { ended: seen.size - members.pids.length, left: members.pids };
}

/** Who of the tree is alive. */
export async function livingMembers(tree: ProcessTree, reach: TreeReach): Promise<number[]> {
  if (process.platform === 'win32') return [];
  return (await membersNow(tree, reach, new Map())).pids;
}

/** `hasGroup`: the process group named after the first process is the command's own. */
type Members = { pids: number[]; hasGroup: boolean };

/** `known` collects the tree over several looks: pid and start of each. */
async function membersNow(tree: ProcessTree, reach: TreeReach, known: Map<number, string>): Promise<Members> {
  try {
    return membersOf(tree, await processTable({ marks: reach === 'all' || tree.orphaned }), reach, known);
  } catch {
    // Without a process list the group is what is left to go by, where it is certainly the command's.
    const hasGroup = tree.pid !== null && !tree.orphaned && groupExists(tree.pid);
    return { pids: hasGroup && tree.pid !== null ? [tree.pid] : [], hasGroup };
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

function membersOf(tree: ProcessTree, rows: readonly ProcessRow[], reach: TreeReach, known: Map<number, string>): Members {
  const isMarked = (row: ProcessRow): boolean => row.marks.includes(tree.commandId);
  const isInGroup = (row: ProcessRow): boolean => row.pid === tree.pid || row.group === tree.pid || row.session === tree.pid;
  const hasGroup = ownsGroup(tree, rows, (row) => isInGroup(row) && isMarked(row));
  const isOwn = (row: ProcessRow): boolean => hasGroup && isInGroup(row);
  if (reach === 'group') return { pids: rows.filter((row) => !row.dead && isOwn(row)).map((row) => row.pid), hasGroup };
  const isKnown = (row: ProcessRow): boolean => known.get(row.pid) === row.start;
  for (const row of rows) if (isOwn(row) || isMarked(row)) known.set(row.pid, row.start);
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  for (let grew = true; grew; ) {
    grew = false;
    for (const row of rows) {
      const parent = byPid.get(row.parent);
      if (isKnown(row) || parent === undefined || !isKnown(parent)) continue;
      known.set(row.pid, row.start);
      grew = true;
    }
  }
  const pids = rows.filter((row) => !row.dead && isKnown(row) && row.pid !== process.pid && row.pid > 1).map((row) => row.pid);
  return { pids, hasGroup };
}

/** A system gives no pid again while a group is named after it, so only a leader that is another one, or none, needs a look. */
function ownsGroup(tree: ProcessTree, rows: readonly ProcessRow[], isMarkedMember: (row: ProcessRow) => boolean): boolean {
  if (tree.pid === null) return false;
  const leader = rows.find((row) => row.pid === tree.pid);
  if (leader !== undefined && tree.start !== null && tree.start !== '') return leader.start === tree.start;
  return !tree.orphaned || rows.some(isMarkedMember);
}

function signalAll(tree: ProcessTree, { pids, hasGroup }: Members, signal: NodeJS.Signals): void {
  if (pids.length === 0) return;
  for (const target of hasGroup && tree.pid !== null ? [-tree.pid, ...pids] : pids) {
    try {
      process.kill(target, signal);
    } catch {
      // It ended by itself in the meantime, or is not ours to end; the next listing tells.
    }
  }
}

/** Where a parent is gone its children are not found any more; only a first process that is certainly the same is ended. */
async function endTreeOnWindows({ pid, start, orphaned }: ProcessTree): Promise<EndedTree> {
  const nothing = { ended: 0, left: [] };
  if (pid === null) return nothing;
  if (orphaned) {
    const rows = await processTable({ marks: false });
    if (!start || rows.find((row) => row.pid === pid)?.start !== start) return nothing;
  }
  const program = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  try {
    await promisify(execFile)(program, ['/pid', String(pid), '/t', '/f'], { windowsHide: true });
    return { ended: 1, left: [] };
  } catch {
    // It reports an error when the process had already ended.
    return nothing;
  }
}
