// What the findings about time are made from, gathered once.
import type { UsualLatency } from '../../../shared/messages/traces';
import type { WhyFinding } from '../../../shared/trace-answers';
import type { TraceRow } from '../../../shared/trace-parts';
import { addTime, noTime, turnTime, type TurnTime } from '../../../shared/turn-time';
import { breather } from '../breather';
import { pathOf, type Step } from './critical-path';
import type { ChatPart, ScopedTrace } from './scoped-trace';

export type SlowFacts = {
  own: ChatPart;
  agents: readonly ChatPart[];
  time: TurnTime;
  /** Turn by turn; see critical-path.ts. */
  steps: readonly Step[];
  /** Of each turn what no step tells of. */
  untold: { turn_number: number; ms: number }[];
  /** Calls that cost no time because others went on beside them. */
  covered: number;
  usual: ReadonlyMap<string, UsualLatency>;
};

/** A finding with what it explains in milliseconds; null where that has no measure. */
export type SlowFinding = Omit<WhyFinding, 'share'> & { ms: number | null };

/** Times are those of the chat itself: what its agents took is in the calls that waited for them. */
export async function slowFacts({ own, agents, runs }: Pick<ScopedTrace, 'own' | 'agents' | 'runs'>, usual: readonly UsualLatency[], now: number | null): Promise<SlowFacts> {
  const rows = byTurn(own.rows);
  let time = noTime;
  const steps: Step[] = [];
  const untold: SlowFacts['untold'] = [];
  const lastTurn = own.turns.at(-1);
  // What an earlier run left open was cut off.
  const runFrom = runs.at(-1)?.started_at ?? 0;
  const rest = breather();
  for (const turn of own.turns) {
    await rest();
    // Only the last turn can still go on.
    const until = turn === lastTurn && turn.started_at >= runFrom ? now : null;
    const ofTurn = rows.get(turn.turn_number) ?? [];
    const split = turnTime(turn, ofTurn, until);
    time = addTime(time, split);
    untold.push({ turn_number: turn.turn_number, ms: split.other });
    for (const step of pathOf(turn, ofTurn, until)) steps.push(step);
  }
  const decisive = new Set(steps.flatMap(({ row }) => (row === null ? [] : [row.id])));
  const covered = own.rows.filter(({ id, latency_ms }) => (latency_ms ?? 0) > 0 && !decisive.has(id)).length;
  return { own, agents, time, steps, untold, covered, usual: new Map(usual.map((tool) => [tool.tool_name, tool])) };
}

export function byTurn(rows: readonly TraceRow[]): Map<number, TraceRow[]> {
  const turns = new Map<number, TraceRow[]>();
  for (const row of rows) {
    const ofTurn = turns.get(row.turn_number);
    if (ofTurn) ofTurn.push(row);
    else turns.set(row.turn_number, [row]);
  }
  return turns;
}

export function sumOf<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((sum, item) => sum + amount(item), 0);
}

export function byMost<T>(items: readonly T[], amount: (item: T) => number): T[] {
  return items.toSorted((a, b) => amount(b) - amount(a));
}
