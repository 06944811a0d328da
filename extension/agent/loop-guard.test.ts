import assert from 'node:assert/strict';
import { LoopGuard } from './loop-guard';

describe('LoopGuard', () => {
  const call = { tool_call_id: 'c', tool_name: 'read_file', arguments: '{"path":"a"}' };
  /** Of each turn, with the results of its calls, whether the model is told. */
  const told = (guard: LoopGuard, turns: readonly (readonly string[])[]): boolean[] =>
    turns.map((results) => {
      guard.startTurn();
      return results.map((result) => guard.note(call, 'a', result)).some((word) => word !== '');
    });

  it('counts turns in a row, and begins anew after one without the call', () => {
    const guard = new LoopGuard();
    assert.deepEqual(told(guard, [['x'], ['x'], ['y'], ['x'], ['x'], [], ['x'], ['x'], ['x']]), [false, false, false, false, false, false, false, false, true]);
  });

  it('counts a turn once, however often the call stands in it, and ends the run only after many', () => {
    const guard = new LoopGuard();
    const verdict = (): string | undefined => guard.verdict?.code;
    assert.deepEqual([told(guard, [['x', 'x', 'x'], ['x', 'x']]), verdict()], [[false, false], undefined]);
    told(guard, Array.from({ length: 5 }, () => ['x']));
    assert.equal(verdict(), undefined);
    told(guard, [['x']]);
    assert.equal(verdict(), 'repeated_call');
  });
});
