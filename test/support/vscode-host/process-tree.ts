// Looks at and ends a process together with everything it started, also what has left its process group
// (terminals, detached tool processes).
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process below `root`, nearest first; `root` itself is not among them. Empty on Windows. */
export function descendantsOf(root: number): ProcessEntry[] {
  const all = listProcesses();
  const found: ProcessEntry[] = [];
  let parents = new Set([root]);
  while (parents.size > 0) {
    const children = all.filter((entry) => parents.has(entry.parent));
    found.push(...children);
    parents = new Set(children.map((entry) => entry.pid));
  }
  return found;
}

/** Ends the whole tree at once, without asking; synchronous so that it can run in an exit handler. */
export function killTree(root: number): void {
  if (process.platform === 'win32') {
    killWindowsTree(root);
    return;
  }
  const descendants = descendantsOf(root);
  for (const pid of [root, ...descendants.map((entry) => entry.pid)]) killQuietly(pid);
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function killWindowsTree(root: number): void {
  try {
    execFileSync('taskkill', ['/pid', String(root), '/T', '/F'], { stdio: 'ignore' });
  } catch {
    // taskkill fails when the process has already ended, which is what was wanted.
  }
}

function listProcesses(): ProcessEntry[] {
  if (process.platform === 'win32') return [];
  if (process.platform === 'linux') return listLinuxProcesses();
  const output = execFileSync('ps', ['-axo', 'pid=,ppid=,command='], { encoding: 'utf8' });
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : [];
  });
}

/** Reads /proc rather than calling ps, which slim images do not have. */
function listLinuxProcesses(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The second field is the program's name in brackets and may hold spaces; the parent follows it.
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(name), parent, command }];
    } catch {
      return []; // It ended while the list was being read.
    }
  });
}
