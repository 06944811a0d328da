import assert from 'node:assert/strict';
import type { PreviewPage } from './open-preview';
import { sampleId, sampleSummary } from './sample-events';
import { openTracesScene, sampleTraces } from './traces-scenes';
import { usePreview } from './use-preview';

describe('traces view', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;

  const requests = async (page: PreviewPage): Promise<unknown[]> => (await page.sent()).flatMap((message) => (message.kind === 'request' ? [{ name: message.name, params: message.params }] : []));
  const focused = (page: PreviewPage): Promise<string | null> => page.page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? null);

  it('loads the first page when it opens and the next ones as they come into sight', async () => {
    open = await preview.open({ view: 'traces', height: 500 });
    const all = sampleTraces(120);
    await open.page.evaluate((text) => {
      const traces = JSON.parse(text) as unknown[];
      const { host } = window as unknown as { host: { answers: Record<string, unknown> } };
      host.answers['page'] = ({ cursor = '0', limit }: { cursor?: string; limit: number }) => {
        const from = Number(cursor);
        return { traces: traces.slice(from, from + limit), next_cursor: from + limit < traces.length ? String(from + limit) : null };
      };
    }, JSON.stringify(all));
    await open.say({ type: 'chats', chats: [sampleSummary('done')], chat_id: sampleId(1) });
    await open.page.locator('.call-row').nth(49).waitFor({ state: 'attached' });
    const chat_id = sampleId(1);
    assert.deepEqual(await requests(open), [{ name: 'page', params: { chat_id, limit: 50 } }]);
    for (const count of [100, 120]) {
      await open.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTo(0, 1e6));
      await open.page.locator('.call-row').nth(count - 1).waitFor({ state: 'attached' });
    }
    assert.deepEqual((await requests(open)).slice(1), [
      { name: 'page', params: { chat_id, limit: 50, cursor: '50' } },
      { name: 'page', params: { chat_id, limit: 50, cursor: '100' } },
    ]);
    assert.equal(await open.page.locator('.more-row').count(), 0);
  });

  it('is worked with the arrow keys, Enter and Esc', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-list');
    const { page } = open;
    await page.focus('[data-id="turn-1"]');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(open), sampleId(1000));
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.details-pane').count(), 1);
    await page.keyboard.press('Escape');
    assert.deepEqual([await page.locator('.details-pane').count(), await focused(open)], [0, sampleId(1000)]);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(open), 'turn-1');
    const before = await page.locator('.call-row').count();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.locator('.call-row').count(), before - 4);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    assert.equal(await page.locator('.call-row').count(), before);
    assert.equal(await page.evaluate(() => document.activeElement === [...document.querySelectorAll('.call-row')].at(-1)), true);
  });

  it('shows the whole of a long output when its row is opened', async () => {
    open = await preview.open({ view: 'traces' });
    const [trace] = sampleTraces(1);
    assert.ok(trace);
    const cut = { ...trace, output: { text: 'begins\n… 70 more characters' } };
    await open.answer('page', { traces: [cut], next_cursor: null });
    await open.answer('trace', { trace: { ...trace, output: { text: 'begins and ends' } }, truncated: false });
    await open.say({ type: 'chats', chats: [sampleSummary('done')], chat_id: sampleId(1) });
    await open.page.click('.call-row');
    await open.page.getByText('begins and ends').waitFor();
    assert.deepEqual((await requests(open)).at(-1), { name: 'trace', params: { trace_id: trace.id } });
  });

  it('says what went wrong, and tries again when asked', async () => {
    open = await preview.open({ view: 'traces' });
    await openTracesScene(open, 'traces-failed');
    await open.answer('page', { traces: sampleTraces(2), next_cursor: null });
    await open.page.getByRole('button', { name: 'Try Again' }).click();
    await open.page.locator('.call-row').nth(1).waitFor();
  });

  it('shows nothing of one chat under the name of another', async () => {
    open = await preview.open({ view: 'traces' });
    await openTracesScene(open, 'traces-open');
    await open.answer('page', { traces: [], next_cursor: null });
    const chats = [sampleSummary('done'), sampleSummary('done', { chat_id: sampleId(9) })];
    await open.say({ type: 'chats', chats, chat_id: sampleId(9) });
    await open.page.getByText('No tool calls in this chat yet').waitFor();
    assert.equal(await open.page.locator('.call-row').count(), 0);
  });

  describe('the chooser', () => {
    const chooser = (page: PreviewPage) => page.page.getByRole('combobox', { name: 'Chat' });
    const chat = (number: number, title: string) => sampleSummary('done', { chat_id: sampleId(number), title });
    const three = [chat(1, 'Fix the cart'), chat(2, 'Explain the build'), chat(3, 'Explain the tests')];
    const text = (page: PreviewPage): Promise<string> => chooser(page).locator('.selected-value').innerText();
    const chosen = async (page: PreviewPage): Promise<unknown[]> => (await page.commands()).slice(1);
    const openWith = async (options: { width?: number; height?: number } = {}): Promise<PreviewPage> => {
      const page = await preview.open({ view: 'traces', ...options });
      await page.answer('page', { traces: [], next_cursor: null });
      await page.say({ type: 'chats', chats: three, chat_id: sampleId(1) });
      return page;
    };

    it('opens a chat from the keyboard, and none when it is left with Esc', async () => {
      open = await openWith();
      const { keyboard } = open.page;
      const list = open.page.getByRole('listbox', { name: 'Chat' });
      await open.page.keyboard.press('Tab');
      assert.equal(await chooser(open).evaluate((element) => element === document.activeElement), true);
      await keyboard.press('Enter');
      await list.waitFor();
      await keyboard.press('ArrowDown');
      await keyboard.press('Escape');
      await list.waitFor({ state: 'hidden' });
      assert.deepEqual([await chosen(open), await text(open)], [[], 'Fix the cart']);
      await keyboard.press('Enter');
      await list.waitFor();
      await keyboard.type('explain the t');
      await keyboard.press('Enter');
      await list.waitFor({ state: 'hidden' });
      assert.deepEqual([await chosen(open), await text(open)], [[{ type: 'open_chat', chat_id: sampleId(3) }], 'Explain the tests']);
    });

    it('shows what the host says: another chat, another order, another title', async () => {
      open = await openWith();
      await open.say({ type: 'chats', chats: three, chat_id: sampleId(2) });
      assert.equal(await text(open), 'Explain the build');
      await open.say({ type: 'chats', chats: [chat(4, 'New one'), ...three.toReversed()], chat_id: sampleId(2) });
      assert.equal(await text(open), 'Explain the build');
      await open.say({ type: 'chats', chats: [chat(4, 'New one'), chat(2, 'Explain the release')], chat_id: sampleId(2) });
      assert.equal(await text(open), 'Explain the release');
      await open.say({ type: 'chats', chats: [chat(4, 'New one'), chat(2, 'Explain it all')], chat_id: sampleId(2) });
      assert.deepEqual([await text(open), await open.page.locator('vscode-option').last().getAttribute('aria-label')], ['Explain it all', 'Explain it all']);
      await open.say({ type: 'chats', chats: [chat(5, 'Newest'), chat(4, 'New one')], chat_id: sampleId(5) });
      assert.equal(await text(open), 'Newest');
      assert.deepEqual(await chosen(open), []);
    });

    it('keeps an open list as it is, and opens the chat that was clicked', async () => {
      open = await openWith();
      await chooser(open).click();
      await open.say({ type: 'chats', chats: [chat(4, 'New one'), ...three.toReversed()], chat_id: sampleId(1) });
      assert.deepEqual(await open.page.getByRole('option').allInnerTexts(), three.map(({ title }) => title));
      await open.page.getByRole('option', { name: 'Explain the build' }).click();
      await open.page.getByRole('listbox').waitFor({ state: 'hidden' });
      await open.page.locator('vscode-option').nth(3).waitFor({ state: 'attached' });
      assert.deepEqual(await chosen(open), [{ type: 'open_chat', chat_id: sampleId(2) }]);
    });

    it('has its whole list within a low, narrow panel', async () => {
      open = await openWith({ width: 280, height: 150 });
      const many = Array.from({ length: 30 }, (_, index) => chat(index + 1, `A long title that has no place in a narrow panel, number ${index + 1}`));
      await open.say({ type: 'chats', chats: many, chat_id: sampleId(1) });
      await chooser(open).click();
      await open.page.keyboard.press('End');
      await open.page.getByRole('option', { name: 'number 30' }).waitFor();
      await open.page.waitForFunction(() => (document.querySelector('vscode-dropdown')?.shadowRoot?.querySelector('.listbox')?.scrollTop ?? 0) > 0);
      const list = await open.page.getByRole('listbox').boundingBox();
      const last = await open.page.getByRole('option', { name: 'number 30' }).boundingBox();
      assert.ok(list && last);
      assert.ok(list.y + list.height <= 150 && list.x + list.width <= 280 && last.y + last.height <= list.y + list.height, JSON.stringify({ list, last }));
      assert.equal(await open.page.evaluate(() => document.documentElement.scrollTop + document.body.scrollTop), 0);
    });
  });
});
