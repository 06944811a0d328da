import assert from 'node:assert/strict';
import { SampleChat, sampleId, sampleSummary } from './sample-events';
import type { PreviewPage } from './open-preview';
import { previewStatus } from './scene-parts';
import { chatScenes, longChat } from './scenes';
import { usePreview, type SuitePreview } from './use-preview';
import type { ChatEvent } from '../../../shared/messages/chat';

const composer = '#composer-input';
const chat_id = sampleId(1);
const ready: ChatEvent = { type: 'status', status: previewStatus };
const noChat: ChatEvent = { type: 'reset', chat: null, first_seq: 1, more_before: false };

/** The commands after the first `ready`, ids that the view made up masked. */
async function commandsOf(page: PreviewPage): Promise<unknown[]> {
  const commands = (await page.commands()).slice(1);
  return commands.map((command) => JSON.parse(JSON.stringify(command, (key, value: unknown) => (key === 'message_id' ? 'new' : value))) as unknown);
}

async function scene(preview: SuitePreview, name: string, options: { width?: number } = {}): Promise<PreviewPage> {
  const page = await preview.open({ view: 'chat', ...options });
  const events = chatScenes[name];
  assert.ok(events, name);
  await page.say(...events());
  return page;
}

describe('chat view', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;

  it('says it is there with nothing, asks for what it showed before, and acknowledges what it folded', async () => {
    open = await preview.open({ view: 'chat', state: { chat_id, drafts: {} } });
    const chat = new SampleChat();
    chat.user('hi');
    const summary = sampleSummary('done');
    await open.say({ type: 'reset', chat: summary, first_seq: 1, more_before: false }, { type: 'events', chat_id, events: chat.events, summary });
    await open.page.waitForFunction(() => JSON.stringify(window['host' as keyof Window]).includes('"ack"'));
    assert.deepEqual(await open.sent(), [
      { kind: 'command', command: { type: 'ready', chat_id, after_seq: 0 } },
      { kind: 'command', command: { type: 'ack', chat_id, seq: 1 } },
    ]);
  });

  it('sends with Enter, makes a line with Shift+Enter, and leaves Enter to an input method', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(ready, noChat);
    await open.page.focus(composer);
    await open.page.keyboard.type('one');
    await open.page.keyboard.press('Shift+Enter');
    await open.page.keyboard.type('two');
    await open.page.locator(composer).dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
    assert.equal(await open.page.inputValue(composer), 'one\ntwo');
    await open.page.keyboard.press('Enter');
    assert.equal(await open.page.inputValue(composer), '');
    assert.deepEqual(await commandsOf(open), [{ type: 'send', chat_id: null, message_id: 'new', text: 'one\ntwo' }]);
    assert.equal(await open.page.locator('.user-message.pending').textContent(), 'one\ntwo');
  });

  it('keeps a text that cannot be sent, and says what is missing', async () => {
    open = await scene(preview, 'no-folder');
    await open.page.fill(composer, 'do it');
    await open.page.press(composer, 'Enter');
    assert.equal(await open.page.inputValue(composer), 'do it');
    assert.match((await open.page.locator('.composer-hint').textContent()) ?? '', /Open a folder first/);
    assert.deepEqual(await commandsOf(open), []);
  });

  it('puts a message back into the composer when the host could not take it', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(ready, noChat);
    await open.page.fill(composer, 'do it');
    await open.page.press(composer, 'Enter');
    await open.say({ type: 'problem', code: 'command_failed', message: 'The disk is full.', next_step: 'Make room.' });
    assert.equal(await open.page.inputValue(composer), 'do it');
    assert.match((await open.page.locator('.problem').textContent()) ?? '', /The disk is full\.Make room\./);
  });

  it('keeps a draft for each chat, across a reload as well', async () => {
    open = await scene(preview, 'done');
    await open.page.fill(composer, 'for this chat');
    await open.say(noChat);
    assert.equal(await open.page.inputValue(composer), '');
    await open.page.fill(composer, 'for a new one');
    assert.deepEqual(await open.state(), { chat_id: null, drafts: { [chat_id]: 'for this chat', new: 'for a new one' } });
    const state = await open.state();
    await open.close();
    open = await preview.open({ view: 'chat', state });
    assert.equal(await open.page.inputValue(composer), 'for a new one');
    await open.say(ready, noChat, ...(chatScenes['done']?.() ?? []));
    // A new chat that is opened takes along what is being typed; the old one's own draft waits for its turn.
    await open.page.fill(composer, '');
    await open.say(noChat, ...(chatScenes['done']?.() ?? []));
    assert.equal(await open.page.inputValue(composer), '');
  });

  it('recalls the last message with ArrowUp in an empty composer', async () => {
    open = await scene(preview, 'done');
    await open.page.press(composer, 'ArrowUp');
    assert.equal(await open.page.inputValue(composer), 'fix the failing test');
  });

  it('stops with Esc and with the button, only while it works', async () => {
    open = await scene(preview, 'done');
    await open.page.press(composer, 'Escape');
    assert.deepEqual(await commandsOf(open), []);
    await open.close();
    open = await scene(preview, 'working');
    await open.page.press(composer, 'Escape');
    await open.page.click('.stop');
    assert.deepEqual(await commandsOf(open), [
      { type: 'stop', chat_id },
      { type: 'stop', chat_id },
    ]);
  });

  it('decides by keyboard; the keys belong to the text while there is one', async () => {
    open = await scene(preview, 'approve-command');
    await open.page.fill(composer, 'wait');
    await open.page.press(composer, 'Control+Enter');
    assert.deepEqual(await commandsOf(open), []);
    await open.page.fill(composer, '');
    await open.page.press(composer, 'Control+Enter');
    await open.page.press(composer, 'Control+Backspace');
    const [decision, ...more] = await commandsOf(open);
    assert.deepEqual(more, [], 'one question, one decision');
    assert.deepEqual(decision, { type: 'decide', chat_id, approval_id: (decision as { approval_id: string }).approval_id, decision: 'allow' });
  });

  it('gives the focus to a question only when nothing is being typed', async () => {
    const isCardFocused = (page: PreviewPage): Promise<boolean> => page.page.evaluate(() => document.activeElement?.classList.contains('approval') === true);
    open = await preview.open({ view: 'chat' });
    await open.page.fill(composer, 'typing');
    await open.say(...(chatScenes['approve-edit']?.() ?? []));
    assert.equal(await isCardFocused(open), false);
    await open.close();
    open = await scene(preview, 'approve-edit');
    assert.equal(await isCardFocused(open), true);
  });

  it('shows hidden characters of a command, and markup in names as text', async () => {
    open = await scene(preview, 'approve-command');
    assert.equal(await open.page.locator('.command').textContent(), "npm test -- --grep 'cart total' 'safeU+202Etxt.exe' 'zeroU+200Bwidth'");
    assert.deepEqual(await open.page.locator('.command .hidden-character').allTextContents(), ['U+202E', 'U+200B']);
    await open.close();
    open = await preview.open({ view: 'chat' });
    const chat = new SampleChat();
    const evil = '<img src=https://evil.example/x onerror=alert(1)>';
    chat.tool({ tool_name: evil, subject: evil, text: evil, summary: evil });
    const summary = sampleSummary('done', { title: evil });
    await open.say(ready, { type: 'reset', chat: summary, first_seq: 1, more_before: false }, { type: 'events', chat_id, events: chat.events, summary });
    await open.page.click('.tool-row');
    assert.deepEqual([await open.page.locator('img').count(), await open.page.locator('h1').textContent(), open.foreign, open.errors], [0, evil, [], []]);
  });

  it('opens links through the host only', async () => {
    open = await scene(preview, 'done');
    await open.page.click('.markdown a');
    await open.page.focus('.markdown a');
    await open.page.keyboard.press('Enter');
    const link = { type: 'open_link', url: 'https://example.com/pricing' };
    assert.deepEqual(await commandsOf(open), [link, link]);
    assert.deepEqual(open.foreign, []);
  });

  it('finds a chat by keyboard, and closes the list with Esc', async () => {
    open = await scene(preview, 'done');
    await open.answer('list_chats', { chats: [sampleSummary('done'), sampleSummary('failed', { chat_id: sampleId(9), title: 'Explain the build' })] });
    await open.say({ type: 'show_chats' });
    await open.page.locator('.chat-option').nth(1).waitFor();
    await open.page.keyboard.press('ArrowDown');
    await open.page.keyboard.press('Enter');
    assert.equal(await open.page.locator('.chat-list').count(), 0);
    await open.say({ type: 'show_chats' });
    await open.page.locator('.chat-option').first().waitFor();
    await open.page.keyboard.press('Escape');
    assert.equal(await open.page.evaluate(() => document.activeElement?.id), 'composer-input');
    assert.deepEqual(await commandsOf(open), [{ type: 'open_chat', chat_id: sampleId(9) }]);
  });

  it('asks for what the event was too long to carry when a call is opened', async () => {
    open = await preview.open({ view: 'chat' });
    const chat = new SampleChat();
    const call = chat.startTool({ tool_name: 'run_command', subject: 'npm test', text: 'first line\n… 90 more characters' });
    call.finish();
    const summary = sampleSummary('done');
    const trace = { input: { argv: ['npm', 'test'] }, output: { text: 'first line and everything else' } };
    await open.answer('trace', { trace, truncated: false });
    await open.say(ready, { type: 'reset', chat: summary, first_seq: 1, more_before: false }, { type: 'events', chat_id, events: chat.events, summary });
    await open.page.click('.tool-row');
    await open.page.getByText('first line and everything else').waitFor();
    assert.deepEqual((await open.sent()).filter((message) => message.kind === 'request'), [{ kind: 'request', id: 1, name: 'trace', params: { trace_id: call.trace_id } }]);
  });

  it('asks again for events that were lost on the way', async () => {
    open = await preview.open({ view: 'chat' });
    const chat = new SampleChat();
    const [first, second, third] = [chat.user('one'), chat.user('two'), chat.user('three')];
    const summary = sampleSummary('done');
    const events = (list: typeof first): ChatEvent => ({ type: 'events', chat_id, events: list, summary });
    await open.say(ready, { type: 'reset', chat: summary, first_seq: 1, more_before: false }, events(first), events(third));
    assert.deepEqual(await commandsOf(open), [{ type: 'ready', chat_id, after_seq: 1 }]);
    assert.deepEqual(await open.page.locator('.user-message').allTextContents(), ['one']);
    await open.say(events([...second, ...third]));
    assert.deepEqual(await open.page.locator('.user-message').allTextContents(), ['one', 'two', 'three']);
  });

  it('stays at the end while it grows, and where it is when somebody reads further up', async () => {
    open = await preview.open({ view: 'chat', height: 500 });
    await open.say(...longChat(60));
    const distance = (): Promise<number> => open!.page.evaluate(() => {
      const scroller = document.querySelector('.scroller');
      return scroller ? scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight : -1;
    });
    assert.ok((await distance()) < 2);
    await open.page.locator('.scroller').hover();
    await open.page.mouse.wheel(0, -2000);
    await open.page.locator('.jump').waitFor();
    const before = await open.page.evaluate(() => document.querySelector('.scroller')?.scrollTop);
    const summary = sampleSummary('in_progress');
    const text = 'word '.repeat(400);
    await open.say(
      { type: 'events', chat_id, events: [], summary },
      { type: 'transient', events: [{ type: 'text:delta', chat_id, message_id: sampleId(70), turn_number: 99, kind: 'text', delta: text }] },
    );
    assert.equal(await open.page.evaluate(() => document.querySelector('.scroller')?.scrollTop), before);
    await open.page.click('.jump');
    assert.ok((await distance()) < 2);
    assert.equal(await open.page.locator('.jump').count(), 0);
  });

  it('keeps a row in its place when it is opened at the end of the chat', async () => {
    open = await preview.open({ view: 'chat', height: 400 });
    await open.say(...longChat(20));
    const row = open.page.locator('.tool-row').last();
    const before = await row.boundingBox();
    await row.click();
    await open.page.locator('.tool-details').waitFor();
    assert.deepEqual(await row.boundingBox(), before);
  });

  it('has only the end of a long chat in the page, and brings the rest as somebody scrolls up', async () => {
    open = await preview.open({ view: 'chat', height: 500 });
    await open.say(...longChat(300));
    const first = await open.page.evaluate(() => document.querySelectorAll('.chunk').length);
    assert.ok(first < 80, `${first} chunks`);
    await open.page.evaluate(() => document.querySelector('.scroller')?.scrollTo(0, 0));
    await open.page.waitForFunction((count) => document.querySelectorAll('.chunk').length > count, first);
    assert.ok((await open.page.evaluate(() => document.querySelector('.scroller')?.scrollTop ?? 0)) > 0, 'the place is kept');
  });

  it('touches only the growing block while an answer streams', async () => {
    open = await scene(preview, 'done');
    const summary = sampleSummary('in_progress');
    const delta = (text: string): ChatEvent => ({ type: 'transient', events: [{ type: 'text:delta', chat_id, message_id: sampleId(70), turn_number: 9, kind: 'text', delta: text }] });
    await open.say({ type: 'events', chat_id, events: [], summary }, delta('one\n\ntwo\n\nthree\n\nfour\n\nfi'));
    await open.page.evaluate(() => {
      const touched: string[] = [];
      Object.assign(window, { touched });
      new MutationObserver((records) => {
        for (const record of records) {
          const element = record.target instanceof Element ? record.target : record.target.parentElement;
          if (element?.closest('.older, [role=status], .elapsed') === null) touched.push(element.closest('.markdown-block')?.textContent ?? element.className);
        }
      }).observe(document.querySelector('.transcript-content') ?? document, { childList: true, characterData: true, subtree: true });
    });
    await open.say(delta('ve'));
    await open.say(delta(' six'));
    const touched = await open.page.evaluate(() => (window as unknown as { touched: string[] }).touched);
    assert.deepEqual([...new Set(touched.map((text) => text.trim()))], ['five', 'five six']);
  });
});
