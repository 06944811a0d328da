// Serves the webviews outside of VS Code for development and tests: the very HTML the extension makes, the variables
// of a theme as VS Code sets them (collected from a real one), and a host that only records and can be told to speak.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { chatHtml, tracesHtml, type WebviewPage } from '../../../extension/vscode/panels/webview-html';
import { repositoryRoot } from '../../support/repository-root';

export const previewThemes = ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const;
export type PreviewTheme = (typeof previewThemes)[number];
export type PreviewView = 'chat' | 'traces';

type Theme = { body_class: string; variables: Record<string, string> };

export type PreviewServer = { origin: string; close(): Promise<void> };

export async function startPreviewServer(): Promise<PreviewServer> {
  const files = await viewFiles();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://preview');
    const file = files.get(url.pathname);
    if (file) {
      response.writeHead(200, { 'content-type': file.type }).end(file.content);
      return;
    }
    const view = url.pathname.slice(1);
    if (view !== 'chat' && view !== 'traces') {
      response.writeHead(404).end();
      return;
    }
    const theme = previewThemes.find((name) => name === url.searchParams.get('theme')) ?? 'dark';
    pageHtml(view, theme, url.searchParams.get('state') ?? 'null').then(
      (html) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function viewFiles(): Promise<Map<string, { type: string; content: Uint8Array }>> {
  const files = new Map<string, { type: string; content: Uint8Array }>();
  const result = await build({
    ...{ bundle: true, write: false, platform: 'browser', target: 'chrome130', format: 'iife', outdir: '/', logLevel: 'error' },
    ...{ jsx: 'automatic', jsxImportSource: 'preact', absWorkingDir: repositoryRoot },
    entryPoints: { chat: 'webview/chat/main.tsx', traces: 'webview/traces/main.tsx', probe: 'test/ui/preview/markdown-probe.ts' },
  });
  for (const output of result.outputFiles) {
    files.set(`/${output.path.split(/[\\/]/).at(-1)}`, { type: output.path.endsWith('.css') ? 'text/css' : 'text/javascript', content: output.contents });
  }
  const codicons = dirname(createRequire(import.meta.url).resolve('@vscode/codicons/package.json'));
  files.set('/codicon.css', { type: 'text/css', content: await readFile(join(codicons, 'dist/codicon.css')) });
  files.set('/codicon.ttf', { type: 'font/ttf', content: await readFile(join(codicons, 'dist/codicon.ttf')) });
  return files;
}

const nonce = 'cHJldmlldw';

const page: WebviewPage = { cspSource: "'self'", nonce, scriptUri: '', styleUri: '', codiconsUri: '/codicon.css' };

async function pageHtml(view: PreviewView, themeName: PreviewTheme, state: string): Promise<string> {
  const theme = JSON.parse(await readFile(join(repositoryRoot, 'test/ui/preview/themes', `${themeName}.json`), 'utf8')) as Theme;
  const parts = { ...page, scriptUri: `/${view}.js`, styleUri: `/${view}.css` };
  const html = view === 'chat' ? chatHtml(parts) : tracesHtml(parts);
  const variables = Object.entries(theme.variables).map(([name, value]) => `${name}: ${value};`).join(' ');
  const background = view === 'chat' ? '--vscode-sideBar-background' : '--vscode-panel-background';
  return html
    .replace('<html lang="en">', `<html lang="en" style="${variables.replaceAll('"', '&quot;')} background: var(${background});">`)
    .replace('<body ', `<body class="${theme.body_class}" `)
    .replace('<head>', `<head>\n<style>${vscodeDefaults}</style>\n<script nonce="${nonce}">${fakeHost(state)}</script>`);
}

/** What the page calls a host: it keeps what is sent, and `host.say(event)` posts as VS Code would. */
function fakeHost(state: string): string {
  return `
    let state = ${state.replaceAll('<', '\\u003c')};
    const sent = [];
    const answers = {};
    const say = (message) => window.postMessage(message, '*');
    window.host = {
      sent, answers,
      say: (event) => say({ kind: 'event', event }),
      state: () => state,
    };
    window.acquireVsCodeApi = () => ({
      postMessage(message) {
        sent.push(message);
        if (message.command?.type === 'ready') {
          for (const event of (window.saidAtOnce ?? []).splice(0)) window.dispatchEvent(new MessageEvent('message', { data: { kind: 'event', event } }));
        }
        if (message.kind !== 'request') return;
        const answer = answers[message.name];
        if (answer === undefined) return;
        const settle = (reply) => {
          if (reply && reply.failed) say({ kind: 'reply', id: message.id, ok: false, error: reply.failed });
          else say({ kind: 'reply', id: message.id, ok: true, result: reply });
        };
        const reply = typeof answer === 'function' ? answer(message.params) : answer;
        if (reply instanceof Promise) reply.then(settle);
        else settle(reply);
      },
      getState: () => state ?? undefined,
      setState: (next) => { state = next; },
    });`;
}

/** The part of VS Code's own default styles for webviews that reaches these pages. */
const vscodeDefaults = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  img, video { max-width: 100%; max-height: 100%; }
  a, a code { color: var(--vscode-textLink-foreground); }
  a:hover { color: var(--vscode-textLink-activeForeground); }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code { font-family: var(--monaco-monospace-font); color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
}`;
