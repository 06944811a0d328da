import assert from 'node:assert/strict';
import { maxMessageBytes } from '../../shared/messages/channel';
import { assistantMessage, placed, toolComplete } from '../../test/support/event-samples';
import type { ToolTrace } from '../../shared/traces';
import { eventForPanel, inMessages, traceForPanel, wireBytes } from './panel-frames';

describe('panel frames', () => {
  it('leaves an event that fits as it is', () => {
    const [event] = placed([toolComplete(30, 'a', 'short')]);
    assert.ok(event);
    assert.equal(eventForPanel(event), event);
  });

  it('cuts long texts until the event fits, also when every character takes many bytes', () => {
    for (const text of ['x'.repeat(1_000_000), '\u0001'.repeat(300_000), '👻'.repeat(200_000)]) {
      const [event] = placed([assistantMessage(20, { text, reasoning: text })]);
      assert.ok(event);
      const cut = eventForPanel(event);
      assert.ok(wireBytes(cut) < maxMessageBytes);
      assert.ok(cut.type === 'message:assistant' && /… \d+ more characters$/.test(cut.text));
      assert.ok(!/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(cut.text), 'no half of a surrogate pair');
    }
  });

  it('cuts a trace until it fits, whatever name the model called and whatever its subject', () => {
    const long = '👻'.repeat(100_000);
    const trace: ToolTrace = {
      ...{ id: 'i', session_id: 's', chat_id: 'c', turn_number: 1, tool_call_id: 't', llm_call_id: null, tool_name: long, subject: long, input: { [long]: long }, output: [long] },
      ...{ started_at: 1, finished_at: 2, latency_ms: 1, tokens_used: null, cache_tokens: null, reasoning_tokens: null, outcome: 'error', error: long },
    };
    const cut = traceForPanel(trace, 24 * 1024);
    assert.ok(wireBytes(cut) < maxMessageBytes);
    assert.equal(cut.truncated, true);
    assert.match(cut.trace.tool_name, /^👻{500}\n… \d+ more characters$/u);
  });

  it('splits many events into messages under the limit, none lost and in order', () => {
    const events = placed(Array.from({ length: 300 }, (_, index) => toolComplete(index + 10, 'a', 'y'.repeat(index * 10))));
    const groups = inMessages(events);
    assert.deepEqual(groups.flat(), events);
    assert.ok(groups.every((group) => wireBytes(group) < maxMessageBytes));
    assert.ok(groups.length < 20, `grouped, not one by one: ${groups.length}`);
  });
});
