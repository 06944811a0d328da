// Builds dist/ for the scripts that show the extension in VS Code.
import { spawnSync } from 'node:child_process';
import { repositoryRoot } from '../../test/support/repository-root';
import { SetupError } from './setup-error';

export function buildExtension(): void {
  const result = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: repositoryRoot, stdio: 'inherit' });
  if (result.status !== 0) throw new SetupError('The build failed, see above.', 'correct the error and run this again.');
}
