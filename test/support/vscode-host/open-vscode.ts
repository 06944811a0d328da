// Opens a real VS Code workbench on a folder with the extension under development and hands a UI test
// the page and the few gestures every test needs. Each call has its own server, profile and data.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { repositoryRoot } from '../repository-root';
import { launchBrowser } from './browser';
import { collectErrors, type ErrorCollector } from './collect-errors';
import { killQuietly } from './process-tree';
import { startVsCodeServer, type VsCodeServer, type VsCodeServerOptions } from './server';
import { findWebview, type WebviewMatch } from './find-webview';
import { runPaletteCommand } from './run-palette-command';
import { workbenchAddress } from './workbench-address';
import { waitForTheme, type ColorTheme } from './color-theme';

export interface OpenVsCodeOptions extends VsCodeServerOptions {
  /** Absolute path of the folder to open; without it the window is empty. */
  readonly folder?: string;
  /** Absolute path of a .code-workspace file to open in its place. */
  readonly workspace?: string;
  readonly colorTheme?: ColorTheme;
  readonly size?: { readonly width: number; readonly height: number };
  /** The extensions under development; this repository unless told. */
  readonly extensionFolders?: readonly string[];
  /** Where `screenshot` writes; out/screenshots unless told. */
  readonly screenshotFolder?: string;
}

export async function openVsCode(options: OpenVsCodeOptions = {}): Promise<OpenVsCode> {
  const colorTheme = options.colorTheme ?? 'Default Dark Modern';
  const server = await startVsCodeServer({
    ...options,
    settings: { 'workbench.colorTheme': colorTheme, ...options.settings },
  });
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: options.size ?? { width: 1280, height: 800 } });
    // Tests are compiled with a helper that names functions; code sent to the page may call it.
    await page.addInitScript('globalThis.__name ??= (named) => named;');
    const errors = collectErrors(page);
    const address = workbenchAddress({
      origin: server.origin,
      folder: options.folder,
      workspace: options.workspace,
      extensionFolders: options.extensionFolders ?? [repositoryRoot],
    });
    const folder = options.screenshotFolder ?? join(repositoryRoot, 'out', 'screenshots');
    const vscode = new OpenVsCode(server, browser, page, errors, { address, colorTheme, screenshotFolder: folder });
    await vscode.load();
    return vscode;
  } catch (error) {
    await browser?.close();
    await server.stop();
    throw error;
  }
}

interface Window {
  readonly address: string;
  readonly colorTheme: ColorTheme;
  readonly screenshotFolder: string;
}

export class OpenVsCode {
  constructor(
    readonly server: VsCodeServer,
    readonly browser: Browser,
    readonly page: Page,
    private readonly collected: ErrorCollector,
    private readonly window: Window,
  ) {}

  /** Opens the window again from nothing, as after "Developer: Reload Window". */
  async load(): Promise<void> {
    await this.page.goto(this.window.address);
    await waitForTheme(this.page, this.window.colorTheme);
    await this.page.locator('.activitybar').waitFor();
    await waitUntil('an extension host is running', () => this.server.extensionHosts().length > 0);
  }

  /** Runs a command by the title the palette shows, such as `BooCode: New Chat`. */
  async runCommand(title: string): Promise<void> {
    await runPaletteCommand(this.page, title);
  }

  /** Clicks an icon of the activity bar by its label; a click on the open one would close it. */
  async openContainer(label: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: label });
    await tab.waitFor();
    const isOpen = async (): Promise<boolean> => (await tab.getAttribute('aria-expanded')) === 'true';
    // A window that is just being restored opens it by itself, and a click at that moment closes it again.
    await waitUntil(`${label} is open`, async () => {
      if (!(await isOpen())) await tab.click();
      await this.page.waitForTimeout(300);
      return isOpen();
    });
  }

  /** The document inside a visible webview, once it is there. Ask again after it was hidden or reloaded. */
  async webview(match: WebviewMatch): Promise<Frame> {
    return findWebview(this.page, match);
  }

  /** Waits until nothing has moved for a moment: hovers gone, notifications drawn, layout done. */
  async settle(): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.page.waitForTimeout(500);
  }

  /** Writes out/screenshots/<name>.png and answers its path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(this.window.screenshotFolder, { recursive: true });
    const path = join(this.window.screenshotFolder, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** Errors of the page, its webviews and the extension host, without what this VS Code always says. */
  errors(): string[] {
    return this.collected.errors();
  }

  forgetErrors(): void {
    this.collected.forget();
  }

  /** Ends the extension host as a crash would, and everything in it that was not yet on disk. */
  async killExtensionHost(): Promise<void> {
    const victims = this.server.extensionHosts();
    if (victims.length === 0) throw new Error('No extension host is running.');
    for (const pid of victims) killQuietly(pid);
    await waitUntil('the extension host is gone', () =>
      this.server.extensionHosts().every((pid) => !victims.includes(pid)),
    );
  }

  async reload(): Promise<void> {
    await this.load();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
