// The traces view with 50,000 calls in one chat: what its main thread works for each frame while it is scrolled and while
// 200 calls a second come in, what stands in its page, what it holds, and how long its messages are. The view runs in a
// browser; what it asks for is answered by the extension's own code from a real store.
//   node --import tsx bench/traces.ts [calls] [--json]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { frameForPanel, wireBytes } from '../extension/trace/panel-frames';
import { readTurns, viewerPage } from '../extension/trace/trace-reads';
import { whyAnswer } from '../extension/trace/why/why';
import { compareTraces } from '../extension/trace/compare/compare';
import { Preview, type PreviewPage } from '../test/ui/preview/open-preview';
import { atMost, median, print, progress, quantile, round, type Figure } from './support/figures';
import { frameWork } from './support/frame-work';
import { callsInTurn, longChat, makeLongTrace, turnEvents, type LongTrace } from './support/long-trace';

const { positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const calls = Number(positionals[0] ?? 50_000);
const { chat_id, session_id } = longChat;

let largestMessage = 0;

/** Answers of the host as it gives them in VS Code. */
async function serve(page: PreviewPage, { store }: LongTrace): Promise<void> {
  await page.page.exposeFunction('hostAnswer', async (name: string, params: unknown): Promise<string> => {
    const reply = name === 'page' ? await viewerPage(store, params) : name === 'agents' ? { agents: [], more: false } : { failed: { code: 'unknown_request', message: name } };
    largestMessage = Math.max(largestMessage, wireBytes(reply));
    return JSON.stringify(reply);
  });
  await page.page.evaluate(() => {
    const { host, hostAnswer } = window as unknown as { host: { answers: Record<string, unknown> }; hostAnswer(name: string, params: unknown): Promise<string> };
    for (const name of ['page', 'agents']) host.answers[name] = async (params: unknown) => JSON.parse(await hostAnswer(name, params)) as unknown;
  });
}

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.enable').then(() => session.send('Performance.getMetrics'));
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
}

const domNodes = (page: Page): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length);

/** From the host's word that there is a chat to the first rows on screen. */
async function timeFirstRows(page: PreviewPage): Promise<number> {
  return page.page.evaluate(
    (chats) =>
      new Promise<number>((resolve) => {
        const from = performance.now();
        const look = (): void => {
          if (document.querySelector('.call-row') === null) requestAnimationFrame(look);
          else requestAnimationFrame(() => resolve(performance.now() - from));
        };
        (window as unknown as { host: { say(event: unknown): void } }).host.say(JSON.parse(chats));
        look();
      }),
    JSON.stringify({ type: 'chats', chats: [longChat], chat_id }),
  );
}

