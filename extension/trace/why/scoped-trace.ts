// The part of a trace that a question is about: a chat, one of its runs or one of its turns, with the agents that its calls
// started, and those that they started.
import type { TraceScope } from '../../../shared/trace-answers';
import type { ChildAgent, ModelCall, Run, TraceRow, Turn } from '../../../shared/trace-parts';
import type { Store } from '../../store/store';
import { QueryError, requireChat } from '../queries';
import { readAgents, readRows, readRuns, readTurns, turnsOfRun } from '../trace-reads';

/** Turns and calls of one chat. */
export type ChatPart = {
  chat_id: string;
  /** Null for the chat that was asked about. */
  agent: ChildAgent | null;
  turns: readonly Turn[];
  /** In the order of the listing, those of a turn together. */
  rows: readonly TraceRow[];
  /** The calls of the turn before the first one: what caches are compared with. */
  callsBefore: readonly ModelCall[];
};

export type ScopedTrace = {
  own: ChatPart;
  agents: readonly ChatPart[];
  /** All of the chat's. */
  runs: readonly Run[];
  /** The run that was asked about, or the one that the turn is of. */
  run: Run | null;
  /** Null where that is all. */
  range: TurnRange | null;
};

export type TurnRange = { first: number; last: number };

/** No turn has a number below 1. */
const noTurns: TurnRange = { first: 1, last: 0 };

/** Throws QueryError when there is no such chat or run. */
export async function readScope(store: Store, { chat_id, run_id, turn_number }: TraceScope): Promise<ScopedTrace> {
  await requireChat(store, chat_id);
  const runs = await readRuns(store, chat_id);
  let run: Run | null = null;
  let range: TurnRange | null = null;
  if (turn_number !== undefined) {
    range = { first: turn_number, last: turn_number };
    run = await runOfTurn(store, chat_id, runs, turn_number);
  } else if (run_id !== undefined) {
    run = runs.find((candidate) => candidate.run_id === run_id) ?? null;
    if (run === null) throw new QueryError('bad_request', `There is no run ${run_id} in this chat.`);
    range = (await turnsOfRun(store, chat_id, runs, run)) ?? noTurns;
  }
  const own = await readPart(store, chat_id, null, range);
  const started = new Set(own.rows.map(({ id }) => id));
  const agents = await readAgentsBelow(store, chat_id, ({ trace_id }) => range === null || (trace_id !== null && started.has(trace_id)));
  return { own, agents, runs, run, range };
}

async function runOfTurn(store: Store, chatId: string, runs: readonly Run[], turn: number): Promise<Run | null> {
  for (const run of runs.toReversed()) {
    const turns = await turnsOfRun(store, chatId, runs, run);
    if (turns && turns.first <= turn && turn <= turns.last) return run;
  }
  return null;
}

async function readPart(store: Store, chat_id: string, agent: ChildAgent | null, range: TurnRange | null): Promise<ChatPart> {
  if (range !== null && range.last < range.first) return { chat_id, agent, turns: [], rows: [], callsBefore: [] };
  const first = range?.first ?? 1;
  const last = range?.last ?? null;
  const turns = await readTurns(store, chat_id, Math.max(0, first - 2), last);
  return {
    ...{ chat_id, agent, turns: turns.filter(({ turn_number }) => turn_number >= first) },
    rows: await readRows(store, chat_id, first, last),
    callsBefore: turns.filter(({ turn_number }) => turn_number < first).flatMap(({ calls }) => calls),
  };
}

async function readAgentsBelow(store: Store, chatId: string, isWanted: (agent: ChildAgent) => boolean): Promise<ChatPart[]> {
  const parts: ChatPart[] = [];
  const seen = new Set([chatId]);
  const waiting = (await readAgents(store, chatId)).filter(isWanted);
  for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift()) {
    if (seen.has(agent.chat_id)) continue;
    seen.add(agent.chat_id);
    parts.push(await readPart(store, agent.chat_id, agent, null));
    waiting.push(...(await readAgents(store, agent.chat_id)));
  }
  return parts;
}
