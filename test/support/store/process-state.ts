// Whether another process runs, was stopped or has ended, as the system says it.
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

function stateOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    // ps found no such process.
    return '';
  }
}

/** True once SIGSTOP has taken effect; false when `instead` has come or the process has ended. */
export async function isStoppedBefore(pid: number, instead: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void instead.then(() => (isOver = true));
  for (;;) {
    const state = stateOf(pid);
    if (state.startsWith('T')) return true;
    if (isOver || state === '' || state.startsWith('Z')) return false;
    await delay(20);
  }
}
