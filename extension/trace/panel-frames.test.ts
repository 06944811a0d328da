import assert from 'node:assert/strict';
import { maxMessageBytes } from '../../shared/messages/channel';
import { assistantMessage, placed, toolComplete } from '../../test/support/event-samples';
import { eventForPanel, inMessages, wireBytes } from './panel-frames';

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

  it('splits many events into messages under the limit, none lost and in order', () => {
    const events = placed(Array.from({ length: 300 }, (_, index) => toolComplete(index + 10, 'a', 'y'.repeat(index * 10))));
    const groups = inMessages(events);
    assert.deepEqual(groups.flat(), events);
    assert.ok(groups.every((group) => wireBytes(group) < maxMessageBytes));
    assert.ok(groups.length < 20, `grouped, not one by one: ${groups.length}`);
  });
});
