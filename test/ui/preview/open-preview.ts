// Opens a webview of the preview in a browser and speaks to it as its host.
import type { Browser, Page } from 'playwright-core';
import type { ChatEvent } from '../../../shared/messages/chat';
import type { TracesEvent } from '../../../shared/messages/traces';
import type { UpwardMessage } from '../../../shared/messages/channel';
import { launchBrowser } from '../../support/vscode-host/browser';
import { sampleStart } from './sample-events';
import { startPreviewServer, type PreviewServer, type PreviewTheme, type PreviewView } from './preview-server';

type HostWindow = Window & {
  host: { sent: UpwardMessage[]; answers: Record<string, unknown>; say(event: unknown): void; state(): unknown };
};

export type PreviewOptions = {
  view: PreviewView;
  theme?: PreviewTheme;
  width?: number;
  height?: number;
  /** What VS Code kept of the view from before. */
  state?: unknown;
  reducedMotion?: boolean;
  /** Stops the page's clock a few seconds into the samples, so that pictures are always the same. */
  fixedTime?: boolean;
  /** What the host says in the very moment in which the page says that it is ready. */
  atOnce?: (ChatEvent | TracesEvent)[];
};

export class PreviewPage {
  /** Every request that was not for the view's own files, and every error of the page. */
  readonly foreign: string[] = [];
  readonly errors: string[] = [];

  constructor(
    readonly page: Page,
    origin: string,
  ) {
    page.on('request', (request) => {
      if (!request.url().startsWith(origin)) this.foreign.push(request.url());
    });
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  /** Says events and waits until they are on screen. */
  async say(...events: (ChatEvent | TracesEvent)[]): Promise<void> {
    // As text: the type of a JSON value is too deep for the browser call to infer.
    await this.page.evaluate(async (text) => {
      const list = JSON.parse(text) as unknown[];
      const { host } = window as unknown as HostWindow; // Put there by the preview's page.
      for (const event of list) host.say(event);
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    }, JSON.stringify(events));
  }

  /** What the next requests of this name get. */
  async answer(name: string, reply: unknown): Promise<void> {
    await this.page.evaluate(
      ([key, value]) => {
        (window as unknown as HostWindow).host.answers[key] = value;
      },
      [name, reply] as const,
    );
  }

  async sent(): Promise<UpwardMessage[]> {
    return this.page.evaluate(() => (window as unknown as HostWindow).host.sent);
  }

  /** The commands that were sent, without acknowledgements. */
  async commands(): Promise<unknown[]> {
    return (await this.sent()).flatMap((message) => (message.kind === 'command' && message.command.type !== 'ack' ? [message.command] : []));
  }

  async state(): Promise<unknown> {
    return this.page.evaluate(() => (window as unknown as HostWindow).host.state());
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

export class Preview {
  private constructor(
    readonly server: PreviewServer,
    readonly browser: Browser,
  ) {}

  static async start(): Promise<Preview> {
    return new Preview(await startPreviewServer(), await launchBrowser());
  }

  async open({ view, theme = 'dark', width = 400, height = 700, state = null, reducedMotion = false, fixedTime = false, atOnce = [] }: PreviewOptions): Promise<PreviewPage> {
    const context = await this.browser.newContext({ viewport: { width, height }, reducedMotion: reducedMotion ? 'reduce' : 'no-preference' });
    const page = await context.newPage();
    // tsx names inner functions with a helper that exists only on its side of the browser call.
    await page.addInitScript('globalThis.__name = (value) => value');
    await page.addInitScript(`globalThis.saidAtOnce = ${JSON.stringify(atOnce)}`);
    if (fixedTime) await page.clock.setFixedTime(sampleStart / 1000 + 8200);
    const preview = new PreviewPage(page, this.server.origin);
    await page.goto(`${this.server.origin}/${view}?theme=${theme}&state=${encodeURIComponent(JSON.stringify(state))}`);
    // The page loads its script late; it says that it is there as soon as it listens.
    await page.waitForFunction(() => (window as unknown as HostWindow).host.sent.length > 0);
    return preview;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }
}
