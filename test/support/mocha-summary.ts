// Runs a prepared mocha to its end and writes the counts to a file, so that the totals of suites in
// different processes and hosts can be added up, with the failures, so that they can be told again at the end.
import { writeFileSync } from 'node:fs';
import type Mocha from 'mocha';

export interface MochaSummary {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  /** The full title of each failed test or hook, and what it said. */
  readonly failures: readonly { readonly title: string; readonly message: string }[];
}

export function runAndSummarise(mocha: Mocha, summaryFile: string | undefined): Promise<MochaSummary> {
  return new Promise((resolve) => {
    const failures: MochaSummary['failures'][number][] = [];
    const runner = mocha.run(() => {
      const stats = runner.stats;
      const summary: MochaSummary = { passed: stats?.passes ?? 0, failed: stats?.failures ?? 0, pending: stats?.pending ?? 0, failures };
      if (summaryFile) writeFileSync(summaryFile, JSON.stringify(summary));
      resolve(summary);
    });
    runner.on('fail', (test, error: unknown) => failures.push({ title: test.fullTitle(), message: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  });
}
