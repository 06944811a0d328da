import assert from 'node:assert/strict';
import type { ModelCall, Turn, Wait } from './trace-parts';
import { addTime, covered, noTime, timeKinds, turnTime, type TurnTime } from './turn-time';

const from = 1_795_000_000_000_000;
const at = (ms: number): number => from + ms * 1000;

function call(part: Partial<ModelCall>): ModelCall {
  return {
    ...{ llm_call_id: 'call', provider: 'p', model: 'm', purpose: 'answer', started_at: at(0), first_token_ms: 400, duration_ms: 1_000, queued_ms: 0, retry_ms: 0, attempts: 1 },
    ...{ usage: null, estimated_tokens: 0, cost_usd: null, prices: null, finish_reason: null, error: null, request: null, segments: [] },
    ...part,
  };
}

function wait(fromMs: number, waited_ms: number | null): Wait {
  return { id: 'w', kind: 'approval', tool_call_id: 'c', tool_name: 't', title: '', asked_at: at(fromMs), waited_ms, outcome: null };
}

function turn(part: Partial<Turn>): Turn {
  return { turn_number: 1, started_at: at(0), duration_ms: null, calls: [], waits: [], ...part };
}

const row = (fromMs: number, latency_ms: number | null): { started_at: number; latency_ms: number | null } => ({ started_at: at(fromMs), latency_ms });

describe('the time of a turn', () => {
  const cases: [what: string, turn: Turn, rows: ReturnType<typeof row>[], now: number | null, time: Partial<TurnTime>][] = [
    ['is none of a turn in which nothing was', turn({}), [], null, {}],
    ['is the wait for the first token and the writing of a call', turn({ calls: [call({})], duration_ms: 1_000 }), [], null, { first_token: 400, generation: 600, whole: 1_000 }],
    ['counts a call of which nothing came as a wait', turn({ calls: [call({ first_token_ms: null })], duration_ms: 1_000 }), [], null, { first_token: 1_000, whole: 1_000 }],
    ['takes attempts that failed out of the wait', turn({ calls: [call({ retry_ms: 300, attempts: 2 })], duration_ms: 1_000 }), [], null, { retry: 300, first_token: 100, generation: 600, whole: 1_000 }],
    ['never takes out more than there is', turn({ calls: [call({ retry_ms: 5_000, attempts: 3 })], duration_ms: 1_000 }), [], null, { retry: 400, generation: 600, whole: 1_000 }],
    ['begins where a limit held the request back', turn({ calls: [call({ queued_ms: 2_000 })], duration_ms: 1_000 }), [], null, { queue: 2_000, first_token: 400, generation: 600, whole: 3_000 }],
    ['holds the summary that was made before it', turn({ calls: [call({ purpose: 'compaction' }), call({ started_at: at(1_010) })], duration_ms: 1_500 }), [], null, { first_token: 800, generation: 1_200, other: 500, whole: 2_500 }],
    ['counts calls side by side once', turn({ duration_ms: 1_000 }), [row(0, 500), row(100, 100), row(400, 600)], null, { tool: 1_000, whole: 1_000 }],
    ['counts a wait for a person as one, not as the tool that waits', turn({ waits: [wait(100, 300), wait(200, 300)], duration_ms: 1_000 }), [row(0, 600)], null, { approval: 400, tool: 200, other: 400, whole: 1_000 }],
    ['calls what is left over other', turn({ calls: [call({})], duration_ms: 5_000 }), [row(1_000, 1_000)], null, { first_token: 400, generation: 600, tool: 1_000, other: 3_000, whole: 5_000 }],
    ['goes on until now', turn({ calls: [call({})], waits: [wait(2_000, null)] }), [row(1_000, null)], at(6_000), { first_token: 400, generation: 600, approval: 4_000, tool: 1_000, whole: 6_000 }],
    ['ends where it was last heard of when it was cut off', turn({ calls: [call({})], waits: [wait(1_500, null)] }), [row(1_200, 300)], null, { first_token: 400, generation: 600, tool: 300, other: 200, whole: 1_500 }],
    ['is never less than its parts', turn({ calls: [call({})], duration_ms: 10 }), [row(1_000, 500)], null, { first_token: 400, generation: 600, tool: 500, whole: 1_500 }],
    ['is not negative when a clock was set back', turn({ started_at: at(9_000), calls: [] }), [row(9_000, null)], at(1_000), {}],
  ];
  for (const [what, given, rows, now, expected] of cases) {
    it(what, () => {
      const time = turnTime(given, rows, now);
      assert.deepEqual(time, { ...noTime, ...expected });
      assert.equal(timeKinds.reduce((sum, kind) => sum + time[kind], 0), time.whole);
    });
  }

  it('adds up', () => {
    const one: TurnTime = { queue: 1, retry: 2, first_token: 3, generation: 4, approval: 5, tool: 6, other: 7, whole: 28 };
    assert.deepEqual(addTime(one, addTime(one, noTime)), { queue: 2, retry: 4, first_token: 6, generation: 8, approval: 10, tool: 12, other: 14, whole: 56 });
  });

  it('is covered by spans together, whatever their order', () => {
    assert.equal(covered([]), 0);
    assert.equal(covered([[at(5), at(7)], [at(0), at(3)], [at(2), at(4)], [at(1), at(2)], [at(7), at(7)]]), 6);
  });
});
