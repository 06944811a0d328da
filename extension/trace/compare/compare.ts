// Two chats, or two runs, beside each other: what they came to, and their calls one by one, page by page.
import type { ComparedCall, CompareRow, CompareSide, CompareTotals, Comparison } from '../../../shared/trace-answers';
import type { TraceRow } from '../../../shared/trace-parts';
import type { Store } from '../../store/store';
import { maxEventBytes, wireBytes } from '../panel-frames';
import { fitting } from '../trace-reads';
import { shortText } from '../why/place-words';
import { readScope, type ScopedTrace } from '../why/scoped-trace';
import { alignCalls, type AlignedPair, type Alignment } from './align-calls';
import { totalsOf } from './side-totals';

const rowsOfPage = 150;
const subjectCharacters = 200;

export type CompareQuestion = { left: CompareSide; right: CompareSide; from: number };

type Compared = { state: string; left: CompareTotals; right: CompareTotals; alignment: Alignment };

/** What was compared last, for its next pages. */
const latest = new WeakMap<Store, Compared>();

/** Throws QueryError when there is no such chat or run. */
export async function compareTraces(store: Store, { left, right, from }: CompareQuestion): Promise<Comparison> {
  const state = JSON.stringify([left, right, await store.read('events.last_seq', { chat_id: left.chat_id }), await store.read('events.last_seq', { chat_id: right.chat_id })]);
  const known = latest.get(store);
  // The first page is always made anew, whatever agents went on with meanwhile.
  const compared = from > 0 && known?.state === state ? known : await compare(store, state, left, right);
  if (compared.alignment.pairs.length > rowsOfPage) latest.set(store, compared);
  else latest.delete(store);
  const { pairs, byTurn } = compared.alignment;
  const page = { left: compared.left, right: compared.right, rows: [], total_rows: pairs.length, ...(byTurn && { by_turn: true as const }) };
  return { ...page, rows: fitting(pairs.slice(from, from + rowsOfPage).map(rowOf), maxEventBytes - wireBytes(page)) };
}

async function compare(store: Store, state: string, left: CompareSide, right: CompareSide): Promise<Compared> {
  const read = ({ chat_id, run_id }: CompareSide): Promise<ScopedTrace> => readScope(store, { chat_id, run_id: run_id ?? undefined });
  const [ofLeft, ofRight] = [await read(left), await read(right)];
  return { state, left: await totalsOf(store, ofLeft), right: await totalsOf(store, ofRight), alignment: await alignCalls(ofLeft.own.rows, ofRight.own.rows) };
}

function rowOf({ left, right }: AlignedPair): CompareRow {
  const subjects = [...new Set([left, right].flatMap((row) => (row === null ? [] : [shortText(row.subject, subjectCharacters)])))];
  return { tool_name: left?.tool_name ?? right?.tool_name ?? '', subject: subjects.join(' → '), left: left && callOf(left), right: right && callOf(right) };
}

function callOf({ turn_number, id, latency_ms, outcome }: TraceRow): ComparedCall {
  return { turn_number, trace_id: id, latency_ms, outcome };
}
