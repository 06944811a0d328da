// The filter of the traces: a line of words such as `tool:run is:failed slow>1s file:cart.ts turn:3-5 discount`. Words
// without a name are looked for in the tool, its subject, and by the host in inputs and outputs. Pure.
import type { TraceRow } from '../../shared/trace-parts';

type Test = (row: TraceRow) => boolean;

export type TraceFilter = {
  /** What the host is asked to look for in inputs and outputs; empty for nothing. */
  text: string;
  /** All but the text. */
  matches: Test;
  isEmpty: boolean;
  /** What could not be understood, in words; null when all was. */
  problem: string | null;
};

const states = ['failed', 'slow', 'running', 'success', 'error', 'denied', 'cancelled', 'interrupted'] as const;
type State = (typeof states)[number];

/** From here on a call counts as slow. */
export const slowMs = 1_000;

/** The host looks for no longer ones. */
const longestText = 200;

const termForm = /^(-)?(tool|is|file|turn):(.+)$/i;
const slowForm = /^(-)?slow([<>])(.+)$/i;

/** Terms are joined by "and"; `"…"` keeps spaces together; `-` before a term with a name turns it round. */
export function parseFilter(line: string): TraceFilter {
  const tests: Test[] = [];
  const words: string[] = [];
  let problem: string | null = null;
  for (const term of splitTerms(line)) {
    const test = termTest(term);
    if (typeof test === 'string') problem ??= test;
    else if (test === null) words.push(unquoted(term));
    else tests.push(test);
  }
  const said = words.join(' ');
  const isTooLong = said.length > longestText;
  if (isTooLong) problem ??= `Texts of up to ${longestText} characters can be looked for; this one has ${said.length}.`;
  const text = isTooLong ? '' : said;
  return { text, matches: (row) => tests.every((test) => test(row)), isEmpty: tests.length === 0 && text === '', problem };
}

/** A name, its subject or its error that holds the text. */
export function holdsText(row: TraceRow, text: string): boolean {
  return includes(row.tool_name, text) || includes(row.subject, text) || (row.error !== null && includes(row.error, text));
}

function splitTerms(line: string): string[] {
  return line.match(/(?:"[^"]*"?|\S)+/g) ?? [];
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

/** The test, null for a plain word, or what is wrong with it. */
function termTest(term: string): Test | null | string {
  const slow = slowForm.exec(term);
  if (slow) {
    const ms = milliseconds(slow[3] ?? '');
    if (ms === null) return `“${term}” needs a time, for example slow>1s or slow>250ms.`;
    const isLess = slow[2] === '<';
    return turned(slow[1], ({ latency_ms }) => latency_ms !== null && (isLess ? latency_ms < ms : latency_ms >= ms));
  }
  const named = termForm.exec(term);
  if (!named) return null;
  const [, minus, name = '', given = ''] = named;
  const value = unquoted(given);
  switch (name.toLowerCase()) {
    case 'tool':
      return turned(minus, (row) => includes(row.tool_name, value));
    case 'file':
      return turned(minus, (row) => includes(row.subject, value));
    case 'turn': {
      const range = /^(\d+)(?:-(\d+))?$/.exec(value);
      if (!range) return `“${term}” needs a number, for example turn:3 or turn:3-8.`;
      const from = Number(range[1]);
      const to = Number(range[2] ?? range[1]);
      return turned(minus, ({ turn_number }) => turn_number >= from && turn_number <= to);
    }
    default: {
      const state = states.find((one) => one === value.toLowerCase());
      if (!state) return `“${term}” is none of is:${states.join(', is:')}.`;
      return turned(minus, (row) => hasState(row, state));
    }
  }
}

function turned(minus: string | undefined, test: Test): Test {
  return minus === undefined ? test : (row) => !test(row);
}

function hasState(row: TraceRow, state: State): boolean {
  switch (state) {
    case 'failed':
      return row.outcome === 'error' || row.outcome === 'interrupted';
    case 'slow':
      return (row.latency_ms ?? 0) >= slowMs;
    default:
      return row.outcome === state;
  }
}

function milliseconds(text: string): number | null {
  const form = /^(\d+(?:\.\d+)?)(ms|s|m|min)?$/i.exec(text);
  if (!form) return null;
  const factor = { ms: 1, s: 1_000, m: 60_000, min: 60_000 }[(form[2] ?? 's').toLowerCase()] ?? 1_000;
  return Number(form[1]) * factor;
}

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** The line with a term added, or without it where it stands already. */
export function toggledTerm(line: string, term: string): string {
  const terms = splitTerms(line);
  const rest = terms.filter((one) => one.toLowerCase() !== term.toLowerCase());
  return (rest.length < terms.length ? rest : [...terms, term]).join(' ');
}

export function hasTerm(line: string, term: string): boolean {
  return splitTerms(line).some((one) => one.toLowerCase() === term.toLowerCase());
}
