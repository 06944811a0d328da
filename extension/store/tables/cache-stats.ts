// The cache_stats view: what model calls had in their provider's cache, segment by segment. Derived from their events.
import type { CacheSegment } from '../../../shared/model-request';
import type { Table } from './table';

export type CacheStat = CacheSegment & { turn: number; llm_call_id: string };

export interface CacheStatReads {
  /** Turn by turn, `first_turn` to `last_turn`. */
  'cache_stats.by_turns': [params: { chat_id: string; first_turn: number; last_turn: number }, result: CacheStat[]];
}

export const cacheStats: Table<object, CacheStatReads> = {
  name: 'cache_stats',
  writes: {},
  reads: {
    'cache_stats.by_turns': (db, { chat_id, first_turn, last_turn }) =>
      db.all<CacheStat>('SELECT turn, llm_call_id, segment_name, hit_tokens, miss_tokens FROM cache_stats WHERE chat_id = ? AND turn BETWEEN ? AND ? ORDER BY turn', [chat_id, first_turn, last_turn]),
  },
};
