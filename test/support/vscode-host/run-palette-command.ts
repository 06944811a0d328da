// Runs a command the way a person does: through the command palette, by the title shown there.
import type { Page } from 'playwright-core';

const timeoutMs = 30_000;

export async function runPaletteCommand(page: Page, title: string): Promise<void> {
  const box = page.locator('.quick-input-widget');
  const end = Date.now() + timeoutMs;
  let shown: string[] = [];
  // An extension's commands appear only when its manifest has been read, so look again until then.
  while (Date.now() < end) {
    await page.keyboard.press('F1');
    await box.locator('input[type="text"]').fill(`>${title}`);
    await page.waitForTimeout(300);
    shown = await box.locator('.monaco-list-row .label-name').allTextContents();
    const row = shown.findIndex((label) => label.trim() === title);
    if (row >= 0) {
      await box.locator('.monaco-list-row').nth(row).click();
      return;
    }
    await page.keyboard.press('Escape');
    await page.waitForTimeout(300);
  }
  throw new Error(`The command palette did not offer "${title}"; it offered ${JSON.stringify(shown)}.`);
}
