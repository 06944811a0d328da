// `npm run screenshots`: pictures of BooCode in the colour themes, taken in a real VS Code; the work is in
// screenshots/take-screenshots.ts. Use: npm run screenshots -- --help
import { ensureDependencies } from './setup/dependencies.mjs';

ensureDependencies();
const { loadTypeScript } = await import('./setup/load-typescript.mjs');
const { takeScreenshots } = /** @type {typeof import('./screenshots/take-screenshots')} */ (loadTypeScript(new URL('./screenshots/take-screenshots.ts', import.meta.url)));
process.exit(await takeScreenshots(process.argv.slice(2)));