async function untilWhole(page: Page, rows: number): Promise<number> {
  const from = performance.now();
  await page.waitForFunction((count) => Number(document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount') ?? 0) > count, rows, { timeout: 120_000, polling: 50 });
  return performance.now() - from;
}

/** `pixels` a frame: a notch of a wheel is 120. */
async function turnWheel(page: Page, pixels: number): Promise<void> {
  await page.mouse.move(500, 400);
  for (let step = 0; step < 200; step++) {
    await page.mouse.wheel(0, step < 150 ? pixels : -pixels);
    await page.waitForTimeout(16);
  }
}

/** Every frame shows other rows altogether, as when the scroll bar is dragged through it all. */
async function dragBar(page: Page): Promise<void> {
  for (let step = 0; step < 120; step++) {
    await page.mouse.wheel(0, step < 90 ? 9_000 : -12_000);
    await page.waitForTimeout(16);
  }
}

/** Ten calls every 50 ms, at the end of a list that is looked at there. */
async function liveAppends(page: PreviewPage, { log, store }: LongTrace, seconds: number): Promise<void> {
  await page.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTo(0, 1e9));
  let turn = calls / callsInTurn;
  const end = performance.now() + seconds * 1000;
  for (let next = performance.now(); performance.now() < end; next += 50) {
    const turns = [turn + 1, turn + 2, turn + 3];
    turn += 3;
    const recorded = log.append(...turns.flatMap(turnEvents));
    await log.durable();
    const frames = recorded.flatMap((event) => (event.type === 'tool_trace:start' || event.type === 'tool_trace:complete' ? [frameForPanel(event)] : []));
    const told = await readTurns(store, chat_id, turn - 3, turn);
    const events = [{ type: 'frames', chat_id, frames }, { type: 'turns', chat_id, turns: told }];
    for (const event of events) largestMessage = Math.max(largestMessage, wireBytes(event));
    await page.page.evaluate((text) => {
      const { host } = window as unknown as { host: { say(event: unknown): void } };
      for (const event of JSON.parse(text) as unknown[]) host.say(event);
    }, JSON.stringify(events));
    await page.page.waitForTimeout(Math.max(0, next + 50 - performance.now()));
  }
}

function workFigures(name: string, work: readonly number[]): Figure[] {
  const of = (share: number): number => round(quantile(work, share));
  return [
    atMost(8, { name: `${name}: work a frame, p95 of ${work.length}`, value: of(0.95), unit: 'ms', spread: `p50 ${of(0.5)}, p99 ${of(0.99)}, longest ${round(Math.max(...work))}` }),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return round(performance.now() - from);
}

async function main(): Promise<void> {
  progress(`writing ${calls} calls`);
  const trace = await makeLongTrace(join(mkdtempSync(join(tmpdir(), 'boo-bench-')), 'store'), calls);
  const preview = await Preview.start();
  try {
    const figures: Figure[] = [];
    const first: number[] = [];
    for (let opening = 0; opening < 5; opening++) {
      const page = await preview.open({ view: 'traces', width: 1200, height: 870 });
      await serve(page, trace);
      first.push(await timeFirstRows(page));
      await page.close();
    }
    figures.push(atMost(200, { name: 'first rows, from the host’s word to the next frame', value: round(median(first)), unit: 'ms', spread: `${round(Math.min(...first))}..${round(Math.max(...first))} (5)` }));
    const page = await preview.open({ view: 'traces', width: 1200, height: 870 });
    const empty = await heapBytes(page.page);
    await serve(page, trace);
    await timeFirstRows(page);
    let whole = 0;
    figures.push(...workFigures('loading all of it', await frameWork(page.page, async () => void (whole = await untilWhole(page.page, calls)))));
    figures.push({ name: 'all of it in the view', value: round(whole), unit: 'ms' });
    figures.push(...workFigures('scrolling, a notch of the wheel a frame', await frameWork(page.page, () => turnWheel(page.page, 120))));
    figures.push(...workFigures('scrolling, three notches a frame', await frameWork(page.page, () => turnWheel(page.page, 360))));
    figures.push(...workFigures('dragging the scroll bar', await frameWork(page.page, () => dragBar(page.page))));
    figures.push(atMost(600, { name: 'elements in the page', value: await domNodes(page.page) }));
    const before = await heapBytes(page.page);
    figures.push(...workFigures('200 calls a second', await frameWork(page.page, () => liveAppends(page, trace, 10))));
    const after = await heapBytes(page.page);
    figures.push(atMost(100, { name: 'heap of the page', value: round(after / 1048576), unit: 'MB', spread: `empty ${round(empty / 1048576)}, loaded ${round(before / 1048576)}` }));
    figures.push(atMost(64, { name: 'longest message', value: round(largestMessage / 1024), unit: 'KB' }));
    figures.push({ name: 'errors of the page', value: page.errors.length });
    for (const question of ['slow', 'expensive', 'failed'] as const) figures.push({ name: `why ${question}`, value: await timed(() => whyAnswer(trace.store, question, { chat_id })), unit: 'ms' });
    const side = { chat_id, run_id: null };
    figures.push({ name: 'compared with itself, first page', value: await timed(() => compareTraces(trace.store, { left: side, right: side, from: 0 })), unit: 'ms' });
    print(`The traces view with ${calls} calls in one chat`, figures, [`session ${session_id.slice(0, 8)}: turns of ${callsInTurn} calls; the view at 1200 x 870 in headless Chromium without a GPU`, 'work: tasks of the page’s main thread between one frame and the next, from the browser’s own trace']);
  } finally {
    await preview.stop();
    await trace.close();
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
