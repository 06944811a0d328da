// Scenes of what a person sees of the model call: how long it is waited for, what it used and cost, which limit ended
// it, what was sent along, and what was left out to make room.
import type { ReachedLimit, Spent } from '../../../shared/budgets';
import type { RunError, SequencedEvent, TransientEvent } from '../../../shared/events';
import type { ChatEvent, HostStatus } from '../../../shared/messages/chat';
import { unknownFacts } from '../../../shared/model-facts';
import { noBudgets, nothingSpent } from '../../../shared/spent-math';
import { SampleChat, sampleStart } from './sample-events';
import { chat_id, opened, status } from './scene-parts';

const factsText = `<project_facts>
From the user's editor, as this message was written; the user did not type it.

## AGENTS.md
- Run \`npm test\` before you say that it works.
- Amounts are cents, never floating point.

## Open files
src/cart.ts (active)
src/checkout.ts
test/cart.test.ts

## Selection in src/cart.ts, lines 3-6
export function cartTotal(items: Item[], discount: number): number {
  const sum = items.reduce((total, item) => total + item.price * item.count, 0);
  return sum * (1 - discount);
}
</project_facts>`;

const summary = `The user wants the failing test of the cart fixed.

Done so far:
1. src/cart.ts: the discount is no longer applied twice.
2. test/cart.test.ts has a case for an empty cart.

Open: the rounding in src/checkout.ts.`;

type Answer = Parameters<SampleChat['answer']>[1];

function work(...answers: Answer[]): SampleChat {
  const chat = new SampleChat();
  chat.user('fix the failing test');
  chat.startRun();
  for (const answer of answers.length === 0 ? [{}] : answers) {
    chat.answer('I will look at the test and the code it covers.', answer);
    chat.tool({ tool_name: 'search_files', subject: '"sum("', summary: '3 matches', latency_ms: 42 });
    chat.tool({ tool_name: 'read_file', subject: 'src/cart.ts', summary: '80 lines', latency_ms: 9 });
  }
  return chat;
}

function unpriced(change: Partial<HostStatus>): ChatEvent[] {
  return ended(work({ cost_usd: null }), change, { cost_usd: null });
}

function ended(chat: SampleChat, change: Partial<HostStatus> = {}, last: Answer = {}): ChatEvent[] {
  chat.answer('The discount was applied twice: once in `cartTotal` and again in `checkout`.', last);
  chat.endRun('done');
  return [status(change), ...opened(chat.events, 'done')];
}

type ModelStatus = Extract<TransientEvent, { type: 'model:status' }>;

/** `askedBefore`: seconds before the samples begin. */
function asking(change: Partial<ModelStatus>, askedBefore = 0): ChatEvent[] {
  const chat = work();
  const [asked] = chat.add({ type: 'turn:start', turn_number: 2, llm_call_id: chat.id() });
  const early = (event: SequencedEvent): SequencedEvent => (event === asked ? { ...event, at: sampleStart - askedBefore * 1_000_000 } : event);
  const event: ModelStatus = { type: 'model:status', chat_id, status: 'waiting', attempt: 1, retry_at: null, reason: '', code: '', ...change };
  return [status(), ...opened(chat.events.map(early), 'in_progress'), { type: 'transient', events: [event] }];
}

const usd = { turn: 0.05, run: 0.25, chat: 1, day: 5 };
const tokens = { turn: 200_000, run: 1_000_000, chat: 4_000_000, day: 20_000_000 };
const both = (scope: keyof typeof usd): HostStatus['budgets']['run'] => ({ tokens: tokens[scope], usd: usd[scope] });
const allBudgets: HostStatus['budgets'] = { turn: both('turn'), run: both('run'), chat: both('chat'), day: both('day') };
const today: Spent = { tokens: 2_412_000, cost_usd: 0.412, calls: 61, unpriced_calls: 0, estimated_calls: 2 };

function limited(limit: ReachedLimit, code: RunError['code'], message: string, next_step: string): ChatEvent[] {
  const chat = work({ cost_usd: 0.0412, usage: { input: 31_000, cache_read: 61_300, cache_write: 0, output: 4_240, reasoning: 960 } });
  chat.endRun('limit_reached', { code, message, next_step, limit });
  const budgets = limit.unit === 'turns' ? noBudgets : { ...noBudgets, [limit.scope]: { tokens: limit.unit === 'tokens' ? limit.limit : null, usd: limit.unit === 'usd' ? limit.limit : null } };
  return [status({ budgets, ...(limit.scope === 'day' && { spent_today: { ...today, cost_usd: limit.used } }) }), ...opened(chat.events, 'limit_reached')];
}

function budget(scope: ReachedLimit['scope'], unit: 'tokens' | 'usd', limit: number, used: number, words: string): ChatEvent[] {
  return limited({ scope, unit, limit, used }, 'budget', `The limit of ${words}`, 'Raise it to go on.');
}

function withFacts(labels: readonly string[]): ChatEvent[] {
  const chat = new SampleChat();
  chat.user('fix the failing test');
  const kinds = ['instructions', 'open_files', 'selection', 'problems', 'git', 'workspace'] as const;
  chat.add({ type: 'context:facts', text: factsText, facts: labels.map((label, index) => ({ kind: kinds[index] ?? 'git', label, digest: String(index) })) });
  chat.startRun();
  return ended(chat);
}

function pruned(): ChatEvent[] {
  const chat = work({ usage: { input: 8_000, cache_read: 99_000, cache_write: 0, output: 240, reasoning: 60 } });
  chat.add({ type: 'context:pruned', tool_call_ids: Array.from({ length: 34 }, (_, index) => `call_${index}`), tokens_before: 107_300, tokens_after: 38_100 });
  chat.tool({ tool_name: 'run_command', subject: 'npm test', summary: 'exit 0', latency_ms: 3900, text: '2 passing' });
  return [status(), ...opened(chat.events, 'in_progress')];
}

