// The colours of where the time of a turn goes, and the bar that shows it.
import { formatDuration } from '../../shared/format';
import { timeKinds, timeNames, type TimeKind, type TurnTime } from '../../shared/turn-time';

export function timeColor(kind: TimeKind): string {
  return `var(--time-${kind.replace('_', '-')})`;
}

/** One gradient instead of an element for each part: a screen of rows has to stay small. */
export function timeGradient(time: TurnTime): string {
  let from = 0;
  const stops = timeKinds.flatMap((kind) => {
    if (time[kind] <= 0) return [];
    const to = from + (time[kind] / time.whole) * 100;
    const stop = `${timeColor(kind)} ${from.toFixed(2)}% ${to.toFixed(2)}%`;
    from = to;
    return [stop];
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** For a tooltip: a line for each part that is worth one. */
export function timeWords(time: TurnTime): string {
  const parts = timeKinds.filter((kind) => time[kind] >= 1).map((kind) => `${timeNames[kind]}: ${formatDuration(time[kind])}`);
  return [`${formatDuration(time.whole)} in all`, ...parts].join('\n');
}
