import assert from 'node:assert/strict';
import { useStore } from '../../../test/support/store/use-store';
import { WrittenChat } from '../../../test/support/trace/written-chat';
import type { CacheSegment } from '../../../shared/model-request';
import type { Store } from '../store';

describe('the cache_stats view', function () {
  this.timeout(60_000);
  const suite = useStore();
  let store: Store;
  beforeEach(() => void (store = suite.store));

  it('has a row for each segment of each model call, and none for calls that said nothing', async () => {
    const segments = (n: number): CacheSegment[] => (['tools', 'system', 'history'] as const).map((segment_name, at) => ({ segment_name, hit_tokens: n * 100 + at, miss_tokens: n }));
    const chat = new WrittenChat(store).run().turn().model({ segments: segments(1) }).endTurn().turn().model().endTurn();
    chat.turn().model({ segments: segments(3) }).endTurn();
    const other = new WrittenChat(store, 2).run().turn().model({ segments: segments(7) });
    await chat.stored();
    await other.stored();
    const turns = await store.read('events.of_turns', { chat_id: chat.id, after_turn: 0, to_turn: null, limit: 100 });
    const calls = turns.filter(({ type }) => type === 'llm_call:complete').map(({ body }) => (JSON.parse(body) as { llm_call_id: string }).llm_call_id);
    const rows = (turn: number): object[] => segments(turn).map((segment) => ({ turn, llm_call_id: calls[turn - 1], ...segment }));
    const byTurns = (first_turn: number, last_turn: number): Promise<unknown> => store.read('cache_stats.by_turns', { chat_id: chat.id, first_turn, last_turn });
    assert.deepEqual(await byTurns(1, 9), [...rows(1), ...rows(3)]);
    assert.deepEqual(await byTurns(2, 3), rows(3));
    await store.write([{ op: 'chats.delete', value: { chat_id: chat.id } }]);
    assert.deepEqual(await byTurns(1, 9), []);
  });
});
