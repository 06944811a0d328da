import assert from 'node:assert/strict';
import { Preview, type PreviewPage } from './open-preview';
import { sampleId, sampleSummary } from './sample-events';
import { openTracesScene, sampleTraces } from './traces-scenes';

describe('traces view', function () {
  this.timeout(60_000);
  let preview: Preview;
  let open: PreviewPage | undefined;
  before(async () => {
    preview = await Preview.start();
  });
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });
  after(() => preview.stop());

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
});
