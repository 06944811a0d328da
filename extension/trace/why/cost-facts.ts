// What the findings about cost are made from, gathered once.
import type { WhyFinding } from '../../../shared/trace-answers';
import type { Store } from '../../store/store';
import type { LongOutput, RepeatedCall } from '../../store/tables/tool-traces';
import { measureOf, placedCalls, type CostMeasure, type PlacedCall } from './cost-measure';
import type { ChatPart, ScopedTrace } from './scoped-trace';

export type CostFacts = {
  own: ChatPart;
  agents: readonly ChatPart[];
  calls: readonly PlacedCall[];
  measure: CostMeasure;
  /** Of each chat, the results that gave the model most. */
  longest: readonly { part: ChatPart; output: LongOutput }[];
  repeats: readonly { part: ChatPart; repeated: RepeatedCall }[];
};

/** A finding with what it explains in the unit of the measure; null where that has none. */
export type CostFinding = Omit<WhyFinding, 'share'> & { amount: number | null };

const longestOfEach = 5;
/** Of more agents the results are not looked through. */
const mostParts = 100;
export const bytesOfToken = 4;

export async function costFacts(store: Store, { own, agents }: ScopedTrace): Promise<CostFacts> {
  const calls = placedCalls([own, ...agents]);
  const longest: { part: ChatPart; output: LongOutput }[] = [];
  const repeats: { part: ChatPart; repeated: RepeatedCall }[] = [];
  for (const part of [own, ...agents].slice(0, mostParts)) {
    const [first, last] = [part.turns[0], part.turns.at(-1)];
    if (!first || !last || part.rows.length === 0) continue;
    const range = { chat_id: part.chat_id, first_turn: first.turn_number, last_turn: last.turn_number };
    for (const output of await store.read('tool_traces.longest_outputs', { ...range, limit: longestOfEach })) longest.push({ part, output });
    for (const repeated of await store.read('tool_traces.repeats', range)) repeats.push({ part, repeated });
  }
  return { own, agents, calls, measure: measureOf(calls.map(({ call }) => call)), longest, repeats };
}