function compacted(): ChatEvent[] {
  const chat = work({ usage: { input: 8_000, cache_read: 99_000, cache_write: 0, output: 240, reasoning: 60 } });
  chat.add({ type: 'context:compacted', text: summary, kept_messages: 4, tokens_before: 812_000, tokens_after: 24_000 });
  chat.add({ type: 'context:facts', text: factsText, facts: [{ kind: 'instructions', label: 'AGENTS.md', digest: 'a' }] });
  return ended(chat);
}

const knownModel: Partial<HostStatus> = {
  model: 'deepseek-flash',
  facts: { context_tokens: 1_000_000, max_output_tokens: 384_000, calls_tools: true, takes_images: true, reasons: true },
};
const unknownModel: Partial<HostStatus> = { provider: 'OpenAI-compatible', model: 'qwen3-coder:30b', facts: unknownFacts, prices: null };

export const modelScenes: Readonly<Record<string, () => ChatEvent[]>> = {
  'waiting-long': () => asking({}, 24),
  'waiting-summary': () => asking({ reason: 'summarising the conversation to make room' }),
  'rate-limited': () => asking({ status: 'retrying', attempt: 2, retry_at: sampleStart + 30_000_000, reason: 'rate limited', code: 'rate_limited' }),
  limit: () => limited({ scope: 'run', unit: 'turns', limit: 50, used: 50 }, 'max_turns', 'The run stopped after 50 turns, its limit.', 'Raise the limit to go on, or send a message.'),
  'limit-turn': () => budget('turn', 'tokens', 100_000, 97_500, '100,000 tokens for one turn stopped the run: 97,500 tokens are used, and the next request with a short answer takes about 98,500 tokens.'),
  'limit-run': () => budget('run', 'tokens', 100_000, 97_500, '100,000 tokens for one run stopped the run: 97,500 tokens are used, and the next request with a short answer takes about 98,500 tokens.'),
  'limit-chat': () => budget('chat', 'usd', 0.05, 0.0412, '$0.0500 for one chat stopped the run: $0.0412 is used, and the next request with a short answer takes about $0.0153.'),
  'limit-day': () => budget('day', 'usd', 1, 0.9912, '$1.00 for one day stopped the run: $0.9912 is used, and the next request with a short answer takes about $0.0153.'),
  'limit-price': () =>
    limited(
      { scope: 'chat', unit: 'usd', limit: 1, used: 0.0412 },
      'price_unknown',
      'The limit of $1.00 for one chat cannot be kept, because nobody told BooCode what qwen3-coder:30b costs. Nothing was sent.',
      'Give its price in the setting boocode.models, remove the limit, or choose another model.',
    ),
  'cost-unknown': () => unpriced(unknownModel),
  'cost-at-least': () => ended(work({ cost_usd: 0.1237 }, { cost_usd: null })),
  'cost-about': () => ended(work({ cost_usd: 0.0237, usage: null }, {})),
  'context-near': () => [status(), ...opened(nearlyFull(), 'done')],
  'nothing-spent': () => [status({ ...knownModel, budgets: { ...noBudgets, chat: both('chat') } }), ...opened([], 'done', 'New chat')],
  'budget-near': () => ended(work({ cost_usd: 0.94 }), { ...knownModel, budgets: allBudgets, spent_today: today }),
  'facts-closed': () => withFacts(['AGENTS.md', '3 open files', 'selection in src/checkout/cart-total.ts', '2 problems', 'git: main, 3 changed files']),
  'facts-open': () => withFacts(['AGENTS.md', '3 open files', 'selection']),
  pruned,
  'compacted-closed': compacted,
  'compacted-open': compacted,
  'usage-open': () => ended(work({ cost_usd: 0.0237 }, {}), { ...knownModel, budgets: allBudgets, spent_today: today }),
  'usage-open-unknown': () => unpriced({ ...unknownModel, budgets: { ...noBudgets, day: { tokens: null, usd: 1 } } }),
  'usage-open-scripted': () => ended(work({ cost_usd: 0 }), { provider: 'Demo', model: 'demo', facts: unknownFacts, prices: null, scripted: true, spent_today: nothingSpent }),
  'no-tools': () => {
    const chat = work();
    chat.endRun('failed', { code: 'no_tools', message: 'The model "gemma3:4b" cannot call tools, so it cannot work on files.', next_step: 'Choose a model that can; many local models say "tools" in their list.' });
    return [status(unknownModel), ...opened(chat.events, 'failed')];
  },
};

function nearlyFull(): SequencedEvent[] {
  const chat = work({ usage: { input: 8_000, cache_read: 106_000, cache_write: 0, output: 2_240, reasoning: 60 } });
  chat.endRun('done');
  return chat.events;
}

/** What is clicked in a scene once it is there. */
export function opensIn(scene: string): string | null {
  if (scene.startsWith('usage-open')) return '.context-use';
  if (scene === 'facts-open') return '.sent-along > .row';
  return scene === 'compacted-open' ? '.room-summary > .row' : null;
}

/** Scenes of the same elements and colours as others: looking for violations in them finds nothing new. */
export const alikeScenes: ReadonlySet<string> = new Set([
  ...['waiting-summary', 'limit-turn', 'limit-chat', 'limit-day', 'cost-at-least', 'cost-about', 'nothing-spent'],
  ...['facts-closed', 'compacted-closed', 'usage-open-scripted', 'no-tools'],
]);
