// Findings about calls that did not do what they were made for. None has a share: a failure has no measure.
import { formatCount } from '../../../shared/format';
import type { WhyFinding } from '../../../shared/trace-answers';
import type { TraceRow } from '../../../shared/trace-parts';
import { autoFixTool, type FailedFacts } from './failed-facts';
import { listed, mostRefs, nameOfCall, nameOfTurn, refOfRow, refOfTurn, refOfWait, sentence, shortText } from './place-words';
import { byMost } from './slow-facts';

const errorCharacters = 160;

/** How the loop words a call that could not be read; see agent/tool-calls.ts. */
const malformed = /^(?:The arguments of \S+ (?:were not valid JSON|do not fit its schema)|There is no tool named )/;

export function modelErrors({ own, run }: FailedFacts): WhyFinding[] {
  const failed = own.turns.flatMap((turn) => turn.calls.flatMap(({ error }) => (error === null ? [] : [{ turn, error }])));
  const last = failed.at(-1);
  // One alone that ended the run is told as its end.
  if (!last || (failed.length === 1 && last.error.code === run?.error?.code)) return [];
  return [
    {
      title: `${formatCount(failed.length, 'model call')} failed: ${listed([...new Set(failed.map(({ error }) => error.code))].slice(0, 3))}.`,
      detail: `The last one said: ${sentence(shortText(last.error.message, errorCharacters))}`,
      share: null,
      at: failed.slice(-mostRefs).reverse().map(({ turn, error }) => refOfTurn(own, turn, error.code)),
    },
  ];
}

export function refusedCalls({ own }: FailedFacts): WhyFinding[] {
  const asked = own.turns.flatMap((turn) => turn.waits.filter(({ outcome }) => outcome === 'deny').map((wait) => ({ turn, wait })));
  const waits = new Set(asked.map(({ wait }) => wait.tool_call_id));
  const byMode = own.rows.filter(({ outcome, tool_call_id }) => outcome === 'denied' && !waits.has(tool_call_id));
  const all = asked.length + byMode.length;
  if (all === 0) return [];
  const names = [...asked.map(({ wait }) => `“${shortText(wait.title)}”`), ...byMode.map(nameOfCall)];
  return [
    {
      title: `${formatCount(all, 'call')} ${all === 1 ? 'was' : 'were'} not allowed${byMode.length === 0 ? ', by you' : asked.length === 0 ? ', by the approval mode' : ''}.`,
      detail: `${sentence(listed([...new Set(names)].slice(0, 3)))} Allow it, or say how to do without it.`,
      share: null,
      at: [...asked.map(({ turn, wait }) => refOfWait(own, turn.turn_number, wait, 'refused')), ...byMode.map((row) => refOfRow(own.chat_id, row, 'refused'))].slice(0, mostRefs),
    },
  ];
}

export function uncertainCalls({ own, run }: FailedFacts): WhyFinding[] {
  const isOver = run === null || run.outcome !== null;
  const rows = own.rows.filter(({ outcome }) => outcome === 'interrupted' || (outcome === 'running' && isOver));
  const [first] = rows;
  if (!first) return [];
  return [
    {
      title: `${formatCount(rows.length, 'call')} ${rows.length === 1 ? 'was' : 'were'} cut off, and what became of ${rows.length === 1 ? 'it' : 'them'} is unknown.`,
      detail: `${nameOfCall(first)} may or may not have taken effect. Check before it is done again.`,
      share: null,
      at: rows.slice(0, mostRefs).map((row) => refOfRow(own.chat_id, row, 'outcome unknown')),
    },
  ];
}

export function malformedCalls({ own }: FailedFacts): WhyFinding[] {
  const rows = own.rows.filter(isMalformed);
  const last = rows.at(-1);
  if (!last) return [];
  return [
    {
      title: `${formatCount(rows.length, 'call')} could not be read, so nothing was run for ${rows.length === 1 ? 'it' : 'them'}.`,
      detail: `The last one: ${sentence(shortText(last.error ?? '', errorCharacters))} Another model may write calls better.`,
      share: null,
      at: rows.slice(-mostRefs).reverse().map((row) => refOfRow(own.chat_id, row)),
    },
  ];
}

function isMalformed({ outcome, error }: TraceRow): boolean {
  return outcome === 'error' && error !== null && malformed.test(error);
}

/** Calls that could be read and failed. */
export function failedRows({ own }: Pick<FailedFacts, 'own'>): TraceRow[] {
  return own.rows.filter((row) => row.outcome === 'error' && !isMalformed(row) && row.tool_name !== autoFixTool);
}

/** The same failure more than once is what keeps a run from getting on. */
export function repeatedFailures(facts: FailedFacts): WhyFinding[] {
  const groups = new Map<string, TraceRow[]>();
  for (const row of failedRows(facts)) {
    const key = `${row.tool_name} ${shortText(row.error ?? '', errorCharacters)}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return byMost([...groups.values()].filter(({ length }) => length > 1), ({ length }) => length)
    .slice(0, 2)
    .flatMap((rows) => {
      const last = rows.at(-1);
      if (!last) return [];
      return [
        {
          title: `${rows.every(({ subject }) => subject === last.subject) ? nameOfCall(last) : last.tool_name} failed ${formatCount(rows.length, 'time')} with the same error.`,
          detail: `${sentence(shortText(last.error ?? 'No error was told', errorCharacters))} The last time was in ${nameOfTurn(facts.own, last.turn_number)}.`,
          share: null,
          at: rows.slice(-mostRefs).reverse().map((row) => refOfRow(facts.own.chat_id, row)),
        },
      ];
    });
}

export function cancelledCalls({ own }: FailedFacts): WhyFinding[] {
  const rows = own.rows.filter(({ outcome }) => outcome === 'cancelled');
  const last = rows.at(-1);
  if (!last) return [];
  return [
    {
      title: `${formatCount(rows.length, 'call')} ${rows.length === 1 ? 'was' : 'were'} ended before ${rows.length === 1 ? 'it was' : 'they were'} done.`,
      detail: `The last one was ${nameOfCall(last)} in ${nameOfTurn(own, last.turn_number)}.`,
      share: null,
      at: rows.slice(-mostRefs).reverse().map((row) => refOfRow(own.chat_id, row, 'ended early')),
    },
  ];
}

/** Failures one by one, the newest first: those that were got over, or led to the end. */
export function failuresOnTheWay(facts: FailedFacts): WhyFinding[] {
  const rows = failedRows(facts);
  const last = rows.at(-1);
  if (!last) return [];
  return [
    {
      title: `${formatCount(rows.length, 'call')} failed on the way.`,
      detail: `The last one was ${nameOfCall(last)} in ${nameOfTurn(facts.own, last.turn_number)}: ${sentence(shortText(last.error ?? 'no error was told', errorCharacters))}`,
      share: null,
      at: rows.slice(-mostRefs).reverse().map((row) => refOfRow(facts.own.chat_id, row)),
    },
  ];
}
