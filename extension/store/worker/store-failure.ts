// Turns whatever went wrong in the worker into a store error with a plain sentence.
import { StoreError } from '../store';

export function storeFailure(error: unknown, doing: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  const detail = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError('disk_full', `The disk is full: ${doing} failed. Nothing stored before is affected. Free some space.`, { cause: error });
  }
  if (typeof code === 'string') return new StoreError('io', `${doing} failed: ${detail}`, { cause: error });
  return new StoreError('rejected', `${doing} failed: ${detail}`, { cause: error });
}

export function newerSchema(): StoreError {
  return new StoreError(
    'newer_schema',
    'The stored data was written by a newer version of BooCode. It is left untouched and can only be read; update BooCode to go on.',
  );
}

export function noRoomInMemory(): StoreError {
  return new StoreError(
    'disk_full',
    'The disk takes nothing, and as much as fits is waiting in memory already. Free some space; what waits is then written.',
  );
}

export function lostAtEnd(writes: number): StoreError {
  return new StoreError('disk_full', `The last ${writes} changes could not be written and are lost with this window: the disk took nothing until the end.`);
}
