// The strip of auto-fix: each check of a loop, how it ended, and the way to its problems.
import assert from 'node:assert/strict';
import type { ChatEvent } from '../../../shared/messages/chat';
import type { PreviewPage } from './open-preview';
import { SampleChat, sampleId } from './sample-events';
import { opened, status } from './scene-parts';
import { asked, loop, trustScenes } from './trust-scenes';
import { usePreview } from './use-preview';

describe('auto-fix in the chat', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;

  async function show(events: ChatEvent[] | string, size: { width?: number } = {}): Promise<void> {
    open = await preview.open({ view: 'chat', height: 900, ...size });
    await open.say(...(typeof events === 'string' ? (trustScenes[events]?.() ?? []) : events));
  }

  /** Without the first `ready`. */
  const commands = async (): Promise<unknown[]> => (await open.commands()).slice(1);

  it('is one strip a loop, behind the newest edit, with a chip for each check', async () => {
    await show('auto-fix-limit');
    assert.equal(await open.page.locator('.auto-fix').count(), 1);
    assert.deepEqual(await open.page.locator('.chip-round').allTextContents(), ['before', 'round 1', 'round 2']);
    assert.deepEqual(await open.page.locator('.tool-name').allTextContents(), ['edit_file', 'edit_file', 'auto-fix']);
    assert.match(await open.page.locator('.auto-fix-words').innerText(), /^1 problem is left after 2 rounds, the limit/);
  });

  it('lists problems on demand as links that open their line', async () => {
    await show('auto-fix-passed');
    await open.page.locator('.auto-fix-row').focus();
    await open.page.keyboard.press('Enter');
    const places = await open.page.locator('.check-problems .link-button').allTextContents();
    assert.deepEqual(places, ['src/checkout/cart-total.ts:41', 'src/cart.ts:12:5', 'src/checkout/cart-total.ts:40:9', 'src/checkout/cart-total.ts:41']);
    await open.page.getByRole('button', { name: 'src/cart.ts:12:5' }).click();
    await open.page.getByRole('button', { name: 'src/checkout/cart-total.ts:41' }).first().click();
    assert.deepEqual(await commands(), [
      { type: 'open_file', path: 'src/cart.ts', line: 12 },
      { type: 'open_file', path: 'src/checkout/cart-total.ts', line: 41 },
    ]);
  });

  it('is live while a check runs, and can be stopped', async () => {
    await show('auto-fix-running', { width: 280 });
    await open.page.locator('.check-chip.running').waitFor();
    assert.match(await open.page.locator('.live-output').innerText(), /tsc -p \. --noEmit/);
    await open.page.getByRole('button', { name: 'Stop the Check and the Run' }).click();
    assert.deepEqual(await commands(), [{ type: 'stop', chat_id: sampleId(1) }]);
    assert.equal(await open.page.evaluate(() => document.querySelector('.scroller')?.scrollWidth), await open.page.evaluate(() => document.querySelector('.scroller')?.clientWidth));
  });

  it('says that nothing is known of a check that was cut off', async () => {
    await show([status(), ...opened(loop('running'), 'interrupted')]);
    assert.equal(await open.page.locator('.check-chip.running').count(), 0);
    assert.match(await open.page.locator('.check-chip').last().innerText(), /cut off/);
  });

  it('is one quiet line where nothing could be checked; why is said on demand', async () => {
    const reason = 'The change was not checked: there is nothing to run.';
    const chat = new SampleChat();
    chat.step(0, 'no_check', reason);
    await show([status(), ...opened(chat.events, 'done')]);
    assert.deepEqual([await open.page.locator('.check-chips').innerText(), await open.page.getByText(reason).count()], ['Not checked', 0]);
    await open.page.locator('.auto-fix-row').click();
    await open.page.getByText(reason).waitFor();
  });

  it('is one line with its time where the first check passes', async () => {
    const chat = new SampleChat();
    chat.check(1, ['npm', 'run', 'check']).finish({ result: 'passed', text: 'Passed.' });
    chat.step(0, 'passed', 'npm run check passed.');
    await show([status(), ...opened(chat.events, 'done')]);
    const row = open.page.locator('.auto-fix-row');
    assert.deepEqual([(await row.innerText()).split(/\s*\n\s*/), await open.page.getByText('npm run check passed.').count()], [['auto-fix', 'npm run check', '2.4 s', 'Passed'], 0]);
    await row.click();
    await open.page.getByText('npm run check passed.').waitFor();
  });

  it('shows the question whether a check may run as an approval', async () => {
    const question = asked('auto_fix', 'Check the change with npm run typecheck', { kind: 'command', argv: ['npm', 'run', 'typecheck'], cwd: '/ws' }, ['allow_session', 'allow_always']);
    await show(question);
    assert.deepEqual(await open.page.locator('.approval .button > span:first-child').allTextContents(), ['Allow', 'Allow in Session', 'Always', 'Deny']);
  });
});
