// What the database takes on disk.
import { join } from 'node:path';
import type { FileOperations } from '../files/durable-file';
import { blobFolder } from './blobs';
import { isTemporary, instanceOf, lockName, manifestGeneration, quarantineName, snapshotGeneration } from './file-names';

function isOurs(name: string): boolean {
  return instanceOf(name) !== null || manifestGeneration(name) !== null || snapshotGeneration(name) !== null || isTemporary(name) || name === lockName;
}

function sizeOf(files: FileOperations, path: string): number {
  try {
    return files.look(path)?.size ?? 0;
  } catch {
    // A size nobody can tell is left out of the sum.
    return 0;
  }
}

export function folderBytes(files: FileOperations, folder: string): number {
  return files.list(folder).reduce((sum, name) => sum + sizeOf(files, join(folder, name)), 0);
}

/** Of the database's own files; others share the directory. */
export function directoryBytes(files: FileOperations, directory: string): number {
  const own = files.list(directory).filter(isOurs).reduce((sum, name) => sum + sizeOf(files, join(directory, name)), 0);
  return own + folderBytes(files, join(directory, blobFolder)) + folderBytes(files, join(directory, quarantineName));
}
