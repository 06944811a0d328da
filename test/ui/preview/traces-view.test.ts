import assert from 'node:assert/strict';
import type { PreviewPage } from './open-preview';
import { sampleId, sampleSummary } from './sample-events';
import { sampleAgent, sampleCall, samplePage, sampleRows, sampleTrace, sampleTurn } from './sample-traces';
import { openTracesScene } from './traces-scenes';
import { usePreview } from './use-preview';

describe('traces view', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;
  const chat_id = sampleId(1);
  const chat = sampleSummary('done');
  const turnKey = (turn: number): string => `turn:${chat_id}:${turn}`;
  const callKey = (index: number): string => `call:${sampleId(1000 + index)}`;
  const rowOf = (key: string) => open.page.locator(`[data-key="${key}"]`);
  const focused = (): Promise<string | null> => open.page.evaluate(() => document.activeElement?.getAttribute('data-key') ?? null);
  const requests = async (): Promise<{ name: string; params: unknown }[]> => (await open.sent()).flatMap((message) => (message.kind === 'request' ? [{ name: message.name, params: message.params }] : []));
  const lastCommand = async (): Promise<unknown> => (await open.commands()).at(-1);
  const rowsInPage = (): Promise<number> => open.page.locator('.grid-space > [role=row]').count();
  const count = (): Promise<string | null> => open.page.getByRole('treegrid').getAttribute('aria-rowcount');

  /** Pages of the host for a chat of so many calls, so large that the first is asked for with 50. */
  async function answerInPages(calls: number): Promise<void> {
    await open.page.evaluate(
      ([text, size]) => {
        const { traces, turns } = JSON.parse(text) as { traces: { turn_number: number }[]; turns: { turn_number: number }[] };
        const { host } = window as unknown as { host: { answers: Record<string, unknown> } };
        host.answers['agents'] = { agents: [], more: false };
        host.answers['page'] = ({ cursor = '0', limit }: { cursor?: string; limit: number }) => {
          const from = Number(cursor);
          const page = traces.slice(from, from + limit);
          const last = page.at(-1)?.turn_number ?? 0;
          const first = from === 0 ? 0 : (traces[from - 1]?.turn_number ?? 0);
          const end = from + limit < size ? String(from + limit) : null;
          return { traces: page, turns: turns.filter(({ turn_number }) => turn_number > first && turn_number <= last), next_cursor: end };
        };
      },
      [JSON.stringify(samplePage(calls)), calls] as const,
    );
  }

  it('shows the first page at once, loads the rest behind it, and keeps only what is in sight in the page', async () => {
    open = await preview.open({ view: 'traces', width: 1000, height: 500 });
    await answerInPages(2_000);
    await open.say({ type: 'chats', chats: [chat], chat_id });
    await open.page.waitForFunction(() => document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount') === '2626');
    const asked = (await requests()).filter(({ name }) => name === 'page').map(({ params }) => params);
    assert.deepEqual(asked.slice(0, 3), [{ chat_id, limit: 50 }, { chat_id, limit: 200, cursor: '50' }, { chat_id, limit: 200, cursor: '250' }]);
    assert.ok((await rowsInPage()) < 40, String(await rowsInPage()));
    await open.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTo(0, 1e6));
    await rowOf(callKey(1_999)).waitFor();
    assert.ok((await rowsInPage()) < 40);
    assert.ok((await open.page.evaluate(() => document.querySelectorAll('*').length)) < 600);
  });

  it('is worked with the arrow keys, Enter and Esc', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-call');
    const { keyboard } = open.page;
    await keyboard.press('Escape');
    assert.deepEqual([await open.page.locator('.details-pane').count(), await focused()], [0, callKey(4)]);
    await rowOf(turnKey(1)).focus();
    await keyboard.press('ArrowDown');
    assert.equal(await focused(), callKey(0));
    await keyboard.press('Enter');
    assert.equal(await open.page.getByRole('complementary', { name: 'Details of read_file src/some/folder/file-0.ts' }).count(), 1);
    await keyboard.press('ArrowDown');
    assert.equal(await open.page.getByRole('complementary', { name: /^Details of search_files/ }).count(), 1, 'details follow the focus');
    await keyboard.press('Escape');
    await keyboard.press('ArrowLeft');
    assert.equal(await focused(), turnKey(1));
    const before = Number(await count());
    await keyboard.press('ArrowLeft');
    assert.deepEqual([Number(await count()), await rowOf(turnKey(1)).getAttribute('aria-expanded'), await focused()], [before - 4, 'false', turnKey(1)]);
    await keyboard.press('ArrowRight');
    await keyboard.press('End');
    assert.deepEqual([Number(await count()), await focused()], [before, callKey(39)]);
    await keyboard.press('Home');
    assert.equal(await focused(), turnKey(1));
    await keyboard.press('PageDown');
    await keyboard.press('PageUp');
    assert.equal(await focused(), turnKey(1));
  });

  it('keeps the focus and the place of the keyboard when its row is scrolled away', async () => {
    open = await preview.open({ view: 'traces', width: 1000, height: 400 });
    await answerInPages(400);
    await open.say({ type: 'chats', chats: [chat], chat_id });
    await rowOf(callKey(2)).focus();
    await open.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTo(0, 5_000));
    await open.page.waitForTimeout(100);
    assert.equal(await focused(), callKey(2));
    await open.page.keyboard.press('ArrowDown');
    assert.equal(await focused(), callKey(3));
    assert.ok((await open.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTop ?? 0)) < 200);
  });

  it('says roles, levels and places to a screen reader', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-turn');
    const of = (key: string): Promise<(string | null)[]> => rowOf(key).evaluate((row) => ['role', 'aria-level', 'aria-rowindex', 'aria-expanded', 'aria-selected'].map((name) => row.getAttribute(name)));
    assert.deepEqual(await of(turnKey(2)), ['row', '1', '7', 'true', 'true']);
    assert.deepEqual(await of(callKey(4)), ['row', '2', '8', null, 'false']);
    assert.equal(await open.page.locator('.grid-space [tabindex="0"]').count(), 1);
  });

  it('colours bars by seconds, with a mark and words beside the colour', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-turn');
    const look = (index: number): Promise<unknown> => rowOf(callKey(index)).locator('.cell-time').evaluate((cell) => [cell.className, cell.querySelector('.number')?.getAttribute('data-mark'), cell.getAttribute('title'), cell.textContent]);
    assert.deepEqual(await look(0), ['cell-time latency fast', null, '12 ms (under 1 s)', '0.01 s']);
    assert.deepEqual(await look(4), ['cell-time latency slow', '◐', '4,213 ms (1 to 5 s)', '4.2 s']);
    assert.deepEqual(await look(8), ['cell-time latency very_slow', '●', '6,400 ms (5 s or more)', '6.4 s']);
    const width = (index: number): Promise<number> => rowOf(callKey(index)).locator('.time-bar').evaluate((bar) => bar.getBoundingClientRect().width);
    assert.ok(Math.abs((await width(8)) / (await width(4)) - 6400 / 4213) < 0.05);
  });

  it('colours bars by what is usual for the tool when asked to', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-usual');
    await open.page.getByText('109×').waitFor();
    const look = (index: number): Promise<unknown> => rowOf(callKey(index)).locator('.cell-time').evaluate((cell) => [cell.className, cell.getAttribute('title'), cell.textContent]);
    assert.deepEqual(await look(0), ['cell-time latency fast', '12 ms, as usual (p50 0.01 s, p95 0.04 s of 812 calls)', '≈ usual']);
    assert.deepEqual(await look(4), ['cell-time latency slow', '4,213 ms, longer than usual (p50 1.9 s, p95 3.0 s of 96 calls)', '2.2×']);
    assert.deepEqual(await look(6), ['cell-time latency very_slow', '980 ms, much longer than usual (p50 0.01 s, p95 0.04 s of 812 calls)', '109×']);
    assert.deepEqual(await look(3), ['cell-time latency fast', '31 ms (too few calls to say what is usual)', '0.03 s']);
  });

  it('tells where the time of a turn went, and its tokens, cost and cache', async () => {
    open = await preview.open({ view: 'traces', width: 1100 });
    await openTracesScene(open, 'traces-retried');
    const pane = open.page.getByRole('complementary', { name: 'Details of Turn 5: 4 calls' });
    const time = await pane.getByRole('region', { name: 'Time' }).getByRole('row').allInnerTexts();
    assert.deepEqual(
      time.map((row) => row.replaceAll(/\s+/g, ' ').trim()),
      ['Held back by a limit 1.5 s 8 %', 'Requests made again 6.2 s 35 %', 'Waiting for the first token 0.80 s 4 %', 'The model writing 1.6 s 9 %', 'Tools 7.8 s 44 %'],
    );
    await pane.getByText('3 attempts; the last one began after 6.2 s.').waitFor();
    assert.deepEqual(await pane.getByRole('region', { name: 'Model call' }).locator('.split-table').first().getByRole('row').allInnerTexts().then((rows) => rows.map((row) => row.replaceAll(/\s+/g, ' ').trim())), [
      'Fresh input 260',
      'Cached input 9.5K',
      'Output 140',
      'Cost $0.0009',
    ]);
    await pane.getByText('As expected.').waitFor();
  });

  it('says why a cache was lost, what that cost, and what changed', async () => {
    open = await preview.open({ view: 'traces', width: 1100 });
    await openTracesScene(open, 'traces-cache-broken');
    const pane = open.page.getByRole('complementary', { name: 'Details of Turn 3: 4 calls' });
    await pane.getByText(/The conversation changed before its end.* About 3\.3K tokens were paid as new, \$0\.0005 more\.$/).waitFor();
    await pane.getByText('Reported 960, expected ≈ 2.2K').waitFor();
    assert.deepEqual(await pane.locator('.diff-line').allInnerTexts(), ['  export function total(cart) {', '−   return cart.items.reduce((sum, item) => sum + item.price, 0);', '+ (This result was left out to make room.)']);
    assert.deepEqual((await requests()).at(-1), { name: 'cache_break', params: { chat_id, llm_call_id: sampleId(5003) } });
  });

  it('shows what is unaccounted, cut off, failed and missing as such', async () => {
    open = await preview.open({ view: 'traces', width: 1100, height: 900 });
    await openTracesScene(open, 'traces-eventful');
    const cells = (turn: number): Promise<(string | null)[]> => rowOf(turnKey(turn)).evaluate((row) => ['.cell-tokens', '.cell-cache'].map((name) => row.querySelector(name)?.textContent ?? null).concat(row.querySelector('.state-mark')?.getAttribute('aria-label') ?? null));
    assert.deepEqual(await cells(3), ['6.3K', '15 %', null]);
    assert.deepEqual(await cells(6), ['≈12.4K', '—', null]);
    assert.deepEqual(await cells(7), ['0', '—', 'Failed']);
    assert.deepEqual(await cells(8), ['—', '', 'Interrupted, outcome unknown']);
    await rowOf(`model:${sampleId(5007)}`).getByText('DeepSeek refused: the balance is used up.').waitFor();
    assert.deepEqual(await open.page.getByRole('contentinfo').innerText().then((text) => text.split('\n')), ['Cache hit rate: 77% (23.8K/30.6K tokens)', ', good', '24 calls', '45.6 s', '≥ $0.0040', '1 model call unaccounted', '2 events dropped']);
  });

  it('gives the hit rate its colour and its word at 60 and at 30 %', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    const usage = (cache_read: number) => ({ input: 1_000 - cache_read, cache_read, cache_write: 0, output: 1, reasoning: 0 });
    const turns = [600, 599, 300, 299].map((read, index) => sampleTurn(index + 1, { calls: [sampleCall(index + 1, { usage: usage(read) })], waits: [] }));
    await open.answer('page', { traces: [], turns, next_cursor: null });
    await open.say({ type: 'chats', chats: [chat], chat_id });
    const looks = await open.page.locator('.turn-row .cell-cache').evaluateAll((cells) => cells.map((cell) => [cell.className, cell.textContent, /\((\w+)\)/.exec(cell.getAttribute('title') ?? '')?.[1]]));
    assert.deepEqual(looks, [['cell-cache good', '60 %', 'good'], ['cell-cache fair', '59 %', 'fair'], ['cell-cache fair', '30 %', 'fair'], ['cell-cache poor', '29 %', 'poor']]);
    assert.match(await open.page.getByRole('contentinfo').innerText(), /^Cache hit rate: 44% \(1\.8K\/4K tokens\)/);
  });

  it('tells the segments of a cache as estimates', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-turn');
    assert.equal(
      await rowOf(turnKey(2)).locator('.cell-cache').getAttribute('title'),
      '3,800 of 4,240 input tokens came from the cache (good)\nEstimated, since no API tells it by part:\nTools: 1,475 of 1,475 cached\nSystem prompt: 475 of 475 cached\nHistory: 1,850 of 2,290 cached',
    );
  });

  it('grows while it is looked at, without moving what is in sight', async () => {
    open = await preview.open({ view: 'traces', width: 1000, height: 400 });
    await answerInPages(200);
    await open.say({ type: 'chats', chats: [sampleSummary('in_progress')], chat_id });
    await open.page.waitForFunction(() => document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount') !== '1');
    await open.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTo(0, 1_300));
    await open.page.waitForTimeout(100);
    const inSight = (): Promise<unknown> => open.page.evaluate(() => [document.querySelector('.grid-rows')?.scrollTop, [...document.querySelectorAll('.grid-space > *')].map((row) => [row.getAttribute('data-key'), Math.round(row.getBoundingClientRect().top)]).filter(([, top]) => Number(top) > 60 && Number(top) < 380)]);
    const before = await inSight();
    const rows = sampleRows(220).slice(200);
    const frames = rows.map(({ id: trace_id, ...row }) => ({ ...row, trace_id, type: 'tool_trace:start' as const, chat_id, session_id: sampleId(2), input: null, llm_call_id: sampleId(3) }));
    await open.say({ type: 'frames', chat_id, frames }, { type: 'turns', chat_id, turns: [sampleTurn(51), sampleTurn(55, { duration_ms: null })] });
    await open.say({ type: 'turns', chat_id, turns: [sampleTurn(3, { waits: [] })] });
    assert.deepEqual(await inSight(), before);
    assert.equal(await count(), String(1 + 50 + 200 + 13 + 5 + 20));
    // What stood at the end of the list stays there.
    await open.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTo(0, 1e6));
    await open.page.waitForTimeout(100);
    await open.say({ type: 'frames', chat_id, frames: frames.slice(0, 1).map((frame) => ({ ...frame, trace_id: sampleId(4_444), turn_number: 55, started_at: frame.started_at + 60_000_000 })) });
    await rowOf(`call:${sampleId(4_444)}`).waitFor();
    assert.ok(await rowOf(`call:${sampleId(4_444)}`).evaluate((row) => row.getBoundingClientRect().bottom <= innerHeight));
  });

  it('shows agents below the call that started them, and their calls when they are opened', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await open.page.evaluate(
      ([text, own]) => {
        const { host } = window as unknown as { host: { answers: Record<string, unknown> } };
        host.answers['agents'] = { agents: [], more: false };
        host.answers['page'] = (params: { chat_id: string }) => JSON.parse(params.chat_id === own ? text : '{"traces":[],"turns":[],"next_cursor":null}') as unknown;
      },
      [JSON.stringify(samplePage(8)), chat_id] as const,
    );
    await open.say({ type: 'chats', chats: [chat], chat_id });
    const agent = sampleAgent(1, sampleId(1005));
    await open.say({ type: 'agents', chat_id, agents: [agent] });
    const ofAgent = { traces: [{ ...sampleRows(1)[0], id: sampleId(9_001), subject: 'in the agent' }], turns: [sampleTurn(1, { waits: [] })], next_cursor: null };
    await open.page.evaluate((text) => {
      (window as unknown as { host: { answers: Record<string, unknown> } }).host.answers['page'] = JSON.parse(text) as unknown;
    }, JSON.stringify(ofAgent));
    await rowOf(callKey(5)).focus();
    await open.page.keyboard.press('ArrowRight');
    await rowOf(`agent:${agent.chat_id}`).waitFor();
    await open.page.keyboard.press('ArrowRight');
    await open.page.keyboard.press('ArrowRight');
    await rowOf(`call:${sampleId(9_001)}`).getByText('in the agent').waitFor();
    const levels = await open.page.locator('.grid-space > *').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-level')).slice(5, 12));
    assert.deepEqual(levels, ['1', '2', '2', '2', '3', '4', '5']);
    assert.deepEqual((await requests()).filter(({ name }) => name === 'page').at(-1)?.params, { chat_id: agent.chat_id, limit: 50 });
    await rowOf(callKey(5)).focus();
    await open.page.keyboard.press('ArrowLeft');
    assert.equal(await rowOf(`agent:${agent.chat_id}`).count(), 0);
  });

  it('filters by words, buttons and texts that only the host can look through', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-turn');
    await open.answer('search', { trace_ids: [sampleId(1_012)], next_cursor: null });
    const calls = (): Promise<(string | null)[]> => open.page.locator('.call-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')));
    await open.page.locator('.turn-row').first().focus();
    await open.page.keyboard.press('/');
    await open.page.keyboard.type('tool:read slow>900ms');
    await open.page.waitForFunction(() => document.querySelectorAll('.call-row').length === 8);
    assert.deepEqual(await calls(), [6, 8, 14, 18, 24, 26, 36, 38].map(callKey));
    assert.equal(await open.page.getByRole('search').getByRole('status').innerText(), '8 calls');
    await open.page.keyboard.press('Escape');
    await open.page.getByRole('button', { name: 'Failed' }).click();
    assert.deepEqual(await calls(), [5, 14, 23, 32].map(callKey));
    assert.equal(await open.page.getByRole('button', { name: 'Failed' }).getAttribute('aria-pressed'), 'true');
    await open.page.getByRole('button', { name: 'Failed' }).click();
    await open.page.getByRole('textbox', { name: 'Filter' }).fill('"said inside"');
    await open.page.waitForFunction(() => document.querySelectorAll('.call-row').length === 1);
    assert.deepEqual([await calls(), (await requests()).filter(({ name }) => name === 'search').at(-1)], [[callKey(12)], { name: 'search', params: { chat_id, text: 'said inside', cursor: null } }]);
    await open.page.keyboard.press('Enter');
    assert.equal(await focused(), turnKey(4));
  });

  it('says what in a filter it does not understand, and that nothing matches', async () => {
    open = await preview.open({ view: 'traces', width: 600 });
    await openTracesScene(open, 'traces-filter-wrong');
    await open.page.getByText('“slow>soon” needs a time, for example slow>1s or slow>250ms.').waitFor();
    assert.equal(await open.page.getByRole('textbox', { name: 'Filter' }).getAttribute('aria-invalid'), 'true');
    await open.answer('search', { trace_ids: [], next_cursor: null });
    await open.page.getByRole('textbox', { name: 'Filter' }).fill('nothing-like-this');
    await open.page.getByText('No call matches the filter').waitFor();
    await open.page.getByRole('button', { name: 'Clear Filter', exact: true }).click();
    await rowOf(turnKey(1)).waitFor();
  });

  it('answers why, for a chat and for a turn, with links to the rows', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-why-slow');
    await open.page.getByRole('heading', { name: '41 % of 2:10 was waiting for you: 3 approvals.' }).waitFor();
    await open.page.getByRole('button', { name: 'turn 8, run_command npm test' }).click();
    await rowOf(callKey(28)).waitFor();
    await open.page.waitForFunction((key) => document.activeElement?.getAttribute('data-key') === key, callKey(28));
    await rowOf(turnKey(8)).focus();
    await open.page.keyboard.press('Enter');
    await open.page.getByRole('button', { name: 'Why…' }).click();
    await open.page.getByText('Ask of the whole chat').waitFor();
    await open.page.getByRole('radio', { name: 'Why slow?' }).focus();
    await open.page.keyboard.press('ArrowRight');
    await open.page.waitForTimeout(100);
    const asked = (await requests()).filter(({ name }) => name === 'why').map(({ params }) => params);
    assert.deepEqual(asked.slice(-2), [{ question: 'slow', scope: { chat_id, turn_number: 8 } }, { question: 'expensive', scope: { chat_id, turn_number: 8 } }]);
  });

  it('compares two chats: totals with what is more and less, calls in rows', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-compare');
    const rows = open.page.getByRole('table', { name: 'Calls of both' }).getByRole('row');
    await rows.nth(5).waitFor();
    const cells = await rows.nth(4).getByRole('cell').allInnerTexts();
    assert.deepEqual(cells.map((cell) => cell.replaceAll(/\s+/g, ' ').trim()), ['edit_file src/some/folder/file-3.ts', '— Not made before', '0.02 s Done', '']);
    const cost = await open.page.locator('.compare-totals tr').filter({ hasText: 'Cost' }).innerText();
    assert.deepEqual(cost.split('\t').map((cell) => cell.replace('\n', '')), ['Cost', '$0.0510', '$0.0295', '−$0.0215 (−42 %), better']);
    assert.deepEqual((await requests()).filter(({ name }) => name === 'compare').at(-1)?.params, { left: { chat_id: sampleId(9), run_id: null }, right: { chat_id, run_id: null }, from: 0 });
    await open.page.keyboard.press('Escape');
    await rowOf(turnKey(1)).waitFor();
  });

  it('leads to the chat, to files, to diffs and to whole values', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-call');
    await open.answer('trace', { trace: sampleTrace(sampleRows(4)[3]!), truncated: false });
    await rowOf(callKey(3)).click();
    const pane = open.page.getByRole('complementary');
    await pane.getByRole('button', { name: 'Open File' }).click();
    assert.deepEqual(await lastCommand(), { type: 'open_file', path: 'src/some/folder/file-3.ts', line: 1 });
    await pane.getByRole('button', { name: 'Diff' }).click();
    assert.deepEqual(await lastCommand(), { type: 'open_diff', trace_id: sampleId(1_003) });
    await pane.getByRole('button', { name: 'Show in Chat' }).click();
    assert.deepEqual(await lastCommand(), { type: 'show_in_chat', chat_id, turn_number: 1, trace_id: sampleId(1_003) });
    await pane.getByRole('button', { name: 'Open Output in Editor' }).click();
    assert.deepEqual(await lastCommand(), { type: 'open_value', trace_id: sampleId(1_003), part: 'output' });
    await pane.getByRole('button', { name: 'Copy Output' }).click();
    assert.deepEqual(await lastCommand(), { type: 'copy', text: 'export function total(cart) {\n  return cart.items.reduce((sum, item) => sum + item.price * item.count, 0);\n}' });
    await open.page.getByRole('button', { name: 'Export…' }).click();
    assert.deepEqual(await lastCommand(), { type: 'export', chat_id });
  });

  it('folds JSON, with the keyboard too', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-call');
    const tree = open.page.getByRole('tree', { name: 'Input' });
    const lines = (): Promise<number> => tree.getByRole('treeitem').count();
    const all = await lines();
    await tree.getByRole('treeitem', { name: /^range:/ }).press('ArrowLeft');
    assert.equal(await lines(), all - 2);
    await tree.getByRole('treeitem', { name: /^encodings:/ }).press('Enter');
    assert.equal(await lines(), all - 4);
    await tree.getByRole('treeitem', { name: /^encodings:/ }).click();
    assert.equal(await lines(), all - 2);
    assert.deepEqual(await tree.getByRole('treeitem', { name: /^0/ }).innerText(), '0: utf8');
  });

  it('goes to the place that a link from elsewhere leads to, also when it is not loaded yet', async () => {
    open = await preview.open({ view: 'traces', width: 1000, height: 400 });
    await answerInPages(600);
    await open.answer('trace', { trace: sampleTrace(sampleRows(501)[500]!), truncated: false });
    await open.say({ type: 'chats', chats: [chat], chat_id }, { type: 'reveal', chat_id, target: { turn_number: 126, trace_id: sampleId(1_500), filter: null } });
    await open.page.waitForFunction((key) => document.activeElement?.getAttribute('data-key') === key, callKey(500));
    await open.page.getByRole('complementary', { name: /^Details of read_file|^Details of / }).waitFor();
    await open.say({ type: 'reveal', chat_id, target: { turn_number: null, trace_id: null, filter: 'file:file-8.ts' } });
    assert.equal(await open.page.getByRole('textbox', { name: 'Filter' }).inputValue(), 'file:file-8.ts');
    await open.say({ type: 'reveal', chat_id, target: { turn_number: 900, trace_id: sampleId(77_777), filter: null } });
    await open.page.getByText('What the link leads to is not in the trace of this chat.').waitFor();
  });

  it('says what went wrong, keeps what is there, and tries again when asked', async () => {
    open = await preview.open({ view: 'traces' });
    await openTracesScene(open, 'traces-failed');
    await open.answer('page', { ...samplePage(2), next_cursor: 'more' });
    await open.page.getByRole('button', { name: 'Try Again' }).click();
    await rowOf(callKey(1)).waitFor();
    await open.answer('page', { failed: { code: 'io', message: 'the store does not answer' } });
    await open.page.getByText('The rest could not be read: the store does not answer').waitFor();
    assert.equal(await rowOf(callKey(1)).count(), 1);
    await open.answer('page', { ...samplePage(8), next_cursor: null });
    await open.page.getByRole('button', { name: 'Try again' }).click();
    await rowOf(callKey(7)).waitFor();
  });

  it('shows nothing of one chat under the name of another', async () => {
    open = await preview.open({ view: 'traces' });
    await openTracesScene(open, 'traces-turn');
    await open.answer('page', { traces: [], turns: [], next_cursor: null });
    const chats = [chat, sampleSummary('done', { chat_id: sampleId(9) })];
    await open.say({ type: 'chats', chats, chat_id: sampleId(9) });
    await open.page.getByText('No tool calls in this chat yet').waitFor();
    assert.equal(await open.page.locator('.call-row').count(), 0);
  });

  it('comes back with its chat, filter and colours', async () => {
    open = await preview.open({ view: 'traces', state: { chat_id, filter: 'is:failed', relative: true } });
    assert.deepEqual(await open.commands(), [{ type: 'ready', chat_id }]);
    await open.answer('page', samplePage(20));
    await open.answer('usual', { tools: [] });
    await open.say({ type: 'chats', chats: [chat], chat_id });
    await rowOf(callKey(5)).waitFor();
    assert.deepEqual([await open.page.getByRole('textbox', { name: 'Filter' }).inputValue(), await open.page.getByRole('button', { name: 'Usual' }).getAttribute('aria-pressed'), await open.state()], [
      'is:failed',
      'true',
      { chat_id, filter: 'is:failed', relative: true },
    ]);
  });

  describe('the chooser', () => {
    const chooser = (page: PreviewPage) => page.page.getByRole('combobox', { name: 'Chat' });
    const titled = (number: number, title: string) => sampleSummary('done', { chat_id: sampleId(number), title });
    const three = [titled(1, 'Fix the cart'), titled(2, 'Explain the build'), titled(3, 'Explain the tests')];
    const text = (page: PreviewPage): Promise<string> => chooser(page).locator('.selected-value').innerText();
    const chosen = async (page: PreviewPage): Promise<unknown[]> => (await page.commands()).slice(1);
    const openWith = async (options: { width?: number; height?: number } = {}): Promise<PreviewPage> => {
      const page = await preview.open({ view: 'traces', ...options });
      await page.answer('page', { traces: [], turns: [], next_cursor: null });
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
      await open.say({ type: 'chats', chats: [titled(4, 'New one'), ...three.toReversed()], chat_id: sampleId(2) });
      assert.equal(await text(open), 'Explain the build');
      await open.say({ type: 'chats', chats: [titled(4, 'New one'), titled(2, 'Explain the release')], chat_id: sampleId(2) });
      assert.equal(await text(open), 'Explain the release');
      await open.say({ type: 'chats', chats: [titled(4, 'New one'), titled(2, 'Explain it all')], chat_id: sampleId(2) });
      assert.deepEqual([await text(open), await open.page.locator('vscode-option').last().getAttribute('aria-label')], ['Explain it all', 'Explain it all']);
      await open.say({ type: 'chats', chats: [titled(5, 'Newest'), titled(4, 'New one')], chat_id: sampleId(5) });
      assert.equal(await text(open), 'Newest');
      assert.deepEqual(await chosen(open), []);
    });

    it('keeps an open list as it is, and opens the chat that was clicked', async () => {
      open = await openWith();
      await chooser(open).click();
      await open.say({ type: 'chats', chats: [titled(4, 'New one'), ...three.toReversed()], chat_id: sampleId(1) });
      assert.deepEqual(await open.page.getByRole('option').allInnerTexts(), three.map(({ title }) => title));
      await open.page.getByRole('option', { name: 'Explain the build' }).click();
      await open.page.getByRole('listbox').waitFor({ state: 'hidden' });
      await open.page.locator('vscode-option').nth(3).waitFor({ state: 'attached' });
      assert.deepEqual(await chosen(open), [{ type: 'open_chat', chat_id: sampleId(2) }]);
    });

    it('has its whole list within a low, narrow panel', async () => {
      open = await openWith({ width: 280, height: 150 });
      const many = Array.from({ length: 30 }, (_, index) => titled(index + 1, `A long title that has no place in a narrow panel, number ${index + 1}`));
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
