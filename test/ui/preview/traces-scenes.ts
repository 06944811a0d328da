// Every state of the traces view, as the answers and events a host would give.
import type { Comparison, WhyAnswer } from '../../../shared/trace-answers';
import type { Turn } from '../../../shared/trace-parts';
import type { TracesEvent } from '../../../shared/messages/traces';
import { SampleChat, sampleId, sampleSummary } from './sample-events';
import { sampleAgent, sampleCall, samplePage, sampleRows, sampleTrace, sampleTurn } from './sample-traces';
import type { PreviewPage } from './open-preview';
import { storageSamples } from './scenes';

type Scene = {
  answers?: Record<string, unknown>;
  chats?: 'none' | 'some' | 'silent' | 'live';
  events?: TracesEvent[];
  live?: boolean;
  /** What is done then. */
  act?(page: PreviewPage): Promise<void>;
};

const chat_id = sampleId(1);
/** Only rows in sight are in the page. */
const clickRow = (key: string) => async (page: PreviewPage): Promise<void> => {
  const row = page.page.locator(`[data-key="${key}"]`);
  for (let step = 0; step < 20 && (await row.count()) === 0; step++) {
    await page.page.evaluate(() => document.querySelector('.grid-rows')?.scrollBy(0, 200));
    await page.page.waitForTimeout(50);
  }
  await row.click({ position: { x: 90, y: 12 } });
};
const turnOf = (number: number): string => `turn:${chat_id}:${number}`;
const call = (index: number): string => `call:${sampleId(1000 + index)}`;
const typeFilter = (line: string) => async (page: PreviewPage) => {
  await page.page.getByRole('textbox', { name: 'Filter' }).fill(line);
  await page.page.waitForTimeout(150);
};

/** Turn 3 comes after another model, turn 5 was retried and held back, 6 is unaccounted, 7 failed, 8 was cut off. */
function eventfulTurns(): Turn[] {
  const broken = sampleCall(3);
  const request = broken.request && { ...broken.request, changed: 'history' as const, shared_bytes: 8_900 };
  return [
    sampleTurn(3, { calls: [{ ...broken, request, usage: { input: 5_200, cache_read: 960, cache_write: 0, output: 140, reasoning: 0 } }] }),
    sampleTurn(5, { duration_ms: 14_000, calls: [sampleCall(5, { attempts: 3, retry_ms: 6_200, queued_ms: 1_500, first_token_ms: 7_000, duration_ms: 8_600 })] }),
    sampleTurn(6, { calls: [sampleCall(6, { usage: null, estimated_tokens: 12_400, cost_usd: null, segments: [] })] }),
    sampleTurn(7, { duration_ms: 900, calls: [sampleCall(7, { usage: null, duration_ms: 850, first_token_ms: null, segments: [], error: { code: 'no_balance', message: 'DeepSeek refused: the balance is used up.' } })] }),
    sampleTurn(8, { duration_ms: null, calls: [] }),
  ];
}

const usual = {
  tools: [
    { tool_name: 'read_file', calls: 812, p50_ms: 9, p95_ms: 40 },
    { tool_name: 'run_command', calls: 96, p50_ms: 1_900, p95_ms: 3_000 },
    { tool_name: 'edit_file', calls: 3, p50_ms: 30, p95_ms: 31 },
  ],
};

const at = (index: number, label: string) => [{ chat_id, turn_number: Math.floor(index / 4) + 1, trace_id: sampleId(1000 + index), label }];

