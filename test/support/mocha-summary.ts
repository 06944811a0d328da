// Runs a prepared mocha to its end and writes the counts to a file, so that the totals of suites in
// different processes and hosts can be added up.
import { writeFileSync } from 'node:fs';
import type Mocha from 'mocha';

export interface MochaSummary {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
}

export function runAndSummarise(mocha: Mocha, summaryFile: string | undefined): Promise<MochaSummary> {
  return new Promise((resolve) => {
    const runner = mocha.run(() => {
      const stats = runner.stats;
      const summary = { passed: stats?.passes ?? 0, failed: stats?.failures ?? 0, pending: stats?.pending ?? 0 };
      if (summaryFile) writeFileSync(summaryFile, JSON.stringify(summary));
      resolve(summary);
    });
  });
}
