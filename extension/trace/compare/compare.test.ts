import assert from 'node:assert/strict';
import { maxMessageBytes } from '../../../shared/messages/channel';
import type { CompareRow } from '../../../shared/trace-answers';
import { uuid } from '../../../test/support/event-samples';
import { useStore } from '../../../test/support/store/use-store';
import { WrittenChat } from '../../../test/support/trace/written-chat';
import type { Store } from '../../store/store';
import { wireBytes } from '../panel-frames';
import { QueryError } from '../queries';
import { compareTraces } from './compare';

const usage = (input: number, cache_read: number): object => ({ usage: { input, cache_read, cache_write: 0, output: 100, reasoning: 0 } });

describe('compared traces', function () {
  this.timeout(60_000);
  const suite = useStore();
  let store: Store;
  beforeEach(() => void (store = suite.store));

  it('tell what both came to, agents included, and lay their calls beside each other', async () => {
    const left = new WrittenChat(store, 1, 'With the old model').run().turn().model({ ...usage(900, 0), cost_usd: 0.5, queued_ms: 500 });
    const [read, spawn] = [left.call('read_file', 'a.ts', { ms: 100, error: 'No.' }), left.call('spawn_subagent', 'look', { ms: 900 })];
    left.endTurn().endRun();
    const agent = new WrittenChat(store, 2).run(left.parentOf(spawn, 'Look')).turn().model({ ...usage(0, 100), cost_usd: 0.25 }).endTurn().endRun();
    const right = new WrittenChat(store, 3, '').run().turn().model({ usage: null, estimated_tokens: 50 }).asks('Run', 2_000);
    const other = right.call('read_file', 'a.ts', { ms: 300 });
    right.endTurn();
    for (const chat of [left, agent, right]) await chat.stored();
    assert.deepEqual(await compareTraces(store, { left: { chat_id: left.id, run_id: null }, right: { chat_id: right.id, run_id: null }, from: 0 }), {
      left: { title: 'With the old model', turns: 1, calls: 2, failed: 1, wall_ms: 2_500, model_ms: 1_000, tool_ms: 1_000, waiting_ms: 0, tokens: 1_200, cost_usd: 0.75, hit_rate: 0.1 },
      right: { title: 'Untitled chat', turns: 1, calls: 1, failed: 0, wall_ms: 3_300, model_ms: 1_000, tool_ms: 300, waiting_ms: 2_000, tokens: 50, cost_usd: null, hit_rate: null },
      rows: [
        { tool_name: 'read_file', subject: 'a.ts', left: { turn_number: 1, trace_id: read, latency_ms: 100, outcome: 'error' }, right: { turn_number: 1, trace_id: other, latency_ms: 300, outcome: 'success' } },
        { tool_name: 'spawn_subagent', subject: 'look', left: { turn_number: 1, trace_id: spawn, latency_ms: 900, outcome: 'success' }, right: null },
      ],
      total_rows: 2,
    });
  });

  it('may be two runs of one chat, the first of which nothing ended', async () => {
    const chat = new WrittenChat(store).run();
    const runs = [chat.runId];
    chat.turn().model().call('run_command', 'npm test', { outcome: 'interrupted' });
    chat.run();
    runs.push(chat.runId);
    for (const file of ['a.ts', 'b.ts']) chat.turn().model().call('read_file', file);
    await chat.endTurn().endRun().stored();
    const side = (n: number): { chat_id: string; run_id: string | null } => ({ chat_id: chat.id, run_id: runs[n] ?? null });
    const { left, right, rows } = await compareTraces(store, { left: side(1), right: side(0), from: 0 });
    assert.deepEqual([left.title, left.turns, left.calls, right.title, right.turns, right.calls], ['Fix it, run 2 of 2', 2, 2, 'Fix it, run 1 of 2', 1, 1]);
    assert.deepEqual([left.failed, right.failed], [0, 1]);
    assert.deepEqual(rows.map((row) => [row.subject, row.left?.turn_number ?? null, row.right?.turn_number ?? null]), [['a.ts', 2, null], ['b.ts', 3, null], ['npm test', null, 1]]);
  });

  it('come in pages that fit into one message, every call once and in order', async () => {
    const subject = '\u0001'.repeat(3_000);
    const chats = [1, 2].map((n) => new WrittenChat(store, n, '字'.repeat(3_000)).run().turn().model());
    const [left, right] = chats;
    assert.ok(left && right);
    const ids = chats.map((chat, side) => Array.from({ length: 400 }, (_, n) => chat.call('read_file', `${n % (side + 3)}${subject}`)));
    for (const chat of chats) await chat.endTurn().endRun().stored();
    const question = { left: { chat_id: left.id, run_id: null }, right: { chat_id: right.id, run_id: null } };
    const rows: CompareRow[] = [];
    for (let total = 1; rows.length < total; ) {
      const page = await compareTraces(store, { ...question, from: rows.length });
      assert.ok(wireBytes(page) < maxMessageBytes - 1_000 && page.rows.length > 0, `${wireBytes(page)} bytes`);
      rows.push(...page.rows);
      total = page.total_rows;
    }
    assert.deepEqual([rows.flatMap((row) => row.left?.trace_id ?? []), rows.flatMap((row) => row.right?.trace_id ?? [])], ids);
    assert.deepEqual((await compareTraces(store, { ...question, from: rows.length })).rows, []);
  });

  it('are read anew when one of them went on between pages', async () => {
    const chats = [1, 2].map((n) => new WrittenChat(store, n).run().turn().model());
    const [left, right] = chats;
    assert.ok(left && right);
    for (let n = 0; n < 200; n++) for (const chat of chats) chat.call('read_file', `${n}`);
    for (const chat of chats) await chat.stored();
    const question = { left: { chat_id: left.id, run_id: null }, right: { chat_id: right.id, run_id: null } };
    assert.equal((await compareTraces(store, { ...question, from: 0 })).total_rows, 200);
    right.call('read_file', 'more');
    await right.stored();
    const next = await compareTraces(store, { ...question, from: 150 });
    assert.deepEqual([next.total_rows, next.right.calls, next.rows.length], [201, 201, 51]);
  });

  it('are refused when one is not there', async () => {
    const chat = new WrittenChat(store).run();
    await chat.stored();
    const here = { chat_id: chat.id, run_id: null };
    await assert.rejects(compareTraces(store, { left: here, right: { chat_id: uuid(9), run_id: null }, from: 0 }), (error) => error instanceof QueryError && error.code === 'chat_not_found');
    await assert.rejects(compareTraces(store, { left: { ...here, run_id: uuid(9) }, right: here, from: 0 }), (error) => error instanceof QueryError && error.code === 'bad_request');
  });
});
