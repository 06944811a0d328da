#!/usr/bin/env node
// Stands in for the desktop VS Code executable that @vscode/test-electron starts, so that one suite runs
// in either. All the work is in run-extension-tests.ts.
import { loadTypeScript } from '../../../scripts/setup/load-typescript.mjs';

const file = new URL('./run-extension-tests.ts', import.meta.url);
const { runExtensionTests } = /** @type {typeof import('./run-extension-tests')} */ (loadTypeScript(file));
process.exit(await runExtensionTests(process.argv.slice(2)));
