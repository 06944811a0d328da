import assert from 'node:assert/strict';
import type { RunEventBody } from '../../shared/events';
import { nothingSpent } from '../../shared/spent-math';
import { SampleChat, sampleId, sampleStart } from '../../test/ui/preview/sample-events';
import { unknownSpending, withSpending, type Spending } from './spending';

type Call = Extract<RunEventBody, { type: 'llm_call:complete' }>;

const usage = { input: 100, cache_read: 900, cache_write: 0, output: 40, reasoning: 10 };

function call(turn_number: number, change: Partial<Call>): Call {
  return {
    ...{ type: 'llm_call:complete', llm_call_id: sampleId(9), turn_number, provider: 'p', model: 'm', started_at: sampleStart, first_token_ms: 1 },
    ...{ duration_ms: 1, finish_reason: 'stop', usage, raw_usage: null, error: null, cost_usd: 0.5 },
    ...change,
  };
}

function spendingOf(...bodies: RunEventBody[]): Spending {
  return new SampleChat().add(...bodies).reduce(withSpending, unknownSpending);
}

const asked: RunEventBody = { type: 'message:user', message_id: sampleId(7), text: 'go' };
const run: RunEventBody = { type: 'run:start', run_id: sampleId(8), provider: 'p', model: 'm', scripted: false };
const turn = (turn_number: number): RunEventBody => ({ type: 'turn:start', turn_number, llm_call_id: sampleId(9) });

describe('spending', () => {
  it('counts the newest turn and the newest run, summaries for a turn included', () => {
    const spending = spendingOf(asked, run, turn(1), call(1, {}), asked, run, turn(2), call(2, {}), run, call(3, { purpose: 'compaction', cost_usd: 0.25 }), turn(3), call(3, { cost_usd: null }));
    assert.deepEqual(spending, {
      turn_number: 3,
      turn: { tokens: 2_100, cost_usd: 0.25, calls: 2, unpriced_calls: 1, estimated_calls: 0 },
      run: { tokens: 3_150, cost_usd: 0.75, calls: 3, unpriced_calls: 1, estimated_calls: 0 },
      context: { tokens: 1_050, is_estimate: false },
    });
  });

  it('says unknown for a run of which the beginning is missing', () => {
    const inMidTurn = spendingOf(call(4, {}));
    assert.deepEqual([inMidTurn.turn, inMidTurn.run], [null, null]);
    const nextTurn = spendingOf(call(4, {}), turn(5));
    assert.deepEqual([nextTurn.turn, nextTurn.run], [nothingSpent, null]);
  });

  it('knows how full the context is: from the last answer, by an estimate, or after room was made', () => {
    const context = (...bodies: RunEventBody[]): Spending['context'] => spendingOf(run, turn(1), ...bodies).context;
    const pruned: RunEventBody = { type: 'context:pruned', tool_call_ids: ['a'], tokens_before: 1_000, tokens_after: 300 };
    assert.deepEqual(
      [context(), context(call(1, { usage: null })), context(call(1, { usage: null, estimated_tokens: 700 })), context(call(1, {}), pruned), context(pruned, call(1, {}))],
      [null, null, { tokens: 700, is_estimate: true }, { tokens: 300, is_estimate: true }, { tokens: 1_050, is_estimate: false }],
    );
    assert.deepEqual(context(call(1, {}), call(2, { usage: null, estimated_tokens: 0 })), { tokens: 1_050, is_estimate: false });
    assert.deepEqual(context(call(1, {}), call(2, { purpose: 'compaction', usage: { ...usage, output: 9_000 } })), { tokens: 1_050, is_estimate: false });
  });
});
