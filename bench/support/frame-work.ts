// What the main thread of a page works for each frame, in milliseconds: the tasks between one frame and the next, read
// from the browser's own trace. Where there is no GPU a frame rate says little; this does not depend on one.
import type { CDPSession, Page } from 'playwright-core';

type TraceEvent = { name: string; ph: string; ts: number; dur?: number; tdur?: number; pid: number; tid: number; args?: { name?: string } };

const categories = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame', '__metadata'];

/** Work of every frame in which the page had any, while `act` goes on. */
export async function frameWork(page: Page, act: () => Promise<void>): Promise<number[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  // The protocol gives the events of a trace as plain objects.
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { traceConfig: { includedCategories: categories }, transferMode: 'ReportEvents' });
  await act();
  await ended(session);
  return workOf(events);
}

function ended(session: CDPSession): Promise<void> {
  return new Promise((resolve, reject) => {
    session.once('Tracing.tracingComplete', () => resolve());
    session.send('Tracing.end').catch(reject);
  });
}

function workOf(events: readonly TraceEvent[]): number[] {
  const mainThreads = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}:${tid}`));
  const onMain = events.filter(({ pid, tid }) => mainThreads.has(`${pid}:${tid}`));
  const threads = [...mainThreads].map((thread) => onMain.filter(({ pid, tid }) => `${pid}:${tid}` === thread));
  // The page's own thread is the one that has most to do.
  const busiest = threads.sort((a, b) => total(b) - total(a))[0] ?? [];
  const frames = busiest.filter(({ name }) => name === 'BeginMainThreadFrame' || name === 'Frame' || name === 'BeginFrame').map(({ ts }) => ts).sort((a, b) => a - b);
  const tasks = busiest.filter(({ name, ph }) => name === 'RunTask' && ph === 'X').sort((a, b) => a.ts - b.ts);
  const work: number[] = [];
  let task = 0;
  for (let index = 0; index + 1 < frames.length; index++) {
    const [from = 0, to = 0] = [frames[index], frames[index + 1]];
    let sum = 0;
    while ((tasks[task]?.ts ?? Infinity) < from) task++;
    for (; (tasks[task]?.ts ?? Infinity) < to; task++) sum += lasted(tasks[task]) / 1000;
    if (sum > 0) work.push(sum);
  }
  return work;
}

function total(events: readonly TraceEvent[]): number {
  return events.reduce((sum, event) => sum + (event.name === 'RunTask' ? lasted(event) : 0), 0);
}

/** Microseconds of the thread itself, where the browser tells them: what else the machine does is no work of the page. */
function lasted(event: TraceEvent | undefined): number {
  return event?.tdur ?? event?.dur ?? 0;
}
