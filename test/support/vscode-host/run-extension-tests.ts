// Runs an extension's test suite inside the browser-hosted VS Code, taking the command line that desktop
// VS Code takes, streaming what the suite prints and answering its exit code.
import { resolve } from 'node:path';
import { format } from 'node:util';
import { exitOnSignals } from '../exit-on-signals';
import { suiteLineMark } from '../suite-line-mark';
import { launchBrowser } from './browser';
import { isAlwaysReported } from './collect-errors';
import { startVsCodeServer } from './server';
import { workbenchAddress } from './workbench-address';

const suiteTimeoutMs = 10 * 60_000;

export async function runExtensionTests(args: readonly string[]): Promise<number> {
  exitOnSignals(130);
  const { folder, extensionFolders, extensionTests, workspaceTrust, installed } = parse(args);
  const server = await startVsCodeServer({ workspaceTrust, installed });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.exposeFunction('codeAutomationLog', (type: string, parts: unknown[]) => printLog(type, parts));
    const exitCode = new Promise<number>((settle, fail) => {
      void page.exposeFunction('codeAutomationExit', settle);
      page.once('crash', () => fail(new Error('The page that runs VS Code crashed.')));
      setTimeout(() => fail(new Error(`The suite did not end within ${suiteTimeoutMs} ms.`)), suiteTimeoutMs).unref();
    });
    await page.goto(workbenchAddress({ origin: server.origin, folder, extensionFolders, extensionTests }));
    return await exitCode;
  } catch (error) {
    console.error(error);
    console.error(server.output());
    return 1;
  } finally {
    await browser.close();
    await server.stop();
  }
}

interface CommandLine {
  readonly folder: string | undefined;
  readonly extensionFolders: readonly string[];
  readonly extensionTests: string;
  readonly workspaceTrust: boolean;
  readonly installed: string | undefined;
}

function parse(args: readonly string[]): CommandLine {
  const valuesOf = (name: string): string[] =>
    args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => resolve(arg.slice(name.length + 3)));
  const [extensionTests] = valuesOf('extensionTestsPath');
  if (extensionTests === undefined) throw new Error('--extensionTestsPath=FILE is missing.');
  const folder = args.find((arg) => !arg.startsWith('-'));
  return {
    folder: folder === undefined ? undefined : resolve(folder),
    extensionFolders: valuesOf('extensionDevelopmentPath'),
    extensionTests,
    installed: valuesOf('extensions-dir')[0],
    workspaceTrust: !args.includes('--disable-workspace-trust'),
  };
}

/**
 * The workbench hands over every console call of the page and of the extension host; only the suite's own
 * lines and errors that are not part of every start are worth reading.
 */
function printLog(type: string, parts: unknown[]): void {
  const line = format(...parts);
  if (line.startsWith(suiteLineMark)) process.stdout.write(`${line.slice(suiteLineMark.length)}\n`);
  // VS Code logs every failure of a language model; the scripted ones fail because a test wants it.
  else if (type === 'error' && !isAlwaysReported(line) && !line.startsWith('[CHAT] ')) process.stderr.write(`${line}\n`);
}
