// A real VS Code with chosen extensions for benchmarks: one server and one browser, as many windows as wanted, each on
// a folder that no window was opened on before, so that nothing of its layout is restored.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../../test/support/vscode-host/browser';
import { runPaletteCommand } from '../../test/support/vscode-host/run-palette-command';
import { startVsCodeServer, type VsCodeServer } from '../../test/support/vscode-host/server';
import { workbenchAddress } from '../../test/support/vscode-host/workbench-address';
import { repositoryRoot } from '../../test/support/repository-root';
import { installUsableClock, notePrefix, type ClockNote } from './usable-clock';

export type Memory = { rss: number; heapUsed: number };

export const probeExtension = join(repositoryRoot, 'bench', 'probe');
export const emptyViewExtension = join(repositoryRoot, 'bench', 'empty-view');

export class Editor {
  private constructor(
    private readonly server: VsCodeServer,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    readonly folder: string,
  ) {}

  /** The folders are installed as they are, each with what its manifest and its code need. */
  static async open(extensionFolders: readonly string[]): Promise<Editor> {
    const folder = mkdtempSync(join(tmpdir(), 'boo-bench-'));
    const dataFolder = join(folder, 'data');
    mkdirSync(dataFolder);
    for (const extension of extensionFolders) install(extension, join(dataFolder, 'extensions'));
    const server = await startVsCodeServer({ dataFolder, env: { BOOCODE_BENCH_PROBE: join(folder, 'probe-port') } });
    const browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await context.addInitScript('globalThis.__name ??= (named) => named;');
    await context.addInitScript(installUsableClock);
    return new Editor(server, browser, context, folder);
  }

  /** Opens a window on a new folder and waits until its extension host has settled. */
  async window(settleMs = 3_000): Promise<EditorWindow> {
    const portFile = join(this.folder, 'probe-port');
    rmSync(portFile, { force: true });
    const workspace = mkdtempSync(join(this.folder, 'workspace-'));
    writeFileSync(join(workspace, 'readme.md'), '# A folder like any other\n');
    const page = await this.context.newPage();
    await page.goto(workbenchAddress({ origin: this.server.origin, folder: workspace, extensionFolders: [] }));
    await page.locator('.activitybar').waitFor({ timeout: 60_000 });
    const end = Date.now() + 60_000;
    while (!existsSync(portFile)) {
      if (Date.now() > end) throw new Error('the probe did not start');
      await page.waitForTimeout(100);
    }
    await page.waitForTimeout(settleMs);
    return new EditorWindow(page, Number(readFileSync(portFile, 'utf8')));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const shipped = ['package.json', 'dist', 'media', 'extension.cjs', 'icon.svg'];

/** A server without a list of its extensions makes one from what lies in the folder. */
function install(extension: string, into: string): void {
  // Read by VS Code itself in the next moment.
  const { publisher, name, version } = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as Record<string, string>;
  for (const file of shipped) {
    if (existsSync(join(extension, file))) cpSync(join(extension, file), join(into, `${publisher}.${name}-${version}`, file), { recursive: true });
  }
}

export class EditorWindow {
  #notes: ClockNote[] = [];

  constructor(
    readonly page: Page,
    private readonly probePort: number,
  ) {
    page.on('console', (message) => {
      const text = message.text();
      // What the clock wrote a moment ago.
      if (text.startsWith(notePrefix)) this.#notes.push(JSON.parse(text.slice(notePrefix.length)) as ClockNote);
    });
  }

  /** Clicks an icon of the activity bar and times what follows, in ms from the press of the mouse button. */
  async timeOpening(label: string): Promise<{ usableMs: number; keyMs: number; adoptedMs: number; notes: ClockNote[] }> {
    this.#notes = [];
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: label });
    await tab.click();
    await this.#note('usable');
    await this.page.keyboard.press('x');
    const key = await this.#note('key');
    const adopted = await this.#note('adopted');
    await this.page.waitForTimeout(50);
    const pressed = this.#notes.find(({ what }) => what === 'pressed');
    const usable = this.#notes.find(({ what }) => what === 'usable');
    if (!pressed || !usable) throw new Error('the press was not seen');
    return { usableMs: usable.at - pressed.at, keyMs: key.at - pressed.at, adoptedMs: adopted.at - pressed.at, notes: this.#notes };
  }

  async openExplorer(): Promise<void> {
    await this.page.locator('.activitybar').getByRole('tab', { name: /^Explorer/ }).click();
    await this.page.waitForTimeout(1_500);
  }

  /** The text of "Developer: Startup Performance". */
  async startupPerformance(): Promise<string> {
    await runPaletteCommand(this.page, 'Developer: Startup Performance');
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
    await this.page.waitForTimeout(2_000);
    await this.page.locator('.monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Control+C');
    await this.page.waitForTimeout(500);
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  memory(): Promise<Memory> {
    return this.#ask('/memory') as Promise<Memory>; // the probe's answer
  }

  modules(below: string): Promise<string[]> {
    return this.#ask(`/modules?below=${encodeURIComponent(below)}`) as Promise<string[]>; // the probe's answer
  }

  async activate(id: string): Promise<void> {
    await this.#ask(`/activate?id=${id}`);
  }

  isActive(id: string): Promise<boolean> {
    return this.#ask(`/isActive?id=${id}`) as Promise<boolean>; // the probe's answer
  }

  async #ask(path: string): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.probePort}${path}`);
    if (!response.ok) throw new Error(`the probe answered ${await response.text()}`);
    return response.json();
  }

  async #note(what: ClockNote['what']): Promise<ClockNote> {
    const end = Date.now() + 30_000;
    for (;;) {
      const found = this.#notes.find((note) => note.what === what);
      if (found) return found;
      if (Date.now() > end) throw new Error(`nothing became ${what}; seen: ${JSON.stringify(this.#notes)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
