// Traces as parts, read from the store: turns, runs, rows and agents of a chat. For panels page by page, for analyses and
// exports piece by piece, so that memory does not grow with what is stored.
import type { TracesRequests } from '../../shared/messages/traces';
import type { ChildAgent, Run, TraceRow, Turn } from '../../shared/trace-parts';
import { defaultTraceLimit } from '../../shared/traces';
import type { Store } from '../store/store';
import { eventOf } from './event-rows';
import { maxEventBytes, wireBytes } from './panel-frames';
import { cursorOf, parseTracePage, placeOf, requireChat } from './queries';
import { runsOf, turnsOf } from './turn-parts';

const pageOfEvents = 500;
const pageOfRows = 500;
/** Of the texts of waits and errors in a list. */
const listedCharacters = 300;
/** Model calls, and waits, of one turn in a list; beyond, those that came last. */
const mostListed = 1_000;

/** The turns behind `after` up to `to` (null: all that follow), in their order. */
export async function readTurns(store: Store, chatId: string, after: number, to: number | null): Promise<Turn[]> {
  const turns: Turn[] = [];
  for await (const piece of turnPieces(store, chatId, after, to)) turns.push(...piece);
  return turns;
}

/** The same in pieces of whole turns. */
export async function* turnPieces(store: Store, chatId: string, after = 0, to: number | null = null): AsyncGenerator<Turn[]> {
  for (let from = after, limit = pageOfEvents; ; ) {
    const rows = await store.read('events.of_turns', { chat_id: chatId, after_turn: from, to_turn: to, limit });
    const turns = turnsOf(rows.map(eventOf));
    if (rows.length < limit) {
      if (turns.length > 0) yield turns;
      return;
    }
    // The last one may go on behind the page.
    const whole = turns.slice(0, -1);
    const last = whole.at(-1);
    if (!last) {
      limit *= 2;
      continue;
    }
    yield whole;
    from = last.turn_number;
    limit = pageOfEvents;
  }
}

/** Every row of a chat in the order of the listing, in pieces; of the turns `first` to `last` when they are given. */
export async function* rowPieces(store: Store, chatId: string, first = 1, last: number | null = null): AsyncGenerator<TraceRow[]> {
  for (let after = { turn_number: first - 1, started_at: Number.MAX_SAFE_INTEGER, id: '' }; ; ) {
    const rows = await store.read('tool_traces.rows', { chat_id: chatId, after, limit: pageOfRows, turn_number: null });
    const wanted = last === null ? rows : rows.filter(({ turn_number }) => turn_number <= last);
    if (wanted.length > 0) yield wanted;
    const end = rows.at(-1);
    if (!end || rows.length < pageOfRows || wanted.length < rows.length) return;
    after = placeOf(end);
  }
}

export async function readRows(store: Store, chatId: string, first = 1, last: number | null = null): Promise<TraceRow[]> {
  const rows: TraceRow[] = [];
  for await (const piece of rowPieces(store, chatId, first, last)) rows.push(...piece);
  return rows;
}

export async function readRuns(store: Store, chatId: string): Promise<Run[]> {
  const rows = await store.read('events.of_runs', { chat_id: chatId });
  return runsOf(rows.map(eventOf));
}

/** The first and the last turn of one of the chat's runs; null when it made none. `runs` as `readRuns` gives them. */
export async function turnsOfRun(store: Store, chatId: string, runs: readonly Run[], run: Run): Promise<{ first: number; last: number } | null> {
  const next = runs[runs.indexOf(run) + 1];
  const last_seq = run.last_seq ?? (next ? next.first_seq - 1 : null);
  const turns = await store.read('events.turns_between', { chat_id: chatId, first_seq: run.first_seq, last_seq });
  return turns && { first: turns.first_turn, last: turns.last_turn };
}

/** All agents that calls of this chat started. */
export async function readAgents(store: Store, chatId: string): Promise<ChildAgent[]> {
  const agents: ChildAgent[] = [];
  for (let after: string | null = null; ; ) {
    const piece: ChildAgent[] = await store.read('events.agents_of', { chat_id: chatId, after, limit: pageOfRows });
    agents.push(...piece);
    after = piece.at(-1)?.chat_id ?? null;
    if (piece.length < pageOfRows) return agents;
  }
}

type Page = TracesRequests['page'];

/**
 * A page of the trace listing as the viewer takes it: rows without inputs and outputs, beside the turns they belong to.
 * What does not fit into one message waits for the next page. Throws QueryError like `tracePage`.
 */
export async function viewerPage(store: Store, request: unknown): Promise<Page[1]> {
  const { chat_id, after, limit = defaultTraceLimit, turn_number } = parseTracePage(request);
  await requireChat(store, chat_id);
  const rows = await store.read('tool_traces.rows', { chat_id, after, limit: limit + 1, turn_number: turn_number ?? null });
  const hasMore = rows.length > limit;
  const taken = fitting(rows.slice(0, limit), maxEventBytes / 2);
  const isCut = hasMore || taken.length < Math.min(rows.length, limit);
  const last = taken.at(-1);
  const afterTurn = Math.max(after?.turn_number ?? 0, (turn_number ?? 1) - 1);
  const toTurn = turn_number ?? (isCut && last ? last.turn_number : null);
  const { turns, hasMoreTurns } = await turnsThatFit(store, chat_id, afterTurn, toTurn, maxEventBytes - wireBytes(taken));
  if (!hasMoreTurns) return { traces: taken, turns, next_cursor: isCut && last ? cursorOf(last) : null };
  // Rows of turns that found no room come with them.
  const lastTurn = turns.at(-1)?.turn_number ?? 0;
  const traces = taken.filter((row) => row.turn_number <= lastTurn);
  const end = traces.at(-1);
  return { traces, turns, next_cursor: cursorOf(end?.turn_number === lastTurn ? end : { turn_number: lastTurn, started_at: 0, id: noId }) };
}

/** At least one, if there is any. */
async function turnsThatFit(store: Store, chatId: string, after: number, to: number | null, bytes: number): Promise<{ turns: Turn[]; hasMoreTurns: boolean }> {
  const turns: Turn[] = [];
  let room = bytes;
  for await (const piece of turnPieces(store, chatId, after, to)) {
    for (const turn of piece.map(shortened)) {
      room -= wireBytes(turn) + 1;
      if (room < 0 && turns.length > 0) return { turns, hasMoreTurns: true };
      turns.push(turn);
    }
  }
  return { turns, hasMoreTurns: false };
}

/** Before every id there is. */
const noId = '00000000-0000-0000-0000-000000000000';

/** As many of the first as come to `bytes`; at least one. */
export function fitting<T>(items: readonly T[], bytes: number): T[] {
  let room = bytes;
  const end = items.findIndex((item) => (room -= wireBytes(item) + 1) < 0);
  return items.slice(0, end === -1 ? items.length : Math.max(1, end));
}

/** A turn for a list: never more than half of a message, however often it asked. */
export function shortened(turn: Turn): Turn {
  for (let keep = listedCharacters, most = mostListed; ; keep = Math.floor(keep / 2), most = Math.ceil(most / 2)) {
    const cut = (text: string): string => (text.length <= keep ? text : `${text.slice(0, keep)}…`);
    const short: Turn = {
      ...turn,
      calls: turn.calls.slice(-most).map((call) => (call.error === null ? call : { ...call, error: { ...call.error, message: cut(call.error.message) } })),
      waits: turn.waits.slice(-most).map((wait) => ({ ...wait, title: cut(wait.title) })),
    };
    if (most === 1 || wireBytes(short) <= maxEventBytes / 2) return short;
  }
}
