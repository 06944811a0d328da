// How the time of a call looks: by the seconds it took, or by what is usual for its tool. Colour, shape and word say it.
import { formatDuration, formatExactDuration, latencyBand, type LatencyBand } from '../../shared/format';
import type { UsualLatency } from '../../shared/messages/traces';

export type LatencyLook = { band: LatencyBand; mark: string; words: string; number: string };

const marks: Record<LatencyBand, string> = { fast: '', slow: '◐', very_slow: '●' };
const bandWords: Record<LatencyBand, string> = { fast: 'under 1 s', slow: '1 to 5 s', very_slow: '5 s or more' };
const usualWords: Record<LatencyBand, string> = { fast: 'as usual', slow: 'longer than usual', very_slow: 'much longer than usual' };

/** Fewer calls say nothing of what is usual. */
const fewestCalls = 5;
/** Below this nobody waits, however unusual it is. */
const noticeableMs = 100;

export function latencyLook(ms: number): LatencyLook {
  const band = latencyBand(ms);
  return { band, mark: marks[band], words: `${formatExactDuration(ms)} (${bandWords[band]})`, number: formatDuration(ms) };
}

/** `usual` undefined: the tool was not used enough to tell. */
export function relativeLook(ms: number, usual: UsualLatency | undefined): LatencyLook {
  if (usual === undefined || usual.calls < fewestCalls) return { ...latencyLook(ms), words: `${formatExactDuration(ms)} (too few calls to say what is usual)` };
  const { p50_ms, p95_ms } = usual;
  const band: LatencyBand = ms <= Math.max(p95_ms, noticeableMs) ? 'fast' : ms <= 2 * Math.max(p95_ms, noticeableMs) ? 'slow' : 'very_slow';
  const ratio = ms / Math.max(p50_ms, 0.1);
  const number = ratio < 1.5 ? '≈ usual' : `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio).toLocaleString('en-US')}×`;
  return { band, mark: marks[band], words: `${formatExactDuration(ms)}, ${usualWords[band]} (${usualText(usual)})`, number };
}

export function usualText({ calls, p50_ms, p95_ms }: UsualLatency): string {
  return `p50 ${formatDuration(p50_ms)}, p95 ${formatDuration(p95_ms)} of ${calls.toLocaleString('en-US')} calls`;
}
