// Numbers and times as people read them, the same in every panel and in the headless command.
// Unknown (null) is always `—`, never 0; the exact value belongs into a tooltip.

export const unknownValue = '—';

// Made once: making one takes longer than all that is done with it in a row of a list.
const plain = new Intl.NumberFormat('en-US');
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const exactUsd = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 8 });

/** `0.04 s`, `1.2 s`, `1:24`, `1:02:03`. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return unknownValue;
  if (ms < 5) return '<0.01 s';
  if (ms < 995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${pad(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** `4,213 ms`; fractions only where they say something. */
export function formatExactDuration(ms: number | null): string {
  if (ms === null) return 'unknown';
  return `${(ms < 10 ? fine : whole).format(ms)} ms`;
}

/** `812`, `45.1K`, `125K`, `1M`. Round figures, such as a context size, carry no `.0`. */
export function formatTokens(count: number | null): string {
  if (count === null) return unknownValue;
  if (count < 1000) return String(count);
  if (count < 999_500) return scaled(count, 1000, 'K');
  return scaled(count, 1_000_000, 'M');
}

function scaled(count: number, unit: number, suffix: string): string {
  const value = count / unit;
  const isRound = count % unit === 0 || value >= 99.95;
  return value.toFixed(isRound ? 0 : 1) + suffix;
}

export function formatExact(count: number | null): string {
  return count === null ? 'unknown' : plain.format(count);
}

/** US dollars: `$0.00`, `$0.0031`, `$0.12`, `$12.30`; never 0 for what is more. */
export function formatUsd(dollars: number | null): string {
  if (dollars === null) return unknownValue;
  if (dollars === 0 || dollars >= 0.0995) return `$${cents.format(dollars)}`;
  return dollars < 0.00005 ? '<$0.0001' : `$${dollars.toFixed(4)}`;
}

/** Without rounding: for tooltips. */
export function formatExactUsd(dollars: number | null): string {
  return dollars === null ? 'unknown' : `$${exactUsd.format(dollars)}`;
}

/** A share from 0 to 1 as `94 %`; 0 and 100 only when it is exactly that. */
export function formatPercent(share: number | null): string {
  if (share === null) return unknownValue;
  const percent = Math.round(share * 100);
  if (percent === 100 && share < 1) return '99 %';
  if (percent === 0 && share > 0) return '1 %';
  return `${percent} %`;
}

export function formatBytes(bytes: number | null): string {
  if (bytes === null) return unknownValue;
  if (bytes < 1024) return `${bytes} B`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${kilobytes.toFixed(1)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** `1 call`, `3 calls`. */
export function formatCount(count: number, singular: string): string {
  return `${plain.format(count)} ${singular}${count === 1 ? '' : 's'}`;
}

/** How long ago, for lists: `now`, `5 min`, `3 h`, `2 d`, then the date. Both in microseconds since the epoch. */
export function formatAge(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  if (minutes < 7 * 24 * 60) return `${Math.floor(minutes / (24 * 60))} d`;
  return new Date(at / 1000).toLocaleDateString('en-US', { year: 'numeric', month: 'short', day: 'numeric' });
}

export type LatencyBand = 'fast' | 'slow' | 'very_slow';

/** The bands of the trace viewer: under 1 s, under 5 s, 5 s and more. */
export function latencyBand(ms: number): LatencyBand {
  if (ms < 1000) return 'fast';
  return ms < 5000 ? 'slow' : 'very_slow';
}
