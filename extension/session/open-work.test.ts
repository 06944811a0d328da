import assert from 'node:assert/strict';
import type { RunEventBody } from '../../shared/events';
import { placed, toolComplete, toolStart, userMessage, uuid } from '../../test/support/event-samples';
import { interruptedText, OpenWork } from './open-work';

const runStart: RunEventBody = { type: 'run:start', run_id: uuid(90), provider: 'demo', model: 'demo', scripted: true };
const turnStart: RunEventBody = { type: 'turn:start', turn_number: 1, llm_call_id: uuid(91) };
const callDone: Extract<RunEventBody, { type: 'llm_call:complete' }> = {
  ...{ type: 'llm_call:complete', llm_call_id: uuid(91), turn_number: 1, provider: 'demo', model: 'demo', started_at: 3, first_token_ms: 1, duration_ms: 2, finish_reason: 'stop' },
  ...{ usage: { input: 100, cache_read: 20, cache_write: 0, output: 7, reasoning: 3 }, raw_usage: null, error: null, cost_usd: 0.5 },
};
const runEnd: RunEventBody = { type: 'run:end', run_id: uuid(90), outcome: 'done', turns: 1, usage: null, error: null };
const asked: RunEventBody = {
  type: 'approval:request',
  approval_id: uuid(50),
  turn_number: 1,
  tool_call_id: 'c',
  tool_name: 'run_command',
  title: 'Run npm test',
  reason: '',
  subject: { kind: 'command', argv: ['npm', 'test'], cwd: '.' },
};

function workAfter(bodies: RunEventBody[]): OpenWork {
  const work = new OpenWork();
  for (const event of placed(bodies)) work.apply(event);
  return work;
}

describe('OpenWork', () => {
  it('closes the tool, the question and the run that a dead process left open', () => {
    const work = workAfter([userMessage(10, 'go'), runStart, turnStart, callDone, toolStart(30, 'a'), toolComplete(30, 'a', 'x'), toolStart(40, 'b'), asked]);
    assert.deepEqual(work.closingEvents(108_000, 500), [
      { type: 'approval:decision', approval_id: uuid(50), turn_number: 1, decision: 'cancelled', decided_by: 'stop', waited_ms: 100 },
      {
        type: 'tool_trace:complete',
        trace_id: uuid(40),
        turn_number: 1,
        tool_call_id: 'b',
        tool_name: 'read_file',
        output: { text: interruptedText, summary: 'interrupted' },
        outcome: 'interrupted',
        error: interruptedText,
        finished_at: 108_000,
        latency_ms: 103,
        tokens_used: null,
        cache_tokens: null,
        reasoning_tokens: null,
      },
      {
        type: 'run:end',
        run_id: uuid(90),
        outcome: 'interrupted',
        turns: 1,
        usage: null,
        error: {
          code: 'interrupted',
          message: 'BooCode stopped while this run was going on.',
          next_step: 'Everything up to that moment is kept. Send a message to go on.',
        },
      },
    ]);
  });

  it('closes a question of the model and a check that a dead process left open, and no other', () => {
    const question = (n: number): RunEventBody => ({ type: 'question:ask', question_id: uuid(n), turn_number: 1, tool_call_id: 'c', question: 'Which?', choices: [], multi_select: false });
    const answer: RunEventBody = { type: 'question:answer', question_id: uuid(70), turn_number: 1, outcome: 'dismissed', chosen: [], text: '', waited_ms: 1 };
    const check = (n: number): RunEventBody => ({ type: 'auto_fix:start', check_id: uuid(n), round: 1, purpose: 'check', step: 'check', argv: ['make'], cwd: '.', covers: 'Makefile' });
    const complete = (n: number): Extract<RunEventBody, { type: 'auto_fix:complete' }> => ({
      ...{ type: 'auto_fix:complete', check_id: uuid(n), result: 'passed', exit_code: 0, duration_ms: 1 },
      ...{ problems: [], more: 0, old: 0, unclear: 0, full_output: null, text: '' },
    });
    const work = workAfter([runStart, turnStart, callDone, question(70), question(71), answer, check(80), check(81), complete(80)]);
    assert.deepEqual(work.closingEvents(107_000, 500).slice(0, -1), [
      { type: 'question:answer', question_id: uuid(71), turn_number: 1, outcome: 'stopped', chosen: [], text: '', waited_ms: 102 },
      { ...complete(81), result: 'stopped', exit_code: null, duration_ms: 99, text: 'BooCode stopped before this check ended.' },
    ]);
  });

  it('takes a model call that a dead process was waiting for to have used what was sent', () => {
    const [call, end] = workAfter([userMessage(10, 'go'), runStart, turnStart]).closingEvents(108_000, 500);
    const error = { code: 'interrupted', message: 'BooCode stopped while this run was going on.', next_step: 'Everything up to that moment is kept. Send a message to go on.' };
    assert.deepEqual(call, {
      ...{ type: 'llm_call:complete', llm_call_id: uuid(91), turn_number: 1, provider: 'demo', model: 'demo', started_at: 3_000, first_token_ms: null, duration_ms: 105, finish_reason: null },
      ...{ usage: null, raw_usage: null, error, cost_usd: null, estimated_tokens: 500 },
    });
    assert.equal(end?.type, 'run:end');
  });

  it('counts what was spent since the newest message, interruptions or not', () => {
    const spent = { tokens: 130, cost_usd: 0.5, calls: 1, unpriced_calls: 0, estimated_calls: 0 };
    const work = workAfter([userMessage(10, 'go'), runStart, turnStart, callDone, runEnd, runStart, turnStart, callDone]);
    assert.deepEqual(work.spentSinceMessage, { ...spent, tokens: 260, cost_usd: 1, calls: 2 });
    for (const event of placed([userMessage(11, 'more'), runStart, turnStart, callDone])) work.apply(event);
    assert.deepEqual(work.spentSinceMessage, spent);
  });

  it('has nothing to close after a run that ended', () => {
    assert.deepEqual(workAfter([runStart, turnStart, toolStart(30, 'a'), toolComplete(30, 'a', 'x'), runEnd]).closingEvents(9_000, 500), []);
  });

  it('keeps queued messages in order until they are delivered or taken back', () => {
    const queued = (n: number): RunEventBody => ({ type: 'message:queued', message_id: uuid(n), text: `m${n}` });
    const work = workAfter([queued(60), queued(61), queued(62), { type: 'message:unqueued', message_id: uuid(61) }, userMessage(60, 'm60')]);
    assert.deepEqual(work.queued, [{ message_id: uuid(62), text: 'm62' }]);
  });
});
