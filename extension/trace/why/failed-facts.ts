// What the answer about a failure is made from: the run, what it did, its last check, and agents that did not end well.
import type { Run } from '../../../shared/trace-parts';
import type { Store } from '../../store/store';
import { readRuns, turnsOfRun } from '../trace-reads';
import type { ChatPart, ScopedTrace } from './scoped-trace';

export type FailedFacts = {
  own: ChatPart;
  run: Run | null;
  /** Whether only one turn was asked about, and that is not where the run ended. */
  isWithinRun: boolean;
  lastCheck: LastCheck | null;
  agents: readonly EndedAgent[];
};

/** What the last check of auto-fix that ran in a run came to. */
export type LastCheck = { trace_id: string; result: string; text: string; round: number };

export type EndedAgent = { part: ChatPart; run: Run | null };

export const autoFixTool = 'auto_fix';
/** Of more agents the ends are not read. */
const mostAgents = 20;

export async function failedFacts(store: Store, { own, agents, runs, run, range }: ScopedTrace): Promise<FailedFacts> {
  const check = own.rows.findLast(({ tool_name }) => tool_name === autoFixTool);
  const ended: EndedAgent[] = [];
  const unwell = agents.filter(({ agent }) => agent !== null && ['failed', 'limit_reached', 'interrupted', 'stopped'].includes(agent.status));
  for (const part of unwell.slice(0, mostAgents)) ended.push({ part, run: (await readRuns(store, part.chat_id)).at(-1) ?? null });
  const turns = run && (await turnsOfRun(store, own.chat_id, runs, run));
  return {
    ...{ own, run, agents: ended },
    isWithinRun: turns !== null && range !== null && range.last < turns.last,
    lastCheck: check === undefined ? null : await readCheck(store, check.id),
  };
}

async function readCheck(store: Store, id: string): Promise<LastCheck | null> {
  const trace = await store.read('tool_traces.get', { id });
  const { output, input } = trace ?? {};
  if (!isObject(output) || typeof output.summary !== 'string' || typeof output.text !== 'string') return null;
  return { trace_id: id, result: output.summary, text: output.text, round: isObject(input) && typeof input.round === 'number' ? input.round : 0 };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
