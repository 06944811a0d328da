// `npm start` from its options to its end: build, prepare the workspace, and open it in the first VS Code
// that can be had. Everything it started ends with it.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../../test/support/exit-on-signals';
import { buildExtension } from '../setup/build-extension';
import { SetupError } from '../setup/setup-error';
import { openInBrowser } from './open-in-browser';
import { openInDesktop } from './open-in-desktop';
import { copySampleWorkspace } from './sample-workspace';

const help = `npm start [-- options]
Opens VS Code with BooCode under development on a fresh copy of the sample workspace: the desktop VS Code
that VSCODE_PATH or PATH names, else one that can be downloaded, else VS Code in the browser.

  --workspace DIR  open this folder instead of the sample
  --browser        use VS Code in the browser, also when there is a desktop one
  --no-open        VS Code in the browser, but only print its address
  --help           show this`;

const options = {
  workspace: { type: 'string' },
  browser: { type: 'boolean' },
  'no-open': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

export async function start(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help === true) {
      console.log(help);
      return 0;
    }
    exitOnSignals(0);
    const workspace = values.workspace === undefined ? copySampleWorkspace() : existingFolder(values.workspace);
    buildExtension();
    console.log(`Workspace: ${workspace}`);
    const wantsBrowser = values.browser === true || values['no-open'] === true;
    if (!wantsBrowser && (await openInDesktop(workspace))) return 0;
    await openInBrowser(workspace, { show: values['no-open'] !== true, askForTrust: values.workspace !== undefined });
    return 0;
  } catch (error) {
    if (error instanceof SetupError) console.error(error.message);
    else if (isUsageError(error)) console.error(`${error.message}\n\n${help}`);
    else throw error;
    return 1;
  }
}

function existingFolder(path: string): string {
  const folder = resolve(path);
  if (!existsSync(folder)) throw new SetupError(`There is no folder ${folder}.`, 'name one that exists.');
  return folder;
}

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
