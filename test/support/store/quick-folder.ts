// A folder for tests that make and remove thousands of small files: in memory where the system offers that.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';

/** A new, empty folder, gone when the process ends. */
export function quickFolder(name: string): string {
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), `boocode-${name}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
