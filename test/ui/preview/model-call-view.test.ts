import assert from 'node:assert/strict';
import type { PreviewPage } from './open-preview';
import { modelScenes, opensIn } from './model-scenes';
import { SampleChat, sampleId, sampleStart, sampleSummary } from './sample-events';
import { opened, status } from './scene-parts';
import { usePreview } from './use-preview';

const chat_id = sampleId(1);

describe('the model call in the chat view', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;

  async function show(name: string, width = 280): Promise<void> {
    open = await preview.open({ view: 'chat', width, fixedTime: true });
    await showHere(name);
  }

  /** On the page that is there. */
  async function showHere(name: string): Promise<void> {
    const events = modelScenes[name];
    assert.ok(events, name);
    await open.say({ type: 'reset', chat: null, first_seq: 1, more_before: false }, ...events());
  }

  const focused = (): Promise<string> => open.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? 'nothing');
  const text = async (selector: string): Promise<string> => (await open.page.locator(selector).innerText()).replace(/\s+/g, ' ');
  const sent = async (): Promise<unknown[]> => (await open.commands()).slice(1);
  async function tabTo(name: RegExp): Promise<void> {
    for (let stops = 0; stops < 20 && !name.test(await focused()); stops++) await open.page.keyboard.press('Tab');
    assert.match(await focused(), name);
  }

  it('says how long the model is waited for and why, without moving, and tells a screen reader once', async () => {
    await show('waiting-long', 400);
    assert.equal(await text('.working-line'), 'Waiting for the model · 32 s A model on your own machine may still be loading.');
    assert.equal(await text('[aria-live=polite]:not([role])'), 'A model on your own machine may still be loading.');
    const height = (await open.page.locator('.working-line').boundingBox())?.height;
    await showHere('waiting-summary');
    assert.equal((await open.page.locator('.working-line').boundingBox())?.height, height);
    assert.equal(await text('.working-line'), 'Summarising the conversation to make room');
  });

  it('tells a limit of the service apart, counts down, and is stopped right there by keyboard', async () => {
    await show('rate-limited');
    assert.equal(await text('.working-line'), 'The service limits requests Trying again in 22 s attempt 2 of 6 Stop');
    await open.page.clock.setFixedTime(sampleStart / 1000 + 20_000);
    await open.page.getByText('Trying again in 10 s').waitFor();
    await tabTo(/^Stop$/);
    await open.page.keyboard.press('Enter');
    assert.deepEqual(await sent(), [{ type: 'stop', chat_id }]);
  });

  it('hands the focus of a Stop button that goes to the composer', async () => {
    await show('rate-limited');
    await tabTo(/^Stop$/);
    const [, , , transient] = modelScenes['waiting-long']?.() ?? [];
    assert.ok(transient?.type === 'transient');
    await open.say(transient);
    assert.equal(await focused(), 'Message to BooCode');
    // Not while the person works elsewhere in the window.
    await showHere('rate-limited');
    await tabTo(/^Stop$/);
    await open.page.evaluate(() => (document.hasFocus = () => false));
    await open.say(transient);
    assert.notEqual(await focused(), 'Message to BooCode');
  });

  it('opens what was used with the keyboard, leads to model and limits, and gives the focus back on Esc', async () => {
    await show('usage-open');
    await tabTo(/^Usage: context 12\.3K \/ 1M/);
    assert.deepEqual((await open.page.locator('.context-use').getAttribute('title'))?.split('\n'), [
      'Context: 12,300 of 1,000,000 tokens.',
      'Last model call: 12,000 tokens in, 11,300 of them from the cache; 240 out, 60 reasoning.',
      'This chat: $0.0243.',
      'Limit of today: 17.6M of 20M tokens left.',
    ]);
    await open.page.keyboard.press('Enter');
    assert.equal(await focused(), 'Usage and limits');
    const rows = await open.page.locator('.usage-table tr').allInnerTexts();
    assert.deepEqual(rows.map((row) => row.replace(/\s+/g, ' ')), [
      'Used by Used Limit Left',
      ...['Turn 12.3K 200K 188K', '$0.0003 $0.0500 $0.0497'],
      ...['Run 36.9K 1M 963K', '$0.0243 $0.25 $0.23'],
      ...['Chat 36.9K 4M 4.0M', '$0.0243 $1.00 $0.98'],
      ...['Today ≈2.4M 20M 17.6M', '≈$0.41 $5.00 $4.59'],
    ]);
    await open.page.keyboard.press('Escape');
    assert.match(await focused(), /^Usage: context/);
    assert.deepEqual([await open.page.locator('.usage-popover').count(), await sent()], [0, []]);
    await open.page.keyboard.press('Enter');
    await tabTo(/^Set Limits$/);
    await open.page.keyboard.press('Enter');
    assert.deepEqual([await open.page.locator('.usage-popover').count(), await sent()], [0, [{ type: 'run', action: 'open_settings' }]]);
    assert.match(await focused(), /^Usage: context/);
  });

  it('stops nothing with the Esc that closes the panel', async () => {
    await show('rate-limited');
    await open.page.locator('.context-use').press('Enter');
    await open.page.keyboard.press('Escape');
    assert.deepEqual([await open.page.locator('.usage-popover').count(), await sent()], [0, []]);
    await open.page.keyboard.press('Escape');
    assert.deepEqual(await sent(), [{ type: 'stop', chat_id }]);
  });

  it('puts the panel away when the focus goes elsewhere', async () => {
    await show('usage-open');
    await open.page.locator('.context-use').click();
    await open.page.focus('#composer-input');
    await open.page.locator('.usage-popover').waitFor({ state: 'detached' });
  });

  it('says unknown where nothing is known, never a guess, and asks no price for what is scripted', async () => {
    await show('usage-open-unknown', 600);
    assert.equal(await text('.context-use'), 'Usage: context 12.3K / — cache 94 % cost unknown');
    await open.page.locator('.context-use').click();
    const facts = await open.page.locator('.model-fact').allInnerTexts();
    assert.deepEqual(facts.slice(1).map((fact) => fact.split('\n').at(-1)), ['12.3K of unknown', ...Array.from({ length: 7 }, () => 'unknown')]);
    await open.page.keyboard.press('Escape');
    await showHere('usage-open-scripted');
    assert.equal(await text('.context-use'), 'Usage: context 12.3K / — cache 94 %');
  });

  it('writes a cost that is not exact in words where there is room, and with a sign where there is none', async () => {
    await show('cost-at-least', 600);
    assert.equal(await text('.chat-cost'), 'at least $0.12');
    await open.page.setViewportSize({ width: 280, height: 700 });
    assert.equal(await text('.chat-cost'), '≥$0.12');
  });

  it('stays within the footer at 280 px, and leaves the model its name', async () => {
    open = await preview.open({ view: 'chat', width: 280 });
    for (const name of Object.keys(modelScenes)) {
      await showHere(name);
      const footer = await open.page.locator('.footer').evaluate((element) => {
        const model = element.querySelector('.model-name') ?? element;
        return { overflow: element.scrollWidth - element.clientWidth, height: element.clientHeight, isModelSeen: model.clientWidth >= Math.min(32, model.scrollWidth) };
      });
      assert.deepEqual({ name, ...footer }, { name, overflow: 0, height: 26, isModelSeen: true });
    }
  });

  it('raises the limit that ended a run by keyboard, and goes on without that only where turns begin to count anew', async () => {
    const goesOn = { limit: true, 'limit-turn': false, 'limit-run': false, 'limit-chat': false, 'limit-day': false };
    open = await preview.open({ view: 'chat', width: 280 });
    for (const [name, canGoOn] of Object.entries(goesOn)) {
      await showHere(name);
      assert.equal(await open.page.getByRole('button', { name: 'Continue' }).count(), canGoOn ? 1 : 0, name);
    }
    await showHere('limit-chat');
    assert.match(await text('.run-limit'), /^\$0\.0412 of \$0\.0500 in this chat$/);
    await tabTo(/^Raise Limit…$/);
    await open.page.keyboard.press('Enter');
    assert.deepEqual(await sent(), [{ type: 'raise_limit', chat_id, scope: 'chat', unit: 'usd' }]);
  });

  it('hands the focus of the button that raised a limit to the composer once the run goes on', async () => {
    open = await preview.open({ view: 'chat' });
    const chat = new SampleChat();
    chat.user('go');
    chat.startRun();
    chat.endRun('limit_reached', { code: 'budget', message: 'The limit stopped the run.', next_step: 'Raise it.', limit: { scope: 'chat', unit: 'tokens', limit: 10, used: 9 } });
    await open.say(status(), ...opened(chat.events, 'limit_reached'));
    await tabTo(/^Raise Limit…$/);
    await open.say({ type: 'events', chat_id, events: [...chat.startRun(), ...chat.answer('I go on.')], summary: sampleSummary('in_progress') });
    assert.equal(await focused(), 'Message to BooCode');
  });

  it('opens to the very text that was sent along, and copies it', async () => {
    await show('facts-open');
    await open.page.locator(opensIn('facts-open') ?? '').press('Enter');
    const shown = await open.page.locator('.details-text').innerText();
    assert.match(shown, /^<project_facts>\n[\s\S]*Amounts are cents[\s\S]*<\/project_facts>$/);
    await open.page.getByRole('button', { name: 'Copy' }).click();
    assert.deepEqual(await sent(), [{ type: 'copy', text: shown }]);
  });

  it('tells what was left out and what was summarised, and shows the summary on demand', async () => {
    await show('pruned');
    assert.equal(await text('.room-row'), 'To make room, 34 old tool results are no longer sent to the model. They are all still here.');
    await showHere('compacted-open');
    assert.equal(await text('.room-summary > .row'), 'The conversation was summarised for the model: 812K → 24K tokens. Everything is still here.');
    await open.page.locator('.room-summary > .row').press('Enter');
    await open.page.getByText('Open: the rounding in src/checkout.ts.').waitFor();
  });
});
