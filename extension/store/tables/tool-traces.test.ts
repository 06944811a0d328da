import assert from 'node:assert/strict';
import { useStore } from '../../../test/support/store/use-store';
import { traceCompletion, traceStart } from '../../../test/support/store/sample-rows';
import type { Json } from '../../../shared/ids';
import type { Store, WriteOp } from '../store';
import type { ToolTraceCompletion, ToolTracePlace, ToolTraceStart } from './tool-traces';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const chat_id = 'chat';

describe('reads of the tool_traces table', function () {
  this.timeout(60_000);
  const suite = useStore();
  let store: Store;
  beforeEach(() => void (store = suite.store));

  function finished(n: number, start: Partial<ToolTraceStart> = {}, completion: Partial<ToolTraceCompletion> = {}): WriteOp[] {
    const row = traceStart({ id: id(n), started_at: 1_000 + n, ...start });
    return [
      { op: 'tool_traces.start', value: row },
      { op: 'tool_traces.complete', value: traceCompletion(row, completion) },
    ];
  }

  const text = (value: string): { output: Json } => ({ output: { text: value, summary: 'done' } });

  it('give rows in the order of pages, with the same places, and the beginnings of their texts', async () => {
    const shuffled = [5, 3, 8, 1, 7, 2, 6, 4].map((n) => finished(n, { turn_number: 1 + (n % 3), started_at: 1_000 - (n % 4) }, { error: 'e'.repeat(5_000), outcome: 'error' }));
    await store.write([...shuffled.flat(), { op: 'tool_traces.start', value: traceStart({ id: id(9), chat_id: 'other' }) }]);
    const pages = { ids: [] as string[], rows: [] as string[] };
    for (let after: ToolTracePlace | null = null; ; ) {
      const params: { chat_id: string; after: ToolTracePlace | null; limit: number; turn_number: null } = { chat_id, after, limit: 3, turn_number: null };
      const [page, rows] = [await store.read('tool_traces.page', params), await store.read('tool_traces.rows', params)];
      pages.ids.push(...page.map((trace) => trace.id));
      pages.rows.push(...rows.map((row) => row.id));
      const last = rows.at(-1);
      if (!last) break;
      after = { turn_number: last.turn_number, started_at: last.started_at, id: last.id };
    }
    assert.deepEqual(pages.rows, pages.ids);
    assert.equal(pages.ids.length, 8);
    const ofTurn = await store.read('tool_traces.rows', { chat_id, after: null, limit: 10, turn_number: 2 });
    assert.deepEqual(ofTurn.map((row) => row.id), [7, 1, 4].map(id));
    assert.deepEqual(ofTurn[0], {
      ...{ id: id(7), turn_number: 2, tool_name: 'read_file', subject: 'cart.ts', started_at: 997, latency_ms: 1.5, outcome: 'error', error: 'e'.repeat(300) },
      ...{ tool_call_id: 'call-1', llm_call_id: null, tokens_used: 10 },
    });
  });

  describe('search', () => {
    const found = async (wanted: string): Promise<string[]> => (await store.read('tool_traces.search', { chat_id, text: wanted, after: null, scan: 100 })).ids;

    it('finds what stands in an input, an output or an error, in any case, and of texts that are kept elsewhere too', async () => {
      const long = `${'x'.repeat(20_000)} The Needle ${'y'.repeat(20_000)}`;
      await store.write([
        ...finished(1, { input: { path: 'Needle.ts' } }),
        ...finished(2, {}, text(long)),
        ...finished(3, { input: { content: long } }),
        ...finished(4, {}, { error: 'no NEEDLE', outcome: 'error' }),
        ...finished(5, {}, text('hay')),
        ...finished(6, { chat_id: 'other', input: { path: 'needle' } }),
      ]);
      assert.deepEqual(await found('needle'), [1, 2, 3, 4].map(id));
      assert.deepEqual([await found('ÄRGER'), await found('the needle y')], [[], [2, 3].map(id)]);
    });

    it('takes a text as it is: quotes, lines, backslashes, and no part of how they are written down', async () => {
      await store.write([
        ...finished(1, {}, text('say "Hi"\nnext\\line ÄRGER')),
        ...finished(2, {}, { output: { text: 'a', count: 4213, ok: true, none: null, list: [{ deep: 'below' }] } }),
        ...finished(3, {}, text('a blob:')),
      ]);
      const cases: [wanted: string, ids: number[]][] = [
        ['"hi"', [1]],
        ['hi"\nNext', [1]],
        ['next\\LINE', [1]],
        ['ärger', [1]],
        // A line break is written as a backslash and an n.
        ['nnext', []],
        ['\\n', []],
        ['421', [2]],
        ['true', [2]],
        ['BELOW', [2]],
        ['deep', [2]],
        ['u0000', []],
        ['{', []],
      ];
      for (const [wanted, ids] of cases) assert.deepEqual(await found(wanted), ids.map(id), JSON.stringify(wanted));
    });

    it('goes on behind the rows that were looked at, until there are no more', async () => {
      await store.write([1, 2, 3, 4, 5].flatMap((n) => finished(n, {}, text(n % 2 ? 'odd' : 'even'))));
      const seen: [string[], number | null][] = [];
      for (let after: ToolTracePlace | null = null; ; ) {
        const part: { ids: string[]; last: ToolTracePlace | null } = await store.read('tool_traces.search', { chat_id, text: 'odd', after, scan: 2 });
        seen.push([part.ids, part.last?.started_at ?? null]);
        after = part.last;
        if (after === null) break;
      }
      assert.deepEqual(seen, [[[id(1)], 1_002], [[id(3)], 1_004], [[id(5)], null]]);
    });
  });

  it('tell how long calls of each tool usually take, by the newest that ran', async () => {
    const took = (from: number, tool_name: string, times: readonly number[], outcome: 'success' | 'error' | 'denied' = 'success'): WriteOp[] =>
      times.flatMap((latency_ms, n) => finished(from + n, { tool_name }, { latency_ms, outcome }));
    const upTo = (n: number): number[] => Array.from({ length: n }, (_, at) => ((at * 37) % n) + 1);
    await store.write([...took(1, 'old', [9_999]), ...took(100, 'read_file', upTo(100)), ...took(300, 'run_command', [30, 10, 20], 'error'), ...took(400, 'edit_file', [5]), ...took(500, 'edit_file', [0]), ...took(600, 'edit_file', [800], 'denied')]);
    await store.write([{ op: 'tool_traces.start', value: traceStart({ id: id(700), tool_name: 'edit_file' }) }]);
    assert.deepEqual(await store.read('tool_traces.usual', { newest: 107 }), [
      { tool_name: 'edit_file', calls: 1, p50_ms: 5, p95_ms: 5 },
      { tool_name: 'read_file', calls: 100, p50_ms: 50, p95_ms: 95 },
      { tool_name: 'run_command', calls: 3, p50_ms: 20, p95_ms: 30 },
    ]);
    assert.deepEqual((await store.read('tool_traces.usual', { newest: 1_000 })).map(({ tool_name }) => tool_name), ['edit_file', 'old', 'read_file', 'run_command']);
  });

  it('tell which reads were made again with the same arguments, and how much came again', async () => {
    const long = 'é'.repeat(10_000);
    await store.write([
      ...finished(1, { turn_number: 1, input: { path: 'a' }, subject: 'a' }, { ...text(long), latency_ms: 1 }),
      ...finished(2, { turn_number: 2, input: { path: 'a' }, subject: 'a' }, { ...text('[Unchanged]'), latency_ms: 2 }),
      ...finished(3, { turn_number: 3, input: { path: 'a' }, subject: 'a' }, { ...text(`${long}!`), latency_ms: 3 }),
      ...finished(4, { turn_number: 3, input: { path: 'b' }, subject: 'b' }, text('b')),
      ...finished(5, { turn_number: 4, input: { path: 'b' }, subject: 'b' }, { ...text('b'), outcome: 'error' }),
      ...finished(6, { turn_number: 4, input: { path: 'a' }, tool_name: 'edit_file' }, text('x')),
      ...finished(7, { turn_number: 4, input: { path: 'a' }, tool_name: 'edit_file' }, text('x')),
      ...finished(8, { turn_number: 5, input: { path: 'c' }, subject: 'c' }, text('1234')),
      ...finished(9, { turn_number: 5, input: { path: 'c' }, subject: 'c' }, { ...text('12345'), finished_at: 9_000 }),
    ]);
    assert.deepEqual(await store.read('tool_traces.repeats', { chat_id, first_turn: 1, last_turn: 9 }), [
      { tool_name: 'read_file', subject: 'a', times: 3, bytes: 20_000 + 11, latency_ms: 6, last_id: id(3), last_turn: 3 },
      { tool_name: 'read_file', subject: 'c', times: 2, bytes: 4, latency_ms: 3, last_id: id(9), last_turn: 5 },
    ]);
    assert.deepEqual((await store.read('tool_traces.repeats', { chat_id, first_turn: 2, last_turn: 3 })).map(({ subject, bytes }) => [subject, bytes]), [['a', 11]]);
  });

  it('tell which calls gave the model most, in bytes of what it was given', async () => {
    const row = (n: number, bytes: number): object => ({ id: id(n), turn_number: 1, tool_name: 'read_file', subject: 'cart.ts', bytes });
    await store.write([
      ...finished(1, {}, text('é'.repeat(50))),
      ...finished(2, {}, text('é'.repeat(5_000))),
      ...finished(3, {}, { output: { text: 'short', summary: '', details: { diff: 'd'.repeat(50_000) } } }),
      ...finished(4, {}, text(`\u0000blob:${'0'.repeat(64)}:99999`)),
      ...finished(5, {}, { output: ['no text', 'at all'] }),
      ...finished(6, {}, text('a\u0000b')),
      ...finished(7, { turn_number: 2 }, text('z'.repeat(999))),
    ]);
    assert.deepEqual(await store.read('tool_traces.longest_outputs', { chat_id, first_turn: 1, last_turn: 1, limit: 10 }), [row(2, 10_000), row(1, 100), row(4, 76), row(5, 20), row(3, 5), row(6, 3)]);
    assert.equal((await store.read('tool_traces.longest_outputs', { chat_id, first_turn: 1, last_turn: 2, limit: 2 })).length, 2);
  });
});
