import assert from 'node:assert/strict';
import type { TraceRow, Turn, Wait } from '../../../shared/trace-parts';
import { timeKinds, turnTime } from '../../../shared/turn-time';
import { seededRandom } from '../../../test/support/store/seeded-random';
import { pathOf } from './critical-path';

const from = 1_795_000_000_000_000;

function row(id: string, startMs: number, latency_ms: number | null): TraceRow {
  return { id, turn_number: 1, tool_name: 'read_file', subject: id, started_at: from + startMs * 1000, latency_ms, outcome: 'success', error: null, tool_call_id: id, llm_call_id: null, tokens_used: null };
}

function wait(title: string, startMs: number, waited_ms: number | null): Wait {
  return { id: title, kind: 'approval', tool_call_id: title, tool_name: 't', title, asked_at: from + startMs * 1000, waited_ms, outcome: null };
}

function turn(waits: readonly Wait[]): Turn {
  return { turn_number: 1, started_at: from, duration_ms: null, calls: [], waits };
}

/** `name from+ms`. */
function path(waits: readonly Wait[], rows: readonly TraceRow[], now: number | null = null): string[] {
  return pathOf(turn(waits), rows, now).map((step) => `${step.row?.id ?? step.wait?.title ?? ''} ${(step.at - from) / 1000}+${step.ms}`);
}

describe('the critical path of a turn', () => {
  const cases: [what: string, waits: Wait[], rows: TraceRow[], expected: string[]][] = [
    ['takes calls one after the other', [], [row('a', 0, 5), row('b', 10, 5)], ['a 0+5', 'b 10+5']],
    ['leaves out a call beside a longer one', [], [row('a', 0, 10), row('b', 2, 5)], ['a 0+10']],
    ['goes over to the call that ends later', [], [row('a', 0, 10), row('b', 4, 10)], ['a 0+4', 'b 4+10']],
    ['takes the longest of those that began together', [], [row('a', 0, 3), row('b', 0, 9), row('c', 0, 6)], ['b 0+9']],
    ['takes a wait before what went on meanwhile', [wait('w', 2, 4)], [row('a', 0, 10)], ['a 0+2', 'w 2+4', 'a 6+4']],
    ['leaves out what a wait covers', [wait('w', 0, 10)], [row('a', 2, 4), row('b', 8, 4)], ['w 0+10', 'b 10+2']],
    ['counts nothing of what has no end', [], [row('a', 0, null), row('b', 1, 1)], ['b 1+1']],
  ];
  for (const [what, waits, rows, expected] of cases) {
    it(what, () => assert.deepEqual(path(waits, rows), expected));
  }

  it('counts what goes on until now', () => {
    assert.deepEqual(path([wait('w', 4, null)], [row('a', 0, null)], from + 9_000), ['a 0+4', 'w 4+5']);
  });

  it('has steps that add up to the time of the turn, whatever went on beside what', () => {
    const random = seededRandom();
    for (let n = 0; n < 300; n++) {
      const rows = Array.from({ length: random.below(12) }, (_, at) => row(`${at}`, random.below(40), random.pick([null, random.below(20)])));
      const given = turn(Array.from({ length: random.below(5) }, (_, at) => wait(`w${at}`, random.below(40), random.pick([null, random.below(20)]))));
      const now = random.pick([null, from + 50_000]);
      const [time, steps] = [turnTime(given, rows, now), pathOf(given, rows, now)];
      for (const kind of timeKinds.filter((each) => each !== 'other')) {
        assert.equal(steps.reduce((sum, step) => (step.kind === kind ? sum + step.ms : sum), 0), time[kind], `${kind}, seed ${random.seed}`);
      }
    }
  });
});
