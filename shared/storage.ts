// How well what happens is being kept right now, and the words for it: the same in every view, in the status bar and
// in notifications.
import { formatCount } from './format';

export type StorageStatus =
  | { state: 'saved' }
  /** The disk takes nothing: `writes` changes are in memory only, and are written as soon as it does. */
  | { state: 'unsaved'; reason: 'disk_full' | 'io'; writes: number }
  /** What is stored can be read; nothing can be added. */
  | { state: 'read_only'; message: string; next_step: string }
  /** Stored chats can be neither read nor added to. */
  | { state: 'unavailable'; message: string; next_step: string };

export type StorageTrouble = Exclude<StorageStatus, { state: 'saved' }>;

/** What is wrong, and what happens or is to be done next. */
export function storageWords(status: StorageTrouble): { message: string; next_step: string } {
  if (status.state !== 'unsaved') return status;
  const inMemory = `${formatCount(status.writes, 'change')} ${status.writes === 1 ? 'is' : 'are'} only in memory.`;
  const next = status.reason === 'disk_full' ? 'BooCode writes them as soon as there is room.' : 'BooCode goes on trying.';
  return { message: `${unsavedTitle(status)} ${inMemory}`, next_step: `${next} Keep this window open until then.` };
}

export function unsavedTitle({ reason }: Extract<StorageStatus, { state: 'unsaved' }>): string {
  return reason === 'disk_full' ? 'Not saved: the disk is full.' : 'Not saved: the disk takes nothing.';
}
