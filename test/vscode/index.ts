// The entry VS Code calls to run the suite inside its extension host. Prints each test as it ends and
// writes the counts to the file named by BOOCODE_TEST_SUMMARY.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { runAndSummarise } from '../support/mocha-summary';
import { suiteLineMark } from '../support/suite-line-mark';

export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => console.log('%s', suiteLineMark + format(...parts));
  const grep = process.env['BOOCODE_TEST_GREP'];
  const mocha = new Mocha({ color: false, timeout: 60_000, forbidOnly: process.env['CI'] !== undefined, grep });
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.js'));
  for (const name of files.sort()) mocha.addFile(join(__dirname, name));
  const { failed } = await runAndSummarise(mocha, process.env['BOOCODE_TEST_SUMMARY']);
  if (failed > 0) throw new Error(`${failed} tests failed inside VS Code.`);
}
