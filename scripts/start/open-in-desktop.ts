// Opens a folder in a desktop VS Code with the extension under development, when one is installed or can
// be downloaded and there is a screen to show it on.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { repositoryRoot } from '../../test/support/repository-root';
import { cacheFolder } from '../setup/cache-folder';
import { findOnPath } from '../setup/chromium';
import { hasDisplay } from './display';

const releases = 'https://update.code.visualstudio.com/api/releases/stable';
/** Below this a VS Code that ends with an error never opened: a missing library, a refused sandbox. */
const failedStartMs = 10_000;

/** Answers false, having said why in a sentence, when another way to VS Code has to be found. */
export async function openInDesktop(workspace: string): Promise<boolean> {
  if (!hasDisplay()) {
    console.log('There is no display for a desktop VS Code; using VS Code in the browser.');
    return false;
  }
  const installed = findInstalled();
  if (installed !== undefined) {
    if (await launch(installed, workspace, [])) return true;
    console.log(`${installed} did not open; looking for another VS Code.`);
  }
  const downloaded = await download();
  if (downloaded === undefined) {
    console.log('A desktop VS Code is neither installed nor to be downloaded here; using VS Code in the browser.');
    return false;
  }
  const folder = join(cacheFolder(), 'desktop');
  const ownData = [`--user-data-dir=${join(folder, 'user-data')}`, `--extensions-dir=${join(folder, 'extensions')}`];
  if (await launch(downloaded, workspace, [...ownData, '--disable-updates', '--skip-welcome'])) return true;
  console.log('The downloaded VS Code did not open; using VS Code in the browser.');
  return false;
}

function findInstalled(): string | undefined {
  const chosen = process.env['VSCODE_PATH'];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    console.log(`VSCODE_PATH names a file that does not exist: ${chosen}.`);
  }
  // Inside a remote window `code` only talks to that window and cannot host an extension under development.
  if (process.env['VSCODE_IPC_HOOK_CLI'] !== undefined) return undefined;
  const inApplications = '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';
  return findOnPath('code') ?? (existsSync(inApplications) ? inApplications : undefined);
}

async function download(): Promise<string | undefined> {
  try {
    const answer = await fetch(releases, { signal: AbortSignal.timeout(3_000) });
    if (!answer.ok) return undefined;
    return await downloadAndUnzipVSCode({ cachePath: join(cacheFolder(), 'vscode-desktop') });
  } catch {
    return undefined; // No network, or none that reaches Microsoft: the caller says so.
  }
}

/** Runs until VS Code's window is closed, or until its starter has handed over to a running VS Code. */
async function launch(executable: string, workspace: string, extra: readonly string[]): Promise<boolean> {
  const started = Date.now();
  const isScript = process.platform === 'win32' && /\.cmd$/i.test(executable);
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox', `--user-data-dir=${join(cacheFolder(), 'desktop', 'root')}`] : [];
  const args = ['--new-window', `--extensionDevelopmentPath=${repositoryRoot}`, ...extra, ...asRoot, workspace];
  const child = isScript
    ? spawn(`"${executable}"`, args.map((arg) => `"${arg}"`), { stdio: 'ignore', shell: true })
    : spawn(executable, args, { stdio: 'ignore' });
  console.log('Opening VS Code …');
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', (exitCode) => resolve(exitCode));
  });
  return code === 0 || (code !== null && Date.now() - started > failedStartMs);
}
