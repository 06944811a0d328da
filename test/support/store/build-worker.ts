// Builds the store's worker, and programs that tests run beside it, from source, so that no test depends on dist/.
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';

export type BuiltStore = {
  workerPath: string;
  /** The same in a world that is not as it should be; see test-worker.ts. */
  testWorkerPath: string;
  /** See writer-process.ts. */
  writerPath: string;
};

let built: Promise<BuiltStore> | null = null;

async function buildAll(): Promise<BuiltStore> {
  const folder = mkdtempSync(join(tmpdir(), 'boocode-store-build-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await Promise.all([
    build({
      absWorkingDir: repositoryRoot,
      entryPoints: {
        'store-worker': 'extension/store/worker/main.ts',
        'test-worker': 'test/support/store/test-worker.ts',
        'writer-process': 'test/support/store/writer-process.ts',
      },
      outdir: folder,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'warning',
    }),
    copyFile(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'), join(folder, 'sql-wasm.wasm')),
  ]);
  return {
    workerPath: join(folder, 'store-worker.js'),
    testWorkerPath: join(folder, 'test-worker.js'),
    writerPath: join(folder, 'writer-process.js'),
  };
}

/** Once a test process. */
export function buildStore(): Promise<BuiltStore> {
  return (built ??= buildAll());
}
