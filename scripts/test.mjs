// `npm test`: installs what is missing, then runs every check; the work is in test/run-tests.ts.
// Use: npm test [-- static|unit|vscode|ui ...] [--grep TEXT]
import { ensureDependencies } from './setup/dependencies.mjs';

ensureDependencies();
const { loadTypeScript } = await import('./setup/load-typescript.mjs');
const { runTests } = /** @type {typeof import('./test/run-tests')} */ (loadTypeScript(new URL('./test/run-tests.ts', import.meta.url)));
process.exit(await runTests(process.argv.slice(2)));
