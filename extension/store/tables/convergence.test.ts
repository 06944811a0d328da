// Operations of two processes reach a third in any interleaving; all of them must end with the same rows.
import assert from 'node:assert/strict';
import initSqlJs, { type SqlJsStatic } from 'sql.js';
import { chatRow, eventRow, llmCallRow, traceCompletion, traceStart } from '../../../test/support/store/sample-rows';
import { seededRandom } from '../../../test/support/store/seeded-random';
import { migrate } from '../migrations/registry';
import type { WriteOp } from '../store';
import { Image } from '../worker/image';
import { applyWrite } from '../worker/operations';

type Stamped = WriteOp & { stamp: number };

const tables = ['chats', 'deleted_chats', 'events', 'displaced_events', 'tool_traces', 'tool_trace_completions', 'llm_calls'];

function rowsAfter(sql: SqlJsStatic, ops: readonly Stamped[]): unknown {
  const image = new Image(sql);
  migrate(image);
  for (const { op, value, stamp } of ops) applyWrite(image, op, value, { stamp });
  const rows = tables.map((table) => [table, image.all<Record<string, unknown>>(`SELECT * FROM ${table}`).map((row) => JSON.stringify(row)).sort()]);
  image.close();
  return Object.fromEntries(rows);
}

describe('operations of two processes', function () {
  this.timeout(60_000);

  it('end with the same rows in whatever order they are read', async () => {
    const sql = await initSqlJs();
    const random = seededRandom();
    const chat = chatRow({ chat_id: 'chat' });
    const gone = chatRow({ chat_id: 'gone' });
    const calls = [traceStart(), traceStart(), traceStart({ chat_id: 'gone' })];
    const completions = calls.map((call) => traceCompletion(call));
    const [first, second, third] = completions as [(typeof completions)[0], (typeof completions)[0], (typeof completions)[0]];
    const stamp = (ops: WriteOp[], from: number): Stamped[] => ops.map((op, index) => ({ ...op, stamp: from + index * 10 }));
    const one = stamp(
      [
        { op: 'chats.put', value: chat },
        { op: 'chats.put', value: gone },
        ...calls.map((value): WriteOp => ({ op: 'tool_traces.start', value })),
        { op: 'events.append', value: eventRow({ seq: 1 }) },
        { op: 'events.append', value: eventRow({ seq: 2, body: '"one"', at: 7 }) },
        { op: 'tool_traces.complete', value: first },
        { op: 'llm_calls.put', value: llmCallRow({ chat_id: 'gone' }) },
        { op: 'events.append', value: eventRow({ chat_id: 'gone', seq: 2 }) },
        { op: 'chats.put', value: { ...chat, title: 'by one' } },
      ],
      100,
    );
    const two = stamp(
      [
        { op: 'chats.put', value: { ...chat, title: 'by two' } },
        { op: 'events.append', value: eventRow({ seq: 2, body: '"two"', at: 9 }) },
        { op: 'tool_traces.complete', value: { ...first, outcome: 'interrupted', finished_at: first.finished_at + 9e9 } },
        { op: 'tool_traces.complete', value: { ...second, outcome: 'interrupted' } },
        { op: 'chats.delete', value: { chat_id: 'gone' } },
        { op: 'tool_traces.complete', value: third },
        { op: 'events.append', value: eventRow({ chat_id: 'gone' }) },
      ],
      105,
    );
    const expected = rowsAfter(sql, [...one, ...two]);
    assert.equal(JSON.stringify(expected).split('gone').length - 1, 1, 'only the mark of the deleted chat is left');
    for (let round = 0; round < 60; round++) {
      const [left, right] = [[...one], [...two]];
      const mixed: Stamped[] = [];
      while (left.length + right.length > 0) {
        const next = (random.below(2) === 0 ? left.shift() : right.shift()) ?? left.shift() ?? right.shift();
        if (next) mixed.push(next);
      }
      assert.deepEqual(rowsAfter(sql, mixed), expected, `seed ${random.seed}, round ${round}`);
    }
  });
});
