// The request_openings table: system prompts and tools as requests began with them, once each, by their digest.
import type { Connection, Table } from './table';

export type RequestOpening = { digest: string; system: string; tools: string };

export interface RequestOpeningWrites {
  /** Does nothing when it is there. */
  'request_openings.put': RequestOpening;
}

export interface RequestOpeningReads {
  'request_openings.get': [params: { digest: string }, result: RequestOpening | null];
}

function put(db: Connection, { digest, system, tools }: RequestOpening): void {
  db.run('INSERT OR IGNORE INTO request_openings (digest, system, tools) VALUES (?, ?, ?)', [digest, system, tools]);
}

export const requestOpenings: Table<RequestOpeningWrites, RequestOpeningReads> = {
  name: 'request_openings',
  writes: { 'request_openings.put': (db, row) => put(db, row) },
  reads: {
    'request_openings.get': (db, { digest }) => db.first<RequestOpening>('SELECT digest, system, tools FROM request_openings WHERE digest = ?', [digest]),
  },
};
