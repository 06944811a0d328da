// Runs the mocha tests below the given folders in this process. Kept apart from `npm test` itself so
// that a crash or a leak in a test ends only this process.
// Use: run-mocha.ts [--timeout MS] [--except FOLDER,FOLDER] FOLDER...   (BOOCODE_TEST_GREP picks tests by name)
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { exitOnSignals } from '../../test/support/exit-on-signals';
import { repositoryRoot } from '../../test/support/repository-root';
import { runAndSummarise } from '../../test/support/mocha-summary';

const leakGraceMs = 10_000;

async function main(): Promise<void> {
  exitOnSignals(130);
  const { values, positionals } = parseArgs({ options: { timeout: { type: 'string' }, except: { type: 'string' } }, allowPositionals: true });
  const mocha = new Mocha({
    timeout: Number(values.timeout ?? 10_000),
    forbidOnly: process.env['CI'] !== undefined,
    grep: process.env['BOOCODE_TEST_GREP'],
  });
  const except = new Set(values.except?.split(',').flatMap(testFilesBelow));
  for (const file of positionals.flatMap(testFilesBelow)) if (!except.has(file)) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const { failed } = await runAndSummarise(mocha, process.env['BOOCODE_TEST_SUMMARY']);
  process.exitCode = failed > 0 ? 1 : 0;
  setTimeout(() => {
    console.error('The tests have ended but something they started still runs:', process.getActiveResourcesInfo());
    process.exit(1);
  }, leakGraceMs).unref();
}

function testFilesBelow(folder: string): string[] {
  const base = join(repositoryRoot, folder);
  if (!existsSync(base)) return [];
  const names = readdirSync(base, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.test\.tsx?$/.test(name))
    .sort()
    .map((name) => join(base, name));
}

void main();
