import assert from 'node:assert/strict';
import type { SequencedEvent } from '../../shared/events';
import { SampleChat, sampleId } from '../../test/ui/preview/sample-events';
import { foldEvents, prependEvents } from './fold-events';
import { emptyTranscript, toolState, type Transcript } from './items';

/** A whole chat: an edit that was approved, a command that was refused, a queue, a stop, a failure. */
function longChat(): SequencedEvent[] {
  const chat = new SampleChat();
  chat.user('fix the failing test');
  chat.startRun();
  chat.add({ type: 'context:facts', text: 'AGENTS.md: …', facts: [{ kind: 'instructions', label: 'AGENTS.md', digest: 'a' }] });
  chat.answer('', { reasoning: 'Look first.', reasoning_ms: 3000 });
  for (let file = 0; file < 6; file++) chat.tool({ tool_name: 'read_file', subject: `src/${file}.ts` });
  const together = [chat.startTool({ tool_name: 'search_files', subject: 'sum(' }), chat.startTool({ tool_name: 'read_file', subject: 'a.ts' })];
  for (const call of together.reverse()) call.finish();
  chat.add({ type: 'message:queued', message_id: sampleId(50), text: 'and then lint' });
  chat.add({ type: 'message:queued', message_id: sampleId(51), text: 'never mind' });
  chat.add({ type: 'message:unqueued', message_id: sampleId(51) });
  chat.add({ type: 'context:pruned', tool_call_ids: ['call_1'], tokens_before: 900, tokens_after: 500 });
  chat.answer('Now the edit.');
  const edit = chat.ask('edit_file', 'Edit cart.ts', { kind: 'edit', path: 'cart.ts', before: 'a', after: 'b', added: 1, removed: 1 });
  chat.decide(edit.approval_id, 'allow');
  chat.startTool({ tool_name: 'edit_file', subject: 'cart.ts' }, edit.tool_call_id).finish();
  const command = chat.ask('run_command', 'Run rm', { kind: 'command', argv: ['rm', '-rf', 'x'], cwd: '/ws' });
  chat.decide(command.approval_id, 'deny');
  chat.startTool({ tool_name: 'run_command', subject: 'rm -rf x', outcome: 'denied', text: 'refused' }, command.tool_call_id).finish();
  chat.add({ type: 'notice', level: 'warning', code: 'answer_cut', text: 'Cut.' });
  chat.answer('Done so far', { partial: true });
  chat.endRun('stopped');
  chat.add({ type: 'message:user', message_id: sampleId(50), text: 'and then lint' });
  chat.startRun();
  chat.endRun('failed', { code: 'no_key', message: 'No key.', next_step: 'Set one.' });
  return chat.events;
}

const whole = (events: readonly SequencedEvent[]): Transcript => foldEvents(emptyTranscript(), events);

