#!/usr/bin/env node
// Stands in for the desktop VS Code executable that @vscode/test-electron starts, so that one suite runs
// in either. All the work is in run-extension-tests.ts.
import { tsImport } from 'tsx/esm/api';

const { runExtensionTests } = await tsImport('./run-extension-tests.ts', import.meta.url);
process.exit(await runExtensionTests(process.argv.slice(2)));
