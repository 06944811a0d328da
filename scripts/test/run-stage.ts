// Runs one stage in a process of its own, bounded in time, and counts its checks. Whatever a stage
// started is ended with it.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { killTree } from '../../test/support/vscode-host/process-tree';
import { repositoryRoot } from '../../test/support/repository-root';
import type { MochaSummary } from '../../test/support/mocha-summary';
import type { Stage } from './stages';

/** How long a stage that was told to end may take to remove its temporary folders. */
const politeEndMs = 5_000;

export interface StageResult extends MochaSummary {
  readonly stage: Stage;
  readonly seconds: number;
}

export interface StageOptions {
  readonly env: Readonly<Record<string, string>>;
  /** A folder of the runner's own, for the summary and for what is printed later. */
  readonly folder: string;
}

/** Aborting the signal ends the stage at once. */
export async function runStage(stage: Stage, options: StageOptions, signal: AbortSignal): Promise<StageResult> {
  const started = performance.now();
  const summaryFile = `${placeOf(stage, options)}.json`;
  const env = { ...process.env, ...options.env, BOOCODE_TEST_SUMMARY: summaryFile };
  const output = stage.isBeside ? openSync(`${placeOf(stage, options)}.log`, 'w') : 'inherit';
  const code = await runBounded(stage, env, output, signal);
  const seconds = (performance.now() - started) / 1000;
  if (output !== 'inherit') closeSync(output);
  return { stage, seconds, ...(stage.isSuite ? countSuite(summaryFile, code) : countCheck(code)) };
}

/** What a stage printed that ran beside another; empty for one that did not run. */
export function printedBy(stage: Stage, options: StageOptions): string {
  const log = `${placeOf(stage, options)}.log`;
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

function placeOf({ name }: Stage, { folder }: StageOptions): string {
  return join(folder, name.replace(/\W+/g, '-'));
}

function runBounded(stage: Stage, env: NodeJS.ProcessEnv, output: number | 'inherit', signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, stage.args, {
      cwd: repositoryRoot,
      env,
      stdio: ['ignore', output, output],
    });
    let lastResort: NodeJS.Timeout | undefined;
    const end = (): void => {
      child.kill('SIGTERM');
      lastResort = setTimeout(() => child.pid !== undefined && killTree(child.pid), politeEndMs);
    };
    const timer = setTimeout(() => {
      console.error(`"${stage.name}" did not end within ${stage.timeoutMs / 60_000} minutes and was ended.`);
      end();
    }, stage.timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    const settle = (code: number | null): void => {
      clearTimeout(timer);
      clearTimeout(lastResort);
      signal.removeEventListener('abort', end);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`"${stage.name}" could not be started: ${error.message}`);
      settle(null);
    });
    child.once('exit', settle);
  });
}

function countCheck(code: number | null): MochaSummary {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, pending: 0, failures: [] };
}

/** A suite that ended badly without a failed test (a crash, a hang) is one failure more. */
function countSuite(summaryFile: string, code: number | null): MochaSummary {
  const summary = readSummary(summaryFile);
  const endedBadly = code !== 0 && summary.failed === 0;
  return { ...summary, failed: summary.failed + (endedBadly ? 1 : 0) };
}

function readSummary(file: string): MochaSummary {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as MochaSummary; // Written by runAndSummarise.
  } catch {
    return { passed: 0, failed: 0, pending: 0, failures: [] }; // The suite never came to its end; its exit code tells.
  }
}
