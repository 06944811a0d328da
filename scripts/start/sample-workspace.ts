// A fresh copy of the sample workspace for every start, so that what the agent changes never reaches the
// repository and the next start finds the sample as it should be.
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../test/support/repository-root';
import { SetupError } from '../setup/setup-error';

/** Answers the copy's absolute path. */
export function copySampleWorkspace(): string {
  const sample = join(repositoryRoot, 'media', 'sample-workspace');
  if (!existsSync(sample)) {
    throw new SetupError('media/sample-workspace is missing.', 'restore it with git, or use --workspace DIR.');
  }
  const copy = join(mkdtempSync(join(tmpdir(), 'boocode-sample-')), 'sample-workspace');
  cpSync(sample, copy, { recursive: true });
  return copy;
}
