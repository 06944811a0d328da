// Where the runs of a chat hang in a trace: a person's own begin one each, those of an agent hang below the call that started
// it, in the trace of the run which that call belongs to.
import type { AgentParent } from '../../../shared/events';
import type { Run } from '../../../shared/trace-parts';
import type { Store } from '../../store/store';
import { readRuns } from '../trace-reads';
import { spanIdOf, traceIdOf } from './otel-ids';
import type { RunPlace } from './trace-span';

/** The run that went on at that time: the last one that had begun. */
export function runAt(runs: readonly Run[], at: number): Run | null {
  return runs.findLast(({ started_at }) => started_at <= at) ?? runs[0] ?? null;
}

/** Null for a person's own chat. */
export async function agentPlace(store: Store, chatId: string): Promise<RunPlace | null> {
  return placeBelow(store, chatId, new Set());
}

export function ownPlace(run: Run | null, chatId: string): RunPlace {
  return { trace_id: traceIdOf(run?.run_id ?? chatId), parent_span_id: null };
}

/** `seen`: chats on the way up, since a damaged store may hold a circle. */
async function placeBelow(store: Store, chatId: string, seen: Set<string>): Promise<RunPlace | null> {
  const parent: AgentParent | null = await store.read('events.parent_of', { chat_id: chatId });
  if (parent === null || seen.has(chatId)) return null;
  seen.add(chatId);
  const call = parent.trace_id === null ? null : await store.read('tool_traces.get', { id: parent.trace_id });
  const run = runAt(await readRuns(store, parent.chat_id), call?.started_at ?? Number.MAX_SAFE_INTEGER);
  const above = (await placeBelow(store, parent.chat_id, seen)) ?? ownPlace(run, parent.chat_id);
  if (parent.trace_id !== null) return { trace_id: above.trace_id, parent_span_id: spanIdOf('tool_call', parent.trace_id) };
  return { trace_id: above.trace_id, parent_span_id: run && spanIdOf('run', run.run_id) };
}
