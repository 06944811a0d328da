// Copies of damaged files, so that whatever happens to the originals nothing that might be mended is gone.
import { join } from 'node:path';
import { writeFlushed, type FileOperations } from '../files/durable-file';
import { newInstance, quarantineName } from './file-names';

/**
 * Keeps one copy of the file, however often and by however many processes the damage is found. Returns a sentence
 * when it could not: a full disk must not keep the rest from being read.
 */
export function quarantine(files: FileOperations, directory: string, name: string): string[] {
  try {
    keepCopy(files, directory, name);
    return [];
  } catch (error) {
    return [`No copy of the damaged file ${name} could be kept: ${error instanceof Error ? error.message : String(error)}.`];
  }
}

function keepCopy(files: FileOperations, directory: string, name: string): void {
  const folder = join(directory, quarantineName);
  const source = join(directory, name);
  const size = files.look(source)?.size;
  if (size === undefined) return;
  const kept = join(folder, `${name}.${size}`);
  if (files.look(kept) !== null) return;
  files.makeDirectory(folder);
  const temporary = join(folder, `tmp-${newInstance()}`);
  try {
    writeFlushed(files, temporary, files.read(source));
    files.publish(temporary, kept);
  } finally {
    files.remove(temporary);
  }
  files.flushDirectory(folder);
}

export function quarantined(files: FileOperations, directory: string): string[] {
  return files.list(join(directory, quarantineName)).filter((name) => !name.startsWith('tmp-')).sort();
}
