import assert from 'node:assert/strict';
import type { BudgetScope, Budgets, Spent } from '../../shared/budgets';
import { noBudgets, nothingSpent } from '../../shared/spent-math';
import { seededRandom } from '../../test/support/store/seeded-random';
import { DemoProvider } from '../providers/demo';
import type { ModelProvider } from '../providers/model';
import { unknownModel, type KnownModel } from '../providers/models';
import { OpenAICompatibleProvider } from '../providers/openai-compatible';
import { reserveBudget, type BudgetPorts, type BudgetRequest, type Reserved } from './budget';
import { localMidnight } from './local-midnight';
import { Reservations } from './reservations';

const asked: ModelProvider = new OpenAICompatibleProvider({ id: 'openai-compatible', label: 'Server', baseUrl: 'http://127.0.0.1:9/v1', requiresKey: false });
/** What is added to every estimate. */
const slack = 100;
const never = new AbortController().signal;

/** A million tokens cost this much. */
const priced = (input: number, output: number): Partial<KnownModel> => ({
  prices: [{ from: '2020-01-01T00:00:00Z', prices: { input, cacheRead: input / 10, output }, peak: null }],
});
const spent = (tokens: number, cost_usd = 0, unpriced_calls = 0): Spent => ({ ...nothingSpent, tokens, cost_usd, unpriced_calls, calls: 1 });
const limited = (scope: BudgetScope, limit: Partial<Budgets[BudgetScope]>): Budgets => ({ ...noBudgets, [scope]: { tokens: null, usd: null, ...limit } });

type Case = {
  budgets: Budgets;
  chat?: Spent;
  run?: Spent;
  day?: Spent;
  /** What the chat had spent when the turn began; all of it unless told. */
  before?: Spent;
  known?: Partial<KnownModel>;
  provider?: ModelProvider;
  tokens?: number;
};

function portsOf({ budgets, chat = nothingSpent, run = nothingSpent, day = nothingSpent, known, provider = asked }: Case): BudgetPorts {
  return {
    limits: () => ({ maxTurns: 100, budgets }),
    spentInChat: () => chat,
    spentInRun: () => run,
    spentToday: () => Promise.resolve(day),
    reservations: new Reservations(),
    transient: () => undefined,
    provider,
    model: 'm',
    known: { ...unknownModel, ...known },
    nowMicros: () => Date.UTC(2026, 10, 23) * 1000,
  };
}

const requestOf = ({ chat = nothingSpent, before = chat, tokens = 5_000 }: Case): BudgetRequest => ({ chatId: 'c', spentBefore: before, tokens: tokens - slack });

/** The cap of a request that was granted, or the code and the limit of one that was not. */
function outcomeOf(reserved: Reserved): unknown {
  if (reserved.kind === 'granted') return reserved.maxOutputTokens;
  const { code, limit } = reserved.error;
  return [code, limit];
}

const reached = (scope: BudgetScope, unit: 'tokens' | 'usd', limit: number, used: number): unknown => ['budget', { scope, unit, limit, used }];

