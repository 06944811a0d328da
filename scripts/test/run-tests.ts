// The whole of `npm test`: set-up, then every wanted stage even when an earlier one failed, then the
// times and the totals. The last line printed is always "N passed, N failed".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from '../setup/chromium';
import { SetupError } from '../setup/setup-error';
import { ensureVsCodeServer } from '../setup/vscode-server';
import { printedBy, runStage, type StageOptions, type StageResult } from './run-stage';
import { buildStage, stages, type Part, type Stage } from './stages';

const mostOfFailure = 2_000;
const parts: readonly Part[] = ['static', 'unit', 'vscode', 'ui'];

export async function runTests(args: readonly string[]): Promise<number> {
  const wanted = parse(args);
  if (wanted === undefined) {
    console.error(`Use: npm test [-- ${parts.join('|')} ...] [--grep TEXT]`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'boocode-test-'));
  const abort = new AbortController();
  const onSignal = (): void => abort.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  const results: StageResult[] = [];
  try {
    const setUp = await prepare(wanted.stages);
    const env = { ...setUp.env, ...(wanted.grep === undefined ? {} : { BOOCODE_TEST_GREP: wanted.grep }) };
    for (const together of groups(wanted.stages)) {
      if (abort.signal.aborted) break;
      const run = (stage: Stage): Promise<StageResult> => runUnlessHindered(stage, obstacleTo(stage, setUp, results), { env, folder }, abort.signal);
      results.push(...(await Promise.all(together.map(run))));
      for (const stage of together) if (stage.isBeside) console.log(`\n── ${stage.name}\n${printedBy(stage, { env, folder })}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return report(results, abort.signal.aborted);
}

function parse(args: readonly string[]): { stages: readonly Stage[]; grep: string | undefined } | undefined {
  try {
    const options = { grep: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.some((name) => !parts.includes(name as Part))) return undefined; // Narrowed by this very check.
    const chosen = stages.filter((stage) => positionals.length === 0 || stage.parts.some((part) => positionals.includes(part)));
    return { stages: chosen, grep: values.grep };
  } catch {
    return undefined; // parseArgs throws only for an option it does not know.
  }
}

interface SetUp {
  readonly env: Readonly<Record<string, string>>;
  /** Why a part cannot run on this machine. */
  readonly missing: ReadonlyMap<Part, string>;
}

/** Installs up front, so that no download counts against a test's time. */
async function prepare(chosen: readonly Stage[]): Promise<SetUp> {
  const missing = new Map<Part, string>();
  if (!chosen.some((stage) => stage.needsBuild)) return { env: {}, missing };
  try {
    const { nodePath } = await ensureVsCodeServer();
    const chromium = await ensureChromium();
    return { env: { BOOCODE_NODE24: nodePath, BOOCODE_CHROMIUM: chromium }, missing };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    if (!process.env['VSCODE_PATH']) missing.set('vscode', error.message);
    missing.set('ui', error.message);
    return { env: {}, missing };
  }
}

/** Each stage with those that run beside it. */
function groups(chosen: readonly Stage[]): Stage[][] {
  const found: Stage[][] = [];
  for (const stage of chosen) {
    const last = found.at(-1);
    if (stage.isBeside && last) last.push(stage);
    else found.push([stage]);
  }
  return found;
}

async function runUnlessHindered(stage: Stage, obstacle: string | undefined, options: StageOptions, signal: AbortSignal): Promise<StageResult> {
  if (!stage.isBeside) console.log(`\n── ${stage.name}`);
  if (obstacle === undefined) return runStage(stage, options, signal);
  console.error(obstacle);
  return { stage, passed: 0, failed: 1, pending: 0, failures: [], seconds: 0 };
}

/** Why a stage cannot run; it then counts as failed. */
function obstacleTo(stage: Stage, setUp: SetUp, earlier: readonly StageResult[]): string | undefined {
  const missing = stage.parts.length === 1 && stage.parts[0] !== undefined ? setUp.missing.get(stage.parts[0]) : undefined;
  if (missing !== undefined) return missing;
  const buildFailed = earlier.some((result) => result.stage === buildStage && result.failed > 0);
  return stage.needsBuild && buildFailed ? 'Not run, because the build failed.' : undefined;
}

function report(results: readonly StageResult[], interrupted: boolean): number {
  // Once more at the end, where a log that was cut still has them.
  for (const { stage, failures } of results) {
    for (const { title, message } of failures) console.log(`\nFailed in ${stage.name}: ${title}\n${message.slice(0, mostOfFailure)}`);
  }
  console.log('');
  for (const { stage, passed, failed, pending, seconds } of results) {
    const counts = `${passed} passed, ${failed} failed${pending > 0 ? `, ${pending} skipped` : ''}`;
    console.log(`${seconds.toFixed(1).padStart(7)} s  ${stage.name}: ${counts}`);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  if (interrupted) console.log('Interrupted.');
  console.log(`${passed} passed, ${failed} failed`);
  if (interrupted) return 130;
  return failed > 0 || passed === 0 ? 1 : 0;
}
