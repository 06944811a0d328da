import assert from 'node:assert/strict';
import type { RunEventBody } from '../../../shared/events';
import { uuid } from '../../../test/support/event-samples';
import { useStore } from '../../../test/support/store/use-store';
import { chatRow } from '../../../test/support/store/sample-rows';
import { WrittenChat } from '../../../test/support/trace/written-chat';
import type { Store } from '../store';

describe('reads of the events table', function () {
  this.timeout(60_000);
  const suite = useStore();
  let store: Store;
  beforeEach(() => void (store = suite.store));

  /** What of it tells one event from another. */
  async function ofTurns(chat: WrittenChat, after_turn: number, to_turn: number | null, limit = 100): Promise<string[]> {
    const events = await store.read('events.of_turns', { chat_id: chat.id, after_turn, to_turn, limit });
    return events.map(({ type, body }) => `${(JSON.parse(body) as { turn_number: number }).turn_number} ${type}`);
  }

  it('give the events of turns, turn by turn, without their tool calls', async () => {
    const chat = new WrittenChat(store).run().turn().model();
    chat.call('read_file', 'a.ts');
    chat.asks('Run it', 1).endTurn().endRun().run().turn().model().endTurn();
    // Comes later than its turn ended.
    chat.record({ type: 'approval:decision', approval_id: uuid(5), turn_number: 1, decision: 'cancelled', decided_by: 'stop', waited_ms: 0 });
    chat.record({ type: 'notice', level: 'info', code: 'x', text: 'x' });
    await chat.stored();
    const first = ['1 turn:start', '1 llm_call:complete', '1 approval:request', '1 approval:decision', '1 turn:end', '1 approval:decision'];
    const second = ['2 turn:start', '2 llm_call:complete', '2 turn:end'];
    assert.deepEqual(await ofTurns(chat, 0, null), [...first, ...second]);
    assert.deepEqual(await ofTurns(chat, 0, 1), first);
    assert.deepEqual(await ofTurns(chat, 1, null), second);
    assert.deepEqual(await ofTurns(chat, 0, null, 2), first.slice(0, 2));
    const runs = await store.read('events.of_runs', { chat_id: chat.id });
    assert.deepEqual(runs.map(({ type }) => type), ['run:start', 'run:end', 'run:start']);
  });

  it('leave out the texts of edits that were asked about, and keep the rest of the question', async () => {
    const edit = (before: string | null, after: string): RunEventBody => ({
      ...{ type: 'approval:request', approval_id: uuid(5), turn_number: 1, tool_call_id: 'c', tool_name: 'edit_file', title: `\u0000 "${'t'.repeat(9_000)}"`, reason: '' },
      subject: { kind: 'edit', path: 'a.ts', before, after, added: 1, removed: 2 },
    });
    const chat = new WrittenChat(store).run().turn().record(edit('short', 'short'), edit(null, 'x'.repeat(20_000)));
    await chat.stored();
    const asked = (await store.read('events.of_turns', { chat_id: chat.id, after_turn: 0, to_turn: null, limit: 10 })).filter(({ type }) => type === 'approval:request');
    assert.deepEqual(asked.map(({ body }) => (JSON.parse(body) as { subject: unknown; title: string }).subject), Array.from({ length: 2 }, () => ({ kind: 'edit', path: 'a.ts', before: null, after: null, added: 1, removed: 2 })));
    assert.deepEqual(asked.map(({ body }) => (JSON.parse(body) as { title: string }).title.length), [9_004, 9_004]);
  });

  it('tell of which turns a stretch of events is', async () => {
    const chat = new WrittenChat(store).run().turn().model().endTurn().turn().model().endTurn().endRun().run().endRun();
    await chat.stored();
    const between = (first_seq: number, last_seq: number | null): Promise<unknown> => store.read('events.turns_between', { chat_id: chat.id, first_seq, last_seq });
    assert.deepEqual([await between(1, 8), await between(1, 4), await between(5, null), await between(9, null), await between(2, 2)], [{ first_turn: 1, last_turn: 2 }, { first_turn: 1, last_turn: 1 }, { first_turn: 2, last_turn: 2 }, null, { first_turn: 1, last_turn: 1 }]);
  });

  it('count the numbers that no event has', async () => {
    const append = (seq: number): Promise<void> => store.write([{ op: 'events.append', value: { chat_id: 'gap', seq, session_id: 's', at: 1, type: 'notice', body: '{}', trace_id: null } }]);
    assert.equal(await store.read('events.missing', { chat_id: 'gap' }), 0);
    for (const seq of [1, 2, 3]) await append(seq);
    assert.equal(await store.read('events.missing', { chat_id: 'gap' }), 0);
    for (const seq of [5, 9]) await append(seq);
    assert.equal(await store.read('events.missing', { chat_id: 'gap' }), 4);
  });

  describe('of agents', () => {
    /** A chat with two agents, one of which started one of its own; and another person's chat. */
    async function family(): Promise<{ own: WrittenChat; agents: WrittenChat[]; nested: WrittenChat; other: WrittenChat; trace: string }> {
      const [own, other] = [new WrittenChat(store, 1, 'Mine').run().turn(), new WrittenChat(store, 2, 'Other').run()];
      const trace = own.call('spawn_subagent', 'audit');
      const agents = [3, 4].map((n) => new WrittenChat(store, n, `Agent ${n}`).run(own.parentOf(n === 3 ? trace : null, `Agent ${n}`)).turn().model().endTurn().endRun(n === 3 ? 'done' : 'failed'));
      const [first] = agents;
      assert.ok(first);
      // An agent may have more than one run.
      first.run(own.parentOf(trace, 'Agent 3')).endRun();
      const nested = new WrittenChat(store, 5, 'Nested').run(first.parentOf(null, 'Nested')).endRun();
      for (const chat of [own, other, ...agents, nested]) await chat.stored();
      return { own, agents, nested, other, trace };
    }

    it('tell who started whom', async () => {
      const { own, agents, nested, other, trace } = await family();
      const [first, second] = agents.map(({ id }) => id);
      const agentsOf = (chat_id: string, after: string | null = null, limit = 10): Promise<unknown> => store.read('events.agents_of', { chat_id, after, limit });
      const one = { chat_id: first, trace_id: trace, kind: 'subagent', label: 'Agent 3', status: 'done', turns: 1 };
      const two = { chat_id: second, trace_id: null, kind: 'workflow_agent', label: 'Agent 4', status: 'failed', turns: 1 };
      assert.deepEqual([await agentsOf(own.id), await agentsOf(own.id, null, 1), await agentsOf(own.id, first), await agentsOf(other.id)], [[one, two], [one], [two], []]);
      assert.deepEqual(await store.read('events.parent_of', { chat_id: first ?? '' }), { chat_id: own.id, trace_id: trace, kind: 'subagent', label: 'Agent 3' });
      assert.equal(await store.read('events.parent_of', { chat_id: own.id }), null);
      assert.deepEqual((await store.read('chats.agents_below', { chat_id: own.id })).sort(), [first, second, nested.id]);
      assert.deepEqual(await store.read('chats.agents_below', { chat_id: first ?? '' }), [nested.id]);
      assert.deepEqual(await store.read('chats.agents_below', { chat_id: other.id }), []);
    });

    it('are not listed as chats, and can be read as such', async () => {
      const { own, agents, other } = await family();
      const listed = async (query: string): Promise<string[]> => (await store.read('chats.list', { query, limit: 10 })).map(({ chat_id }) => chat_id).sort();
      assert.deepEqual([await listed(''), await listed('agent')], [[own.id, other.id], []]);
      assert.equal((await store.read('chats.get', { chat_id: agents[0]?.id ?? '' }))?.title, 'Agent 3');
    });

    it('keep who started them from retention while they are at work', async () => {
      const { own, nested } = await family();
      for (const { id } of [own, nested]) await store.write([{ op: 'chats.put', value: chatRow({ chat_id: id, updated_at: 5, status: id === own.id ? 'done' : 'awaiting_input' }) }]);
      assert.equal((await store.prune({ days: null, chats: 1, bytes: null })).chats, 0);
      await store.write([{ op: 'chats.put', value: chatRow({ chat_id: nested.id, updated_at: 5, status: 'stopped' }) }]);
      assert.equal((await store.prune({ days: null, chats: 1, bytes: null })).chats, 1);
    });

    it('are chats of their own once who started them is gone without them', async () => {
      const { own, agents, other } = await family();
      const [first, second] = agents.map(({ id }) => id);
      await store.write([{ op: 'chats.delete', value: { chat_id: own.id } }]);
      const listed = (await store.read('chats.list', { query: '', limit: 10 })).map(({ chat_id }) => chat_id).sort();
      assert.deepEqual(listed, [other.id, first, second]);
    });

    it('go with the chat that retention takes, and do not count as chats of their own', async () => {
      const { own, agents, nested, other } = await family();
      nested.call('read_file', 'a', { text: 'x'.repeat(7_000) });
      await nested.stored();
      // The other one is newer.
      const row = await store.read('chats.get', { chat_id: other.id });
      await store.write([{ op: 'chats.put', value: chatRow({ chat_id: other.id, updated_at: (row?.updated_at ?? 0) + 1_000_000, status: 'done' }) }, { op: 'chats.put', value: chatRow({ chat_id: own.id, updated_at: 5, status: 'done' }) }]);
      assert.deepEqual(await store.prune({ days: null, chats: 2, bytes: null }), { chats: 0, bytes: 0 });
      const { chats, bytes } = await store.prune({ days: null, chats: 1, bytes: null });
      assert.deepEqual([chats, bytes > 7_000], [1, true], `${bytes} bytes`);
      const left = await Promise.all([own, ...agents, nested, other].map(async ({ id }) => (await store.read('chats.get', { chat_id: id })) !== null));
      assert.deepEqual(left, [false, false, false, false, true]);
      assert.deepEqual(await Promise.all([own, ...agents, nested].map(({ id }) => store.read('events.last_seq', { chat_id: id }))), [0, 0, 0, 0]);
    });
  });
});
