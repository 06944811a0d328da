// Lays the calls of two traces beside each other by what they are about. Pure, and the same for the same calls: pages are cut
// from it one by one.
import { diffArrays } from 'diff';
import type { TraceRow } from '../../../shared/trace-parts';

/** A call of both, or one that only one of them made. */
export type AlignedPair = { left: TraceRow | null; right: TraceRow | null };

export type Alignment = {
  pairs: AlignedPair[];
  /** There were too many differences to align them as a whole: turn by turn, the first beside the first. */
  byTurn: boolean;
};

/** With more calls on a side, turns are aligned one by one. */
const mostCalls = 5_000;
/** Time grows with the calls and with their differences. */
const mostDifferences = 1_000;

/** Each side keeps its order. */
export function alignCalls(left: readonly TraceRow[], right: readonly TraceRow[]): Alignment {
  const whole = Math.max(left.length, right.length) > mostCalls ? null : aligned(left, right);
  if (whole !== null) return { pairs: whole, byTurn: false };
  const [leftTurns, rightTurns] = [turnsOf(left), turnsOf(right)];
  const pairs: AlignedPair[] = [];
  for (let at = 0; at < Math.max(leftTurns.length, rightTurns.length); at++) {
    const [ofLeft, ofRight] = [leftTurns[at] ?? [], rightTurns[at] ?? []];
    for (const pair of aligned(ofLeft, ofRight) ?? inPlace(ofLeft, ofRight)) pairs.push(pair);
  }
  return { pairs, byTurn: true };
}

/** Null where they differ too much. */
function aligned(left: readonly TraceRow[], right: readonly TraceRow[]): AlignedPair[] | null {
  const changes = diffArrays(left.map(keyOf), right.map(keyOf), { maxEditLength: mostDifferences });
  if (changes === undefined) return null;
  const pairs: AlignedPair[] = [];
  let [atLeft, atRight] = [0, 0];
  let removed: TraceRow[] = [];
  let added: TraceRow[] = [];
  const flush = (): void => {
    for (const pair of replaced(removed, added)) pairs.push(pair);
    [removed, added] = [[], []];
  };
  for (const change of changes) {
    if (change.removed) removed = removed.concat(left.slice(atLeft, (atLeft += change.count)));
    else if (change.added) added = added.concat(right.slice(atRight, (atRight += change.count)));
    else {
      flush();
      for (let n = 0; n < change.count; n++) pairs.push({ left: left[atLeft++] ?? null, right: right[atRight++] ?? null });
    }
  }
  flush();
  return pairs;
}

/** As many calls in the place of others, of the same tools one by one, stand for each other. */
function replaced(removed: readonly TraceRow[], added: readonly TraceRow[]): AlignedPair[] {
  if (removed.length === added.length && removed.every(({ tool_name }, at) => tool_name === added[at]?.tool_name)) {
    return removed.map((left, at) => ({ left, right: added[at] ?? null }));
  }
  return [...removed.map((left) => ({ left, right: null })), ...added.map((right) => ({ left: null, right }))];
}

function inPlace(left: readonly TraceRow[], right: readonly TraceRow[]): AlignedPair[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at): AlignedPair[] => {
    const [ofLeft, ofRight] = [left[at] ?? null, right[at] ?? null];
    if (ofLeft && ofRight && keyOf(ofLeft) === keyOf(ofRight)) return [{ left: ofLeft, right: ofRight }];
    return [...(ofLeft ? [{ left: ofLeft, right: null }] : []), ...(ofRight ? [{ left: null, right: ofRight }] : [])];
  }).flat();
}

function keyOf({ tool_name, subject }: TraceRow): string {
  return `${tool_name} ${subject}`;
}

function turnsOf(rows: readonly TraceRow[]): TraceRow[][] {
  const turns: TraceRow[][] = [];
  for (const row of rows) {
    const last = turns.at(-1);
    if (last?.[0]?.turn_number === row.turn_number) last.push(row);
    else turns.push([row]);
  }
  return turns;
}
