// Runs test/vscode inside a real VS Code: the desktop one that VSCODE_PATH names, the one that
// @vscode/test-electron downloads (BOOCODE_TEST_VSCODE=download), else the browser-hosted one.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { exitOnSignals } from '../../test/support/exit-on-signals';
import { quietSettings } from '../../test/support/vscode-host/quiet-settings';
import { repositoryRoot } from '../../test/support/repository-root';

/** With it the scripted models can be such as VS Code asks a person about. */
const proposals = ['--enable-proposed-api=boocode-test.models'];

async function main(): Promise<void> {
  exitOnSignals(130);
  const scratch = await mkdtemp(join(tmpdir(), 'boocode-suite-'));
  try {
    const folder = join(scratch, 'workspace');
    const userData = join(scratch, 'user-data');
    const extensions = join(scratch, 'extensions');
    await mkdir(folder);
    await mkdir(join(userData, 'User'), { recursive: true });
    // Installed: only one extension can be under development in the browser.
    await cp(join(repositoryRoot, 'test', 'vscode', 'models-extension'), join(extensions, 'boocode-test.models-0.0.0'), { recursive: true });
    await writeFile(join(userData, 'User', 'settings.json'), JSON.stringify(quietSettings));
    await runTests({
      vscodeExecutablePath: executable(),
      extensionDevelopmentPath: repositoryRoot,
      extensionTestsPath: join(repositoryRoot, 'out', 'test', 'vscode', 'index.js'),
      launchArgs: [folder, `--user-data-dir=${userData}`, `--extensions-dir=${extensions}`, ...proposals],
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

function executable(): string | undefined {
  const desktop = process.env['VSCODE_PATH'];
  if (desktop) return desktop;
  if (process.env['BOOCODE_TEST_VSCODE'] === 'download') return undefined;
  const shim = process.platform === 'win32' ? 'vscode-shim.cmd' : 'vscode-shim.mjs';
  return join(repositoryRoot, 'test', 'support', 'vscode-host', shim);
}

void main();
