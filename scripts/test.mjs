// `npm test`: installs what is missing, then runs every check; the work is in test/run-tests.ts.
// Use: npm test [-- static|unit|vscode|ui ...] [--grep TEXT]
import { ensureDependencies } from './setup/dependencies.mjs';

ensureDependencies();
const { tsImport } = await import('tsx/esm/api');
/** @type {typeof import('./test/run-tests')} */
const { runTests } = await tsImport('./test/run-tests.ts', import.meta.url);
process.exit(await runTests(process.argv.slice(2)));
