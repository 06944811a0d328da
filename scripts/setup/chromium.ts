// Finds a Chromium-family browser that is already installed, or asks the system's package manager for
// one when that is possible without asking a person. Never downloads a browser by itself.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './run-program';
import { SetupError } from './setup-error';

const namesOnPath = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'microsoft-edge-stable',
];

export async function ensureChromium(): Promise<string> {
  const chosen = process.env['BOOCODE_CHROMIUM'];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new SetupError(`BOOCODE_CHROMIUM names a file that does not exist: ${chosen}.`, 'correct it or unset it.');
  }
  const found = findChromium() ?? (await installWithApt());
  if (found) return found;
  throw new SetupError('No Chrome, Chromium or Edge was found; the browser tests need one.', installAdvice());
}

export function findChromium(): string | undefined {
  const fromPath = namesOnPath.map(findOnPath).find((path) => path !== undefined);
  return fromPath ?? usualPlaces().find((path) => existsSync(path));
}

export function findOnPath(name: string): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (folder !== '' && isExecutable(path)) return path;
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there or not ours to run: either way not a candidate.
  }
}

function usualPlaces(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  }
  if (process.platform !== 'win32') return ['/opt/google/chrome/chrome', '/snap/bin/chromium'];
  const bases = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name]);
  return bases
    .filter((base) => base !== undefined)
    .flatMap((base) => [
      join(base, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(base, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]);
}

async function installWithApt(): Promise<string | undefined> {
  const apt = findOnPath('apt-get');
  if (apt === undefined || process.getuid?.() !== 0) return undefined;
  console.log('Installing Chromium with apt-get (once) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram(apt, ['update', '-q'], { env, timeoutMs: 180_000 });
  const packages = ['chromium', 'fonts-liberation'];
  const result = await runProgram(apt, ['install', '-y', '-q', '--no-install-recommends', ...packages], {
    env,
    timeoutMs: 600_000,
  });
  if (result.code !== 0) console.log(result.output.trim().split('\n').slice(-5).join('\n'));
  return findChromium();
}

function installAdvice(): string {
  const rest = 'or set BOOCODE_CHROMIUM to the path of one; then run this again.';
  if (process.platform === 'linux') {
    return `install it (Debian, Ubuntu: "sudo apt-get install chromium"; Fedora: "sudo dnf install chromium"), ${rest}`;
  }
  return `install Google Chrome or Microsoft Edge, ${rest}`;
}
