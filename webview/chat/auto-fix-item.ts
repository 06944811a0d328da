// One loop of auto-fix as the chat shows it, folded from its events: the checks of each round, and how it ended. Pure.
import type { AutoFixEvent, CheckProblem } from '../../shared/auto-fix';

type StartEvent = Extract<AutoFixEvent, { type: 'auto_fix:start' }>;
type CompleteEvent = Extract<AutoFixEvent, { type: 'auto_fix:complete' }>;
type StepEvent = Extract<AutoFixEvent, { type: 'auto_fix:step' }>;

export type CheckResult = CompleteEvent['result'] | 'interrupted';

export type AutoFixCheck = Pick<StartEvent, 'check_id' | 'round' | 'purpose' | 'step' | 'argv' | 'cwd' | 'covers'> & {
  started_at: number;
  /** Null while it runs. */
  result: CheckResult | null;
  exit_code: number | null;
  duration_ms: number | null;
  problems: readonly CheckProblem[];
  more: number;
  old: number;
  unclear: number;
  full_output: string | null;
  text: string;
};

export type AutoFixItem = {
  kind: 'auto_fix';
  id: string;
  checks: readonly AutoFixCheck[];
  /** How the last round ended so far; `outcome` is `again` while the agent works on the problems. */
  step: Pick<StepEvent, 'outcome' | 'round' | 'text'> | null;
  /** Nothing follows any more: it came to an end, or its run did. */
  over: boolean;
};

export function newLoop(id: string): AutoFixItem {
  return { kind: 'auto_fix', id, checks: [], step: null, over: false };
}

export function withEvent(item: AutoFixItem, event: AutoFixEvent, at: number): AutoFixItem {
  switch (event.type) {
    case 'auto_fix:start': {
      const { check_id, round, purpose, step, argv, cwd, covers } = event;
      const nothing = { result: null, exit_code: null, duration_ms: null, problems: [], more: 0, old: 0, unclear: 0, full_output: null, text: '' };
      return { ...item, checks: [...item.checks, { check_id, round, purpose, step, argv, cwd, covers, started_at: at, ...nothing }] };
    }
    case 'auto_fix:complete': {
      const { result, exit_code, duration_ms, problems, more, old, unclear, full_output, text } = event;
      const end = { result, exit_code, duration_ms, problems, more, old, unclear, full_output, text };
      return { ...item, checks: item.checks.map((check) => (check.check_id === event.check_id ? { ...check, ...end } : check)) };
    }
    case 'auto_fix:step': {
      const { outcome, round, text } = event;
      return { ...item, step: { outcome, round, text }, over: outcome !== 'again' };
    }
  }
}

const unfinished = { outcome: 'stopped', text: 'Cut off before it was checked again: whether anything was mended is not known.' } as const;

/** The run ended, or nobody drives it any more: what ran is cut off. The same object when nothing was open. */
export function closeLoop(item: AutoFixItem): AutoFixItem {
  if (item.over) return item;
  const cut = { result: 'interrupted', text: 'Cut off before it ended: nothing is known.' } as const;
  const step = item.step?.outcome === 'again' ? { ...item.step, ...unfinished } : item.step;
  return { ...item, over: true, step, checks: item.checks.map((check) => (check.result === null ? { ...check, ...cut } : check)) };
}
