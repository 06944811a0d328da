// What a benchmark found, and how it is printed: a table for people, JSON with --json. Compares with targets in
// words only; a benchmark never fails because of a figure.

export type Figure = {
  name: string;
  value: number | string;
  unit?: string;
  /** How far the repetitions lie apart, in the figure's own unit. */
  spread?: string;
  target?: string;
  /** Whether the target is met; left out where there is none. */
  isMet?: boolean;
};

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** A figure that must not be above `limit`. */
export function atMost(limit: number, figure: { name: string; value: number; unit?: string; spread?: string }): Figure {
  return { ...figure, target: `<= ${limit}`, isMet: figure.value <= limit };
}

export function atLeast(limit: number, figure: { name: string; value: number; unit?: string; spread?: string }): Figure {
  return { ...figure, target: `>= ${limit}`, isMet: figure.value >= limit };
}

/** The median of repetitions with their range. */
export function repeated(name: string, values: readonly number[], unit: string): { name: string; value: number; unit: string; spread: string } {
  return { name, value: round(median(values)), unit, spread: `${round(Math.min(...values))}..${round(Math.max(...values))} (${values.length})` };
}

export function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

export function print(title: string, figures: readonly Figure[], notes: readonly string[] = []): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ title, figures, notes }, null, 2));
    return;
  }
  const rows = figures.map((figure) => [
    figure.name,
    `${figure.value}${figure.unit === undefined ? '' : ` ${figure.unit}`}`,
    figure.spread ?? '',
    figure.target ?? '',
    figure.isMet === undefined ? '' : figure.isMet ? 'met' : 'MISSED',
  ]);
  const table = [['', 'figure', 'range (runs)', 'target', ''], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  console.log(`\n${title}`);
  for (const row of table) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  for (const note of notes) console.log(`  * ${note}`);
}

/** Progress goes to stderr, so that --json stays clean. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
