// Why a run ended as it did, and what led there. Pure.
import { formatCount } from '../../../shared/format';
import type { WhyAnswer, WhyFinding } from '../../../shared/trace-answers';
import { cancelledCalls, failuresOnTheWay, malformedCalls, modelErrors, refusedCalls, repeatedFailures, uncertainCalls } from './failed-calls';
import { autoFixTool, type FailedFacts } from './failed-facts';
import { mostRefs, nameOfTurn, refOfRow, refOfTurn, sentence, shortText } from './place-words';
import { mostFindings } from './slow';

const messageCharacters = 240;

export function whyFailed(facts: FailedFacts): Pick<WhyAnswer, 'headline' | 'shares' | 'findings'> {
  const { own, run } = facts;
  if (run === null && own.turns.length === 0) return { headline: 'Nothing has been run here yet, so nothing failed.', shares: [], findings: [] };
  const led = [modelErrors, uncertainCalls, refusedCalls, failedChecks, malformedCalls, repeatedFailures, failedAgents, cancelledCalls].flatMap((find) => find(facts));
  const repeated = repeatedFailures(facts).length > 0;
  const findings = [...theEnd(facts), ...led, ...(repeated ? [] : failuresOnTheWay(facts))];
  return { headline: headlineOf(facts), shares: [], findings: findings.slice(0, mostFindings) };
}

function headlineOf(facts: FailedFacts): string {
  const { own, run, isWithinRun } = facts;
  const last = own.turns.at(-1)?.turn_number;
  const where = last === undefined ? '' : ` in ${nameOfTurn(own, last)}`;
  if (isWithinRun) return `The run went on after this turn; ${wayWords(facts)}`;
  switch (run?.outcome ?? null) {
    case 'done':
      return `Nothing failed: the run ended when the model had given its answer; ${wayWords(facts)}`;
    case 'failed':
      return `The run failed${where}: ${sentence(shortText(run?.error?.message ?? 'why was not recorded', messageCharacters))}`;
    case 'limit_reached':
      return `The run reached a limit${where}: ${sentence(shortText(run?.error?.message ?? 'which was not recorded', messageCharacters))}`;
    case 'stopped':
      return `The run was stopped${where}, by a person or because the window closed; ${wayWords(facts)}`;
    case 'interrupted':
      return `The run was interrupted${where}: BooCode itself ended while it went on.`;
    case null:
      return `The run has no end yet; ${wayWords(facts)}`;
  }
}

/** The end of a sentence. */
function wayWords(facts: FailedFacts): string {
  const failed = facts.own.rows.filter(({ outcome }) => outcome === 'error').length;
  const all = facts.own.rows.length;
  if (all === 0) return 'no tool was called.';
  if (failed === 0) return all === 1 ? 'the one call that was made did not fail.' : `none of ${formatCount(all, 'call')} failed on the way.`;
  const wentOn = facts.run?.outcome === 'done' || facts.isWithinRun ? ', and it went on' : '';
  return all === 1 ? `the one call that was made failed${wentOn}.` : `${failed} of ${formatCount(all, 'call')} failed on the way${wentOn}.`;
}

function theEnd({ own, run, isWithinRun }: FailedFacts): WhyFinding[] {
  if (run === null || run.error === null || isWithinRun) return [];
  const last = own.turns.at(-1);
  const loop = run.error.code === 'repeated_call' ? own.rows.at(-1) : undefined;
  return [
    {
      title: sentence(shortText(run.error.message, messageCharacters)),
      detail: sentence(shortText(run.error.next_step, messageCharacters)),
      share: null,
      at: loop ? [refOfRow(own.chat_id, loop)] : last ? [refOfTurn(own, last, run.error.code)] : [],
    },
  ];
}

/** A check that failed last was not put right; one that gave no answer was given up. */
function failedChecks({ own, lastCheck }: FailedFacts): WhyFinding[] {
  const checks = own.rows.filter(({ tool_name }) => tool_name === autoFixTool);
  const last = checks.find(({ id }) => id === lastCheck?.trace_id);
  if (!last || lastCheck === null || lastCheck.result === 'passed' || lastCheck.round === 0) return [];
  return [
    {
      title: `The last check, ${shortText(last.subject)}, ${endOfCheck[lastCheck.result] ?? 'did not pass'}: round ${lastCheck.round} of auto-fix.`,
      detail: `${sentence(shortText(lastCheck.text, messageCharacters))} Auto-fix gives up when the same problems come back or its rounds are used up.`,
      share: null,
      at: checks.slice(-mostRefs).reverse().map((row) => refOfRow(own.chat_id, row)),
    },
  ];
}

const endOfCheck: Readonly<Record<string, string>> = {
  failed: 'still failed',
  unread: 'failed with words that could not be read',
  timed_out: 'did not end in time',
  stopped: 'was stopped',
  broken: 'could not be run',
};

function failedAgents({ agents }: FailedFacts): WhyFinding[] {
  const [first] = agents;
  if (!first) return [];
  const error = first.run?.error;
  return [
    {
      title: `${formatCount(agents.length, 'agent')} did not end well.`,
      detail: `“${shortText(first.part.agent?.label ?? '')}” ${statusWords[first.part.agent?.status ?? ''] ?? 'did not end well'}${error ? `: ${sentence(shortText(error.message, messageCharacters))}` : '.'}`,
      share: null,
      at: agents.slice(0, mostRefs).map(({ part }) => ({
        ...{ chat_id: part.chat_id, turn_number: part.turns.at(-1)?.turn_number ?? 1, trace_id: null },
        label: `${shortText(part.agent?.label ?? '')}, ${statusWords[part.agent?.status ?? ''] ?? ''}`,
      })),
    },
  ];
}

const statusWords: Readonly<Record<string, string>> = { failed: 'failed', limit_reached: 'reached a limit', interrupted: 'was interrupted', stopped: 'was stopped' };
