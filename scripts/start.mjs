// `npm start`: installs what is missing, builds, and opens the sample workspace in VS Code with BooCode;
// the work is in start/start.ts. Use: npm start [-- --help]
import { ensureDependencies } from './setup/dependencies.mjs';

ensureDependencies();
const { tsImport } = await import('tsx/esm/api');
/** @type {typeof import('./start/start')} */
const { start } = await tsImport('./start/start.ts', import.meta.url);
process.exit(await start(process.argv.slice(2)));
