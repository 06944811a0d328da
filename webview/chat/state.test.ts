import assert from 'node:assert/strict';
import { SampleChat, sampleId, sampleSummary } from '../../test/ui/preview/sample-events';
import type { SequencedEvent } from '../../shared/events';
import type { ChatEvent } from '../../shared/messages/chat';
import { applyEvent, emptyView, hasGap, isBusy, isElsewhere, openQuestion, type ChatView } from './state';

const chat_id = sampleId(1);
const opened: ChatEvent = { type: 'reset', chat: sampleSummary('in_progress'), first_seq: 1, more_before: false };
const events = (list: SequencedEvent[], status: Parameters<typeof sampleSummary>[0] = 'in_progress'): ChatEvent => ({ type: 'events', chat_id, events: list, summary: sampleSummary(status) });
const apply = (list: ChatEvent[], from: ChatView = emptyView): ChatView => list.reduce(applyEvent, from);
const delta = (message_id: string, text: string, kind: 'text' | 'reasoning' = 'text'): ChatEvent => ({
  type: 'transient',
  events: [{ type: 'text:delta', chat_id, message_id, turn_number: 1, kind, delta: text }],
});

describe('applyEvent', () => {
  it('gathers the text being written, and drops it for the stored message', () => {
    const chat = new SampleChat();
    const message_id = sampleId(9);
    const writing = apply([opened, delta(message_id, 'Hm. ', 'reasoning'), delta(message_id, 'Hel'), delta(message_id, 'lo')]);
    assert.deepEqual(writing.live, { message_id, turn_number: 1, text: 'Hello', reasoning: 'Hm. ' });
    const stored = apply([events(chat.answer('Hello', { message_id }))], writing);
    assert.deepEqual([stored.live, stored.transcript.items.map((item) => item.id)], [null, [message_id]]);
  });

  it('is the same view after a reload as after the live stream', () => {
    const chat = new SampleChat();
    const first = [...chat.user('hi'), ...chat.startRun()];
    const second = [...chat.answer('Hello'), ...chat.tool({ tool_name: 'read_file', subject: 'a.ts' }), ...chat.endRun('done')];
    const live = apply([
      opened,
      events(first),
      { type: 'transient', events: [{ type: 'model:status', chat_id, status: 'waiting', attempt: 1, retry_at: null, reason: '', code: '' }] },
      delta(sampleId(9), 'Hel'),
      { type: 'transient', events: [{ type: 'tool_call:delta', chat_id, message_id: sampleId(9), tool_name: 'read_file', turn_number: 1, bytes: 12 }] },
      events(second, 'done'),
    ]);
    assert.deepEqual(live, apply([opened, events(chat.events, 'done')]));
  });

  it('forgets what is live when the run ends without a message', () => {
    const chat = new SampleChat();
    const view = apply([opened, events(chat.startRun()), delta(sampleId(9), 'Hel'), events(chat.endRun('stopped'), 'stopped')]);
    assert.deepEqual([view.live, isBusy(view)], [null, false]);
  });

  it('ignores events of another chat', () => {
    const view = apply([opened]);
    assert.equal(applyEvent(view, { type: 'events', chat_id: sampleId(7), events: [], summary: sampleSummary('done') }), view);
    const other: ChatEvent = { type: 'transient', events: [{ type: 'tool:output', chat_id: sampleId(7), trace_id: sampleId(8), chunk: 'x' }] };
    assert.equal(applyEvent(view, other), view);
  });

  it('keeps the end of live output, and drops it with the result', () => {
    const chat = new SampleChat();
    const call = chat.startTool({ tool_name: 'run_command', subject: 'npm test' });
    const output = (chunk: string): ChatEvent => ({ type: 'transient', events: [{ type: 'tool:output', chat_id, trace_id: call.trace_id, chunk }] });
    const running = apply([opened, events(call.events), output('x'.repeat(8000)), output('end')]);
    assert.equal(running.outputs.get(call.trace_id), `${'x'.repeat(7997)}end`);
    assert.equal(apply([events(call.finish())], running).outputs.size, 0);
  });

  it('keeps a message that opens a new chat until the chat has it, and drops it when another chat is opened', () => {
    const chat = new SampleChat();
    const sent: ChatView = { ...emptyView, loaded: true, outgoing: [{ message_id: sampleId(60), text: 'hi' }] };
    assert.equal(isBusy(sent), true);
    const inChat = apply([opened], sent);
    assert.deepEqual(inChat.outgoing, sent.outgoing);
    assert.deepEqual(apply([events(chat.add({ type: 'message:user', message_id: sampleId(60), text: 'hi' }))], inChat).outgoing, []);
    assert.deepEqual(apply([{ type: 'reset', chat: null, first_seq: 1, more_before: false }], inChat).outgoing, []);
  });

  const error = { code: 'storage_io', message: 'It could not be stored.', next_step: 'Try again.' };
  const sending: ChatView = { ...emptyView, loaded: true, outgoing: [{ message_id: sampleId(60), text: 'hi' }] };

  it('ends a run whose end the store did not take: nothing works any more, and what was on its way comes back', () => {
    const chat = new SampleChat();
    const running = apply([opened, events(chat.startRun()), delta(sampleId(9), 'Hel')], sending);
    const view = apply([{ type: 'refused', chat_id, chat: sampleSummary('failed'), error, in_run: true }], running);
    assert.deepEqual([isBusy(view), view.live, view.returned, view.unstored_end], [false, null, ['hi'], error]);
    const late = apply([events(chat.tool({ tool_name: 'read_file', subject: 'a.ts' }), 'failed')], view);
    assert.deepEqual(late.unstored_end, error, 'what was stored before and comes late changes nothing');
    assert.equal(apply([events(chat.startRun())], view).unstored_end, null, 'the next run does');
  });

  it('goes back to no chat when nothing of it was stored, and says why', () => {
    const view = apply([{ type: 'refused', chat_id, chat: null, error, in_run: false }], sending);
    assert.deepEqual([view.chat, view.returned, view.problem?.message, isBusy(view)], [null, ['hi'], error.message, false]);
  });

  it('keeps what it has of a deleted chat, without a run', () => {
    const chat = new SampleChat();
    const view = apply([opened, events(chat.user('hi')), { type: 'deleted', chat_id }]);
    assert.deepEqual([view.deleted, view.transcript.items.length, isBusy(view)], [true, 1, false]);
    assert.equal(apply([{ type: 'reset', chat: null, first_seq: 1, more_before: false }], view).deleted, false);
  });

  it('asks nothing where another process asks', () => {
    const chat = new SampleChat();
    chat.ask('run_command', 'Run npm test', { kind: 'command', argv: ['npm', 'test'], cwd: '/ws' });
    const summary = sampleSummary('awaiting_input', { elsewhere: true });
    const view = apply([opened, { type: 'events', chat_id, events: chat.events, summary }]);
    assert.deepEqual([openQuestion(view), isBusy(view), isElsewhere(view)], [null, true, true]);
  });

  it('gives a message back when the host says that it cannot work', () => {
    const view = apply([{ type: 'problem', ...error }], sending);
    assert.deepEqual([view.returned, view.outgoing], [['hi'], []]);
  });

  it('knows a hole in the sequence', () => {
    const chat = new SampleChat();
    chat.user('one');
    const view = apply([opened, events(chat.events.slice())]);
    const next = chat.user('two');
    const after = chat.user('three');
    const asEvents = (list: SequencedEvent[]): Extract<ChatEvent, { type: 'events' }> => ({ type: 'events', chat_id, events: list, summary: sampleSummary('done') });
    assert.deepEqual([hasGap(view, asEvents(next)), hasGap(view, asEvents(after)), hasGap(view, asEvents([]))], [false, true, false]);
  });

  it('asks the oldest open question, and none when the run that asked is gone', () => {
    const chat = new SampleChat();
    const first = chat.ask('run_command', 'Run npm test', { kind: 'command', argv: ['npm', 'test'], cwd: '/ws' });
    chat.ask('run_command', 'Run npm run lint', { kind: 'command', argv: ['npm', 'run', 'lint'], cwd: '/ws' });
    assert.equal(openQuestion(apply([opened, events(chat.events, 'awaiting_input')]))?.id, first.tool_call_id);
    assert.equal(openQuestion(apply([opened, events(chat.events, 'interrupted')])), null);
  });
});
