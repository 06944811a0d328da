import assert from 'node:assert/strict';
import type { ProjectFact, RunEventBody } from '../../shared/events';
import { noUsage } from '../../shared/usage-math';
import { assistantMessage, placed, toolComplete, toolStart, userMessage, uuid } from '../../test/support/event-samples';
import { interruptedText } from '../session/open-work';
import { leftOutText } from './context-words';
import { History } from './history';

const twoCalls = [
  { tool_call_id: 'a', tool_name: 'read_file', arguments: '{"path":"a.ts"}' },
  { tool_call_id: 'b', tool_name: 'read_file', arguments: '{"path":"b.ts"}' },
];

function historyOf(bodies: RunEventBody[]): History {
  const history = new History();
  for (const event of placed(bodies)) history.apply(event);
  return history;
}

function messagesOf(bodies: RunEventBody[]): History['messages'] {
  return historyOf(bodies).messages;
}

function facts(text: string, ...kinds: ProjectFact['kind'][]): RunEventBody {
  return { type: 'context:facts', text, facts: kinds.map((kind) => ({ kind, label: kind, digest: `${text} ${kind}` })) };
}

function counted(input: number, purpose?: 'compaction'): Extract<RunEventBody, { type: 'llm_call:complete' }> {
  return {
    ...{ type: 'llm_call:complete', llm_call_id: uuid(21), turn_number: 1, provider: 'p', model: 'm', started_at: 1, first_token_ms: null },
    ...{ duration_ms: 1, finish_reason: 'stop', usage: { input, cache_read: 10, cache_write: 0, output: 5, reasoning: 1 }, raw_usage: null, error: null },
    ...(purpose && { purpose }),
  };
}

