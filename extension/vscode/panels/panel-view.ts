// A webview view of BooCode: shows its static page at once, keeps early messages, and hands the webview to its
// panel when the host is loaded. Where that fails the page says so, and its next message tries again. VS Code makes
// the view anew whenever it was hidden.
import * as vscode from 'vscode';
import { randomBytes } from 'node:crypto';
import type { WebviewPage } from './webview-html';

/** What answers a view's messages. */
export interface Panel {
  receive(message: unknown): void;
  dispose(): void;
}

/** `pageSpoke` resolves with the page's first message, which its script sends as soon as it runs. */
type PanelFor = (view: vscode.WebviewView, pageSpoke: Promise<void>) => Promise<Panel>;

export class PanelView implements vscode.WebviewViewProvider {
  readonly #extensionUri: vscode.Uri;
  readonly #name: string;
  readonly #html: (assets: WebviewPage) => string;
  readonly #panelFor: PanelFor;

  constructor(extensionUri: vscode.Uri, name: string, html: (assets: WebviewPage) => string, panelFor: PanelFor) {
    this.#extensionUri = extensionUri;
    this.#name = name;
    this.#html = html;
    this.#panelFor = panelFor;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    const assets = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'webview');
    const asset = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(assets, file)).toString();
    const early: unknown[] = [];
    let panel: Panel | null = null;
    let isGone = false;
    let isStarting = true;
    const pageSpoke = new Promise<void>((resolve) => {
      webview.onDidReceiveMessage((message: unknown) => {
        resolve();
        if (panel) return panel.receive(message);
        early.push(message);
        if (!isStarting) start();
      });
    });
    view.onDidDispose(() => {
      isGone = true;
      panel?.dispose();
    });
    webview.options = { enableScripts: true, localResourceRoots: [assets] };
    webview.html = this.#html({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      scriptUri: asset(`${this.#name}.js`),
      styleUri: asset(`${this.#name}.css`),
      codiconsUri: asset('codicon.css'),
    });
    const start = (): void => {
      isStarting = true;
      this.#panelFor(view, pageSpoke).then(
        (ready) => {
          if (isGone) return ready.dispose();
          panel = ready;
          for (const message of early) panel.receive(message);
        },
        async (error: unknown) => {
          await pageSpoke;
          isStarting = false;
          // What was asked for is asked for again by whoever tries again.
          early.length = 0;
          void webview.postMessage({ kind: 'event', event: startFailed(error) });
        },
      );
    };
    start();
  }
}

/** The one event that every page of ours understands. */
function startFailed(error: unknown): { type: 'start_failed'; message: string; next_step: string } {
  const reason = error instanceof Error ? error.message : String(error);
  return { type: 'start_failed', message: `BooCode could not start. ${reason}`, next_step: 'What is stored is not affected. Put right what the sentence names, then try again.' };
}
