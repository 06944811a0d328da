import assert from 'node:assert/strict';
import type { SequencedEvent } from '../../shared/events';
import { loop } from '../../test/ui/preview/trust-scenes';
import { SampleChat } from '../../test/ui/preview/sample-events';
import { foldEvents, prependEvents } from './fold-events';
import { emptyTranscript, type Item } from './items';

const itemsOf = (events: readonly SequencedEvent[]): readonly Item[] => foldEvents(emptyTranscript(), events).items;
const kinds = (items: readonly Item[]): string[] => items.map((item) => (item.kind === 'tool' ? item.tool_name : item.kind));

describe('a loop of auto-fix', () => {
  it('is one item at the place of its newest check, and its checks are no rows of their own', () => {
    assert.deepEqual(kinds(itemsOf(loop('running'))), ['user', 'assistant', 'edit_file', 'assistant', 'edit_file', 'auto_fix']);
    const item = itemsOf(loop('passed')).find(({ kind }) => kind === 'auto_fix');
    assert.ok(item?.kind === 'auto_fix');
    assert.deepEqual(
      { checks: item.checks.map(({ round, result }) => [round, result]), step: item.step, over: item.over },
      { checks: [[0, 'failed'], [1, 'failed'], [2, 'passed']], step: { outcome: 'passed', round: 1, text: 'npm run typecheck passed after 1 round.' }, over: true },
    );
  });

  it('comes out the same in batches of any size, and from any point on', () => {
    const events = loop('round_limit');
    const once = foldEvents(emptyTranscript(), events);
    for (const size of [1, 3, 7]) {
      let transcript = emptyTranscript();
      for (let from = 0; from < events.length; from += size) transcript = foldEvents(transcript, events.slice(from, from + size));
      assert.deepEqual(transcript, once);
    }
    for (let from = 1; from < events.length; from++) {
      assert.deepEqual(prependEvents(foldEvents(emptyTranscript(from + 1), events.slice(from)), events.slice(0, from)), once, `from ${from}`);
    }
  });

  it('keeps every call in its place in a pass over many events', () => {
    const chat = new SampleChat();
    chat.startRun();
    chat.answer('');
    chat.check(0, ['tsc']).finish({ result: 'passed', text: 'Passed.' });
    const calls = Array.from({ length: 40 }, (_, index) => chat.startTool({ tool_name: 'read_file', subject: `${index}`, text: `${index}` }));
    const check = chat.check(1, ['tsc']);
    for (const call of calls) call.finish();
    check.finish({ result: 'passed', text: 'Passed.' });
    const wrong = itemsOf(chat.events).filter((item) => item.kind === 'tool' && (item.outcome !== 'success' || JSON.stringify(item.output) !== JSON.stringify({ text: item.subject, summary: '' })));
    assert.deepEqual(wrong, []);
  });

  it('begins anew after it came to an end, and after its run did', () => {
    const chat = new SampleChat();
    chat.startRun();
    chat.answer('');
    chat.check(1, ['tsc']).finish({ result: 'passed', text: 'Passed.' });
    chat.step(0, 'passed', 'tsc passed.');
    chat.check(1, ['tsc']);
    chat.endRun('stopped');
    chat.startRun();
    chat.check(1, ['tsc']);
    const loops = itemsOf(chat.events).flatMap((item) => (item.kind === 'auto_fix' ? [[item.over, ...item.checks.map(({ result }) => result)]] : []));
    assert.deepEqual(loops, [[true, 'passed'], [true, 'interrupted'], [false, null]]);
  });

  it('says that nothing is known when its run was cut off while the agent worked on it', () => {
    const chat = new SampleChat();
    chat.startRun();
    chat.answer('');
    chat.check(1, ['tsc']).finish({ result: 'failed', text: '1 problem.' });
    chat.step(1, 'again', 'The agent was told of 1 problem.');
    chat.endRun('interrupted');
    const item = itemsOf(chat.events).find(({ kind }) => kind === 'auto_fix');
    assert.ok(item?.kind === 'auto_fix');
    assert.deepEqual([item.over, item.step], [true, { outcome: 'stopped', round: 1, text: 'Cut off before it was checked again: whether anything was mended is not known.' }]);
  });

  it('counts among the calls of its run, as it does in the traces', () => {
    const chat = new SampleChat();
    chat.startRun();
    chat.answer('');
    chat.startTool({ tool_name: 'edit_file', subject: 'a.ts', text: '' }).finish();
    chat.check(1, ['tsc']).finish({ result: 'passed', text: 'Passed.' });
    chat.endRun('done');
    const end = itemsOf(chat.events).find(({ kind }) => kind === 'run_end');
    assert.equal(end?.kind === 'run_end' && end.tool_calls, 2);
  });

  it('takes the place of the question whether its check may run; one that was denied stays', () => {
    const chat = new SampleChat();
    chat.startRun();
    chat.answer('');
    const asked = chat.ask('auto_fix', 'Check the change with tsc', { kind: 'command', argv: ['tsc'], cwd: '/ws' });
    assert.deepEqual(kinds(itemsOf(chat.events)), ['auto_fix']);
    assert.equal(itemsOf(chat.events)[0]?.kind, 'tool');
    chat.decide(asked.approval_id, 'allow');
    chat.check(1, ['tsc'], asked.tool_call_id);
    assert.deepEqual(itemsOf(chat.events).map(({ kind }) => kind), ['auto_fix']);
    const denied = chat.ask('auto_fix', 'Check the change with tsc', { kind: 'command', argv: ['tsc'], cwd: '/ws' });
    chat.decide(denied.approval_id, 'deny');
    assert.deepEqual(itemsOf(chat.events).map(({ kind }) => kind), ['auto_fix', 'tool']);
  });
});
