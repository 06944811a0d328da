// The displaced_events table: events whose place in a chat another process had taken as well. Nothing reads
// them in ordinary work; they exist so that what was acknowledged is never thrown away, and `check` tells.
import type { Connection, Table } from './table';

type DisplacedEvent = {
  chat_id: string;
  seq: number;
  session_id: string;
  at: number;
  type: string;
  body: string;
  trace_id: string | null;
};

export function keepDisplaced(db: Connection, event: DisplacedEvent): void {
  db.run(
    `INSERT INTO displaced_events (chat_id, seq, session_id, at, type, body, trace_id)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    [event.chat_id, event.seq, event.session_id, event.at, event.type, event.body, event.trace_id],
  );
}

export function forgetDisplacedEvents(db: Connection, chatId: string): void {
  db.run('DELETE FROM displaced_events WHERE chat_id = ?', [chatId]);
}

function tell(db: Connection): string[] {
  const n = db.first<{ n: number }>('SELECT count(*) AS n FROM displaced_events')?.n ?? 0;
  return n === 0 ? [] : [`${n} events were written by two windows at the same place of a chat; the later ones are kept aside.`];
}

export const displacedEvents: Table<object, object> = { name: 'displaced_events', writes: {}, reads: {}, check: tell };