describe('foldEvents', () => {
  it('gives the same transcript whether events come at once, one by one, in batches, or twice', () => {
    const events = longChat();
    const once = whole(events);
    for (const size of [1, 2, 5, 13]) {
      let transcript = emptyTranscript();
      for (let from = 0; from < events.length; from += size) transcript = foldEvents(transcript, events.slice(Math.max(0, from - 3), from + size));
      assert.deepEqual(transcript, once);
    }
  });

  it('gives the same transcript from any point on, once the older events are put before', () => {
    const events = longChat();
    const once = whole(events);
    for (let from = 1; from < events.length; from++) {
      let transcript = foldEvents(emptyTranscript(from + 1), events.slice(from));
      for (let end = from; end > 0; end -= 7) transcript = prependEvents(transcript, events.slice(Math.max(0, end - 7), end));
      assert.deepEqual(transcript, once, `from ${from}`);
    }
  });

  it('shows each call as one item, with its question, its outcome and its figures', () => {
    const chat = new SampleChat();
    chat.startRun();
    const asked = chat.ask('edit_file', 'Edit cart.ts', { kind: 'edit', path: 'cart.ts', before: 'a', after: 'b', added: 1, removed: 1 }, 'protected');
    const asking = whole(chat.events).items;
    chat.decide(asked.approval_id, 'allow_session');
    const call = chat.startTool({ tool_name: 'edit_file', subject: 'cart.ts', text: 'edited', summary: '+1 −1', latency_ms: 8 }, asked.tool_call_id);
    const running = whole(chat.events).items;
    call.finish();
    const finished = whole(chat.events).items;
    assert.deepEqual(
      [asking, running, finished].map((items) => items.map((item) => (item.kind === 'tool' ? toolState(item) : item.kind))),
      [['asking'], ['running'], ['success']],
    );
    assert.deepEqual(finished, [
      {
        kind: 'tool',
        id: asked.tool_call_id,
        trace_id: call.trace_id,
        turn_number: 1,
        tool_name: 'edit_file',
        subject: 'cart.ts',
        input: { path: 'cart.ts' },
        output: { text: 'edited', summary: '+1 −1' },
        outcome: 'success',
        error: null,
        started_at: call.events[0]?.type === 'tool_trace:start' ? call.events[0].started_at : null,
        latency_ms: 8,
        tokens_used: 1240,
        cache_tokens: 900,
        approval: {
          approval_id: asked.approval_id,
          title: 'Edit cart.ts',
          reason: 'protected',
          subject: { kind: 'edit', path: 'cart.ts', before: 'a', after: 'b', added: 1, removed: 1 },
          offers: [],
          decision: 'allow_session',
          decided_by: 'user',
          rejected: [],
        },
        question: null,
      },
    ]);
  });

  it('takes a queued message out of the queue when it is sent or removed', () => {
    const chat = new SampleChat();
    for (const number of [50, 51, 52]) chat.add({ type: 'message:queued', message_id: sampleId(number), text: `${number}` });
    chat.add({ type: 'message:unqueued', message_id: sampleId(51) });
    chat.add({ type: 'message:user', message_id: sampleId(50), text: '50' });
    const { queue, items } = whole(chat.events);
    assert.deepEqual(queue, [{ message_id: sampleId(52), text: '52' }]);
    assert.deepEqual(items, [{ kind: 'user', id: sampleId(50), text: '50' }]);
  });

  it('keeps the very same objects for items that did not change', () => {
    const events = longChat();
    const before = foldEvents(emptyTranscript(), events.slice(0, -2));
    const after = foldEvents(before, events.slice(-2));
    assert.ok(before.items.length > 5);
    before.items.forEach((item, index) => assert.equal(after.items[index], item));
  });

  it('shows what was sent along at its message, and anew at the summary in the place of it', () => {
    const chat = new SampleChat();
    const facts = (text: string, ...labels: string[]): void => {
      chat.add({ type: 'context:facts', text, facts: labels.map((label) => ({ kind: 'git', label, digest: label })) });
    };
    chat.user('one');
    chat.startRun();
    facts('told', 'AGENTS.md', '3 open files');
    chat.answer('');
    chat.add({ type: 'context:pruned', tool_call_ids: ['a', 'b'], tokens_before: 900, tokens_after: 500 });
    chat.add({ type: 'context:compacted', text: 'so far', kept_messages: 2, tokens_before: 900, tokens_after: 100 });
    facts('told again', 'AGENTS.md');
    assert.deepEqual(whole(chat.events).items, [
      { kind: 'user', id: sampleId(101), text: 'one', facts: { text: 'told', labels: ['AGENTS.md', '3 open files'] } },
      { kind: 'room', id: 'room-7', made: { by: 'pruning', results: 2 }, tokens_before: 900, tokens_after: 500 },
      { kind: 'room', id: 'room-8', made: { by: 'summary', summary: 'so far' }, tokens_before: 900, tokens_after: 100, facts: { text: 'told again', labels: ['AGENTS.md'] } },
    ]);
  });

  it('knows since when the model is asked, until it has answered or the run is over', () => {
    const chat = new SampleChat();
    const askedAt = (): number | null => whole(chat.events).asked_at;
    chat.startRun();
    const seen = [askedAt()];
    chat.answer('so');
    seen.push(askedAt());
    const [asked] = chat.add({ type: 'turn:start', turn_number: 2, llm_call_id: sampleId(9) });
    seen.push(askedAt());
    chat.endRun('stopped');
    assert.deepEqual([...seen, askedAt()], [null, null, asked?.at, null]);
  });
});