describe('budgets', () => {
  const cases: [what: string, given: Case, outcome: unknown][] = [
    ['no limit: no cap', { budgets: noBudgets }, null],
    ['a limit beyond what the context has room for: no cap', { budgets: limited('run', { tokens: 135_000 }), known: { max_output_tokens: 64_000, context_tokens: 131_000 }, tokens: 115_000 }, null],
    ['a limit of a turn counts this turn alone', { budgets: limited('turn', { tokens: 9_000 }), chat: spent(70_000) }, 4_000],
    ['what a turn has used before its next request counts', { budgets: limited('turn', { tokens: 9_000 }), chat: spent(70_000), before: spent(69_000) }, 3_000],
    ['a turn too small for its request', { budgets: limited('turn', { tokens: 5_999 }) }, reached('turn', 'tokens', 5_999, 0)],
    ['a turn just large enough', { budgets: limited('turn', { tokens: 6_000 }) }, 1_000],
    ['a limit of a run', { budgets: limited('run', { tokens: 20_000 }), run: spent(12_000), chat: spent(90_000) }, 3_000],
    ['a run at its limit', { budgets: limited('run', { tokens: 20_000 }), run: spent(14_001) }, reached('run', 'tokens', 20_000, 14_001)],
    ['a limit of a chat', { budgets: limited('chat', { tokens: 20_000 }), chat: spent(12_000) }, 3_000],
    ['a chat beyond its limit', { budgets: limited('chat', { tokens: 20_000 }), chat: spent(25_000) }, reached('chat', 'tokens', 20_000, 25_000)],
    ['a limit of a day', { budgets: limited('day', { tokens: 20_000 }), day: spent(12_000) }, 3_000],
    ['a day at its limit', { budgets: limited('day', { tokens: 20_000 }), day: spent(14_500) }, reached('day', 'tokens', 20_000, 14_500)],
    ['the nearest of several limits caps', { budgets: { ...limited('run', { tokens: 20_000 }), chat: { tokens: 15_000, usd: null } }, run: spent(2_000), chat: spent(8_000) }, 2_000],
    ['money of a turn: the input at the full price, the rest for the answer', { budgets: limited('turn', { usd: 0.0175 }), known: priced(1, 5) }, 2_500],
    ['money of a run', { budgets: limited('run', { usd: 1 }), run: spent(0, 0.98), known: priced(1, 5) }, 3_000],
    ['money of a chat', { budgets: limited('chat', { usd: 1 }), chat: spent(0, 0.995), known: priced(1, 5) }, reached('chat', 'usd', 1, 0.995)],
    ['money of a day', { budgets: limited('day', { usd: 1 }), day: spent(0, 0.99), known: priced(1, 5) }, 1_000],
    ['tokens nearer than money', { budgets: limited('run', { usd: 1, tokens: 7_000 }), known: priced(1, 5) }, 2_000],
    ['an unknown price', { budgets: limited('chat', { usd: 1 }) }, ['price_unknown', { scope: 'chat', unit: 'usd', limit: 1, used: 0 }]],
    ['an unknown price and a limit of tokens alone', { budgets: limited('chat', { tokens: 7_000 }) }, 2_000],
    ['a price that was valid later only', { budgets: limited('chat', { usd: 1 }), known: { prices: [{ from: '2027-01-01T00:00:00Z', prices: { input: 1, cacheRead: 1, output: 1 }, peak: null }] } }, ['price_unknown', { scope: 'chat', unit: 'usd', limit: 1, used: 0 }]],
    ['a model that costs nothing, although all is spent', { budgets: limited('chat', { usd: 1 }), chat: spent(0, 2), known: { ...priced(0, 0), max_output_tokens: 8_000 } }, null],
    ['answers that cost nothing', { budgets: limited('chat', { usd: 1 }), known: { ...priced(1, 0), max_output_tokens: 8_000 } }, null],
    ['the demo model, whose price is no question', { budgets: limited('chat', { usd: 0.01 }), provider: new DemoProvider(), known: { max_output_tokens: 8_000 } }, null],
    ['a limit further than the model’s own: no cap', { budgets: limited('run', { tokens: 100_000 }), known: { max_output_tokens: 8_000 } }, null],
    ['a limit nearer than the model’s own', { budgets: limited('run', { tokens: 12_000 }), known: { max_output_tokens: 8_000 } }, 7_000],
    ['a limit beyond what is left of the context: no cap', { budgets: limited('run', { tokens: 50_000 }), known: { context_tokens: 16_000 } }, null],
    ['a model of which nothing is known: an ordinary answer', { budgets: limited('run', { tokens: 90_000 }) }, 32_768],
    ['a model that gives short answers only', { budgets: limited('run', { tokens: 5_400 }), known: { max_output_tokens: 400 } }, null],
    ['a large limit leaves room for other calls', { budgets: limited('run', { tokens: 205_000 }), known: { max_output_tokens: 384_000 } }, 50_000],
  ];
  for (const [what, given, outcome] of cases) {
    it(what, async () => {
      assert.deepEqual(outcomeOf(await reserveBudget(portsOf(given), requestOf(given), never)), outcome);
    });
  }

  it('says which limit, what is used and what the request takes', async () => {
    const told = async (given: Case): Promise<unknown> => {
      const reserved = await reserveBudget(portsOf(given), requestOf(given), never);
      return reserved.kind === 'refused' ? [reserved.error.message, reserved.error.next_step] : null;
    };
    assert.deepEqual(await told({ budgets: limited('run', { tokens: 20_000 }), run: spent(15_000) }), [
      'The limit of 20,000 tokens for one run stopped it: 15,000 tokens are used, and the next request with a short answer takes about 6,000 tokens.',
      'Raise it to go on.',
    ]);
    assert.deepEqual(await told({ budgets: limited('day', { usd: 0.5 }), day: spent(0, 0.495, 1), known: priced(1, 5) }), [
      'The limit of $0.50 for one day stopped the run: at least $0.50 is used, and the next request with a short answer takes about $0.0100.',
      'Raise it to go on.',
    ]);
    assert.deepEqual(await told({ budgets: limited('chat', { usd: 0.5 }) }), [
      'The limit of $0.50 for one chat cannot be kept, because the price of m is not known. Nothing was sent.',
      'Give its price in the setting boocode.models, remove the limit, or choose another model.',
    ]);
  });

  it('counts a limit that was raised with the next request', async () => {
    let budgets = limited('run', { tokens: 100 });
    const ports = { ...portsOf({ budgets }), limits: () => ({ maxTurns: 100, budgets }) };
    assert.equal((await reserveBudget(ports, requestOf({ budgets }), never)).kind, 'refused');
    budgets = limited('run', { tokens: 10_000 });
    assert.equal(outcomeOf(await reserveBudget(ports, requestOf({ budgets }), never)), 5_000);
  });

  it('lets a call wait while only another one on its way is in the way, and ends the wait when it is stopped', async () => {
    const given: Case = { budgets: limited('day', { tokens: 10_000 }) };
    const told: unknown[] = [];
    const ports: BudgetPorts = { ...portsOf(given), transient: (event) => void told.push(event) };
    const first = await reserveBudget(ports, requestOf(given), never);
    const stop = new AbortController();
    const stopped = reserveBudget(ports, requestOf(given), stop.signal);
    const waiting = reserveBudget(ports, { ...requestOf(given), chatId: 'other' }, never);
    stop.abort();
    assert.deepEqual(outcomeOf(await stopped), ['aborted', undefined]);
    const status = { type: 'model:status', status: 'waiting', attempt: 1, retry_at: null, reason: 'waiting for another answer, which may use what a limit leaves', code: '' };
    assert.deepEqual(told, [{ ...status, chat_id: 'c' }, { ...status, chat_id: 'other' }]);
    if (first.kind === 'granted') first.release();
    assert.equal(outcomeOf(await waiting), 5_000, 'the first came to nothing');
  });

  for (const scope of ['chat', 'day'] as const) {
    it(`keeps 50 calls at once within one limit of a ${scope} together, and refuses none that has room`, async () => {
      const random = seededRandom();
      const ticks = async (): Promise<void> => {
        for (let left = random.below(4); left > 0; left--) await new Promise(setImmediate);
      };
      const budgets = limited(scope, { tokens: 400_000, usd: 0.9 });
      const counter = { tokens: 0, cost_usd: 0 };
      const inChat = (): Spent => (scope === 'chat' ? { ...nothingSpent, ...counter } : nothingSpent);
      const ports: BudgetPorts = {
        ...portsOf({ budgets, known: priced(1, 4) }),
        spentInChat: inChat,
        // As a store does: what it answers may be older than what is known when the answer comes.
        spentToday: async () => {
          if (random.below(2) === 0) await ticks();
          const read = { ...nothingSpent, ...counter };
          await ticks();
          return read;
        },
      };
      let granted = 0;
      const caller = async (chatId: string): Promise<void> => {
        for (;;) {
          const tokens = 600 + random.below(4_000);
          await ticks();
          const before = { ...counter };
          const reserved = await reserveBudget(ports, { chatId, spentBefore: inChat(), tokens: tokens - slack }, new AbortController().signal);
          if (reserved.kind === 'refused') {
            const short = [before.tokens, counter.tokens].every((used) => used + tokens + 1_000 <= 400_000) && [before.cost_usd, counter.cost_usd].every((used) => used + (tokens + 4_000) / 1e6 <= 0.9);
            assert.equal(short, false, `seed ${random.seed}: refused although there was room`);
            return;
          }
          granted++;
          await ticks();
          const most = reserved.maxOutputTokens ?? 0;
          const output = random.below(10) === 0 ? most : random.below(Math.min(most, 3_000) + 1);
          counter.tokens += tokens + output;
          counter.cost_usd += (tokens + output * 4) / 1e6;
          reserved.release();
          assert.ok(counter.tokens <= 400_000 && counter.cost_usd <= 0.9 + 1e-9, `seed ${random.seed}: ${JSON.stringify(counter)}`);
        }
      };
      await Promise.all(Array.from({ length: 50 }, (_, n) => caller(scope === 'chat' ? 'c' : `chat ${n % 7}`)));
      assert.ok(granted > 20, `seed ${random.seed}: ${granted} calls were made`);
    });
  }

  it('begins a day at midnight where the person is, also when a clock was put forward', () => {
    for (const [month, day] of [[0, 1], [2, 29], [9, 25], [10, 23]] as const) {
      const midnight = new Date(2026, month, day).getTime() * 1000;
      assert.deepEqual([localMidnight(midnight), localMidnight(midnight + 20 * 3_600_000_000), localMidnight(midnight - 1) < midnight], [midnight, midnight, true]);
    }
  });
});
