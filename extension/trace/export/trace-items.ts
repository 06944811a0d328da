// Everything of a chat and of the agents it started, piece by piece in the order of their turns, with secrets taken out.
// Memory does not grow with what is stored; every format is written from this.
import type { Run, TraceRow } from '../../../shared/trace-parts';
import type { ToolTrace } from '../../../shared/traces';
import type { Store } from '../../store/store';
import type { ToolTracePlace } from '../../store/tables/tool-traces';
import { placeOf } from '../queries';
import { readAgents, readRuns, rowPieces, turnPieces, turnsOfRun } from '../trace-reads';
import { withoutTexts } from './item-texts';
import type { ExportSource, TraceItem } from './trace-item';

const pageOfWholeCalls = 25;

/** Ends early when it is cancelled. */
export async function* traceItems(source: ExportSource, chatId: string): AsyncGenerator<TraceItem> {
  const { redactor, tally, signal } = source;
  for await (const item of itemsOfChat(source, chatId, new Set())) {
    if (signal.aborted) return;
    const clean = redactor.value(source.content ? item : withoutTexts(item), tally);
    source.onItem?.(clean);
    yield clean;
  }
}

/** `seen`: since a damaged store may hold a circle. */
async function* itemsOfChat(source: ExportSource, chatId: string, seen: Set<string>): AsyncGenerator<TraceItem> {
  const { store } = source;
  const chat = await store.read('chats.get', { chat_id: chatId });
  if (chat === null || seen.has(chatId)) return;
  seen.add(chatId);
  yield { type: 'agent', chat, parent: await store.read('events.parent_of', { chat_id: chatId }) };
  const begun = await beginningsOfRuns(store, chatId);
  let next = 0;
  for await (const item of turnsWithCalls(source, chatId)) {
    const turnNumber = item.type === 'turn' ? item.turn.turn_number : 0;
    for (let run = begun[next]; run && run.first <= turnNumber; run = begun[++next]) yield { type: 'run', run: run.run };
    yield item;
  }
  for (const { run } of begun.slice(next)) yield { type: 'run', run };
  for (const agent of await readAgents(store, chatId)) yield* itemsOfChat(source, agent.chat_id, seen);
}

/** Runs with their first turns; one that made no turn comes with those that follow. */
async function beginningsOfRuns(store: Store, chatId: string): Promise<{ run: Run; first: number }[]> {
  const runs = await readRuns(store, chatId);
  const begun: { run: Run; first: number }[] = [];
  let first = Number.POSITIVE_INFINITY;
  for (const run of [...runs].reverse()) {
    const turns = await turnsOfRun(store, chatId, runs, run);
    first = Math.min(first, turns?.first ?? first);
    begun.unshift({ run, first });
  }
  return begun;
}

type TurnItem = Extract<TraceItem, { type: 'turn' | 'tool_call' }>;

async function* turnsWithCalls(source: ExportSource, chatId: string): AsyncGenerator<TurnItem> {
  const calls = callsOf(source, chatId);
  let next = await calls.next();
  let turnNumber = 0;
  for await (const turns of turnPieces(source.store, chatId)) {
    for (const turn of turns) {
      yield* upTo(turn.turn_number - 1);
      turnNumber = turn.turn_number;
      yield { type: 'turn', turn };
      yield* upTo(turnNumber);
    }
  }
  yield* upTo(Number.POSITIVE_INFINITY);

  /** Calls of a turn whose own events are missing come below a turn of which nothing else is known. */
  async function* upTo(last: number): AsyncGenerator<TurnItem> {
    for (; !next.done && next.value.turn_number <= last; next = await calls.next()) {
      const call = next.value;
      if (call.turn_number !== turnNumber) yield { type: 'turn', turn: { turn_number: call.turn_number, started_at: call.started_at, duration_ms: null, calls: [], waits: [] } };
      turnNumber = call.turn_number;
      yield { type: 'tool_call', call };
    }
  }
}

async function* callsOf({ store, content }: ExportSource, chatId: string): AsyncGenerator<TraceRow | ToolTrace> {
  if (!content) {
    for await (const rows of rowPieces(store, chatId)) yield* rows;
    return;
  }
  for (let after: ToolTracePlace | null = null; ; ) {
    const rows: readonly ToolTrace[] = await store.read('tool_traces.page', { chat_id: chatId, after, limit: pageOfWholeCalls, turn_number: null });
    yield* rows;
    const last: ToolTrace | undefined = rows.at(-1);
    if (!last || rows.length < pageOfWholeCalls) return;
    after = placeOf(last);
  }
}
