import assert from 'node:assert/strict';
import { maxMessageBytes } from '../../shared/messages/channel';
import type { TraceRow, Turn } from '../../shared/trace-parts';
import { uuid } from '../../test/support/event-samples';
import { buildStore } from '../../test/support/store/build-worker';
import { StoreFolder } from '../../test/support/store/store-folder';
import { beginning, WrittenChat } from '../../test/support/trace/written-chat';
import type { Store } from '../store/store';
import { wireBytes } from './panel-frames';
import { QueryError } from './queries';
import { readAgents, readRows, readRuns, readTurns, turnPieces, turnsOfRun, viewerPage } from './trace-reads';

const usage = { input: 100, cache_read: 0, cache_write: 0, output: 10, reasoning: 0 };
const error = { code: 'server', message: 'Busy.', next_step: 'Wait.' };

describe('parts of a trace', function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  let store: Store;

  before(() => buildStore());
  beforeEach(async () => {
    folder = new StoreFolder();
    store = await folder.open();
  });
  afterEach(() => folder.remove());

  describe('turns', () => {
    it('hold their model calls and what a person was asked, and not what nobody was asked', async () => {
      const chat = new WrittenChat(store).run().turn().model({ queued_ms: 5, attempts: 2, retry_ms: 100, cost_usd: 0.5, error });
      chat.asks('By mode', 0, 'allow', 'policy').asks('As before', 0, 'allow', 'grant').asks('Run it', 250, 'deny').asks('Still open', 0, null);
      const question = { question_id: uuid(7), turn_number: 1 };
      chat.record({ type: 'question:ask', ...question, tool_call_id: 'call_1', question: 'Which?', choices: [], multi_select: false });
      chat.pass(50).record({ type: 'question:answer', ...question, outcome: 'answered', chosen: [], text: '', waited_ms: 50 });
      await chat.endTurn().turn().stored();
      const turns = await readTurns(store, chat.id, 0, null);
      const wait = { tool_call_id: 'call_1', tool_name: 'run_command' };
      const id = (n: number): string => turns[0]?.waits[n]?.id ?? '';
      assert.deepEqual(turns, [
        {
          ...{ turn_number: 1, started_at: beginning, duration_ms: 1_300 },
          calls: [
            {
              ...{ llm_call_id: turns[0]?.calls[0]?.llm_call_id, provider: 'deepseek', model: 'deepseek-flash', purpose: 'answer', started_at: beginning, first_token_ms: 500, duration_ms: 1_000, usage, finish_reason: 'stop' },
              ...{ queued_ms: 5, retry_ms: 100, attempts: 2, estimated_tokens: 0, cost_usd: 0.5, prices: null, error: { code: 'server', message: 'Busy.' }, request: null, segments: [] },
            },
          ],
          waits: [
            { id: id(0), kind: 'approval', ...wait, title: 'Run it', asked_at: beginning + 1_000_000, waited_ms: 250, outcome: 'deny' },
            { id: id(1), kind: 'approval', ...wait, title: 'Still open', asked_at: beginning + 1_250_000, waited_ms: null, outcome: null },
            { id: uuid(7), kind: 'question', tool_call_id: 'call_1', tool_name: 'ask_user', title: 'Which?', asked_at: beginning + 1_250_000, waited_ms: 50, outcome: 'answered' },
          ],
        },
        { turn_number: 2, started_at: beginning + 1_300_000, duration_ms: null, calls: [], waits: [] },
      ]);
    });

    it('begin with the summary that was made before them', async () => {
      const chat = new WrittenChat(store).run();
      chat.model({ purpose: 'compaction', duration_ms: 2_000 }).pass(10).turn().model().endTurn();
      await chat.stored();
      const [turn] = await readTurns(store, chat.id, 0, null);
      assert.deepEqual([turn?.started_at, turn?.duration_ms, turn?.calls.map(({ purpose }) => purpose)], [beginning, 1_000, ['compaction', 'answer']]);
    });

    it('are those that were asked for, whole, wherever a piece ends', async () => {
      const chat = new WrittenChat(store).run();
      for (let n = 1; n <= 30; n++) {
        chat.turn().model();
        // One turn has more than a piece of events, another begins as one ends.
        for (let asked = 0; asked < (n === 7 ? 2_500 : 120); asked++) chat.asks(`${n}`, 1);
        chat.endTurn();
        await chat.stored();
      }
      const pieces: Turn[][] = [];
      for await (const piece of turnPieces(store, chat.id)) pieces.push(piece);
      assert.ok(pieces.length > 2);
      assert.deepEqual(pieces.flat().map(({ turn_number, waits, duration_ms }) => [turn_number, waits.length, duration_ms !== null]), Array.from({ length: 30 }, (_, n) => [n + 1, n === 6 ? 2_500 : 120, true]));
      assert.deepEqual((await readTurns(store, chat.id, 4, 9)).map(({ turn_number }) => turn_number), [5, 6, 7, 8, 9]);
    });
  });

  it('are runs with their turns, whether or not something ended them', async () => {
    const chat = new WrittenChat(store).run();
    const ids = [chat.runId];
    chat.turn().model().endTurn().turn().model().endTurn().endRun('failed', error);
    ids.push(chat.run().runId);
    chat.turn();
    ids.push(chat.run().runId);
    chat.endRun('limit_reached');
    ids.push(chat.run().runId);
    chat.turn().model();
    await chat.stored();
    const runs = await readRuns(store, chat.id);
    const run = { provider: 'deepseek', model: 'deepseek-flash', scripted: false };
    assert.deepEqual(runs, [
      { run_id: ids[0], ...run, started_at: beginning, first_seq: 1, last_seq: 8, ended_at: beginning + 2_000_000, outcome: 'failed', error },
      { run_id: ids[1], ...run, started_at: beginning + 2_000_000, first_seq: 9, last_seq: null, ended_at: null, outcome: null, error: null },
      { run_id: ids[2], ...run, started_at: beginning + 2_000_000, first_seq: 11, last_seq: 12, ended_at: beginning + 2_000_000, outcome: 'limit_reached', error: null },
      { run_id: ids[3], ...run, started_at: beginning + 2_000_000, first_seq: 13, last_seq: null, ended_at: null, outcome: null, error: null },
    ]);
    assert.deepEqual(await Promise.all(runs.map((each) => turnsOfRun(store, chat.id, runs, each))), [{ first: 1, last: 2 }, { first: 3, last: 3 }, null, { first: 4, last: 4 }]);
  });

  it('are all rows in order, and all agents, however many there are', async () => {
    const chat = new WrittenChat(store).run();
    const ids: string[] = [];
    for (let turn = 0; turn < 12; turn++) {
      chat.turn().model();
      for (let n = 0; n < 100; n++) ids.push(chat.call('read_file', `${n}`));
      await chat.endTurn().stored();
    }
    assert.deepEqual((await readRows(store, chat.id)).map(({ id }) => id), ids);
    assert.deepEqual((await readRows(store, chat.id, 3, 8)).map(({ id }) => id), ids.slice(200, 800));
    const agents: string[] = [];
    for (let n = 0; n < 501; n++) {
      const agent = new WrittenChat(store, n + 2).run(chat.parentOf(ids[0] ?? null, `Agent ${n}`));
      agents.push(agent.id);
      if (n % 100 === 0 || n === 500) await agent.stored();
    }
    assert.deepEqual((await readAgents(store, chat.id)).map(({ chat_id }) => chat_id), agents);
  });

  describe('pages of the viewer', () => {
    type Seen = { rows: string[]; turns: number[]; pages: number };

    async function all(chat: WrittenChat, request: { limit?: number; turn_number?: number } = {}, from = store): Promise<Seen> {
      const seen: Seen = { rows: [], turns: [], pages: 0 };
      for (let cursor: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof viewerPage>> = await viewerPage(from, { chat_id: chat.id, ...request, ...(cursor !== null && { cursor }) });
        assert.ok(wireBytes(page) < maxMessageBytes - 1_000, `${wireBytes(page)} bytes`);
        seen.rows.push(...page.traces.map(({ id }) => id));
        seen.turns.push(...page.turns.map(({ turn_number }) => turn_number));
        seen.pages++;
        cursor = page.next_cursor;
        if (cursor === null) return seen;
      }
    }

    /** `counts`: calls turn by turn. */
    async function written(counts: readonly number[], text = 'fine'): Promise<{ chat: WrittenChat; ids: string[]; turns: number[] }> {
      const chat = new WrittenChat(store).run();
      const ids: string[] = [];
      for (const count of counts) {
        chat.turn().model({ error: { ...error, message: text } });
        for (let n = 0; n < count; n++) {
          if (n % 10 === 0) chat.asks(text, 1);
          ids.push(chat.call('read_file', `${n}${text}`, { error: text }));
          if (n % 500 === 0) await chat.stored();
        }
        chat.endTurn();
      }
      await chat.stored();
      return { chat, ids, turns: counts.map((_, at) => at + 1) };
    }

    const shapes: [what: string, counts: number[]][] = [
      ['a few calls a turn', [3, 1, 4, 1, 5, 9, 2, 6]],
      ['turns without calls at the beginning, within and at the end', [0, 0, 2, 0, 0, 0, 3, 0, 1, 0, 0]],
      ['no calls at all', [0, 0, 0]],
      ['hundreds of turns without calls', Array.from({ length: 300 }, (_, n) => (n === 150 ? 2 : 0))],
    ];
    for (const [what, counts] of shapes) {
      it(`give every row and every turn once: ${what}`, async () => {
        const { chat, ids, turns } = await written(counts);
        for (const limit of [1, 2, 3, 7, 200]) {
          const { rows, turns: given } = await all(chat, { limit });
          assert.deepEqual([rows, given], [ids, turns], `limit ${limit}`);
        }
      });
    }

    it('give every row and every turn once, however long the texts', async () => {
      for (const text of ['x'.repeat(10_000), '\u0001字"'.repeat(2_000)]) {
        const { chat, ids, turns } = await written([5, 40, 0, 0, 90, 1], text);
        for (const limit of [3, 50, 200]) {
          const { rows, turns: given } = await all(chat, { limit });
          assert.deepEqual([rows, given], [ids, turns], `limit ${limit}`);
        }
        await folder.remove();
        folder = new StoreFolder();
        store = await folder.open();
      }
    });

    it('give every row and every turn once where a few turns fill a message', async () => {
      const chat = new WrittenChat(store).run();
      const ids: string[] = [];
      for (let n = 0; n < 12; n++) {
        chat.turn().model();
        for (let asked = 0; asked < 60; asked++) chat.asks('t'.repeat(300), 1);
        for (let made = 0; made < 3; made++) ids.push(chat.call('read_file', `${made}`));
        await chat.endTurn().stored();
      }
      for (const limit of [2, 50]) {
        const { rows, turns } = await all(chat, { limit });
        assert.deepEqual([rows, turns], [ids, Array.from({ length: 12 }, (_, n) => n + 1)], `limit ${limit}`);
      }
    });

    it('give a turn of 5,000 rows, and each of its pages in one message', async () => {
      const { chat, ids } = await written([2, 5_000, 2]);
      const { rows, turns, pages } = await all(chat, { limit: 200 });
      assert.deepEqual([rows, turns], [ids, [1, 2, 3]]);
      assert.ok(pages >= 26);
      const alone = await all(chat, { limit: 200, turn_number: 2 });
      assert.deepEqual([alone.rows, alone.turns], [ids.slice(2, -2), [2]]);
    });

    it('keep their cursors while rows arrive and when the store is opened anew', async () => {
      const { chat, ids } = await written([5, 5]);
      const first = await viewerPage(store, { chat_id: chat.id, limit: 7 });
      chat.turn().model();
      for (let n = 0; n < 5; n++) ids.push(chat.call('read_file', `${n}`));
      await chat.endTurn().turn().stored();
      await store.close();
      store = await folder.open();
      const second = await viewerPage(store, { chat_id: chat.id, limit: 200, cursor: first.next_cursor ?? '' });
      assert.deepEqual([...first.traces, ...second.traces].map(({ id }) => id), ids);
      assert.deepEqual([...first.turns, ...second.turns].map(({ turn_number }) => turn_number), [1, 2, 3, 4]);
      assert.equal(second.next_cursor, null);
    });

    it('hold rows without what they were given and what came of them', async () => {
      const chat = new WrittenChat(store).run().turn().model();
      const id = chat.call('read_file', 's'.repeat(1_000), { ms: 5, error: 'e'.repeat(1_000), text: 't'.repeat(1_000) });
      await chat.stored();
      const row = (await viewerPage(store, { chat_id: chat.id })).traces[0];
      const expected: TraceRow = {
        ...{ id, turn_number: 1, tool_name: 'read_file', subject: 's'.repeat(300), started_at: beginning + 1_000_000, latency_ms: 5, outcome: 'error', error: 'e'.repeat(300) },
        ...{ tool_call_id: 'call_1', llm_call_id: row?.llm_call_id ?? null, tokens_used: null },
      };
      assert.deepEqual(row, expected);
    });

    const wrong: [what: string, request: object, code: string][] = [
      ['a limit of 0', { limit: 0 }, 'bad_request'],
      ['a limit of 201', { limit: 201 }, 'bad_request'],
      ['a limit that is not a number', { limit: Number.NaN }, 'bad_request'],
      ['a cursor that nobody gave out', { cursor: 'abc' }, 'bad_cursor'],
      ['a chat of another workspace', { chat_id: uuid(500) }, 'chat_not_found'],
    ];
    for (const [what, request, code] of wrong) {
      it(`are refused for ${what}`, async () => {
        const chat = new WrittenChat(store).run();
        await chat.stored();
        await assert.rejects(viewerPage(store, { chat_id: chat.id, ...request }), (thrown) => thrown instanceof QueryError && thrown.code === code);
      });
    }
  });
});
