// Cards by keyboard alone: the order of what can be reached, where the focus goes when a card is answered, and what no
// key or click may do by accident.
import assert from 'node:assert/strict';
import type { SequencedEvent } from '../../../shared/events';
import type { ChatEvent } from '../../../shared/messages/chat';
import type { PreviewPage } from './open-preview';
import { sampleId } from './sample-events';
import { opened, status } from './scene-parts';
import { chatScenes } from './scenes';
import { usePreview } from './use-preview';

const chat_id = sampleId(1);

describe('cards by keyboard alone', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;

  const events = (name: string): ChatEvent[] => chatScenes[name]?.() ?? [];
  async function show(name: string): Promise<void> {
    open = await preview.open({ view: 'chat', height: 900, width: 300 });
    await open.say(...events(name));
  }

  /** What has the focus, as a screen reader names it. */
  const focused = (): Promise<string> =>
    open.page.evaluate(() => {
      const element = document.activeElement;
      const name = element?.getAttribute('aria-label') ?? element?.closest('label')?.textContent ?? element?.textContent ?? '';
      return element === document.body ? 'nothing' : name.trim();
    });

  /** Where Tab leads, from the card on, until it is left. */
  async function stops(): Promise<string[]> {
    const found: string[] = [];
    for (;;) {
      await open.page.keyboard.press('Tab');
      const name = await focused();
      if (name === 'Message to BooCode' || found.length > 20) return found;
      found.push(name);
    }
  }

  const storedOf = (name: string): SequencedEvent[] => events(name).flatMap((event) => (event.type === 'events' ? event.events : []));

  /** The events that answer what the scene asks, as the host would send them; `more` comes with them. */
  function answered(name: string, more: (last: SequencedEvent) => SequencedEvent[] = () => []): ChatEvent[] {
    const last = storedOf(name).at(-1);
    assert.ok(last);
    const base = { chat_id, session_id: last.session_id, at: last.at + 10, seq: last.seq + 1, turn_number: 1, waited_ms: 5 };
    const answer: SequencedEvent =
      last.type === 'question:ask'
        ? { ...base, type: 'question:answer', question_id: last.question_id, outcome: 'answered', chosen: [], text: 'so' }
        : { ...base, type: 'approval:decision', approval_id: last.type === 'approval:request' ? last.approval_id : '', decision: 'allow', decided_by: 'user' };
    const [, sent] = opened([answer, ...more(answer)], 'in_progress');
    assert.ok(sent);
    return [status(), sent];
  }

  it('reaches everything of an approval in the order in which it is read', async () => {
    await show('approve-long');
    assert.deepEqual(await stops(), ['Command', 'Show All', 'AllowCtrl+Enter', 'Allow in SessionCtrl+Shift+Enter', 'Always', 'DenyCtrl+Backspace']);
    await open.close();
    await show('approve-delete');
    assert.deepEqual(await stops(), ['What is in it', 'AllowCtrl+Enter', 'DenyCtrl+Backspace']);
    await open.close();
    await show('approve-new-file');
    assert.deepEqual((await stops()).slice(0, 1), ['Open Diff']);
  });

  it('shows all of a long command on Enter, and the command has the focus then', async () => {
    await show('approve-long');
    const box = open.page.locator('.command');
    const isWhole = (): Promise<boolean> => box.evaluate((element) => element.scrollHeight <= element.clientHeight);
    assert.equal(await isWhole(), false);
    await open.page.getByRole('button', { name: 'Show All' }).press('Enter');
    assert.deepEqual([await isWhole(), await focused(), await open.page.getByRole('button', { name: 'Show All' }).count()], [true, 'Command', 0]);
  });

  it('does not mark a command that fits', async () => {
    await show('approve-always');
    assert.equal(await open.page.getByRole('button', { name: 'Show All' }).count(), 0);
  });

  it('keeps the end in sight when a card grows after it was laid out', async () => {
    open = await preview.open({ view: 'chat', height: 560, width: 280 });
    await open.say(...events('approve-long'));
    // The browser tells of the scrolling to the end only after the card has grown.
    await open.page.locator('.approval').evaluate((card) => {
      card.setAttribute('style', 'padding-bottom: 300px');
      document.querySelector('.scroller')?.dispatchEvent(new Event('scroll'));
    });
    await open.say();
    assert.equal(await open.page.locator('.jump').count(), 0);
    assert.ok(await open.page.locator('.scroller').evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2));
  });

  it('hands the focus to the composer when a card is answered, and to the next card where there is one', async () => {
    for (const name of ['approve-always', 'approve-partial', 'question']) {
      await show(name);
      await open.page.keyboard.press('Tab');
      assert.notEqual(await focused(), 'nothing');
      await open.say(...answered(name));
      assert.equal(await focused(), 'Message to BooCode', name);
      await open.page.keyboard.press('Escape');
      assert.deepEqual((await open.commands()).at(-1), { type: 'stop', chat_id }, `${name}: Esc stops again`);
      await open.close();
    }
    await show('approve-always');
    const asking = storedOf('approve-partial').at(-1);
    assert.ok(asking?.type === 'approval:request');
    await open.say(...answered('approve-always', (last) => [{ ...asking, approval_id: sampleId(90), tool_call_id: 'next', seq: last.seq + 1 }]));
    assert.equal(await focused(), 'Approval needed: Edit src/checkout/cart-total.ts');
  });

  it('leaves the focus where it is when a card is answered that does not have it', async () => {
    await show('approve-always');
    await open.page.fill('#composer-input', 'next I want');
    await open.page.locator('.tool-row').focus();
    await open.say(...answered('approve-always'));
    assert.match(await focused(), /^run_command/);
  });

  it('tells a screen reader why a protected file is asked about, and how a change was checked', async () => {
    await show('approve-protected');
    const card = open.page.getByRole('group', { name: 'Approval needed: Edit .vscode/tasks.json' });
    const described = await card.evaluate((element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent);
    assert.equal(described, '.vscode/tasks.json is protected: it decides what the editor runs. This is asked in every mode.');
    await open.close();
    open = await preview.open({ view: 'chat' });
    const all = storedOf('auto-fix-limit');
    await open.say(status(), ...opened(all.slice(0, -1), 'in_progress'));
    await open.say(...opened(all.slice(-1), 'done').slice(1));
    await open.page.getByRole('status').getByText('Done. Auto-fix: 1 problem is left after 2 rounds').waitFor();
  });

  it('takes no second click of a double click for an answer', async () => {
    await show('approve-always');
    const allow = open.page.getByRole('button', { name: /^Allow Ctrl/ });
    await allow.dispatchEvent('click', { detail: 2 });
    assert.deepEqual((await open.commands()).slice(1), []);
    await allow.dispatchEvent('click', { detail: 1 });
    assert.equal((await open.commands()).length, 2);
    await open.close();
    await show('question');
    await open.page.getByRole('button', { name: /^Dismiss/ }).dispatchEvent('click', { detail: 2 });
    assert.deepEqual((await open.commands()).slice(1), []);
    await open.page.getByRole('button', { name: /^Dismiss/ }).dispatchEvent('click', { detail: 1 });
    assert.equal((await open.commands()).length, 2);
  });
});
