// A copy of the built extension whose store works on a disk that a test can fill and empty. What is shipped knows
// nothing of it, and the repository's own dist stays as it is.
import { build } from 'esbuild';
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/repository-root';
import { temporaryFolder } from '../../support/temporary-folder';

/** Answers the folder of the copy. */
export async function copyExtension(): Promise<string> {
  const folder = temporaryFolder('extension');
  for (const name of ['package.json', 'dist', 'media']) await cp(join(repositoryRoot, name), join(folder, name), { recursive: true });
  // ripgrep, as a checkout finds it.
  await symlink(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await build({
    absWorkingDir: repositoryRoot,
    entryPoints: { 'store-worker': 'test/ui/storage/switched-disk-worker.ts' },
    outdir: join(folder, 'dist'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    allowOverwrite: true,
  });
  return folder;
}
