// Who a process is, beyond a pid that may be given again: pid, start time, and the machine and pid namespace in
// which the pid means anything. Synchronous, for worker threads; never for the extension host's own thread.
import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isFields, isWhole } from '../fields';

export type ProcessIdentity = {
  pid: number;
  /** The machine, boot and pid namespace, where they can be known. */
  host: string;
  /** When the process started, as the operating system says it; '' where that cannot be asked cheaply. */
  started: string;
  /** The same in milliseconds since the epoch by the process's own clock. */
  started_ms: number;
};

/** Null when it is none. */
export function toProcessIdentity(value: unknown): ProcessIdentity | null {
  if (!isFields(value)) return null;
  const { pid, host: where, started, started_ms } = value;
  const isWell = isWhole(pid) && pid > 0 && typeof where === 'string' && typeof started === 'string' && typeof started_ms === 'number';
  return isWell ? { pid, host: where, started, started_ms } : null;
}

function attempt(read: () => string): string {
  try {
    return read().trim();
  } catch {
    // Not there, or not ours to see: the answer is "unknown", which is never taken for "dead".
    return '';
  }
}

function host(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), boot, namespace].filter((part) => part !== '').join(' ');
}

/** Fields 3 and 22 of /proc/<pid>/stat (proc(5)); the command name before them may contain anything. */
function processStat(pid: number): { state: string; startTicks: string } {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
}

export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    host: host(),
    started: process.platform === 'linux' ? processStat(process.pid).startTicks : '',
    started_ms: Date.now() - process.uptime() * 1000,
  };
}

/** Start of a process in milliseconds since the epoch, asked of the system; null when it does not say. */
function startedMs(pid: number): number | null {
  const options: ExecFileSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  };
  const text =
    process.platform === 'win32'
      ? attempt(() =>
          execFileSync(
            'powershell.exe',
            ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`],
            options,
          ),
        )
      : attempt(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { ...options, env: { ...process.env, LC_ALL: 'C' } }));
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True only when it is certain: a process of another machine or namespace counts as alive. */
export function isDead(identity: ProcessIdentity): boolean {
  if (identity.host !== host()) return sameMachineEarlierBoot(identity.host);
  if (!exists(identity.pid)) return true;
  if (identity.started !== '') {
    const { state, startTicks } = processStat(identity.pid);
    // Z and X: ended, only its parent has not asked how.
    return (startTicks !== '' && startTicks !== identity.started) || state === 'Z' || state === 'X';
  }
  const started = startedMs(identity.pid);
  // lstart has whole seconds, and the process's own clock may have been corrected a little.
  return started !== null && Math.abs(started - identity.started_ms) > 10_000;
}

/** A process of this machine from before it was restarted is certainly gone. */
function sameMachineEarlierBoot(other: string): boolean {
  const [name, boot, namespace] = host().split(' ');
  const [otherName, otherBoot, otherNamespace] = other.split(' ');
  return (
    namespace !== undefined && name === otherName && namespace === otherNamespace && otherBoot !== undefined && boot !== otherBoot
  );
}
