import assert from 'node:assert/strict';
import type { PreviewPage } from './open-preview';
import { previewStatus } from './scene-parts';
import { chatScenes } from './scenes';
import { usePreview } from './use-preview';

describe('the chat page before its script', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;

  /** A page whose script comes only when `release` is called. */
  async function openHeld(): Promise<{ page: PreviewPage['page']; release(): Promise<void> }> {
    const context = await preview.browser.newContext({ viewport: { width: 400, height: 600 } });
    const page = await context.newPage();
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route('**/*.{js,css,ttf}', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${preview.server.origin}/chat`, { waitUntil: 'commit' });
    await page.locator('#composer-input').waitFor();
    return {
      page,
      async release() {
        letGo();
        await page.waitForFunction(() => !('early' in (document.getElementById('composer-input')?.dataset ?? {})));
      },
    };
  }

  it('takes text before script and styles are there; both keep the text, the focus and the caret', async () => {
    const { page, release } = await openHeld();
    await page.click('#composer-input');
    await page.keyboard.type('fix the test');
    await page.keyboard.press('ArrowLeft');
    await page.evaluate(() => Object.assign(window, { kept: document.getElementById('composer-input') }));
    await release();
    await page.keyboard.type('s');
    const after = await page.evaluate(() => {
      const input = document.getElementById('composer-input') as HTMLTextAreaElement;
      return { same: input === (window as unknown as { kept: unknown }).kept, focused: document.activeElement === input, text: input.value, caret: input.selectionStart };
    });
    assert.deepEqual(after, { same: true, focused: true, text: 'fix the tesst', caret: 12 });
    await page.context().close();
  });

  it('sends what was entered before the script, once the host can take it', async () => {
    const { page, release } = await openHeld();
    await page.click('#composer-input');
    await page.keyboard.type('go');
    await page.keyboard.press('Enter');
    assert.equal(await page.inputValue('#composer-input'), 'go');
    await release();
    const types = (): Promise<string[]> => page.evaluate(() => (window as unknown as { host: { sent: { command: { type: string } }[] } }).host.sent.map((message) => message.command.type));
    assert.deepEqual(await types(), ['ready']);
    await page.evaluate((status) => {
      const { host } = window as unknown as { host: { say(event: unknown): void } };
      host.say({ type: 'status', status });
      host.say({ type: 'reset', chat: null, first_seq: 1, more_before: false });
    }, previewStatus);
    await page.waitForFunction(() => (window as unknown as { host: { sent: unknown[] } }).host.sent.length > 1);
    assert.deepEqual(await types(), ['ready', 'send']);
    await page.context().close();
  });

  it('is exactly what the view renders first', async () => {
    const { page, release } = await openHeld();
    const markup = (): Promise<string> => page.evaluate(() => {
      const copy = document.getElementById('root')?.cloneNode(true) as HTMLElement;
      for (const element of copy.querySelectorAll<HTMLElement>('*')) delete element.dataset['early'];
      return copy.innerHTML;
    });
    const shell = await markup();
    await release();
    assert.equal(await markup(), shell);
    await page.context().close();
  });

  it('leaves the frame where it was when the styles and the chat arrive', async () => {
    const { page, release } = await openHeld();
    const places = (): Promise<unknown> => page.evaluate(() =>
      ['.transcript', '.composer-box', '#composer-input', '.send', '.footer'].map((selector) => {
        const { x, y, width, height } = document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        return { selector, x, y, width, height };
      }),
    );
    const before = await places();
    await release();
    await page.evaluate((events) => {
      const { host } = window as unknown as { host: { say(event: unknown): void } };
      for (const event of JSON.parse(events) as unknown[]) host.say(event);
    }, JSON.stringify(chatScenes['done']?.()));
    await page.locator('.done-line').waitFor();
    assert.deepEqual(await places(), before);
    await page.context().close();
  });

  it('asks for nothing but its own files, and breaks no rule of its content security policy', async () => {
    open = await preview.open({ view: 'chat' });
    await open.say(...(chatScenes['done']?.() ?? []));
    assert.deepEqual([open.foreign, open.errors.filter((error) => !error.includes('404'))], [[], []]);
  });

  it('shows what a quick host says in the very moment the view is there', async () => {
    open = await preview.open({ view: 'chat', atOnce: chatScenes['question']?.() ?? [] });
    await open.page.getByRole('group', { name: 'Question from the model' }).waitFor({ timeout: 10_000 });
    await open.close();
    open = await preview.open({ view: 'chat', atOnce: [{ type: 'show_chats' }, { type: 'compose', text: 'put in', send: false }] });
    await open.page.locator('.chat-list').waitFor({ timeout: 10_000 });
    assert.equal(await open.page.locator('#composer-input').inputValue(), 'put in');
    await open.close();
    open = await preview.open({ view: 'traces', atOnce: [{ type: 'chats', chats: [], chat_id: null }] });
    await open.page.getByText('No chats yet').waitFor({ timeout: 10_000 });
  });
});
