// Where the repository is on this machine, for tests and scripts that need its files.
import { resolve } from 'node:path';

export const repositoryRoot = resolve(import.meta.dirname, '..', '..');
