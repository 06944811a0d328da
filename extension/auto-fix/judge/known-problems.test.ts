// What is remembered of a check that looks at single files: each file by itself.
import assert from 'node:assert/strict';
import type { Check } from '../check';
import type { Problem } from '../problem';
import type { CheckRun } from '../run-check';
import { KnownProblems } from './known-problems';

const check = (...only: string[]): Check => ({ key: 'k', kind: 'php', step: 'check', folder: '.', argv: ['php', '-l', ...only], covers: '', decidedBy: [], thorough: true, only });
const problem = (file: string): Problem => ({ file, line: 1, column: null, severity: 'error', code: null, message: 'no', source: 'php', text: 'x' });
const failed = (...problems: Problem[]): CheckRun => ({ result: 'failed', problems, durationMs: 1, exitCode: 255, fullOutput: null });
const passed: CheckRun = { result: 'passed', durationMs: 1, exitCode: 0, fullOutput: null };
const noEvidence = { evidence: { causes: () => false }, gone: new Set<string>() };

describe('what is known before a change', () => {
  it('covers the files that were looked at, and no others', () => {
    const known = new KnownProblems(new Map());
    known.before(check('a.php'), passed);
    known.before(check('b.php'), failed(problem('b.php')));
    assert.deepEqual([known.covers(check('a.php', 'b.php')), known.covers(check('a.php', 'c.php'))], [true, false]);
    assert.deepEqual(known.judge(check('a.php', 'b.php', 'c.php'), [problem('a.php'), problem('b.php'), problem('c.php')], noEvidence), {
      fresh: [problem('a.php')],
      old: [problem('b.php')],
      unclear: [problem('c.php')],
    });
  });

  it('keeps what the agent left broken in one file while others pass', () => {
    const own = new Map<string, readonly Problem[]>();
    const known = new KnownProblems(own);
    known.before(check('a.php'), passed);
    known.judge(check('a.php'), [problem('a.php')], noEvidence);
    known.passed(check('b.php'));
    known.judge(check('c.php'), [], noEvidence);
    assert.deepEqual([...own.values()], [[problem('a.php')]]);
    // The next run finds it there before its first write, and does not take it for old.
    assert.deepEqual(new KnownProblems(own).before(check('a.php'), failed(problem('a.php'))), []);
    known.passed(check('a.php'));
    assert.deepEqual([...own.values()], [[]]);
  });

  it('remembers that a check failed without words, until it passes', () => {
    const known = new KnownProblems(new Map());
    known.before(check('a.php'), { result: 'unread', tail: 'x', durationMs: 1, exitCode: 1, fullOutput: null });
    assert.equal(known.wasUnread(check('a.php')), true);
    known.passed(check('a.php'));
    assert.equal(known.wasUnread(check('a.php')), false);
  });
});