const why: Record<'slow' | 'expensive' | 'failed', WhyAnswer> = {
  slow: {
    ...{ question: 'slow', headline: '41 % of 2:10 was waiting for you: 3 approvals.', basis: '10 turns, 40 calls' },
    shares: [
      { label: 'Waiting for you', amount: 53_000, figure: '53.0 s', share: 0.41, kind: 'approval' },
      { label: 'Tools', amount: 39_000, figure: '39.0 s', share: 0.3, kind: 'tool' },
      { label: 'The model writing', amount: 24_000, figure: '24.0 s', share: 0.185, kind: 'generation' },
      { label: 'Waiting for the first token', amount: 13_000, figure: '13.0 s', share: 0.1, kind: 'first_token' },
      { label: 'Between the calls', amount: 700, figure: '0.70 s', share: 0.005, kind: 'other' },
    ],
    findings: [
      { title: 'run_command npm test ran 4 times, 25.6 s in all.', detail: 'Each time took about 6.4 s. A narrower command would tell the same sooner.', share: 0.2, at: [...at(8, 'turn 3, run_command npm test'), ...at(28, 'turn 8, run_command npm test')] },
      { title: 'The model took 0.9 s until its first token, more than for writing in 3 turns.', detail: 'Long requests take longer to begin; 94 % of the input came from the cache.', share: 0.1, at: at(0, 'turn 1') },
    ],
  },
  expensive: {
    ...{ question: 'expensive', headline: '$0.0412 for 10 turns; half of it was input that a cache would have held.', basis: '10 turns, 40 calls' },
    shares: [
      { label: 'Fresh input', amount: 0.021, figure: '$0.0210', share: 0.51, kind: 'fresh' },
      { label: 'Output', amount: 0.012, figure: '$0.0120', share: 0.29, kind: 'output' },
      { label: 'Reasoning', amount: 0.006, figure: '$0.0060', share: 0.15, kind: 'reasoning' },
      { label: 'Cached input', amount: 0.0022, figure: '$0.0022', share: 0.05, kind: 'cached' },
    ],
    findings: [{ title: 'The history changed in turn 3: about 4.1K tokens were paid as new.', detail: 'Room was made in the conversation. It happens once each time it fills the context.', share: 0.3, at: at(8, 'turn 3') }],
  },
  failed: { question: 'failed', headline: 'It did not fail: the run ended as done. 4 calls failed on the way and were recovered.', basis: '10 turns, 40 calls', shares: [], findings: [] },
};

const totals = { title: 'Explain the build', turns: 8, calls: 31, failed: 4, wall_ms: 74_000, model_ms: 31_000, tool_ms: 38_000, waiting_ms: 4_000, tokens: 182_000, cost_usd: 0.051, hit_rate: 0.71 };
const comparison: Comparison = {
  left: totals,
  right: { ...totals, title: 'Fix the failing test', turns: 6, calls: 24, failed: 1, wall_ms: 52_300, tokens: 121_000, cost_usd: 0.0295, hit_rate: 0.93 },
  rows: sampleRows(26).map(({ tool_name, subject, turn_number, id, latency_ms, outcome }, index) => {
    const one = { turn_number, trace_id: id, latency_ms, outcome };
    return { tool_name, subject, left: index % 7 === 3 ? null : one, right: index % 7 === 5 ? null : { ...one, latency_ms: (latency_ms ?? 0) * 0.7 } };
  }),
  total_rows: 26,
};

const cacheBreak = {
  ...{ part: 'history', label: 'message 9, result of read_file src/cart.ts', is_cut: true },
  lines: [
    { kind: 'same', text: 'export function total(cart) {' },
    { kind: 'removed', text: '  return cart.items.reduce((sum, item) => sum + item.price, 0);' },
    { kind: 'added', text: '(This result was left out to make room.)' },
  ],
};

const list = { page: samplePage(40) };
const eventful = { page: { ...samplePage(32), turns: [...samplePage(32).turns.filter(({ turn_number }) => ![3, 5, 6, 7, 8].includes(turn_number)), ...eventfulTurns()], traces: sampleRows(24) } };
const openTrace = (index: number) => ({ trace: sampleTrace(sampleRows(index + 1)[index] ?? sampleRows(1)[0]!), truncated: false });
const agents = [sampleAgent(1, sampleId(1005)), sampleAgent(2, sampleId(1005), { status: 'in_progress', label: 'Write down how the build works' })];

