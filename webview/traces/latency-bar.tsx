// How long a call took, against the longest one in sight. Colour, shape and word say the band.
import { formatDuration, formatExactDuration, latencyBand, type LatencyBand } from '../../shared/format';

const words: Record<LatencyBand, string> = { fast: 'under 1 s', slow: '1 to 5 s', very_slow: '5 s or more' };
const marks: Record<LatencyBand, string> = { fast: '', slow: '◐', very_slow: '●' };

export function LatencyBar({ ms, longest }: { ms: number; longest: number }) {
  const band = latencyBand(ms);
  const share = longest <= 0 ? 0 : Math.max(0.01, Math.min(1, ms / longest));
  return (
    <span class={`latency ${band}`} title={`${formatExactDuration(ms)} (${words[band]})`}>
      <span class="bar-space">
        <span class="bar" style={{ width: `${(share * 100).toFixed(1)}%` }} />
      </span>
      <span class="band-mark" aria-hidden="true">
        {marks[band]}
      </span>
      <span class="number">{formatDuration(ms)}</span>
      <span class="sr-only">, {words[band]}</span>
    </span>
  );
}
