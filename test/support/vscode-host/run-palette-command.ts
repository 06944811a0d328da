// Runs a command the way a person does: through the command palette, by the title shown there.
import type { Page } from 'playwright-core';

const timeoutMs = 30_000;

export async function runPaletteCommand(page: Page, title: string): Promise<void> {
  const end = Date.now() + timeoutMs;
  let shown: string[] = [];
  // An extension's commands appear only when its manifest has been read, so look again until then.
  while (Date.now() < end) {
    shown = await search(page, title);
    const index = shown.indexOf(title);
    if (index >= 0 && (await picked(page, index))) return;
    await page.keyboard.press('Escape');
    await page.waitForTimeout(300);
  }
  throw new Error(`The command palette did not offer "${title}"; it offered ${JSON.stringify(shown)}.`);
}

/** False when the palette went away before the click: a view that opens by itself at that moment takes the focus. */
async function picked(page: Page, index: number): Promise<boolean> {
  try {
    await page.locator('.quick-input-widget .monaco-list-row').nth(index).click({ timeout: 2_000 });
    return true;
  } catch {
    return false;
  }
}

/** The titles the palette offers for a search; none when it did not open. */
async function search(page: Page, title: string): Promise<string[]> {
  const box = page.locator('.quick-input-widget');
  const input = box.locator('input[type="text"]');
  // A webview that has the focus, above all one that is still empty, would keep the key to itself.
  await page.evaluate(() => document.activeElement instanceof HTMLIFrameElement && document.activeElement.blur());
  await page.keyboard.press('F1');
  try {
    await input.fill(`>${title}`, { timeout: 2_000 });
  } catch {
    return [];
  }
  await page.waitForTimeout(300);
  const labels = await box.locator('.monaco-list-row .label-name').allTextContents();
  return labels.map((label) => label.trim());
}
