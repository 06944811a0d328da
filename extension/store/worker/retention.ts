// Which chats are beyond the limits that the person set.
import type { RetentionLimits, WriteOp } from '../store';
import { usedBlobs } from '../tables/blob-uses';
import { endedChats, newestUpdate } from '../tables/chats';
import { agentChatsBelow } from '../tables/events';
import { tables } from '../tables/registry';
import type { Connection } from '../tables/table';

export type Victim = { chat_id: string; bytes: number };

const dayMicros = 24 * 60 * 60 * 1_000_000;
/** By age one pass takes no more than this: a clock that jumped must not take everything at once. */
const shareByAge = 0.2;
const fewByAge = 10;

function bytesOf(db: Connection, chatId: string): number {
  const chats = [chatId, ...agentChatsBelow(db, chatId)];
  return chats.reduce((all, id) => all + tables.reduce((sum, { bytesOfChat }) => sum + (bytesOfChat?.(db, id) ?? 0), 0), 0);
}

/** What the content takes on disk once old snapshots are gone: two snapshots, and each blob once. */
function contentBytes(db: Connection, imageBytes: number): number {
  let bytes = 2 * imageBytes;
  for (const size of usedBlobs(db).values()) bytes += size;
  return bytes;
}

/** The oldest first; for the sake of bytes alone never one of the last day. `now` in microseconds; an age counts from the newest chat at the latest. */
export function beyondLimits(db: Connection, imageBytes: number, limits: RetentionLimits, now: number): Victim[] {
  const { ended, count } = endedChats(db);
  const excess = limits.chats === null ? 0 : Math.max(0, count - limits.chats);
  const reference = Math.min(now, newestUpdate(db));
  const limit = limits.days;
  const tooOld = limit === null ? [] : ended.filter(({ updated_at }) => reference - updated_at > limit * dayMicros);
  const byAge = Math.min(tooOld.length, Math.max(fewByAge, Math.ceil(ended.length * shareByAge)));
  const victims = ended.slice(0, Math.max(excess, byAge)).map(({ chat_id }) => ({ chat_id, bytes: bytesOf(db, chat_id) }));
  if (limits.bytes === null) return victims;
  let left = contentBytes(db, imageBytes) - victims.reduce((sum, { bytes }) => sum + 2 * bytes, 0);
  for (const { chat_id, updated_at } of ended.slice(victims.length)) {
    if (left <= limits.bytes || reference - updated_at < dayMicros) break;
    const bytes = bytesOf(db, chat_id);
    victims.push({ chat_id, bytes });
    left -= 2 * bytes;
  }
  return victims;
}

/** One record: the chat, and those of the agents it started. */
export function chatDeletion(db: Connection, chatId: string): WriteOp[] {
  return [chatId, ...agentChatsBelow(db, chatId)].map((chat_id) => ({ op: 'chats.delete', value: { chat_id } }));
}
