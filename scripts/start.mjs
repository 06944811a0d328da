// `npm start`: installs what is missing, builds, and opens the sample workspace in VS Code with BooCode;
// the work is in start/start.ts. Use: npm start [-- --help]
import { ensureDependencies } from './setup/dependencies.mjs';

ensureDependencies();
const { loadTypeScript } = await import('./setup/load-typescript.mjs');
const { start } = /** @type {typeof import('./start/start')} */ (loadTypeScript(new URL('./start/start.ts', import.meta.url)));
process.exit(await start(process.argv.slice(2)));
