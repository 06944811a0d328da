// The browser-hosted VS Code writes its logs, and with them the output channels of extensions, through a
// native module that npm carries as source only. Built once where a compiler is at hand; everything but
// the logs works without it.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { findOnPath } from './chromium';
import { withInstallLock } from './install-lock';
import { runProgram } from './run-program';
import type { VsCodeServerInstallation } from './vscode-server';

const buildTimeoutMs = 180_000;

export async function buildVsCodeServerLogs(installation: VsCodeServerInstallation): Promise<void> {
  const vscode = join(dirname(installation.serverMain), '..');
  const product = join(vscode, 'node_modules', '@vscode', 'spdlog', 'build', 'Release', 'spdlog.node');
  if (existsSync(product) || !hasCompiler()) return;
  const onWait = (): void => console.log('Another run is preparing the logs of VS Code; waiting for it …');
  await withInstallLock(`${product.replaceAll(/[\\/]build[\\/].*$/g, '')}.lock`, onWait, async () => {
    if (existsSync(product)) return;
    console.log('Preparing the logs of VS Code for the browser (about 30 seconds, once) …');
    const nodeFolder = dirname(installation.nodePath);
    const env = {
      ...process.env,
      PATH: `${nodeFolder}${delimiter}${process.env['PATH'] ?? ''}`,
      // The headers come with the Node that will load the module, so nothing is downloaded.
      npm_config_nodedir: dirname(nodeFolder),
    };
    const args = ['rebuild', '@vscode/spdlog', '--ignore-scripts=false'];
    await runProgram('npm', args, { cwd: vscode, env, timeoutMs: buildTimeoutMs, viaShellOnWindows: true });
    if (!existsSync(product)) console.log('That did not work; output channels will stay empty in this VS Code.');
  });
}

function hasCompiler(): boolean {
  if (process.platform === 'win32') return false;
  return ['python3', 'make', 'c++'].every((name) => findOnPath(name) !== undefined);
}
