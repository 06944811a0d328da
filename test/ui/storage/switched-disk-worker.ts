// The store's worker on a disk that is full for as long as the file named by BOOCODE_TEST_FULL_DISK exists.
import { existsSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { nodeFiles, type FileOperations } from '../../../extension/store/files/durable-file';
import type { WorkerSettings } from '../../../extension/store/worker/protocol';
import { serve } from '../../../extension/store/worker/serve';
import { faultyFiles } from '../../support/store/faulty-files';

type AnyOperation = (...values: unknown[]) => unknown;

const full = faultyFiles({ at: 1, path: '', effect: { kind: 'error', code: 'ENOSPC', lasting: true } }).files;
const flag = process.env['BOOCODE_TEST_FULL_DISK'] ?? '';
const names = Object.keys(nodeFiles) as (keyof FileOperations)[]; // Its own keys, which TypeScript does not say.
const switched = names.map((name) => {
  const [good, bad] = [nodeFiles[name] as AnyOperation, full[name] as AnyOperation];
  return [name, (...values: unknown[]) => (existsSync(flag) ? bad : good)(...values)];
});

// Given by open-store.ts; the operations have the names and parameters of the real ones.
void serve(workerData as WorkerSettings, Object.fromEntries(switched) as FileOperations);
