import assert from 'node:assert/strict';
import { useStore } from '../../../test/support/store/use-store';
import { chatRow } from '../../../test/support/store/sample-rows';
import { nothingSpent } from '../../../shared/spent-math';
import type { Store } from '../store';
import type { SpendingRow } from './spending';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('the spending table', function () {
  this.timeout(60_000);
  const suite = useStore();
  let store: Store;
  beforeEach(() => void (store = suite.store));

  const put = (...rows: Partial<SpendingRow>[]): Promise<void> =>
    store.write(rows.map((row, n) => ({ op: 'spending.put', value: { llm_call_id: id(100 + n), chat_id: id(1), at: 1_000, tokens: 10, cost_usd: 0.5, is_estimate: false, ...row } })));

  it('sums what was spent since a moment, and of a chat, and tells what of it is unknown', async () => {
    await store.write([{ op: 'chats.put', value: chatRow({ chat_id: id(1) }) }]);
    await put({ at: 999 }, { at: 1_000 }, { at: 2_000, cost_usd: null, is_estimate: true }, { at: 3_000, chat_id: id(2), tokens: 7, cost_usd: 0.25 });
    assert.deepEqual(await store.read('spending.since', { at: 1_000 }), { tokens: 27, cost_usd: 0.75, calls: 3, unpriced_calls: 1, estimated_calls: 1 });
    assert.deepEqual((await store.read('chats.get', { chat_id: id(1) }))?.spent, { tokens: 30, cost_usd: 1, calls: 3, unpriced_calls: 1, estimated_calls: 1 });
  });

  it('gives nothing back for a chat that is deleted', async () => {
    await store.write([{ op: 'chats.put', value: chatRow({ chat_id: id(1) }) }]);
    await put({ at: 5_000 });
    const before = await store.read('spending.since', { at: 0 });
    await store.write([{ op: 'chats.delete', value: { chat_id: id(1) } }]);
    assert.deepEqual([before.calls, await store.read('spending.since', { at: 0 })], [1, before]);
  });

  it('forgets what is old of chats that are gone, and nothing of those that are there', async () => {
    await store.write([{ op: 'chats.put', value: chatRow({ chat_id: id(1) }) }]);
    await put({ at: 1, tokens: 1 }, { at: 1, tokens: 20, chat_id: id(2) }, { at: 2, tokens: 300, chat_id: id(2) });
    await store.write([{ op: 'spending.prune', value: { before: 2 } }]);
    assert.equal((await store.read('spending.since', { at: 0 })).tokens, 301);
    await store.write([{ op: 'spending.clear', value: {} }]);
    assert.deepEqual(await store.read('spending.since', { at: 0 }), nothingSpent);
  });
});
