// Copies of damaged files, so that whatever happens to the originals nothing that might be mended is gone.
import { basename, join } from 'node:path';
import { writeFlushed, type FileOperations } from '../files/durable-file';
import { isTemporary, newInstance, quarantineName } from './file-names';

/**
 * Keeps one copy of the file, however often and by however many processes the damage is found; of a file that is
 * missing, an empty one that says so. An error is data here: a full disk must not keep the rest from being read.
 */
export function keepCopy(files: FileOperations, directory: string, name: string): 'new' | 'known' | Error {
  try {
    return keep(files, directory, name);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function keep(files: FileOperations, directory: string, name: string): 'new' | 'known' {
  const folder = join(directory, quarantineName);
  const source = join(directory, name);
  const size = files.look(source)?.size;
  const kept = join(folder, `${basename(name)}.${size ?? 'missing'}`);
  if (files.look(kept) !== null) return 'known';
  const bytes = size === undefined ? Buffer.alloc(0) : files.read(source);
  files.makeDirectory(folder);
  const temporary = join(folder, `tmp-${newInstance()}`);
  try {
    writeFlushed(files, temporary, bytes);
    return files.publish(temporary, kept) ? 'new' : 'known';
  } finally {
    files.remove(temporary);
    files.flushDirectory(folder);
  }
}

export function quarantined(files: FileOperations, directory: string): string[] {
  return files.list(join(directory, quarantineName)).filter((name) => !isTemporary(name)).sort();
}
