// What a refusal of the store means to a person, and what to do next.
import type { RunError } from '../../shared/events';
import type { StoreError, StoreErrorCode } from '../store/store';

const newer = 'A newer version of BooCode has written here, so this one can only read.';

const nextSteps: Record<StoreErrorCode, string> = {
  newer_schema: 'Update BooCode here, or reload the window if it was just updated.',
  disk_full: 'Free some space, then try again.',
  io: 'Check the disk and who may write to it, then try again. BooCode: Check Storage says more.',
  unavailable: 'Try again. If that does not help, reload the window or install BooCode again; what is stored is kept.',
  rejected: 'Try again. If it happens again, report it with the log (BooCode: Show Log).',
  damaged: 'Run BooCode: Check Storage to see what was damaged and where copies are kept.',
  closed: 'Reload the window to go on.',
};

/** What happened in a sentence, a code that views know, and the next step. */
export function storageProblem({ code, message }: StoreError): RunError {
  return { code: `storage_${code}`, message: code === 'newer_schema' ? newer : message, next_step: nextSteps[code] };
}

/** How a run ended whose next step could not be stored. */
export function unstoredRun(error: StoreError): RunError {
  const problem = storageProblem(error);
  return { ...problem, message: `The run was stopped because it could not be stored. ${problem.message}`, next_step: `Everything up to that moment is kept. ${problem.next_step}` };
}