export const tracesScenes: Readonly<Record<string, Scene>> = {
  'traces-loading': { chats: 'silent' },
  'traces-no-chats': { chats: 'none' },
  'traces-empty': { answers: { page: { traces: [], turns: [], next_cursor: null } } },
  'traces-list': { answers: list, chats: 'live', live: true },
  'traces-call': { answers: { ...list, trace: openTrace(4) }, act: clickRow(call(4)) },
  'traces-call-failed': { answers: { ...list, trace: openTrace(5) }, act: clickRow(call(5)) },
  'traces-turn': { answers: list, act: clickRow(turnOf(2)) },
  'traces-eventful': { answers: eventful, events: [{ type: 'dropped_events', chat_id, count: 2 }] },
  'traces-retried': { answers: eventful, act: clickRow(turnOf(5)) },
  'traces-cache-broken': {
    answers: { ...eventful, cache_break: cacheBreak },
    act: async (page) => {
      await clickRow(turnOf(3))(page);
      await page.page.getByRole('button', { name: 'What Changed' }).click();
      await page.page.locator('.diff').waitFor();
    },
  },
  'traces-agents': {
    answers: list,
    events: [{ type: 'agents', chat_id, agents }],
    act: async (page) => {
      await page.page.locator(`[data-key="${call(5)}"]`).press('ArrowRight');
      await page.page.locator('.agent-row').first().press('ArrowRight');
    },
  },
  'traces-filtered': { answers: { ...list, search: { trace_ids: [], next_cursor: null } }, act: typeFilter('is:slow') },
  'traces-filter-wrong': { answers: list, act: typeFilter('slow>soon') },
  'traces-filter-none': { answers: { ...list, search: { trace_ids: [], next_cursor: null } }, act: typeFilter('nothing-like-this') },
  'traces-usual': { answers: { ...list, usual }, act: (page) => page.page.getByRole('button', { name: 'Usual' }).click() },
  ...Object.fromEntries(
    (['slow', 'expensive', 'failed'] as const).map((question): [string, Scene] => [
      `traces-why-${question}`,
      {
        answers: { ...list, why: why[question] },
        act: async (page) => {
          await page.page.getByRole('button', { name: 'Why?' }).click();
          await page.page.getByRole('radio', { name: question === 'failed' ? 'Why did it fail?' : `Why ${question}?` }).click();
          await page.page.locator('.why-headline').waitFor();
        },
      },
    ]),
  ),
  'traces-compare': { answers: { ...list, runs: { runs: [] }, compare: comparison }, act: (page) => page.page.getByRole('button', { name: 'Compare With Another Chat or Run' }).click() },
  'traces-choosing': { answers: list, act: (page) => page.page.getByRole('combobox', { name: 'Chat' }).click() },
  'traces-problem': { answers: list, events: [{ type: 'problem', message: 'The diff of this edit is no longer kept.', next_step: 'Its input is below.' }] },
  'traces-unsaved': { answers: list, events: [{ type: 'storage', storage: storageSamples.unsaved }] },
  'traces-unavailable': { chats: 'silent', events: [{ type: 'storage', storage: storageSamples.unavailable }] },
  'traces-failed': { answers: { page: { failed: { code: 'io', message: 'the store does not answer' } } } },
};

export async function openTracesScene(page: PreviewPage, name: string): Promise<void> {
  const scene = tracesScenes[name];
  if (!scene) throw new Error(`there is no scene ${name}`);
  const answers = { agents: { agents: [], more: false }, ...scene.answers };
  for (const [request, answer] of Object.entries(answers)) await page.answer(request, answer);
  const chats = [sampleSummary(scene.chats === 'live' ? 'in_progress' : 'done'), sampleSummary('done', { chat_id: sampleId(9), title: 'Explain the build' })];
  if (scene.chats === 'none') await page.say({ type: 'chats', chats: [], chat_id: null });
  else if (scene.chats !== 'silent') await page.say({ type: 'chats', chats, chat_id });
  await page.say(...(scene.events ?? []));
  if (scene.live) {
    const chat = new SampleChat();
    for (let turn = 0; turn < 11; turn++) chat.answer('');
    const { events } = chat.startTool({ tool_name: 'run_command', subject: 'npm run build' });
    const frames = events.filter((event) => event.type === 'tool_trace:start');
    await page.say({ type: 'turns', chat_id, turns: [sampleTurn(11, { duration_ms: null, waits: [] })] }, { type: 'frames', chat_id, frames });
  }
  await scene.act?.(page);
}
