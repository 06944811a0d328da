// How work on files fails: the codes there are, their words, and what the system's own errors become.
import { refuse, systemCode, type Outcome } from './outcome';
import type { PathErrorCode } from './path-guard';
import type { RipgrepErrorCode } from './ripgrep';
import type { DecodeErrorCode, EncodeErrorCode } from './text-file';

export type FileErrorCode =
  | PathErrorCode
  | DecodeErrorCode
  | EncodeErrorCode
  | RipgrepErrorCode
  | 'not_found'
  | 'is_directory'
  | 'not_a_file'
  | 'not_empty'
  | 'already_there'
  | 'workspace_folder'
  | 'inside_itself'
  | 'too_large'
  | 'read_only'
  | 'swapped'
  | 'changed'
  | 'not_saved'
  | 'stopped'
  | 'io';
export type FileOutcome<Value> = Outcome<Value, FileErrorCode>;

export function notFound(path: string): FileOutcome<never> {
  return refuse('not_found', `There is no ${path}.`, 'list_files shows what is there.');
}

export function isDirectory(path: string): FileOutcome<never> {
  return refuse('is_directory', `${path} is a folder.`, 'list_files shows the files in it.');
}

export function notAFile(path: string): FileOutcome<never> {
  return refuse('not_a_file', `${path} is not an ordinary file.`, 'Choose another path.');
}

export function swapped(path: string): FileOutcome<never> {
  return refuse('swapped', `${path} came to lead elsewhere while it was being opened, so it was left alone.`, 'Look at it again before going on.');
}

/** `left` says what did not happen: `nothing was written`. */
export function changed(path: string, left = 'nothing was written'): FileOutcome<never> {
  return refuse('changed', `${path} is not what it was when this was planned, so ${left}.`, 'Read it again and plan the change anew.');
}

/** Turns what a disk may answer at any moment into data; anything else is a bug and stays one. */
export async function expecting<Value>(path: string, work: () => Promise<FileOutcome<Value>>, signal?: AbortSignal): Promise<FileOutcome<Value>> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted === true) return refuse('stopped', 'It was stopped.', 'Wait for the user.');
    const code = systemCode(error);
    switch (code) {
      case 'ENOENT':
        return notFound(path);
      case 'ELOOP':
        return swapped(path);
      case 'ENOTDIR':
      case 'EEXIST':
        return refuse('not_a_directory', `Something above ${path} is not a folder.`, 'List the folder above it to see what is there.');
      case 'EISDIR':
        return isDirectory(path);
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        return refuse('read_only', `The system does not allow access to ${path}.`, 'Tell the user.');
      case 'ENOSPC':
      case 'EDQUOT':
        return refuse('io', `The disk is full; ${path} was not written.`, 'Tell the user.');
      case 'EIO':
      case 'EBUSY':
      case 'EMFILE':
      case 'ENFILE':
      case 'ENAMETOOLONG':
      case 'ENOTEMPTY':
      case 'ETXTBSY':
        return refuse('io', `The system could not do that with ${path} (${code}).`, 'Try once more, then tell the user.');
      default:
        if (!code.startsWith('ERR_FS_CP_')) throw error;
        return refuse('io', `${path} holds something that cannot be copied (${code}).`, 'Use a command for it.');
    }
  }
}
