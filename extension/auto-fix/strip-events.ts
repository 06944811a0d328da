// The events of a check, from what the engine knows of it.
import { shownArgv, type Check } from './check';
import type { Judged } from './judge/judge-problems';
import type { Problem } from './problem';
import type { CheckRun } from './run-check';
import { shownProblems, type AutoFixEvent, type CheckProblem } from '../../shared/auto-fix';
import { formatCount } from '../../shared/format';
import { otherProblems, seconds } from './words/end-words';

const longestMessage = 1000;

/** Round 0 is the look before the first write. */
export function startEvent(checkId: string, check: Check, round: number): AutoFixEvent {
  const { folder, step, covers } = check;
  return { type: 'auto_fix:start', check_id: checkId, round, purpose: round === 0 ? 'baseline' : 'check', step, argv: shownArgv(check), cwd: folder, covers };
}

/** Of a baseline `fresh` is what was there. */
export function completeEvent(checkId: string, run: CheckRun, { fresh, old, unclear }: Judged): AutoFixEvent {
  return {
    type: 'auto_fix:complete',
    check_id: checkId,
    result: run.result,
    exit_code: run.exitCode,
    duration_ms: run.durationMs,
    problems: fresh.slice(0, shownProblems).map(shown),
    more: Math.max(0, fresh.length - shownProblems),
    old: old.length,
    unclear: unclear.length,
    full_output: run.fullOutput,
    text: resultWords(run, fresh.length, { old: old.length, unclear: unclear.length }),
  };
}

function shown({ file, line, column, severity, code, message, source }: Problem): CheckProblem {
  return { file, line, column, severity, code, message: message.slice(0, longestMessage), source };
}

function resultWords(run: CheckRun, fresh: number, others: { old: number; unclear: number }): string {
  switch (run.result) {
    case 'passed':
      return 'Passed.';
    case 'failed':
      return `${formatCount(fresh, 'problem')}.${otherProblems(others)}`;
    case 'unread':
      return 'Failed, and its output names no problem that could be read.';
    case 'timed_out':
      return `Did not end within ${seconds(run.timeoutMs)}: nothing is known.`;
    case 'stopped':
      return 'Stopped.';
    case 'broken':
      return run.reason.message;
  }
}

