// Lays the calls of two traces beside each other by what they are about. Pure, and the same for the same calls: pages are cut
// from it one by one.
import { diffArrays, type ArrayChange } from 'diff';
import type { TraceRow } from '../../../shared/trace-parts';
import { breather } from '../breather';

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
const mostDifferencesInTurn = 300;
/** With more calls on both sides together, others have their turn between the steps. */
const callsAtOnce = 800;

/** Each side keeps its order. Works in pieces, between which whatever else waits has its turn. */
export async function alignCalls(left: readonly TraceRow[], right: readonly TraceRow[]): Promise<Alignment> {
  const changes = Math.max(left.length, right.length) > mostCalls ? undefined : await changesOf(left, right);
  if (changes) return { pairs: aligned(left, right, changes), byTurn: false };
  const [leftTurns, rightTurns] = [turnsOf(left), turnsOf(right)];
  const pairs: AlignedPair[] = [];
  const rest = breather();
  for (let at = 0; at < Math.max(leftTurns.length, rightTurns.length); at++) {
    const [ofLeft, ofRight] = [leftTurns[at] ?? [], rightTurns[at] ?? []];
    const inTurn = diffArrays(ofLeft.map(keyOf), ofRight.map(keyOf), { maxEditLength: mostDifferencesInTurn });
    for (const pair of inTurn ? aligned(ofLeft, ofRight, inTurn) : inPlace(ofLeft, ofRight)) pairs.push(pair);
    await rest();
  }
  return { pairs, byTurn: true };
}

type Changes = ArrayChange<string>[];

/** Undefined where they differ too much. */
function changesOf(left: readonly TraceRow[], right: readonly TraceRow[]): Promise<Changes | undefined> {
  const [ofLeft, ofRight] = [left.map(keyOf), right.map(keyOf)];
  if (left.length + right.length <= callsAtOnce) return Promise.resolve(diffArrays(ofLeft, ofRight));
  return new Promise((resolve) => diffArrays(ofLeft, ofRight, { maxEditLength: mostDifferences, callback: resolve }));
}

function aligned(left: readonly TraceRow[], right: readonly TraceRow[], changes: Changes): AlignedPair[] {
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
