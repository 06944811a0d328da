// When the loop goes on and when it ends.
import assert from 'node:assert/strict';
import type { Problem } from './problem';
import { firstRound, nextStep, unreadProblem, type RoundResult, type Step } from './rounds';

const problem = (message: string, line = 1): Problem => ({ file: 'a.ts', line, column: 1, severity: 'error', code: null, message, source: 'typescript', text: 'x' });
const result = (more: Partial<RoundResult> = {}): RoundResult => ({ fresh: [], old: 0, unclear: 0, hindered: null, answered: 1, ...more });
const found = (...messages: string[]): RoundResult => result({ fresh: messages.map((message) => problem(message)) });

/** The steps of several rounds: `again 1`, `wait`, or `end REASON ROUNDS`. An attempt was made unless said otherwise. */
function steps(results: readonly (RoundResult & { attempted?: boolean })[], maxRounds = 3): string[] {
  let rounds = firstRound;
  return results.map((one) => {
    const next = nextStep(rounds, one, { maxRounds, attempted: one.attempted ?? true });
    rounds = next.rounds;
    return words(next.step);
  });
}

function words(step: Step): string {
  return step.kind === 'again' ? `again ${step.round}` : step.kind === 'wait' ? 'wait' : `end ${step.reason} ${step.rounds}`;
}

describe('rounds of auto-fix', () => {
  it('end when everything passes, at once or after some', () => {
    assert.deepEqual(steps([result()]), ['end passed 0']);
    assert.deepEqual(steps([found('x'), found('y'), result()]), ['again 1', 'again 2', 'end passed 2']);
  });
  it('end when only old problems are left', () => {
    assert.deepEqual(steps([found('x'), result({ old: 2 })]), ['again 1', 'end only_old 1']);
    assert.deepEqual(steps([result({ unclear: 1 })]), ['end only_old 0']);
  });
  it('end when the same problems are back, whatever came between and wherever they moved', () => {
    assert.deepEqual(steps([found('x', 'y'), found('y', 'x')]), ['again 1', 'end repeated 1']);
    assert.deepEqual(steps([found('x'), found('y'), result({ fresh: [problem('x', 40)] })], 9), ['again 1', 'again 2', 'end repeated 2']);
  });
  it('count no round in which the agent got further than ever before', () => {
    assert.deepEqual(steps([found('x', 'y', 'z'), found('x', 'y'), found('x'), found('x', 'w'), found('v')], 2), ['again 1', 'again 1', 'again 1', 'again 2', 'end round_limit 2']);
  });
  it('count no round in which the agent worked on something else, and tell it nothing twice', () => {
    const elsewhere = { attempted: false };
    assert.deepEqual(steps([found('x'), { ...found('x'), ...elsewhere }, { ...found('x', 'y'), ...elsewhere }, { ...found('x', 'y'), ...elsewhere }, found('x', 'y')], 1), ['again 1', 'wait', 'again 1', 'wait', 'end repeated 1']);
  });
  it('end at the limit', () => assert.deepEqual(steps([found('a'), found('b'), found('c'), found('d')]), ['again 1', 'again 2', 'again 3', 'end round_limit 3']));
  it('can be limited to none: it is said what is wrong, and nobody is sent', () => assert.deepEqual(steps([found('a')], 0), ['end round_limit 0']));
  it('begin anew after a pass', () => assert.deepEqual(steps([found('a'), result(), found('a'), found('b')]), ['again 1', 'end passed 1', 'again 1', 'again 2']));
  it('send the agent after an output nobody can read once, whatever it says the second time', () => {
    const unread = (tail: string): RoundResult => result({ fresh: [unreadProblem(tail)] });
    assert.deepEqual(steps([unread('one'), unread('two')]), ['again 1', 'end broken 1']);
    assert.deepEqual(steps([unread('one'), found('x'), unread('two')]), ['again 1', 'again 2', 'end broken 2']);
    assert.deepEqual(steps([unread('one'), { ...unread('two'), attempted: false }, unread('three')]), ['again 1', 'wait', 'end broken 1']);
  });
  it('take no answer for no answer', () => {
    assert.deepEqual(
      (['timed_out', 'broken', 'not_approved', 'stopped'] as const).map((hindered) => steps([result({ hindered, answered: 0 })])),
      [['end timed_out 0'], ['end broken 0'], ['end not_approved 0'], ['end stopped 0']],
    );
    assert.deepEqual(steps([result({ answered: 0 })]), ['end no_check 0']);
  });
  it('use what one check found though another was hindered, but for a stop', () => {
    assert.deepEqual(steps([{ ...found('x'), hindered: 'timed_out' }]), ['again 1']);
    assert.deepEqual(steps([{ ...found('x'), hindered: 'stopped' }]), ['end stopped 0']);
    assert.deepEqual(steps([result({ hindered: 'timed_out', answered: 1 })]), ['end timed_out 0']);
  });
});
