// The entry VS Code calls to run the suite inside its extension host. Prints each test as it ends and
// writes the counts to the file named by BOOCODE_TEST_SUMMARY.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000, grep: process.env['BOOCODE_TEST_GREP'] });
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.js'));
  for (const name of files.sort()) mocha.addFile(join(__dirname, name));
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const { passes = 0, failures: failed = 0, pending = 0 } = runner.stats ?? {};
      const summary = process.env['BOOCODE_TEST_SUMMARY'];
      if (summary) writeFileSync(summary, JSON.stringify({ stats: { passes, failures: failed, pending } }));
      if (failures === 0) resolve();
      else reject(new Error(`${failures} tests failed inside VS Code.`));
    });
  });
}
