import assert from 'node:assert/strict';
import { placed, toolComplete, toolStart, userMessage, uuid } from '../../test/support/event-samples';
import { cutOff } from './cut-off';
import { foldEvents } from './fold-events';
import { emptyTranscript } from './items';

const itemsOf = (...bodies: Parameters<typeof placed>[0]): ReturnType<typeof cutOff> => foldEvents(emptyTranscript(1), placed(bodies)).items;
const kinds = (items: ReturnType<typeof cutOff>): unknown[] => items.map((item) => (item.kind === 'tool' || item.kind === 'run_end' ? [item.kind, item.outcome] : item.kind));

describe('a chat that was cut off', () => {
  it('shows what was running as interrupted, what was done as it was, and a way on at the end', () => {
    const items = itemsOf(userMessage(10, 'go'), toolStart(30, 'a'), toolComplete(30, 'a', 'x'), toolStart(40, 'b'));
    assert.deepEqual(kinds(cutOff(items)), ['user', ['tool', 'success'], ['tool', 'interrupted'], ['run_end', 'interrupted']]);
  });

  it('says it once', () => {
    const items = itemsOf(userMessage(10, 'go'), { type: 'run:end', run_id: uuid(90), outcome: 'interrupted', turns: 1, usage: null, error: null });
    assert.deepEqual(kinds(cutOff(items)), ['user', ['run_end', 'interrupted']]);
  });
});
