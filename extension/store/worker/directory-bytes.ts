// What the database takes on disk.
import { join } from 'node:path';
import type { FileOperations } from '../files/durable-file';
import { blobFolder } from './blobs';
import { isTemporary, instanceOf, lockName, manifestGeneration, quarantineName, snapshotGeneration } from './file-names';

function isOurs(name: string): boolean {
  return instanceOf(name) !== null || manifestGeneration(name) !== null || snapshotGeneration(name) !== null || isTemporary(name) || name === lockName;
}

/** Of the database's own files; others share the directory. */
export function directoryBytes(files: FileOperations, directory: string): number {
  const size = (path: string): number => files.look(path)?.size ?? 0;
  let bytes = 0;
  for (const name of files.list(directory)) if (isOurs(name)) bytes += size(join(directory, name));
  for (const folder of [blobFolder, quarantineName]) {
    for (const name of files.list(join(directory, folder))) bytes += size(join(directory, folder, name));
  }
  return bytes;
}
