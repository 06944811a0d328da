import assert from 'node:assert/strict';
import type { RunEventBody } from '../../shared/events';
import { assistantMessage, placed, toolComplete, userMessage } from '../../test/support/event-samples';
import { leftOutText } from './context-words';
import { History } from './history';
import { RoomPlan } from './room-plan';

const call = (id: string): { tool_call_id: string; tool_name: string; arguments: string } => ({ tool_call_id: id, tool_name: 'read_file', arguments: '{}' });

/** Turns of two reads each, of `length` bytes, after a question. */
function chat(turns: number, length = 3_000): RunEventBody[] {
  const bodies = [userMessage(10, 'look')];
  for (let turn = 0; turn < turns; turn++) {
    const ids = [`${turn}a`, `${turn}b`];
    bodies.push(assistantMessage(20, { text: 'I look.', tool_calls: ids.map(call) }), ...ids.map((id) => toolComplete(30, id, id.repeat(length / 2))));
  }
  return bodies;
}

function planOf(bodies: RunEventBody[]): { plan: RoomPlan; history: History } {
  const history = new History();
  for (const event of placed(bodies)) history.apply(event);
  return { plan: new RoomPlan(history, []), history };
}

describe('RoomPlan', () => {
  it('never parts a result from its call, neither in what is summarised nor in what is kept', () => {
    const { plan, history } = planOf(chat(6));
    const cuts = Array.from({ length: 1_200 }, (_, n) => plan.cut((n % 60) * 300, Math.floor(n / 60) * 400, n % 2 === 0));
    const borders = new Set(cuts.flatMap((cut) => (cut === null ? [] : [cut.until, cut.keptFrom])));
    assert.ok(borders.size > 5);
    assert.deepEqual([...borders].filter((place) => history.messages[place]?.role === 'tool'), []);
    for (const cut of cuts) assert.ok(cut === null || cut.keptFrom <= cut.until);
    assert.equal(plan.cut(100, 100, true), null);
  });

  it('keeps about as much as it is told, a message that nothing was said to, and unread results where wanted', () => {
    const answered = [...chat(4), assistantMessage(40, { text: 'Done.' })];
    const { plan, history } = planOf(answered);
    assert.equal(plan.cut(Infinity, 0, true)?.keptFrom, history.messages.length);
    const kept = history.messages.slice(plan.cut(Infinity, 2_200, false)?.keptFrom);
    assert.deepEqual(kept.map(({ role }) => role), ['assistant', 'tool', 'tool', 'assistant']);
    const asked = planOf([...answered, userMessage(50, 'x'.repeat(9_000))]);
    assert.equal(asked.plan.cut(Infinity, 0, true)?.keptFrom, history.messages.length);
  });

  it('leaves out what was read, oldest first, and nothing that is short, unread or left out already', () => {
    const bodies = [...chat(4), assistantMessage(40, { tool_calls: [call('new')] }), toolComplete(50, 'new', 'z'.repeat(3_000))];
    const { plan } = planOf(bodies);
    assert.deepEqual(plan.callIds(plan.readResults(0)), ['0a', '0b', '1a', '1b', '2a', '2b', '3a', '3b']);
    assert.deepEqual(plan.callIds(plan.readResults(0.25)), ['0a', '0b', '1a', '1b', '2a', '2b']);
    assert.deepEqual(plan.callIds(plan.unreadResults()), ['new']);
    assert.deepEqual(planOf(chat(4, 100)).plan.readResults(0), []);
    const again = planOf([...bodies, { type: 'context:pruned', tool_call_ids: ['0a', '0b'], tokens_before: 9_000, tokens_after: 7_000 }]);
    assert.equal(again.history.messages[2]?.text, leftOutText);
    assert.deepEqual(again.plan.callIds(again.plan.readResults(0.25)), ['1a', '1b', '2a', '2b', '3a']);
    // With a newer question nothing before it is unread.
    assert.deepEqual(planOf([...bodies, userMessage(60, 'go on')]).plan.unreadResults(), []);
  });

  it('counts in proportion to what the whole is taken to come to', () => {
    const { plan } = planOf(chat(4));
    const all = plan.readResults(0);
    assert.ok(Math.abs(plan.freedBy(all) / plan.used - 0.7) < 0.1, String(plan.freedBy(all) / plan.used));
    assert.ok(plan.after('short', 0) > plan.used && plan.after('short', 9) < plan.used / 2);
    assert.equal(plan.longest?.message.role, 'tool');
  });
});
