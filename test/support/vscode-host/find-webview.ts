// Finds the document of an extension's webview inside the workbench's nested frames.
import type { Frame, Page } from 'playwright-core';

export interface WebviewMatch {
  /** The document's <title>. */
  readonly title?: string;
  /** The name of its bundle in dist/webview, such as `chat`. */
  readonly view?: string;
}

const timeoutMs = 30_000;

export async function findWebview(page: Page, match: WebviewMatch): Promise<Frame> {
  const end = Date.now() + timeoutMs;
  let seen: unknown[] = [];
  while (Date.now() < end) {
    seen = [];
    for (const frame of page.frames().filter(isWebviewDocument)) {
      const identity = await identify(frame);
      if (identity === undefined) continue;
      seen.push(identity);
      if (isWanted(identity, match)) return frame;
    }
    await page.waitForTimeout(50);
  }
  throw new Error(`No webview like ${JSON.stringify(match)} appeared; there were ${JSON.stringify(seen)}.`);
}

/** VS Code puts the extension's own HTML two frames deep, into a document with this name. */
function isWebviewDocument(frame: Frame): boolean {
  return frame.url().includes('/webview/browser/pre/fake.html');
}

type Identity = Required<WebviewMatch>;

async function identify(frame: Frame): Promise<Identity | undefined> {
  try {
    return await frame.evaluate(() => {
      const bundle = [...document.scripts].map((script) => /\/([^/]+)\.js(?:\?|$)/.exec(script.src)?.[1]).find(Boolean);
      return { title: document.title, view: bundle ?? '' };
    });
  } catch {
    return undefined; // The frame was replaced while it was asked; the next round sees the new one.
  }
}

function isWanted(identity: Identity, match: WebviewMatch): boolean {
  if (match.title !== undefined && identity.title !== match.title) return false;
  return match.view === undefined || identity.view === match.view;
}
