// Older events of a chat for a view that scrolls up: as many of the newest before a place as one message carries.
import type { ChatRequests } from '../../shared/messages/chat';
import type { Store } from '../store/store';
import { eventOf } from './event-rows';
import { eventForPanel, wireBytes } from './panel-frames';

const pageBytes = 56 * 1024;

type EventsBefore = ChatRequests['events_before'];

export async function eventsBefore(store: Store, { chat_id, before_seq, limit }: EventsBefore[0]): Promise<EventsBefore[1]> {
  const rows = await store.read('events.before', { chat_id, before_seq, limit });
  const events = rows.map(eventOf).map(eventForPanel);
  let bytes = 0;
  let from = events.length;
  while (from > 0 && (bytes += wireBytes(events[from - 1])) < pageBytes) from--;
  // At least one, however long it is.
  const page = events.slice(Math.min(from, events.length - 1));
  return { events: page, more_before: (page[0]?.seq ?? 1) > 1 };
}
