import assert from 'node:assert/strict';
import type { WhyAnswer, WhyQuestion } from '../../../shared/trace-answers';
import { uuid } from '../../../test/support/event-samples';
import { useStore } from '../../../test/support/store/use-store';
import { WrittenChat } from '../../../test/support/trace/written-chat';
import type { Store } from '../../store/store';
import { wireBytes } from '../panel-frames';
import { QueryError } from '../queries';
import { whyAnswer } from './why';

const busy = { code: 'server', message: 'The server is busy.', next_step: 'Try again later.' };
const prices = { input: 1, cache_read: 0.1, output: 4 };
const used = (input: number, output = 0, reasoning = 0, cache_read = 0): { input: number; cache_read: number; cache_write: number; output: number; reasoning: number } => ({ input, cache_read, cache_write: 0, output, reasoning });
const sum = (shares: readonly { amount: number }[]): number => shares.reduce((all, { amount }) => all + amount, 0);

/** Money as people count it, not as binary fractions add up. */
function rounded(answer: WhyAnswer): unknown {
  return JSON.parse(JSON.stringify(answer), (_key, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(9)) : value));
}

describe('why', function () {
  this.timeout(60_000);
  const suite = useStore();
  let store: Store;
  beforeEach(() => void (store = suite.store));

  async function ask(question: WhyQuestion, chat: WrittenChat, more: { run_id?: string; turn_number?: number } = {}, now: number | null = null): Promise<WhyAnswer> {
    await chat.stored();
    return whyAnswer(store, question, { chat_id: chat.id, ...more }, now);
  }

  const first = ({ findings }: WhyAnswer): string | undefined => findings[0]?.title;

  describe('slow', () => {
    it('splits the time into shares that add up, and tells what explains most of it first', async () => {
      const chat = new WrittenChat(store).run().turn().pass(500);
      chat.model({ duration_ms: 4_000, first_token_ms: 1_500, retry_ms: 500, attempts: 2, queued_ms: 1_000, usage: used(1_000, 300, 500) });
      chat.call('read_file', 'a.ts', { ms: 1_000, beside: true });
      chat.asks('Run npm test', 12_000, 'allow');
      const command = chat.call('run_command', 'npm test', { ms: 2_500 });
      chat.endTurn().endRun();
      const row = (trace_id: string, label: string): object => ({ chat_id: chat.id, turn_number: 1, trace_id, label });
      const turn = (label: string): object => ({ chat_id: chat.id, turn_number: 1, trace_id: null, label });
      assert.deepEqual(await ask('slow', chat), {
        question: 'slow',
        headline: '60 % of 20.0 s was waiting for you: 1 approval.',
        basis: '1 turn, 2 calls',
        shares: [
          { label: 'Held back by a limit', amount: 1_000, figure: '1.0 s', share: 0.05, kind: 'queue' },
          { label: 'Requests made again', amount: 500, figure: '0.50 s', share: 0.025, kind: 'retry' },
          { label: 'Waiting for the first token', amount: 1_000, figure: '1.0 s', share: 0.05, kind: 'first_token' },
          { label: 'The model writing', amount: 2_500, figure: '2.5 s', share: 0.125, kind: 'generation' },
          { label: 'Waiting for you', amount: 12_000, figure: '12.0 s', share: 0.6, kind: 'approval' },
          { label: 'Tools', amount: 2_500, figure: '2.5 s', share: 0.125, kind: 'tool' },
          { label: 'Between the calls', amount: 500, figure: '0.50 s', share: 0.025, kind: 'other' },
        ],
        findings: [
          { title: '1 approval waited for you: 12.0 s in all.', detail: 'The longest was “Run npm test” with 12.0 s. What you allow for the session or for good is not asked again.', share: 0.6, at: [row(command, 'Run npm test, 12.0 s')] },
          { title: 'The model wrote for 2.5 s in 1 call.', detail: '800 tokens came, 500 of them reasoning: 320 a second. Less reasoning would shorten it most.', share: 0.125, at: [turn('Turn 1, 2.5 s')] },
          { title: 'run_command npm test took 2.5 s.', detail: 'That was in turn 1.', share: 0.125, at: [row(command, 'run_command npm test, 2.5 s')] },
          { title: '1 request was held back until a limit had room: 1.0 s in all.', detail: 'What runs at the same time shares the limits on tokens and money. Raise the limit in the settings, or run less at once.', share: 0.05, at: [turn('Turn 1, 1.0 s')] },
          {
            title: '1 model call waited 1.0 s for the first token.',
            detail: 'The median is 1.0 s a call; writing took 2.5 s in all. Long requests that no cache holds, and busy servers, make it longer.',
            ...{ share: 0.05, at: [turn('Turn 1, 1.0 s')] },
          },
          { title: '1 request had to be made again: 0.50 s lost.', detail: 'The attempt after that went well. A server that is busy, a rate limit or a connection that breaks off are the usual causes.', share: 0.025, at: [turn('Turn 1, 2 attempts, 0.50 s')] },
          {
            title: 'The chain that decided it: held back by a limit in turn 1 (1.0 s), then waiting for the first token in turn 1 (1.0 s), then the model writing in turn 1 (2.5 s), then your answer to “Run npm test” (12.0 s), then run_command npm test (2.5 s).',
            detail: 'These 5 steps, one after the other, make 19.0 s. 1 call cost no time: others went on beside it. Of calls side by side only what nothing else covered is counted.',
            share: null,
            at: [turn('Turn 1, held back by a limit, 1.0 s'), turn('Turn 1, waiting for the first token, 1.0 s'), turn('Turn 1, the model writing, 2.5 s'), row(command, 'Run npm test, 12.0 s'), row(command, 'run_command npm test, 2.5 s')],
          },
        ],
      });
    });

    const scenarios: [what: string, write: (chat: WrittenChat) => void, headline: string, finding: string][] = [
      ['one long command', (chat) => chat.call('run_command', 'npm test', { ms: 30_000 }), '97 % of 31.0 s was spent in tools, most of it in run_command npm test.', 'run_command npm test took 30.0 s.'],
      ['the same command again and again', (chat) => [1, 2, 3].forEach(() => chat.call('run_command', 'npm test', { ms: 8_000 })), '96 % of 25.0 s was spent in tools, most of it in run_command npm test.', 'run_command npm test ran 3 times: 24.0 s in all.'],
      ['a slow first token', (chat) => [2, 3].forEach(() => chat.endTurn().turn().model({ duration_ms: 9_000, first_token_ms: 8_500 })), '92 % of 19.0 s was waiting for the first token of 3 model calls.', '3 model calls waited 17.5 s for the first token.'],
      ['one long model call', (chat) => chat.endTurn().turn().model({ duration_ms: 20_000, first_token_ms: 4_000 }), '79 % of 21.0 s was the model writing, in 2 model calls.', 'The model call of turn 2 took 20.0 s.'],
      ['an answer that is written long', (chat) => [2, 3].forEach(() => chat.endTurn().turn().model({ duration_ms: 20_000, first_token_ms: 500 })), '96 % of 41.0 s was the model writing, in 3 model calls.', 'The model wrote for 39.5 s in 3 calls.'],
      ['requests made again', (chat) => chat.endTurn().turn().model({ duration_ms: 10_000, first_token_ms: 9_500, retry_ms: 9_000, attempts: 4 }), '82 % of 11.0 s was lost to requests that had to be made again.', 'The model call of turn 2 took 10.0 s.'],
      ['a limit', (chat) => chat.endTurn().turn().model({ queued_ms: 30_000 }), '94 % of 32.0 s was spent on requests that a limit held back.', '1 request was held back until a limit had room: 30.0 s in all.'],
      ['a person', (chat) => chat.asks('Run npm test', 70_000), '99 % of 1:11 was waiting for you: 1 approval.', '1 approval waited for you: 1:10 in all.'],
      ['nothing that is known', (chat) => chat.pass(5_000), '83 % of 6.0 s was neither the model nor a tool: BooCode itself and its disk.', '5.0 s went by between the calls.'],
    ];
    for (const [what, write, headline, finding] of scenarios) {
      it(`finds ${what}`, async () => {
        const chat = new WrittenChat(store).run().turn().model();
        write(chat);
        const answer = await ask('slow', chat.endTurn().endRun());
        assert.deepEqual([answer.headline, first(answer)], [headline, finding]);
        assert.ok(answer.findings.every(({ share, at }) => (share === null || (share >= 0 && share <= 1)) && at.length > 0 && at.length <= 5));
      });
    }

    it('finds calls far above what is usual for their tool', async () => {
      const chat = new WrittenChat(store).run().turn().model();
      for (let n = 0; n < 200; n++) chat.call('read_file', `${n}.ts`, { ms: 10 });
      chat.endTurn().turn();
      for (let n = 0; n < 6; n++) chat.call('read_file', `slow-${n}.ts`, { ms: 2_010 });
      const answer = await ask('slow', chat.endTurn(), { turn_number: 2 });
      assert.equal(first(answer), '6 calls took far longer than their tools usually do: 12.0 s more.');
      assert.equal(answer.findings[0]?.detail, 'Most of all read_file slow-0.ts with 2.0 s, where 0.01 s is usual. Something else may have kept the computer busy, or the call had more to do.');
    });

    it('leads into the chats of agents that were waited for, but counts their time once', async () => {
      const chat = new WrittenChat(store).run().turn().model();
      const spawn = chat.call('spawn_subagent', 'audit', { ms: 20_000 });
      const agent = new WrittenChat(store, 2).run(chat.parentOf(spawn, 'Audit')).turn().model({ duration_ms: 3_000 });
      const inner = agent.call('spawn_subagent', 'look', { ms: 12_000 });
      const nested = new WrittenChat(store, 3).run(agent.parentOf(inner, 'Look')).turn().model({ duration_ms: 11_000 }).endTurn().endRun();
      await agent.endTurn().endRun().stored();
      await nested.stored();
      const answer = await ask('slow', chat.endTurn().endRun());
      assert.deepEqual([answer.basis, sum(answer.shares)], ['1 turn, 2 calls, 2 agents', 21_000]);
      assert.deepEqual(answer.findings[0], {
        title: '1 agent was waited for: 20.0 s in all.',
        detail: 'The longest was “Audit” with 20.0 s. In it spawn_subagent look took 12.0 s. Open its trace to see where its time went.',
        share: 20 / 21,
        at: [
          { chat_id: chat.id, turn_number: 1, trace_id: spawn, label: 'spawn_subagent audit, 20.0 s' },
          { chat_id: agent.id, turn_number: 1, trace_id: inner, label: 'spawn_subagent look, 12.0 s' },
        ],
      });
    });

    it('counts what goes on until now, and what was cut off until it was last heard of', async () => {
      const chat = new WrittenChat(store).run().turn().model().asks('Run npm test', 0, null);
      const now = chat.at + 9_000_000;
      assert.equal((await ask('slow', chat, {}, now)).headline, '90 % of 10.0 s was waiting for you: 1 approval.');
      assert.match((await ask('slow', chat, {}, now)).findings[0]?.detail ?? '', /One still waits for your answer\.$/);
      assert.equal((await ask('slow', chat)).headline, '50 % of 1.0 s was waiting for the first token of 1 model call.');
    });
  });

  it('counts only the last turn as one that may go on', async () => {
    const chat = new WrittenChat(store).run().turn().model().asks('Run npm test', 0, null).run().turn().model();
    assert.equal((await ask('slow', chat, {}, chat.at + 3_000_000)).headline, '60 % of 5.0 s was neither the model nor a tool: BooCode itself and its disk.');
  });

  it('counts nothing until now that an earlier run left open', async () => {
    const cut = new WrittenChat(store).run().turn().model().asks('Run npm test', 0, null);
    const from = cut.pass(3_600_000).run().at;
    const answer = '50 % of 1.0 s was waiting for the first token of 1 model call.';
    assert.equal((await ask('slow', cut, {}, from + 1_000_000)).headline, answer);
    cut.turn().model();
    assert.equal((await ask('slow', cut, { turn_number: 1 }, from + 9_000_000)).headline, answer);
  });

  it('leads to the turns in which nothing is known to have gone on', async () => {
    const chat = new WrittenChat(store).run().turn().model().endTurn().turn().model().pass(3_000).endTurn().turn().model().pass(9_000).endTurn().endRun();
    const { findings } = await ask('slow', chat);
    assert.deepEqual([findings[0]?.title, findings[0]?.at.map(({ turn_number, label }) => [turn_number, label])], ['12.0 s went by between the calls.', [[3, 'Turn 3, 9.0 s'], [2, 'Turn 2, 3.0 s']]]);
  });

  describe('expensive', () => {
    const priced = (input: number, output = 0, reasoning = 0, cache_read = 0): object => ({ usage: used(input, output, reasoning, cache_read), prices, cost_usd: (input + 0.1 * cache_read + 4 * (output + reasoning)) / 1_000_000 });

    const request = (shared_bytes: number, changed: 'tools' | null): object => ({ request: { bytes: 100_000, tools_bytes: 1_000, system_bytes: 500, opening: 'a', previous: uuid(7), shared_bytes, changed, idle_ms: 10 } });

    it('splits the money into shares that add up where all of it is known', async () => {
      const chat = new WrittenChat(store).run().turn().model(priced(60_000, 5_000, 1_000, 100_000)).endTurn().turn().model(priced(6_000)).endTurn().endRun();
      const turn = (turn_number: number, label: string): object => ({ chat_id: chat.id, turn_number, trace_id: null, label });
      assert.deepEqual(rounded(await ask('expensive', chat)), {
        question: 'expensive',
        headline: '66 % of $0.10 was input that no cache held, in 2 model calls.',
        basis: '2 turns, 0 calls',
        shares: [
          { label: 'Fresh input', amount: 0.066, figure: '$0.0660', share: 0.66, kind: 'fresh' },
          { label: 'Cached input', amount: 0.01, figure: '$0.0100', share: 0.1, kind: 'cached' },
          { label: 'Output', amount: 0.02, figure: '$0.0200', share: 0.2, kind: 'output' },
          { label: 'Reasoning', amount: 0.004, figure: '$0.0040', share: 0.04, kind: 'reasoning' },
        ],
        findings: [
          { title: 'Turn 1 came to $0.0940.', detail: '160K tokens went in, 100K of them from the cache, and 6K came out. Next is turn 2 with $0.0060.', share: 0.94, at: [turn(1, 'Turn 1, $0.0940'), turn(2, 'Turn 2, $0.0060')] },
          { title: 'Reasoning came to $0.0040.', detail: '1K tokens, 17 % of all that came out. The setting boocode.reasoning makes a model think less.', share: 0.04, at: [turn(1, 'Turn 1, $0.0040')] },
        ],
      });
    });

    it('splits what a call came to, also where that is not its prices, as at a dearer hour', async () => {
      const chat = new WrittenChat(store).run().turn().model({ ...priced(60_000, 10_000), cost_usd: 0.2 }).endTurn().endRun();
      assert.deepEqual((await ask('expensive', chat)).shares.map(({ figure }) => figure), ['$0.12', '$0.0800']);
    });

    it('knows of the turn before what the caches of one turn are compared with', async () => {
      const chat = new WrittenChat(store).run().turn().model({ ...priced(100_000), llm_call_id: uuid(7), model: 'another' }).endTurn();
      chat.turn().model({ ...priced(100_000), ...request(100_000, null), segments: [{ segment_name: 'history', hit_tokens: 0, miss_tokens: 100_000 }] }).endTurn();
      const { findings } = await ask('expensive', chat, { turn_number: 2 });
      assert.match(findings[0]?.detail ?? '', /another model, or another reasoning, was chosen/);
    });

    it('compares tokens where a price is unknown, and counts what was not said as an estimate', async () => {
      const chat = new WrittenChat(store).run().turn().model(priced(1_000)).endTurn();
      chat.turn().model({ usage: null, estimated_tokens: 3_000, cost_usd: null }).endTurn();
      const answer = await ask('expensive', chat);
      assert.deepEqual(
        { headline: answer.headline, shares: answer.shares, titles: answer.findings.map(({ title }) => title) },
        {
          headline: '75 % of 4K tokens were estimated, since the API did not say, in 2 model calls.',
          shares: [
            { label: 'Fresh input', amount: 1_000, figure: '1K tokens', share: 0.25, kind: 'fresh' },
            { label: 'Not said by the API (estimate)', amount: 3_000, figure: '3K tokens', share: 0.75, kind: 'fresh' },
          ],
          titles: ['Turn 2 came to 3K tokens.', '1 model call did not say what it used.', 'The price of 1 of 2 model calls is unknown, so tokens are compared.'],
        },
      );
    });

    it('compares tokens where what a call came to is known and its prices are not', async () => {
      const chat = new WrittenChat(store).run().turn().model(priced(1_000)).endTurn().turn().model({ usage: used(3_000), cost_usd: 0.5 }).endTurn();
      assert.equal((await ask('expensive', chat)).headline, '100 % of 4K tokens were input that no cache held, in 2 model calls.');
    });

    it('counts a long result until a summary took its place', async () => {
      const chat = new WrittenChat(store).run().turn().model(priced(1_000));
      const read = chat.call('read_file', 'big.log', { text: 'x'.repeat(40_000) });
      for (let n = 0; n < 6; n++) chat.endTurn().turn().model(n === 2 ? { ...priced(11_000), purpose: 'compaction' } : priced(11_000));
      const { findings } = await ask('expensive', chat.endTurn());
      assert.deepEqual(findings.find(({ title }) => title.startsWith('What ')), {
        title: 'What read_file big.log gave (39.1 KB) went out again with 3 later requests: about 30K tokens.',
        detail: 'An estimate at 4 bytes a token, as if none had been left out meanwhile. Reading a part, or searching, sends less.',
        share: 30 / 67,
        at: [{ chat_id: chat.id, turn_number: 1, trace_id: read, label: 'read_file big.log, 39.1 KB, 3 times' }],
      });
    });

    const scenarios: [what: string, write: (chat: WrittenChat) => void, finding: string][] = [
      ['the turn that cost most', (chat) => chat.model(priced(1_000)).endTurn().turn().model(priced(90_000)), 'Turn 2 came to $0.0900.'],
      ['what a cache did not give', (chat) => chat.model({ ...priced(100_000), ...request(100_000, null), segments: [{ segment_name: 'history', hit_tokens: 0, miss_tokens: 100_000 }] }), '100K tokens were read anew although they had been sent before: $0.0900 more than from a cache.'],
      ['reasoning', (chat) => chat.model(priced(1_000, 10, 20_000)), 'Reasoning came to $0.0800.'],
      ['failed calls', (chat) => chat.model({ ...priced(50_000), error: busy }), '1 model call failed and still came to $0.0500.'],
      ['summaries', (chat) => chat.model({ ...priced(50_000), purpose: 'compaction' }), '1 summary to make room came to $0.0500.'],
      ['long results that were sent again', (chat) => {
        chat.model(priced(1_000)).call('read_file', 'big.log', { text: 'x'.repeat(400_000) });
        for (let n = 0; n < 4; n++) chat.endTurn().turn().model(priced(110_000));
      }, 'What read_file big.log gave (390.6 KB) went out again with 4 later requests: about 400K tokens.'],
      ['reads made again', (chat) => {
        chat.model(priced(40_000));
        for (let n = 0; n < 8; n++) chat.call('read_file', 'a.ts', { text: 'x'.repeat(8_000) });
      }, '7 reads had been made before with the same arguments.'],
    ];
    for (const [what, write, finding] of scenarios) {
      it(`finds ${what}`, async () => {
        const chat = new WrittenChat(store).run().turn();
        write(chat);
        const answer = await ask('expensive', chat.endTurn().endRun());
        assert.equal(first(answer), finding);
        assert.ok(Math.abs(answer.shares.reduce((all, { share }) => all + share, 0) - 1) < 1e-9);
      });
    }

    it('counts agents, by name', async () => {
      const chat = new WrittenChat(store).run().turn().model(priced(10_000));
      const spawn = chat.call('spawn_subagent', 'audit');
      await chat.endTurn().endRun().stored();
      const agents = [2, 3].map((n) => new WrittenChat(store, n).run(chat.parentOf(n === 2 ? spawn : null, `Agent ${n}`)).turn().model(priced(n * 20_000)).endTurn().endRun());
      for (const agent of agents) await agent.stored();
      const { findings } = await ask('expensive', chat);
      assert.deepEqual({ ...findings[0], share: findings[0]?.share?.toFixed(6) }, {
        title: '2 agents came to $0.10.',
        detail: 'Most of it went to “Agent 3” with $0.0600 and “Agent 2” with $0.0400.',
        share: (0.1 / 0.11).toFixed(6),
        at: [3, 2].map((n) => ({ chat_id: uuid(n * 1_000_000), turn_number: 1, trace_id: null, label: `Agent ${n}, $0.0${n * 2}00` })),
      });
      // The one that no call started belongs to no turn.
      assert.equal((await ask('expensive', chat, { turn_number: 1 })).basis, '1 turn, 1 call, 1 agent');
    });

    it('does not make an amount of nothing', async () => {
      const chat = new WrittenChat(store).run().turn().model({ usage: null, error: busy, cost_usd: 0 }).endTurn().endRun('failed', busy);
      assert.deepEqual(await ask('expensive', chat), { question: 'expensive', headline: '1 model call came to nothing: none is known to have used any tokens.', basis: '1 turn, 0 calls', shares: [], findings: [] });
    });
  });

  describe('failed', () => {
    const titles = ({ headline, findings }: WhyAnswer): string[] => [headline, ...findings.map(({ title }) => title)];
    const loop = { code: 'repeated_call', message: 'The run was stopped: the model made the same call 8 times in a row.', next_step: 'Say what to do instead.' };
    const scenarios: [what: string, write: (chat: WrittenChat) => void, told: string[]][] = [
      ['that nothing did', (chat) => void (chat.call('read_file', 'a.ts'), chat.endTurn().endRun()), ['Nothing failed: the run ended when the model had given its answer; the one call that was made did not fail.']],
      ['what was got over', (chat) => void (chat.call('read_file', 'a.ts', { error: 'There is no file a.ts.' }), chat.call('read_file', 'b.ts'), chat.endTurn().endRun()), ['Nothing failed: the run ended when the model had given its answer; 1 of 2 calls failed on the way, and it went on.', '1 call failed on the way.']],
      ['an error of the model', (chat) => chat.endTurn().turn().model({ error: busy, usage: null }).endTurn().endRun('failed', busy), ['The run failed in turn 2: The server is busy.', 'The server is busy.']],
      ['errors of the model before the last', (chat) => chat.endTurn().turn().model({ error: { ...busy, code: 'rate_limited' } }).endTurn().turn().model({ error: busy }).endTurn().endRun('failed', busy), ['The run failed in turn 3: The server is busy.', 'The server is busy.', '2 model calls failed: rate_limited and server.']],
      ['the same error again', (chat) => void (chat.call('edit_file', 'a.ts', { error: 'The text was not found.' }), chat.call('edit_file', 'a.ts', { error: 'The text was not found.' }), chat.endTurn().endRun('failed', loop)), ['The run failed in turn 1: The run was stopped: the model made the same call 8 times in a row.', loop.message, 'edit_file a.ts failed 2 times with the same error.']],
      ['what a person did not allow', (chat) => void (chat.asks('Run npm test', 10, 'deny').call('run_command', 'npm test', { outcome: 'denied', error: 'Not allowed.' }), chat.endTurn().endRun()), ['Nothing failed: the run ended when the model had given its answer; the one call that was made did not fail.', '1 call was not allowed, by you.']],
      ['what the mode did not allow', (chat) => void (chat.call('run_command', 'npm test', { outcome: 'denied', error: 'Not allowed.' }), chat.endTurn().endRun()), ['Nothing failed: the run ended when the model had given its answer; the one call that was made did not fail.', '1 call was not allowed, by the approval mode.']],
      ['calls that could not be read', (chat) => void (chat.call('edit_file', '', { error: 'The arguments of edit_file were not valid JSON, so nothing was run (x).' }), chat.endTurn().endRun('failed', { code: 'malformed_calls', message: 'No call could be read.', next_step: 'Choose another model.' })), ['The run failed in turn 1: No call could be read.', 'No call could be read.', '1 call could not be read, so nothing was run for it.']],
      ['a stop', (chat) => void (chat.call('run_command', 'npm test', { outcome: 'cancelled', error: 'Stopped.' }), chat.endTurn().endRun('stopped')), ['The run was stopped in turn 1, by a person or because the window closed; the one call that was made did not fail.', '1 call was ended before it was done.']],
      ['an interruption', (chat) => void (chat.call('run_command', 'npm test', { outcome: 'interrupted', error: 'Unknown.' }), chat.endRun('interrupted', { code: 'interrupted', message: 'BooCode stopped while this run was going on.', next_step: 'Send a message to go on.' })), ['The run was interrupted in turn 1: BooCode itself ended while it went on.', 'BooCode stopped while this run was going on.', '1 call was cut off, and what became of it is unknown.']],
      ['a limit', (chat) => chat.endTurn().endRun('limit_reached', { code: 'max_turns', message: 'The run stopped after 1 turn, its limit.', next_step: 'Raise the limit to go on.' }), ['The run reached a limit in turn 1: The run stopped after 1 turn, its limit.', 'The run stopped after 1 turn, its limit.']],
      ['a run that goes on', (chat) => void chat.call('read_file', 'a.ts', { outcome: 'running' }), ['The run has no end yet; the one call that was made did not fail.']],
      ['a check that was given up', (chat) => void (chat.call('auto_fix', 'npm test', { input: { round: 3 }, output: { text: '2 problems.', summary: 'failed' } }), chat.endTurn().endRun()), ['Nothing failed: the run ended when the model had given its answer; the one call that was made did not fail.', 'The last check, npm test, still failed: round 3 of auto-fix.']],
      ['no fault in a check that passed', (chat) => void (chat.call('auto_fix', 'npm test', { input: { round: 3 }, output: { text: 'Passed.', summary: 'passed' } }), chat.endTurn().endRun()), ['Nothing failed: the run ended when the model had given its answer; the one call that was made did not fail.']],
    ];
    for (const [what, write, told] of scenarios) {
      it(`tells ${what}`, async () => {
        const chat = new WrittenChat(store).run().turn().model();
        write(chat);
        assert.deepEqual(titles(await ask('failed', chat)), told);
      });
    }

    it('looks at the last run of a chat, at the run that is asked for, or at one turn of it', async () => {
      const chat = new WrittenChat(store).run().turn().model();
      const bad = chat.call('read_file', 'a.ts', { error: 'There is no file a.ts.' });
      chat.endTurn().turn().model({ error: busy }).endTurn().endRun('failed', busy);
      const failedRun = chat.runId;
      chat.run().turn().model().endTurn().endRun();
      assert.equal((await ask('failed', chat)).headline, 'Nothing failed: the run ended when the model had given its answer; no tool was called.');
      assert.deepEqual([(await ask('failed', chat, { run_id: failedRun })).headline, (await ask('failed', chat, { run_id: failedRun })).basis], ['The run failed in turn 2: The server is busy.', '2 turns, 1 call']);
      assert.deepEqual(await ask('failed', chat, { turn_number: 1 }), {
        question: 'failed',
        headline: 'The run went on after this turn; the one call that was made failed, and it went on.',
        basis: '1 turn, 1 call',
        shares: [],
        findings: [{ title: '1 call failed on the way.', detail: 'The last one was read_file a.ts in turn 1: There is no file a.ts.', share: null, at: [{ chat_id: chat.id, turn_number: 1, trace_id: bad, label: 'read_file a.ts' }] }],
      });
      assert.equal((await ask('failed', chat, { turn_number: 2 })).headline, 'The run failed in turn 2: The server is busy.');
    });

    it('tells of agents that did not end well, and leads to them', async () => {
      const chat = new WrittenChat(store).run().turn().model();
      const spawn = chat.call('spawn_subagent', 'audit');
      const agent = new WrittenChat(store, 2).run(chat.parentOf(spawn, 'Audit')).turn().model({ error: busy }).endTurn().endRun('failed', busy);
      await agent.stored();
      const { findings } = await ask('failed', chat.endTurn().endRun());
      assert.deepEqual(findings, [{ title: '1 agent did not end well.', detail: '“Audit” failed: The server is busy.', share: null, at: [{ chat_id: agent.id, turn_number: 1, trace_id: null, label: 'Audit, failed' }] }]);
    });
  });

  for (const [question, headline] of [
    ['slow', 'No turn has been made here yet, so nothing took time.'],
    ['expensive', 'No model call has been made here yet, so nothing was spent.'],
    ['failed', 'Nothing has been run here yet, so nothing failed.'],
  ] as const) {
    it(`answers "${question}" of a chat in which nothing has happened`, async () => {
      const chat = new WrittenChat(store).record({ type: 'message:queued', message_id: uuid(5), text: 'go' });
      assert.deepEqual(await ask(question, chat), { question, headline, basis: '0 turns, 0 calls', shares: [], findings: [] });
    });

    it(`refuses to answer "${question}" of a chat or a run that is not there`, async () => {
      const chat = new WrittenChat(store).run();
      await assert.rejects(ask(question, chat, { run_id: uuid(9) }), (error) => error instanceof QueryError && error.code === 'bad_request');
      await assert.rejects(whyAnswer(store, question, { chat_id: uuid(8) }), (error) => error instanceof QueryError && error.code === 'chat_not_found');
    });
  }

  it('fits into one message however long the texts are', async () => {
    const long = '\u0001字'.repeat(5_000);
    const chat = new WrittenChat(store).run().turn();
    for (let n = 0; n < 30; n++) chat.model({ error: { ...busy, code: long, message: long } }).asks(long, 1_000, 'deny').call(long, long, { ms: 5_000, error: long, outcome: n % 2 ? 'error' : 'denied' });
    chat.endTurn().endRun('failed', { code: long, message: long, next_step: long });
    for (const question of ['slow', 'expensive', 'failed'] as const) {
      const answer = await ask(question, chat);
      assert.ok(wireBytes(answer) <= 60 * 1024, `${question}: ${wireBytes(answer)} bytes`);
      assert.ok(answer.findings.length > 0);
    }
  });
});
