import assert from 'node:assert/strict';
import type { RunEventBody } from '../../shared/events';
import { assistantMessage, placed, toolComplete, toolStart, userMessage } from '../../test/support/event-samples';
import { interruptedText } from '../session/open-work';
import { History } from './history';

const twoCalls = [
  { tool_call_id: 'a', tool_name: 'read_file', arguments: '{"path":"a.ts"}' },
  { tool_call_id: 'b', tool_name: 'read_file', arguments: '{"path":"b.ts"}' },
];

function messagesOf(bodies: RunEventBody[]): History['messages'] {
  const history = new History();
  for (const event of placed(bodies)) history.apply(event);
  return history.messages;
}

describe('History', () => {
  it('sends results in the order of the calls, whatever order they finished in', () => {
    const messages = messagesOf([
      userMessage(10, 'look'),
      assistantMessage(20, { text: 'I look.', reasoning: 'hm', tool_calls: twoCalls }),
      toolStart(30, 'a'),
      toolStart(40, 'b'),
      toolComplete(40, 'b', 'text of b'),
      toolComplete(30, 'a', 'text of a'),
    ]);
    assert.deepEqual(messages, [
      { role: 'user', text: 'look' },
      { role: 'assistant', text: 'I look.', reasoning: 'hm', tool_calls: twoCalls },
      { role: 'tool', tool_call_id: 'a', tool_name: 'read_file', text: 'text of a' },
      { role: 'tool', tool_call_id: 'b', tool_name: 'read_file', text: 'text of b' },
    ]);
  });

  it('tells the model that a call without a result was interrupted', () => {
    const messages = messagesOf([userMessage(10, 'look'), assistantMessage(20, { tool_calls: twoCalls.slice(0, 1) }), toolStart(30, 'a')]);
    assert.deepEqual(messages.at(-1), { role: 'tool', tool_call_id: 'a', tool_name: 'read_file', text: interruptedText });
  });

  it('keeps what came of an answer that was cut off, and leaves out an empty one', () => {
    const messages = messagesOf([
      userMessage(10, 'tell'),
      assistantMessage(20, { text: 'The first half', partial: true }),
      userMessage(30, 'go on'),
      assistantMessage(40, { reasoning: 'only thought', partial: true }),
    ]);
    assert.deepEqual(messages, [
      { role: 'user', text: 'tell' },
      { role: 'assistant', text: 'The first half', reasoning: '', tool_calls: [] },
      { role: 'user', text: 'go on' },
    ]);
  });
});
