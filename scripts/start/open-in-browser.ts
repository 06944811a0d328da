// Serves VS Code with the extension under development on a loopback port and shows it in a browser; stays
// until its window is closed or the program is ended.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { quietChromiumFlags, runsAsRoot } from '../../test/support/vscode-host/browser';
import { startVsCodeServer } from '../../test/support/vscode-host/server';
import { workbenchAddress } from '../../test/support/vscode-host/workbench-address';
import { repositoryRoot } from '../../test/support/repository-root';
import { cacheFolder } from '../setup/cache-folder';
import { findChromium, findOnPath } from '../setup/chromium';
import { ensureVsCodeServer } from '../setup/vscode-server';
import { buildVsCodeServerLogs } from '../setup/vscode-server-logs';
import { hasDisplay } from './display';

export interface BrowserOptions {
  /** Open a window, where there is a screen; without it the address is only printed. */
  readonly show: boolean;
  /** Ask whether the folder is trusted, as desktop VS Code does. */
  readonly askForTrust: boolean;
}

export async function openInBrowser(workspace: string, options: BrowserOptions): Promise<void> {
  await buildVsCodeServerLogs(await ensureVsCodeServer());
  const home = join(cacheFolder(), 'start');
  const server = await startVsCodeServer({ dataFolder: join(home, 'vscode'), workspaceTrust: options.askForTrust });
  const address = workbenchAddress({
    origin: server.origin,
    folder: workspace,
    extensionFolders: [repositoryRoot],
  });
  console.log(`\nVS Code with BooCode is running at\n\n  ${address}\n\nCtrl+C ends it.`);
  const window = options.show && hasDisplay() ? showWindow(address, join(home, 'chromium')) : undefined;
  await (window === undefined ? forever() : closed(window));
  await server.stop();
}

/** A window of its own where a Chromium is installed, so that closing it ends everything. */
function showWindow(address: string, profile: string): ChildProcess | undefined {
  const chromium = process.env['BOOCODE_CHROMIUM'] ?? findChromium();
  if (chromium !== undefined) {
    const flags = [...quietChromiumFlags.filter((flag) => flag !== '--disable-gpu'), `--user-data-dir=${profile}`];
    if (runsAsRoot()) flags.push('--no-sandbox');
    return spawn(chromium, [...flags, `--app=${address}`], { stdio: 'ignore' });
  }
  if (process.platform === 'win32') spawn('cmd', ['/c', 'start', '', address.replaceAll('&', '^&')], { stdio: 'ignore' });
  else if (process.platform === 'darwin') spawn('open', [address], { stdio: 'ignore' });
  else if (findOnPath('xdg-open') !== undefined) spawn('xdg-open', [address], { stdio: 'ignore' });
  return undefined;
}

function closed(window: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    window.once('error', (error) => console.log(`The browser did not open (${error.message}); open the address by hand.`));
    window.once('exit', () => resolve());
  });
}

/** Signals end the program; this only keeps it running. */
function forever(): Promise<void> {
  return new Promise(() => setInterval(() => undefined, 2 ** 30));
}
