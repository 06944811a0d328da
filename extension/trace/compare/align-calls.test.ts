import assert from 'node:assert/strict';
import type { TraceRow } from '../../../shared/trace-parts';
import { seededRandom } from '../../../test/support/store/seeded-random';
import { uuid } from '../../../test/support/event-samples';
import { alignCalls, type AlignedPair } from './align-calls';

/** `tool subject@turn`, the turn 1 unless told. */
function rows(...calls: string[]): TraceRow[] {
  return calls.map((call, n) => {
    const [name = '', turn = '1'] = call.split('@');
    const [tool_name = '', subject = ''] = name.split(' ');
    return { id: uuid(n + 1), turn_number: Number(turn), tool_name, subject, started_at: n, latency_ms: 1, outcome: 'success', error: null, tool_call_id: 'c', llm_call_id: null, tokens_used: null };
  });
}

function words(pairs: readonly AlignedPair[]): string[] {
  const word = (row: TraceRow | null): string => (row === null ? '-' : `${row.tool_name} ${row.subject}`);
  return pairs.map(({ left, right }) => `${word(left)} | ${word(right)}`);
}

function assertWhole(pairs: readonly AlignedPair[], left: readonly TraceRow[], right: readonly TraceRow[], seed = 0): void {
  const side = (name: 'left' | 'right'): TraceRow[] => pairs.flatMap((pair) => pair[name] ?? []);
  assert.ok(pairs.every((pair) => pair.left !== null || pair.right !== null), `seed ${seed}`);
  assert.deepEqual(side('left'), left, `seed ${seed}`);
  assert.deepEqual(side('right'), right, `seed ${seed}`);
}

describe('aligned calls', () => {
  it('stand beside each other where tool and subject are the same, and alone elsewhere', async () => {
    const { pairs, byTurn } = await alignCalls(rows('read a', 'read b', 'run test', 'edit b'), rows('read a', 'run test', 'run test', 'edit b'));
    assert.deepEqual(words(pairs), ['read a | read a', 'read b | -', 'run test | run test', '- | run test', 'edit b | edit b']);
    assert.equal(byTurn, false);
  });

  it('stand for each other where as many of the same tools are in the same place', async () => {
    assert.deepEqual(words((await alignCalls(rows('read a', 'run x', 'edit a', 'read z'), rows('read a', 'run y', 'edit b', 'read z'))).pairs), ['read a | read a', 'run x | run y', 'edit a | edit b', 'read z | read z']);
    assert.deepEqual(words((await alignCalls(rows('run x'), rows('edit x'))).pairs), ['run x | -', '- | edit x']);
  });

  it('keep the order of both sides, whatever they are', async () => {
    const random = seededRandom();
    for (let n = 0; n < 200; n++) {
      const some = (): TraceRow[] => rows(...Array.from({ length: random.below(40) }, (_, at) => `${random.pick(['read', 'run'])} ${random.below(6)}@${1 + Math.floor(at / 5)}`));
      const [left, right] = [some(), some()];
      const { pairs } = await alignCalls(left, right);
      assertWhole(pairs, left, right, random.seed);
      assert.ok(pairs.every((pair) => pair.left === null || pair.right === null || pair.left.tool_name === pair.right.tool_name), `seed ${random.seed}`);
    }
  });

  it('are aligned turn by turn where there are too many, each turn beside the one in the same place', async () => {
    const many = (turnOf: (n: number) => number, subject: (n: number) => string): TraceRow[] => rows(...Array.from({ length: 6_000 }, (_, n) => `read ${subject(n)}@${turnOf(n)}`));
    const left = many((n) => 1 + Math.floor(n / 10), String);
    const right = many((n) => 101 + Math.floor(n / 10), (n) => String(n % 10 === 3 ? -n : n));
    const { pairs, byTurn } = await alignCalls(left, right);
    assertWhole(pairs, left, right);
    assert.deepEqual([byTurn, pairs.length], [true, 6_000]);
    assert.ok(pairs.every((pair) => (pair.left?.turn_number ?? 0) === (pair.right?.turn_number ?? 0) - 100));
  });

  it('are put side by side as they come where even one turn differs too much', async () => {
    const turn = (subject: (n: number) => string): TraceRow[] => rows(...Array.from({ length: 3_000 }, (_, n) => `read ${subject(n)}`));
    const [left, right] = [turn((n) => `a${n % 100 === 0 ? '' : n}`), turn((n) => (n % 100 === 0 ? 'a' : `b${n}`))];
    const { pairs, byTurn } = await alignCalls(left, right);
    assertWhole(pairs, left, right);
    assert.deepEqual([byTurn, pairs.filter((pair) => pair.left !== null && pair.right !== null).length], [true, 30]);
  });

  it('leave others their turn between the pieces', async () => {
    let turns = 0;
    const look = (): NodeJS.Immediate => setImmediate(() => void (turns++, (next = look())));
    let next = look();
    await alignCalls(rows(...Array.from({ length: 500 }, (_, n) => `read a${n}`)), rows(...Array.from({ length: 500 }, (_, n) => `read b${n}`)));
    clearImmediate(next);
    assert.ok(turns > 20, `${turns} turns`);
  });

  it('are none of none', async () => {
    assert.deepEqual(await alignCalls([], []), { pairs: [], byTurn: false });
  });
});
