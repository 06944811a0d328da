// What the views show of the storage: that something is not kept, that it cannot be read, that a chat is gone.
import assert from 'node:assert/strict';
import type { ChatEvent, HostStatus } from '../../../shared/messages/chat';
import type { PreviewPage } from './open-preview';
import { SampleChat, sampleId, sampleSummary } from './sample-events';
import { previewStatus } from './scene-parts';
import { chatScenes, storageSamples } from './scenes';
import { usePreview } from './use-preview';

const composer = '#composer-input';
const chat_id = sampleId(1);
const noChat: ChatEvent = { type: 'reset', chat: null, first_seq: 1, more_before: false };
const status = (storage: HostStatus['storage']): ChatEvent => ({ type: 'status', status: { ...previewStatus, storage } });
const saved: HostStatus['storage'] = { state: 'saved' };

describe('storage in the views', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;

  const banner = (page: PreviewPage): ReturnType<PreviewPage['page']['locator']> => page.page.getByRole('group', { name: 'Storage' });
  const announced = (page: PreviewPage): Promise<string | null> => page.page.locator('[role=status]').textContent();
  /** Without the first `ready`. */
  const commands = async (page: PreviewPage): Promise<unknown[]> => (await page.commands()).slice(1);

  it('says for as long as it lasts that changes are only in memory, and once that they are saved', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(...(chatScenes['done']?.() ?? []));
    assert.equal(await banner(open).count(), 0);
    await open.say(status(storageSamples.unsaved));
    assert.match((await banner(open).textContent()) ?? '', /^Not saved: the disk is full\. 12 changes are only in memory\. BooCode writes them as soon as there is room\./);
    assert.match((await announced(open)) ?? '', /^Not saved: the disk is full\./);
    await open.say(status({ state: 'unsaved', reason: 'disk_full', writes: 1 }));
    assert.match((await banner(open).textContent()) ?? '', /1 change is only in memory/);
    await open.say(status(saved));
    assert.deepEqual([await banner(open).count(), await announced(open)], [0, 'Everything is saved again']);
  });

  it('reaches the check by keyboard', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(...(chatScenes['unsaved']?.() ?? []));
    await open.page.focus(composer);
    for (let tabs = 0; tabs < 6; tabs++) {
      await open.page.keyboard.press('Shift+Tab');
      if ((await open.page.evaluate(() => document.activeElement?.textContent)) === 'Check Storage') break;
    }
    await open.page.keyboard.press('Enter');
    assert.deepEqual(await commands(open), [{ type: 'run', action: 'check_storage' }]);
  });

  it('says in place of a chat that the storage cannot be read, and tries again when asked', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(status(storageSamples.unavailable));
    await banner(open).getByText('The database engine could not be loaded').waitFor();
    assert.equal(await open.page.locator('.transcript-content:empty').count(), 0, 'nothing looks as if it were loading');
    await open.page.getByRole('button', { name: 'Try Again' }).click();
    assert.deepEqual(await commands(open), [{ type: 'ready', chat_id: null, after_seq: 0 }]);
    await open.say(status(saved), noChat);
    await open.page.getByText('What should BooCode do?').waitFor();
  });

  it('says that BooCode could not start, in both views, and tries again when asked', async () => {
    for (const view of ['chat', 'traces'] as const) {
      open = await preview.open({ view });
      await open.say({ type: 'start_failed', message: 'BooCode could not start. No space.', next_step: 'Then try again.' });
      await banner(open).getByText('BooCode could not start. No space.').waitFor();
      await open.page.getByRole('button', { name: 'Try Again' }).click();
      assert.deepEqual(await commands(open), [view === 'chat' ? { type: 'ready', chat_id: null, after_seq: 0 } : { type: 'ready', chat_id: null }]);
      await open.close();
    }
  });

  it('ends a run in words when its end could not be stored, and gives back what was not sent', async () => {
    open = await preview.open({ view: 'chat' });
    const chat = new SampleChat();
    const summary = sampleSummary('in_progress');
    const events = [...chat.user('go'), ...chat.startRun(), ...chat.startTool({ tool_name: 'run_command', subject: 'npm test' }).events];
    await open.say(status(saved), { type: 'reset', chat: summary, first_seq: 1, more_before: false }, { type: 'events', chat_id, events, summary });
    await open.page.fill(composer, 'and then this');
    await open.page.press(composer, 'Enter');
    const error = { code: 'storage_io', message: 'The run was stopped because it could not be stored.', next_step: 'Check the disk.' };
    await open.say({ type: 'refused', chat_id, chat: sampleSummary('failed'), error, in_run: true });
    await open.page.getByText(error.message).first().waitFor();
    assert.equal(await open.page.inputValue(composer), 'and then this');
    assert.deepEqual([await open.page.locator('.stop').count(), await open.page.locator('.working-line').count(), await open.page.locator('.spin').count()], [0, 0, 0]);
    await open.page.getByRole('button', { name: 'Retry' }).click();
    assert.deepEqual((await commands(open)).at(-1), { type: 'retry', chat_id });
  });

  it('keeps a deleted chat in sight, sends nothing to it, and takes the text along to a new one', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(...(chatScenes['deleted']?.() ?? []));
    await open.page.getByText('This chat was deleted, here or in another window.').waitFor();
    await open.page.fill(composer, 'one more thing');
    await open.page.press(composer, 'Enter');
    assert.match((await open.page.locator('.composer-hint').textContent()) ?? '', /This chat was deleted/);
    assert.equal(await open.page.inputValue(composer), 'one more thing');
    assert.deepEqual(await commands(open), []);
    await open.page.getByRole('button', { name: 'New Chat' }).click();
    assert.deepEqual(await commands(open), [{ type: 'open_chat', chat_id: null }]);
    await open.say(noChat);
    assert.equal(await open.page.inputValue(composer), 'one more thing');
    assert.deepEqual(await open.state(), { chat_id: null, drafts: { new: 'one more thing' } });
  });

  it('takes the text along when the host says that the chat is gone', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(...(chatScenes['done']?.() ?? []));
    await open.page.fill(composer, 'one more thing');
    await open.page.press(composer, 'Enter');
    await open.say({ type: 'problem', code: 'chat_deleted', message: 'This chat was deleted, so nothing can be added to it.', next_step: 'Start a new chat; your text is kept.' });
    assert.equal(await open.page.inputValue(composer), 'one more thing');
    await open.page.getByRole('button', { name: 'New Chat' }).click();
    await open.say(noChat);
    assert.equal(await open.page.inputValue(composer), 'one more thing');
  });

  it('only watches a run of another process: no question, no stop, and no second run beside it', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(...(chatScenes['elsewhere']?.() ?? []));
    assert.deepEqual([await open.page.locator('.approval').count(), await open.page.locator('.stop').count()], [0, 0]);
    await open.page.fill(composer, 'me too');
    await open.page.press(composer, 'Enter');
    await open.page.press(composer, 'Escape');
    assert.match((await open.page.locator('.composer-hint').textContent()) ?? '', /Another window or run works in this chat/);
    assert.deepEqual([await commands(open), await open.page.inputValue(composer)], [[], 'me too']);
  });

  it('reads the list of chats again when it changed, and keeps the choice', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(...(chatScenes['done']?.() ?? []));
    const [first, second, third] = [sampleSummary('done'), sampleSummary('done', { chat_id: sampleId(9), title: 'Second' }), sampleSummary('in_progress', { chat_id: sampleId(8), title: 'From elsewhere', elsewhere: true })];
    await open.answer('list_chats', { chats: [first, second] });
    await open.say({ type: 'show_chats' });
    await open.page.locator('.chat-option').nth(1).waitFor();
    await open.page.keyboard.press('ArrowDown');
    await open.answer('list_chats', { chats: [third, first, second] });
    await open.say({ type: 'chats_changed' });
    await open.page.getByText('From elsewhere').waitFor();
    await open.page.keyboard.press('Enter');
    assert.deepEqual(await commands(open), [{ type: 'open_chat', chat_id: sampleId(9) }]);
  });

  it('marks the traces as not saved too', async () => {
    open = await preview.open({ view: 'traces' });
    await open.answer('page', { traces: [], turns: [], next_cursor: null });
    await open.say({ type: 'storage', storage: storageSamples.unsaved }, { type: 'chats', chats: [sampleSummary('done')], chat_id });
    assert.match((await banner(open).textContent()) ?? '', /Not saved: the disk is full/);
    await open.say({ type: 'storage', storage: saved });
    assert.equal(await banner(open).count(), 0);
  });
});
