import assert from 'node:assert/strict';
import { TextSearch } from './text-search';

type Answer = { trace_ids: string[]; next_cursor: string | null };

describe('the search for texts that only the host has', () => {
  const asked: { text: string; cursor: string | null; answer(given: Answer): void }[] = [];
  let search: TextSearch;
  beforeEach(() => {
    asked.length = 0;
    search = new TextSearch(
      ({ text, cursor }) => new Promise((resolve) => asked.push({ text, cursor, answer: resolve })),
      () => undefined,
    );
  });

  async function until(count: number): Promise<void> {
    while (asked.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  it('looks page after page, and is over once', async () => {
    const isOver = search.look('chat', 'sum');
    await until(1);
    asked[0]?.answer({ trace_ids: ['a'], next_cursor: 'p1' });
    await until(2);
    assert.equal(await search.look('chat', 'sum'), false, 'it goes on');
    asked[1]?.answer({ trace_ids: ['b'], next_cursor: null });
    assert.equal(await isOver, true);
    assert.deepEqual([asked.map(({ cursor }) => cursor), search.has('a'), search.has('b'), search.has('c')], [[null, 'p1'], true, true, false]);
    assert.equal(await search.look('chat', 'sum'), true);
  });

  it('is not over because an earlier search is', async () => {
    const first = search.look('chat', 'su');
    await until(1);
    const second = search.look('chat', 'sum');
    await until(2);
    asked[0]?.answer({ trace_ids: ['a'], next_cursor: null });
    assert.equal(await first, false);
    assert.deepEqual([search.has('a'), await search.look('chat', 'sum')], [false, false]);
    asked[1]?.answer({ trace_ids: ['b'], next_cursor: null });
    assert.equal(await second, true);
  });

  it('takes up where it ended when rows were added, and looks through nothing for another chat', async () => {
    const isOver = search.look('chat', 'sum');
    await until(1);
    asked[0]?.answer({ trace_ids: [], next_cursor: 'p1' });
    await until(2);
    asked[1]?.answer({ trace_ids: [], next_cursor: null });
    await isOver;
    search.grew('other');
    search.grew('chat');
    search.grew('chat');
    await until(3);
    assert.deepEqual([asked.length, asked[2]?.cursor], [3, 'p1']);
    asked[2]?.answer({ trace_ids: ['new'], next_cursor: null });
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(search.has('new'), true);
    search.forget();
    assert.equal(search.has('new'), false);
  });
});
