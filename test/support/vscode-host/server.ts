// Starts and stops the browser-hosted VS Code for tests and for `npm start`: a real workbench and a real
// extension host on a free loopback port, with a data folder of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureVsCodeServer } from '../../../scripts/setup/vscode-server';
import { descendantsOf, killTree } from './process-tree';
import { quietSettings } from './quiet-settings';

export interface VsCodeServerOptions {
  /** User settings on top of the quiet ones, for a data folder that has none yet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the server and of its extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** A module that the server and its extension host load first. */
  readonly preload?: string;
  /** Ask whether a folder is trusted, as desktop VS Code does. Off unless asked for. */
  readonly workspaceTrust?: boolean;
  /** VSIX files to install before the start. */
  readonly vsixFiles?: readonly string[];
  /** A folder whose subfolders are extensions that are installed at the start. */
  readonly installed?: string;
  /** Keep the data here and leave it behind; without it a temporary folder is used and removed. */
  readonly dataFolder?: string;
}

export interface VsCodeServer {
  /** Like http://127.0.0.1:41234, without a slash at the end. */
  readonly origin: string;
  readonly dataFolder: string;
  /** Everything the server has printed so far, for failure messages. */
  output(): string;
  /** Process ids of the extension hosts now running, newest last. */
  extensionHosts(): number[];
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;

export async function startVsCodeServer(options: VsCodeServerOptions = {}): Promise<VsCodeServer> {
  const installation = await ensureVsCodeServer();
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'boocode-vscode-')));
  const folders = ['--server-data-dir', join(dataFolder, 'server'), '--extensions-dir', join(dataFolder, 'extensions')];
  await seedSettings(dataFolder, options.settings ?? {});
  const environment = { ...serverEnvironment(options.env ?? {}), ...(await temporaryFolderInside(options, dataFolder)) };
  const launch = (args: readonly string[]): ChildProcess =>
    spawn(installation.nodePath, [...(options.preload === undefined ? [] : ['--require', options.preload]), installation.serverMain, ...folders, ...args], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  if (options.installed !== undefined) await cp(options.installed, join(dataFolder, 'extensions'), { recursive: true });
  for (const vsix of options.vsixFiles ?? []) await installVsix(launch(['--install-extension', vsix]), vsix);

  const child = launch(serverArguments(options));
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killNow = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killTree(child.pid);
  };
  const removeData = (): void => {
    if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  const onExit = (): void => {
    killNow();
    removeData();
  };
  process.once('exit', onExit);
  const stop = async (): Promise<void> => {
    process.off('exit', onExit);
    killNow();
    await ended;
    removeData();
  };
  try {
    const origin = await waitForOrigin(child, () => output);
    return { origin, dataFolder, output: () => output, extensionHosts: () => extensionHostsOf(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serverArguments(options: VsCodeServerOptions): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
    ...['--telemetry-level', 'off', '--disable-telemetry', '--disable-experiments', '--disable-update-check'],
    ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
    '--disable-getting-started-override',
    // Without it a built VS Code ignores extensionDevelopmentPath in the address.
    '--enable-smoke-test-driver',
  ];
}

/** What VS Code sets in its own terminals would make a second VS Code attach to the first. */
function serverEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, EXTENSIONS_GALLERY: '{}' };
  for (const name of Object.keys(env)) {
    if (name.startsWith('VSCODE_') || name === 'ELECTRON_RUN_AS_NODE' || name === 'NODE_OPTIONS') delete env[name];
  }
  return { ...env, ...extra };
}

/** VS Code leaves its sockets in the temporary folder; a throw-away instance gets one that goes with it. */
async function temporaryFolderInside(options: VsCodeServerOptions, dataFolder: string): Promise<Record<string, string>> {
  // Socket paths have a limit of about 104 characters, which long user folders would break.
  if (options.dataFolder !== undefined || process.platform === 'win32' || dataFolder.length > 45) return {};
  const folder = join(dataFolder, 'tmp');
  await mkdir(folder);
  return { TMPDIR: folder, XDG_RUNTIME_DIR: folder };
}

/**
 * The user's settings, and the same for the machine: a remote host reads machine-scoped ones only there. Budgets are
 * read from the user's alone; standing in both they would be saved where nobody reads them.
 */
async function seedSettings(dataFolder: string, extra: Readonly<Record<string, unknown>>): Promise<void> {
  const ofMachine = Object.fromEntries(Object.entries(extra).filter(([name]) => !name.startsWith('boocode.budget.')));
  for (const [kind, settings] of Object.entries({ User: { ...quietSettings, ...extra }, Machine: ofMachine })) {
    const folder = join(dataFolder, 'server', 'data', kind);
    const file = join(folder, 'settings.json');
    if (existsSync(file)) continue; // A kept data folder holds what its user has chosen since.
    await mkdir(folder, { recursive: true });
    await writeFile(file, JSON.stringify(settings, null, 2));
  }
}

async function installVsix(child: ChildProcess, vsix: string): Promise<void> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`Installing ${vsix} ended with ${code}:\n${output}`);
}

function waitForOrigin(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`VS Code's server ${what}:\n${output()}`));
    const timer = setTimeout(() => fail('did not start in time'), startTimeoutMs);
    child.stdout?.on('data', () => {
      const match = /Web UI available at (http:\/\/[^\s/]+)/.exec(output());
      if (match?.[1] === undefined) return;
      clearTimeout(timer);
      // The server binds 127.0.0.1 only; its own word for that may resolve to ::1 first.
      resolve(match[1].replace('localhost', '127.0.0.1'));
    });
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

function extensionHostsOf(child: ChildProcess): number[] {
  if (child.pid === undefined) return [];
  const entries = descendantsOf(child.pid);
  return entries.filter((entry) => entry.command.includes('--type=extensionHost')).map((entry) => entry.pid);
}
