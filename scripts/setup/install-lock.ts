// One installer at a time: a lock file that names its holder, so that a second run waits for the first
// and a lock left behind by a killed run is taken over.
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const oldestBelievableMs = 15 * 60_000;

/** Runs `work` while holding `file`; waits for another live holder first. */
export async function withInstallLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let told = false;
  while (!(await take(file))) {
    const holder = await holderOf(file);
    if (holder === undefined) continue;
    if (holder.isAbandoned) {
      await removeLockOf(holder.name, file);
      continue;
    }
    if (!told) onWait();
    told = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

interface Holder {
  readonly name: string;
  readonly isAbandoned: boolean;
}

/** Undefined when the lock has gone in the meantime. */
async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const age = Date.now() - (await stat(file)).mtimeMs;
    const name = await readFile(file, 'utf8');
    // An empty file is one whose holder is about to write its number.
    const isDead = name !== '' && !isRunning(Number(name));
    return { name, isAbandoned: isDead || age > oldestBelievableMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Moves the lock aside first and looks whose it is: another run may have taken over already. */
async function removeLockOf(name: string, file: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) === name) await rm(aside);
    else await rename(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