const pruned = (...tool_call_ids: string[]): RunEventBody => ({ type: 'context:pruned', tool_call_ids, tokens_before: 900, tokens_after: 500 });
const compacted = (text: string, kept_messages: number): RunEventBody => ({ type: 'context:compacted', text, kept_messages, tokens_before: 900, tokens_after: 100 });

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

  const looked = [userMessage(10, 'look'), assistantMessage(20, { text: 'I look.', tool_calls: twoCalls }), toolComplete(40, 'b', 'text of b'), toolComplete(30, 'a', 'text of a')];

  it('sends a word in the place of a result that was left out, and every other message as it was', () => {
    const history = historyOf(looked);
    const before = history.messages;
    for (const event of placed([pruned('a')])) history.apply(event);
    assert.notEqual(history.messages, before);
    assert.deepEqual(history.messages.map((message, place) => (message === before[place] ? 'same' : message.text)), ['same', 'same', leftOutText, 'same']);
  });

  it('begins with the summary, and finds the place of a result among what was kept', () => {
    const later = { tool_call_id: 'c', tool_name: 'read_file', arguments: '{}' };
    const messages = messagesOf([...looked, assistantMessage(50, { tool_calls: [later] }), compacted('so far', 2), toolComplete(60, 'c', 'text of c'), toolComplete(70, 'a', 'too late')]);
    assert.deepEqual(messages, [
      { role: 'user', text: 'so far' },
      { role: 'assistant', text: '', reasoning: '', tool_calls: [later] },
      { role: 'tool', tool_call_id: 'c', tool_name: 'read_file', text: 'text of c' },
    ]);
  });

  it('puts project facts beside the message they came with, and beside the summary after it was cut', () => {
    const history = historyOf([userMessage(10, 'one'), facts('first', 'instructions', 'git'), assistantMessage(20, { text: 'a' }), userMessage(30, 'two'), facts('second', 'instructions', 'git')]);
    assert.deepEqual([...history.knownFacts], [['instructions', 'second instructions'], ['git', 'second git']]);
    assert.deepEqual(history.messages[0], { role: 'user', text: 'one', context: 'first' });
    for (const event of placed([compacted('so far', 1)])) history.apply(event);
    // Some of the instructions were told in the message that is gone.
    assert.deepEqual([...history.knownFacts], [['git', 'second git']]);
    for (const event of placed([facts('again', 'instructions')])) history.apply(event);
    assert.deepEqual(history.messages, [{ role: 'user', text: 'so far', context: 'again' }, { role: 'user', text: 'two', context: 'second' }]);
    // Too late to be put anywhere: the model has answered.
    for (const event of placed([assistantMessage(40, { text: 'b' }), facts('late', 'problems')])) history.apply(event);
    assert.deepEqual([history.messages[0]?.role === 'user' && history.messages[0].context, history.knownFacts.has('problems')], ['again', false]);
  });

  it('knows what is being answered, wherever it stands', () => {
    const history = historyOf([userMessage(10, 'old'), assistantMessage(20, { text: 'a' }), userMessage(30, 'one'), userMessage(40, 'two'), assistantMessage(50, { tool_calls: twoCalls })]);
    assert.deepEqual(history.asked, { texts: ['one', 'two'], from: 2 });
    for (const event of placed([compacted('so far', 5)])) history.apply(event);
    assert.deepEqual(history.asked, { texts: ['one', 'two'], from: 1 });
    for (const event of placed([compacted('so far', 3)])) history.apply(event);
    assert.deepEqual(history.asked, { texts: ['one', 'two'], from: null });
  });

  it('is as long as the last call said, and what came since by its bytes', () => {
    const opening = new History().estimatedTokens([]);
    const unknown = historyOf([userMessage(10, 'x'.repeat(300))]).estimatedTokens([]);
    assert.ok(unknown >= opening + 100 && unknown < opening + 130, String(unknown));
    const calls = [userMessage(10, 'look'), assistantMessage(20, { tool_calls: twoCalls }), counted(1_000)];
    const unread = historyOf(calls).estimatedTokens([]);
    assert.ok(unread > 1_016 && unread < 1_200, String(unread));
    const read = historyOf([...calls, toolComplete(30, 'a', 'y'.repeat(3_000)), toolComplete(40, 'b', '')]).estimatedTokens([]);
    assert.ok(read > 2_016 && read < 2_100, String(read));
    const ends = [counted(1_000), pruned('a'), compacted('', 0), counted(70)];
    assert.deepEqual(ends.map((_, place) => historyOf(ends.slice(0, place + 1)).estimatedTokens([])), [1_016, 500, 100, 86]);
    assert.equal(historyOf([compacted('', 0), counted(5_000, 'compaction')]).estimatedTokens([]), 100);
    // A call that nothing came of has read the results too; and one that counted nothing says nothing.
    const readAll = [...calls, toolComplete(30, 'a', 'y'.repeat(3_000)), toolComplete(40, 'b', ''), counted(2_050)];
    assert.equal(historyOf(readAll).estimatedTokens([]), 2_066);
    assert.equal(historyOf([...readAll, { ...counted(0), usage: noUsage }]).estimatedTokens([]), 2_066);
  });

  it('counts what is sent around each call beside what the call said', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ tool_call_id: `call_${n}`, tool_name: 'read_file', arguments: '{}' }));
    const [few, all] = [many.slice(0, 1), many].map((tool_calls) => {
      const results = tool_calls.map(({ tool_call_id }) => toolComplete(30, tool_call_id, ''));
      return historyOf([userMessage(10, 'look'), assistantMessage(20, { tool_calls }), counted(1_000), ...results]).estimatedTokens([]);
    });
    // The wire form of a call and of its result.
    assert.ok((all ?? 0) - (few ?? 0) > 29 * 25, `${few} ${all}`);
  });

  it('owes the project facts from a message, or a summary that cut them, until they are told or it is sent', () => {
    const turn: RunEventBody = { type: 'turn:start', turn_number: 1, llm_call_id: '00000000-0000-4000-8000-000000000001' };
    const all = [userMessage(10, 'look'), facts('told'), userMessage(20, 'and here'), turn, compacted('', 0), facts('again')];
    const owed = [[], ...all.map((_, place) => all.slice(0, place + 1))].map((events) => historyOf(events).owesFacts);
    assert.deepEqual(owed, [false, true, false, true, false, true, false]);
  });
});
