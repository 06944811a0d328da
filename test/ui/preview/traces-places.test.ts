import assert from 'node:assert/strict';
import type { TraceFrame } from '../../../shared/messages/traces';
import type { PreviewPage } from './open-preview';
import { sampleId, sampleStart, sampleSummary } from './sample-events';
import { sampleAgent, samplePage, sampleRows, sampleTrace, sampleTurn } from './sample-traces';
import { openTracesScene } from './traces-scenes';
import { usePreview } from './use-preview';

describe('places in the traces view', function () {
  this.timeout(60_000);
  const preview = usePreview();
  let open: PreviewPage;
  const chat_id = sampleId(1);
  const turnKey = (turn: number): string => `turn:${chat_id}:${turn}`;
  const callKey = (index: number): string => `call:${sampleId(1000 + index)}`;
  const rowOf = (key: string) => open.page.locator(`[data-key="${key}"]`);
  const focused = (): Promise<string | null> => open.page.evaluate(() => document.activeElement?.getAttribute('data-key') ?? null);
  const reveal = (turn_number: number | null, trace_id: string | null, filter: string | null = null) => open.say({ type: 'reveal', chat_id, target: { turn_number, trace_id, filter } });
  const filter = () => open.page.getByRole('textbox', { name: 'Filter' });
  const stateOf = (key: string): Promise<string | null> => rowOf(key).locator('.state-mark').getAttribute('aria-label');

  async function openChat(page: unknown, status: Parameters<typeof sampleSummary>[0] = 'done', height = 500): Promise<void> {
    open = await preview.open({ view: 'traces', width: 1000, height });
    await open.answer('agents', { agents: [], more: false });
    await open.answer('page', page);
    await open.say({ type: 'chats', chats: [sampleSummary(status, { updated_at: sampleStart + 60_000_000 })], chat_id });
    await open.page.getByRole('treegrid').waitFor();
  }

  /** Pages by the chat they are asked for. */
  async function answerByChat(pages: Record<string, unknown>): Promise<void> {
    await open.page.evaluate((text) => {
      const answers = JSON.parse(text) as Record<string, unknown>;
      const { host } = window as unknown as { host: { answers: Record<string, unknown> } };
      host.answers['page'] = (params: { chat_id: string }) => answers[params.chat_id] ?? { traces: [], turns: [], next_cursor: null };
    }, JSON.stringify(pages));
  }

  function started(index: number): TraceFrame {
    const { id: trace_id, tool_call_id, turn_number, tool_name, subject, started_at } = sampleRows(index + 1)[index]!;
    return { type: 'tool_trace:start', chat_id, session_id: sampleId(2), trace_id, turn_number, tool_call_id, llm_call_id: sampleId(3), tool_name, subject, input: null, started_at };
  }

  function ended(index: number): TraceFrame {
    const { trace_id, turn_number, tool_call_id, tool_name } = started(index);
    return {
      ...{ type: 'tool_trace:complete', chat_id, session_id: sampleId(2), trace_id, turn_number, tool_call_id, tool_name, output: null, error: null, outcome: 'success' },
      ...{ finished_at: sampleStart, latency_ms: 3, tokens_used: null, cache_tokens: null, reasoning_tokens: null },
    };
  }

  /** Requests of this name wait until the test answers them, by their number. */
  async function hold(name: string): Promise<void> {
    await open.page.evaluate((key) => {
      const { host, held } = Object.assign(window as unknown as { host: { answers: Record<string, unknown> }; held: Record<string, ((reply: unknown) => void)[]> }, { held: { [key]: [] as ((reply: unknown) => void)[] } });
      host.answers[key] = () => new Promise((resolve) => held[key]?.push(resolve));
    }, name);
  }

  async function release(name: string, number: number, reply: unknown): Promise<void> {
    await open.page.waitForFunction(([key, at]) => (window as unknown as { held: Record<string, unknown[]> }).held[key]?.[at] !== undefined, [name, number] as const);
    await open.page.evaluate(([key, at, text]) => (window as unknown as { held: Record<string, ((reply: unknown) => void)[]> }).held[key]?.[at]?.(JSON.parse(text)), [name, number, JSON.stringify(reply)] as const);
    await open.say();
  }

  it('stops reading a chat when another is shown, and says of that one that it is read', async () => {
    const other = sampleId(9);
    open = await preview.open({ view: 'traces', width: 1000 });
    await open.answer('agents', { agents: [], more: false });
    await hold('page');
    const chats = [sampleSummary('done'), sampleSummary('done', { chat_id: other })];
    await open.say({ type: 'chats', chats, chat_id });
    await open.say({ type: 'chats', chats, chat_id: other });
    await release('page', 1, { traces: [], turns: [sampleTurn(1)], next_cursor: 'more' });
    await release('page', 0, { ...samplePage(8), next_cursor: 'more' });
    assert.equal(await open.page.locator('.call-row').count(), 0);
    await open.page.getByRole('contentinfo').getByText('so far').waitFor();
    const asked = (await open.sent()).flatMap((message) => (message.kind === 'request' && message.name === 'page' ? [message.params] : []));
    assert.deepEqual(asked, [{ chat_id, limit: 50 }, { chat_id: other, limit: 50 }, { chat_id: other, limit: 200, cursor: 'more' }]);
    await release('page', 2, { traces: [], turns: [], next_cursor: null });
    await open.page.getByRole('contentinfo').getByText('so far').waitFor({ state: 'detached' });
  });

  it('shows the answer to the question that was asked last', async () => {
    await openChat(samplePage(8));
    await hold('why');
    await open.page.getByRole('button', { name: 'Why?' }).click();
    await open.page.getByRole('radio', { name: 'Why expensive?' }).click();
    const answer = (headline: string) => ({ question: 'slow', headline, basis: '2 turns', shares: [], findings: [] });
    await release('why', 1, answer('It was expensive.'));
    await release('why', 0, answer('It was slow.'));
    assert.equal(await open.page.locator('.why-headline').innerText(), 'It was expensive.');
    await rowOf(turnKey(1)).press('Escape');
    assert.deepEqual([await open.page.locator('.why').count(), await focused()], [0, turnKey(1)]);
  });

  it('reads the details of a call again when it has ended', async () => {
    await openChat({ traces: [], turns: [sampleTurn(1, { duration_ms: null, waits: [] })], next_cursor: null }, 'in_progress');
    await open.say({ type: 'frames', chat_id, frames: [started(0)] });
    await open.answer('trace', { trace: { ...sampleTrace(sampleRows(1)[0]!), output: null, outcome: 'running' }, truncated: false });
    await rowOf(callKey(0)).press('Enter');
    await open.page.getByRole('region', { name: 'Input' }).waitFor();
    assert.equal(await open.page.getByRole('region', { name: 'Output' }).count(), 0);
    await open.answer('trace', { trace: sampleTrace(sampleRows(1)[0]!), truncated: false });
    await open.say({ type: 'frames', chat_id, frames: [ended(0)] });
    await open.page.getByRole('region', { name: 'Output' }).waitFor();
  });

  it('says of a wait that is open that you are asked, and counts on', async () => {
    const wait = { id: sampleId(70), kind: 'approval' as const, tool_call_id: 'c', tool_name: 'run_command', title: 'Run npm test', asked_at: Date.now() * 1000 - 5_000_000, waited_ms: null, outcome: null };
    const turn = sampleTurn(1, { started_at: Date.now() * 1000 - 9_000_000, duration_ms: null, waits: [wait], calls: [] });
    await openChat({ traces: [], turns: [turn], next_cursor: null }, 'awaiting_input');
    const row = rowOf(`wait:${wait.id}`);
    assert.equal(await stateOf(`wait:${wait.id}`), await stateOf(turnKey(1)));
    assert.match((await stateOf(turnKey(1))) ?? '', /waiting for you/i);
    const before = await row.locator('.cell-time .number').innerText();
    await open.page.waitForFunction(([key, text]) => document.querySelector(`[data-key="${key}"] .cell-time .number`)?.textContent !== text, [`wait:${wait.id}`, before] as const);
    await open.say({ type: 'chats', chats: [sampleSummary('interrupted')], chat_id });
    assert.equal(await stateOf(`wait:${wait.id}`), 'Interrupted, outcome unknown');
  });

  it('opens a chat that goes on at its end, unless something in it is used already', async () => {
    const top = (): Promise<number> => open.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTop ?? -1);
    const chats = [sampleSummary('in_progress')];
    for (const uses of [false, true]) {
      open = await preview.open({ view: 'traces', width: 1000, height: 300 });
      await open.answer('agents', { agents: [], more: false });
      await hold('page');
      await open.say({ type: 'chats', chats, chat_id });
      await release('page', 0, { ...samplePage(40), next_cursor: 'more' });
      if (uses) await rowOf(callKey(0)).focus();
      await release('page', 1, { traces: [], turns: [], next_cursor: null });
      assert.equal((await top()) > 500, !uses);
    }
  });

  it('shows a place again whose details are open already', async () => {
    await openChat(samplePage(8));
    await open.answer('trace', { trace: sampleTrace(sampleRows(4)[3]!), truncated: false });
    await reveal(1, sampleId(1_003));
    await open.page.getByRole('complementary').waitFor();
    await reveal(1, sampleId(1_003));
    assert.deepEqual([await open.page.getByRole('complementary').count(), await focused()], [1, callKey(3)]);
  });

  it('opens the turn that hides the place', async () => {
    await openChat(samplePage(8));
    await rowOf(turnKey(2)).press('ArrowLeft');
    await rowOf(callKey(5)).waitFor({ state: 'detached' });
    await reveal(2, sampleId(1_005));
    await open.page.waitForFunction((key) => document.activeElement?.getAttribute('data-key') === key, callKey(5));
  });

  it('takes a filter away that hides the place, also when the filter has the focus', async () => {
    await openChat(samplePage(8));
    await filter().fill('is:failed');
    await rowOf(callKey(3)).waitFor({ state: 'detached' });
    await reveal(1, sampleId(1_003));
    await rowOf(callKey(3)).waitFor();
    assert.equal(await filter().inputValue(), '');
    await filter().focus();
    await reveal(null, null, 'file:file-2.ts');
    assert.equal(await filter().inputValue(), 'file:file-2.ts');
    // What is typed from here on starts with what is there.
    await filter().press('End');
    await open.page.keyboard.type(' turn:1');
    await open.page.waitForTimeout(150);
    assert.equal(await filter().inputValue(), 'file:file-2.ts turn:1');
  });

  it('leaves a comparison for the place, and gives the focus back when it is closed', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-compare');
    await reveal(2, null);
    await open.page.waitForFunction((key) => document.activeElement?.getAttribute('data-key') === key, turnKey(2));
    const compare = open.page.getByRole('button', { name: 'Compare With Another Chat or Run' });
    await compare.click();
    await open.page.getByRole('table', { name: 'Calls of both' }).waitFor();
    await open.page.keyboard.press('Escape');
    await open.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Compare With Another Chat or Run');
  });

  it('offers no runs of one chat for another', async () => {
    open = await preview.open({ view: 'traces', width: 1000 });
    await openTracesScene(open, 'traces-compare');
    await open.page.getByRole('button', { name: /^Back to the Trace/ }).click();
    const run = { provider: 'p', model: 'm', scripted: false, started_at: sampleStart, first_seq: 1, last_seq: 9, ended_at: sampleStart, outcome: 'done', error: null };
    await open.answer('runs', { runs: [1, 2].map((number) => ({ ...run, run_id: sampleId(60 + number) })) });
    await open.page.getByRole('button', { name: 'Compare With Another Chat or Run' }).click();
    const before = open.page.getByRole('group', { name: 'Before' });
    await before.getByRole('combobox', { name: 'Run' }).waitFor();
    await open.answer('runs', { failed: { code: 'io', message: 'the store does not answer' } });
    await before.getByRole('combobox', { name: 'Before' }).focus();
    for (const key of ['Enter', 'ArrowUp', 'Enter']) await open.page.keyboard.press(key);
    await open.page.getByText('Choose what to compare').waitFor();
    assert.equal(await before.getByRole('combobox', { name: 'Run' }).count(), 0);
  });

  it('says that a place is missing when the last page brought no rows', async () => {
    await openChat({ ...samplePage(8), next_cursor: 'more' });
    await open.answer('page', { failed: { code: 'io', message: 'the store does not answer' } });
    await reveal(70, null);
    await open.page.getByText('The rest could not be read').waitFor();
    await open.answer('page', { traces: [], turns: [], next_cursor: null });
    await open.page.getByRole('button', { name: 'Try again' }).click();
    await open.page.getByText('What the link leads to is not in the trace of this chat.').waitFor();
  });

  it('goes to the own trace of an agent that no call started', async () => {
    await openChat(samplePage(8));
    const agent = sampleAgent(1, '');
    await answerByChat({ [chat_id]: samplePage(8), [agent.chat_id]: { traces: [], turns: [sampleTurn(1), sampleTurn(2)], next_cursor: null } });
    await open.answer('why', { question: 'slow', headline: 'An agent took its time.', basis: '2 turns', shares: [], findings: [{ title: 'It did.', detail: '', share: null, at: [{ chat_id: agent.chat_id, turn_number: 2, trace_id: null, label: 'turn 2 of the agent' }] }] });
    await open.say({ type: 'agents', chat_id, agents: [{ ...agent, trace_id: null }] });
    await open.page.getByRole('button', { name: 'Why?' }).click();
    await open.page.getByRole('button', { name: 'turn 2 of the agent' }).click();
    assert.deepEqual((await open.commands()).at(-1), { type: 'open_chat', chat_id: agent.chat_id });
    await open.say({ type: 'chats', chats: [sampleSummary('done'), sampleSummary('done', { chat_id: agent.chat_id })], chat_id: agent.chat_id });
    await open.page.waitForFunction((key) => document.activeElement?.getAttribute('data-key') === key, `turn:${agent.chat_id}:2`);
  });

  it('leaves agents in their order, whichever of them goes on', async () => {
    await openChat(samplePage(8));
    const agents = [1, 2, 3].map((number) => sampleAgent(number, sampleId(1_005), { status: 'in_progress' }));
    await open.say({ type: 'agents', chat_id, agents });
    await rowOf(callKey(5)).press('ArrowRight');
    const order = (): Promise<(string | null)[]> => open.page.locator('.agent-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')));
    const before = agents.map((agent) => `agent:${agent.chat_id}`);
    assert.deepEqual(await order(), before);
    await open.say({ type: 'agents', chat_id, agents: [{ ...agents[0]!, turns: 9 }] });
    await rowOf(before[0]!).getByText('9 turns').waitFor();
    assert.deepEqual(await order(), before);
  });

  it('draws what an agent does as live while it works, whatever the chat itself does', async () => {
    await openChat(samplePage(8));
    const agent = sampleAgent(1, sampleId(1_005), { status: 'in_progress' });
    await answerByChat({ [chat_id]: samplePage(8), [agent.chat_id]: { traces: [], turns: [sampleTurn(1, { duration_ms: null, waits: [] })], next_cursor: null } });
    await open.say({ type: 'agents', chat_id, agents: [agent] });
    for (const key of [callKey(5), `agent:${agent.chat_id}`]) await rowOf(key).press('ArrowRight');
    const turn = `turn:${agent.chat_id}:1`;
    await rowOf(turn).waitFor();
    assert.equal(await stateOf(turn), 'Running');
    // Cut off, while the chat that started it goes on.
    await open.say({ type: 'agents', chat_id, agents: [{ ...agent, status: 'interrupted' }] }, { type: 'chats', chats: [sampleSummary('in_progress')], chat_id });
    assert.equal(await stateOf(turn), 'Interrupted, outcome unknown');
  });

  it('leaves a turn that was cut off as it is when the chat runs again', async () => {
    const page = { traces: [], turns: [sampleTurn(1), sampleTurn(2, { duration_ms: null })], next_cursor: null };
    await openChat(page, 'interrupted');
    assert.equal(await stateOf(turnKey(2)), 'Interrupted, outcome unknown');
    await open.say({ type: 'chats', chats: [sampleSummary('in_progress', { updated_at: sampleStart + 90_000_000 })], chat_id });
    assert.equal(await stateOf(turnKey(2)), 'Interrupted, outcome unknown');
    await open.say({ type: 'turns', chat_id, turns: [sampleTurn(3, { started_at: sampleStart + 91_000_000, duration_ms: null, waits: [] })] });
    assert.deepEqual([await stateOf(turnKey(2)), await stateOf(turnKey(3))], ['Interrupted, outcome unknown', 'Running']);
  });

  it('takes no turn for cut off because another chat was shown before', async () => {
    const other = sampleId(9);
    await openChat(samplePage(8));
    await answerByChat({ [other]: { traces: [], turns: [sampleTurn(1, { duration_ms: null, waits: [] })], next_cursor: null } });
    await open.say({ type: 'chats', chats: [sampleSummary('in_progress', { chat_id: other })], chat_id: other });
    assert.equal(await stateOf(`turn:${other}:1`), 'Running');
  });

  it('has room on its axis for the turn that goes on', async () => {
    const started_at = Date.now() * 1000 - 31_000_000;
    await openChat({ traces: [], turns: [sampleTurn(1, { started_at, duration_ms: null, waits: [], calls: [] })], next_cursor: null }, 'in_progress');
    assert.equal(await open.page.locator('.axis-mark').last().innerText(), '45.0 s');
  });

  it('keeps the focus in the list when the row that has it matches no more', async () => {
    await openChat({ traces: [], turns: [sampleTurn(1, { duration_ms: null, waits: [] })], next_cursor: null }, 'in_progress');
    await open.say({ type: 'frames', chat_id, frames: [started(0), started(1), started(2)] });
    await open.answer('search', { trace_ids: [], next_cursor: null });
    await filter().fill('is:running');
    await open.page.getByRole('search').getByText('3 calls').waitFor();
    await rowOf(callKey(1)).focus();
    await open.say({ type: 'frames', chat_id, frames: [ended(1)] });
    await rowOf(callKey(1)).waitFor({ state: 'detached' });
    await open.page.waitForFunction((key) => document.activeElement?.getAttribute('data-key') === key, callKey(2));
    assert.equal(await rowOf(callKey(2)).getAttribute('tabindex'), '0');
  });

  it('gives the elements of rows that went to those that come', async () => {
    await openChat(samplePage(400), 'done', 400);
    for (const top of [260, 390, 520, 650, 780, 910, 1_040]) {
      await open.page.evaluate((y) => document.querySelector('.grid-rows')?.scrollTo(0, y), top);
      await open.say();
      if (top === 260) await open.page.evaluate(() => document.querySelectorAll('.grid-space > *').forEach((row) => row.setAttribute('data-seen', '')));
    }
    const rows = await open.page.locator('.grid-space > *').evaluateAll((all) => all.map((row) => ({ key: row.getAttribute('data-key'), seen: row.hasAttribute('data-seen'), top: row.getBoundingClientRect().top, name: row.querySelector('.call-name, .turn-name')?.textContent })));
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
    assert.equal(new Set(rows.map(({ top }) => top)).size, rows.length);
    assert.ok(rows.filter(({ seen }) => seen).length > rows.length / 2, JSON.stringify(rows));
    const turn = sampleRows(400).find(({ id }) => rows.some(({ key }) => key === `call:${id}`));
    assert.equal(rows.find(({ key }) => key === `call:${turn?.id}`)?.name, turn?.tool_name);
  });

  it('stays where something was opened, also in a chat that goes on', async () => {
    await openChat({ ...samplePage(8), turns: samplePage(8).turns }, 'in_progress', 460);
    const agent = sampleAgent(1, sampleId(1_001));
    const turns = Array.from({ length: 40 }, (_, index) => sampleTurn(index + 1, { waits: [] }));
    await answerByChat({ [agent.chat_id]: { traces: [], turns, next_cursor: null } });
    await open.say({ type: 'agents', chat_id, agents: [agent] });
    for (const key of [callKey(1), `agent:${agent.chat_id}`]) await rowOf(key).press('ArrowRight');
    await rowOf(`turn:${agent.chat_id}:3`).waitFor();
    await open.page.waitForTimeout(100);
    assert.equal(await open.page.evaluate(() => document.querySelector('.grid-rows')?.scrollTop), 0);
  });

  it('opens and closes an agent with Enter and with a click on its row', async () => {
    await openChat(samplePage(8));
    const agent = sampleAgent(1, sampleId(1_005));
    await answerByChat({ [agent.chat_id]: { traces: [], turns: [sampleTurn(1)], next_cursor: null } });
    await open.say({ type: 'agents', chat_id, agents: [agent] });
    await rowOf(callKey(5)).press('ArrowRight');
    const row = rowOf(`agent:${agent.chat_id}`);
    await row.press('Enter');
    await rowOf(`turn:${agent.chat_id}:1`).waitFor();
    await row.click({ position: { x: 300, y: 12 } });
    await rowOf(`turn:${agent.chat_id}:1`).waitFor({ state: 'detached' });
    assert.equal(await row.getAttribute('aria-expanded'), 'false');
  });
});
