// For tests: a folder on another device than the temporary one.
import { stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';

export async function otherDevice(): Promise<string> {
  const here = (await stat(tmpdir())).dev;
  for (const place of ['/dev/shm', `/run/user/${process.getuid?.() ?? 0}`, process.cwd(), homedir()]) {
    const there = await stat(place).catch(() => null);
    if (there !== null && there.dev !== here) return place;
  }
  throw new Error('this machine has one device only: mount another, /dev/shm say, to run this test');
}
