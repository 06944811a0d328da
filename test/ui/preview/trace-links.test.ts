import assert from 'node:assert/strict';
import type { ChatEvent } from '../../../shared/messages/chat';
import type { SequencedEvent } from '../../../shared/events';
import type { PreviewPage } from './open-preview';
import { SampleChat, sampleId, sampleSummary } from './sample-events';
import { opened, status } from './scene-parts';
import { usePreview } from './use-preview';

const chat_id = sampleId(1);

describe('links between the chat and the traces', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;

  async function show(events: readonly SequencedEvent[], options: { first_seq?: number; reducedMotion?: boolean } = {}): Promise<void> {
    const { first_seq = 1, reducedMotion = false } = options;
    open = await preview.open({ view: 'chat', width: 320, height: 500, reducedMotion });
    const shown = events.filter(({ seq }) => seq >= first_seq);
    await open.say(status(), { type: 'reset', chat: sampleSummary('done'), first_seq, more_before: first_seq > 1 });
    for (let from = 0; from < shown.length; from += 500) await open.say({ type: 'events', chat_id, events: shown.slice(from, from + 500), summary: sampleSummary('done') });
  }

  const reveal = (turn_number: number, trace_id: string | null): ChatEvent => ({ type: 'reveal', chat_id, turn_number, trace_id });
  const sent = async (): Promise<unknown[]> => (await open.commands()).slice(1);
  const requests = async (): Promise<unknown[]> => (await open.sent()).flatMap((message) => (message.kind === 'request' ? [message.params] : []));

  /** The row that has the focus, once it is marked: what it says, and whether all of it is in sight. */
  async function revealed(): Promise<{ text: string; inSight: boolean; isFocused: boolean }> {
    await open.page.locator('.revealed').waitFor();
    // Rows above get their true heights in the frames after.
    await open.say();
    return open.page.evaluate(() => {
      const row = document.querySelector('.revealed');
      const box = row?.getBoundingClientRect();
      const scroller = document.querySelector('.scroller')?.getBoundingClientRect();
      const inSight = box !== undefined && scroller !== undefined && box.top >= scroller.top && box.bottom <= scroller.bottom;
      return { text: (row?.textContent ?? '').trim(), inSight, isFocused: document.activeElement === row };
    });
  }

  /** Turns of one answer and two calls each; which calls they were. */
  function turns(count: number, tool_name = 'run_command'): { chat: SampleChat; traces: string[] } {
    const chat = new SampleChat();
    const traces: string[] = [];
    chat.user('go on');
    chat.startRun();
    for (let turn = 1; turn <= count; turn++) {
      chat.answer(`Answer ${turn}.`);
      for (const part of ['a', 'b']) {
        const call = chat.startTool({ tool_name, subject: `step-${turn}-${part}` });
        call.finish();
        traces.push(call.trace_id);
      }
    }
    chat.endRun('done');
    return { chat, traces };
  }

  it('leads from the details of a call to its row in the traces, with the keyboard', async () => {
    const { chat, traces } = turns(3);
    await show(chat.events);
    await open.page.locator('.tool-row', { hasText: 'step-2-b' }).press('Enter');
    await open.page.getByRole('button', { name: 'Show in Traces' }).press('Enter');
    assert.deepEqual(await sent(), [{ type: 'show_in_traces', chat_id, turn_number: 2, trace_id: traces[3] }]);
  });

  it('offers no trace of a call that waits for its approval, since there is none yet', async () => {
    const chat = new SampleChat();
    chat.user('go on');
    chat.startRun();
    chat.answer('I run it.');
    chat.ask('run_command', 'Run npm test', { kind: 'command', argv: ['npm', 'test'], cwd: '.' });
    open = await preview.open({ view: 'chat', width: 320 });
    await open.say(status(), ...opened(chat.events, 'awaiting_input'));
    await open.page.locator('.tool-row').press('Enter');
    await open.page.locator('.tool-details').waitFor();
    assert.equal(await open.page.getByRole('button', { name: 'Show in Traces' }).count(), 0);
  });

  it('leads from what was used to the turn in the traces, and puts the panel away', async () => {
    const { chat } = turns(3);
    await show(chat.events);
    await open.page.locator('.context-use').press('Enter');
    await open.page.getByRole('button', { name: 'Show Turn in Traces' }).press('Enter');
    assert.deepEqual(await sent(), [{ type: 'show_in_traces', chat_id, turn_number: 3, trace_id: null }]);
    assert.equal(await open.page.locator('.usage-popover').count(), 0);
  });

  it('shows a call far above what is rendered, focused and marked for a moment, and leaves the end', async () => {
    const { chat, traces } = turns(400);
    await show(chat.events);
    assert.equal(await open.page.locator('.tool-row', { hasText: 'step-20-a' }).count(), 0);
    await open.say(reveal(20, traces[38] ?? ''));
    assert.deepEqual(await revealed(), { text: 'run_commandstep-20-a0.01 sDone', inSight: true, isFocused: true });
    await open.page.getByRole('button', { name: 'Jump to Latest' }).waitFor();
    await open.page.locator('.revealed').waitFor({ state: 'detached' });
  });

  it('opens the group that folds the call', async () => {
    const chat = new SampleChat();
    chat.user('read');
    chat.startRun();
    chat.answer('I read them.');
    const calls = Array.from({ length: 12 }, (_, index) => chat.startTool({ tool_name: 'read_file', subject: `src/${index}.ts` }));
    for (const call of calls) call.finish();
    await show(chat.events);
    await open.say(reveal(1, calls[7]?.trace_id ?? ''));
    assert.deepEqual(await revealed(), { text: 'read_filesrc/7.ts0.01 sDone', inSight: true, isFocused: true });
  });

  it('shows the beginning of a turn', async () => {
    const { chat } = turns(60);
    await show(chat.events);
    await open.say(reveal(7, null));
    assert.deepEqual(await revealed(), { text: 'Answer 7.', inSight: true, isFocused: true });
  });

  it('shows the check of auto-fix that a row of the traces stands for', async () => {
    const chat = new SampleChat();
    chat.user('fix');
    chat.startRun();
    chat.answer('Done.');
    const check = chat.check(1, ['npx', 'tsc']);
    check.finish({ result: 'passed', text: 'No problems.' });
    await show(chat.events);
    await open.say(reveal(1, check.check_id));
    assert.match((await revealed()).text, /^auto-fix/);
  });

  it('loads what is above until the place is there, asking no more than needed', async () => {
    const { chat, traces } = turns(100);
    const first_seq = chat.events.length - 20;
    await show(chat.events, { first_seq });
    await open.answer('events_before', { events: chat.events.slice(0, first_seq - 1), more_before: false });
    await open.say(reveal(5, traces[8] ?? ''));
    assert.deepEqual(await revealed(), { text: 'run_commandstep-5-a0.01 sDone', inSight: true, isFocused: true });
    assert.deepEqual(await requests(), [{ chat_id, before_seq: first_seq, limit: 200 }]);
  });

  it('takes a turn that begins above what is loaded from its beginning', async () => {
    const { chat } = turns(10);
    const answer = chat.events.find((event) => event.type === 'message:assistant' && event.turn_number === 8);
    assert.ok(answer);
    const first_seq = answer.seq + 1;
    await show(chat.events, { first_seq });
    await open.answer('events_before', { events: chat.events.slice(0, first_seq - 1), more_before: false });
    await open.say(reveal(8, null));
    assert.equal((await revealed()).text, 'Answer 8.');
  });

  it('says so when there is no such place, and shows nothing', async () => {
    const { chat } = turns(3);
    await show(chat.events);
    await open.say(reveal(9, sampleId(9_999)));
    await open.page.locator('.problem', { hasText: 'This place has no row in the conversation.' }).waitFor();
    assert.equal(await open.page.locator('.revealed').count(), 0);
  });

  it('says so when what is above cannot be read', async () => {
    const { chat } = turns(3);
    await show(chat.events, { first_seq: 10 });
    await open.answer('events_before', { failed: { code: 'unavailable', message: 'The storage cannot be read.' } });
    await open.say(reveal(1, sampleId(9_999)));
    await open.page.locator('.problem', { hasText: 'The storage cannot be read.' }).waitFor();
  });

  it('gives up after a bounded number of pages, and says where else the call is', async () => {
    const { chat } = turns(3);
    await show(chat.events, { first_seq: 10 });
    // A host that always has more.
    await open.answer('events_before', { events: [chat.events[8]], more_before: true });
    await open.say(reveal(1, sampleId(9_999)));
    await open.page.locator('.problem', { hasText: 'This place is too far up in the conversation to be loaded here.' }).waitFor();
    assert.equal((await requests()).length, 300);
  });

  it('moves nothing where less motion is wanted', async () => {
    const { chat, traces } = turns(60);
    await show(chat.events, { reducedMotion: true });
    await open.say(reveal(7, traces[13] ?? ''));
    await revealed();
    const style = await open.page.locator('.revealed').evaluate((row) => [getComputedStyle(row).animationName, getComputedStyle(row).transitionDuration]);
    assert.deepEqual(style, ['none', '0s']);
  });
});
