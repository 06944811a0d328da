// The colour themes every view is looked at in, and how to tell that VS Code has applied one.
import type { Page } from 'playwright-core';

export const colorThemes = [
  'Default Light Modern',
  'Default Dark Modern',
  'Default High Contrast',
  'Default High Contrast Light',
] as const;

export type ColorTheme = (typeof colorThemes)[number];

const workbenchClass: Record<ColorTheme, string> = {
  'Default Light Modern': 'vs',
  'Default Dark Modern': 'vs-dark',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
};

/** Short name for files: light, dark, high-contrast, high-contrast-light. */
export function themeFileName(theme: ColorTheme): string {
  return theme.replace('Default ', '').replace(' Modern', '').toLowerCase().replaceAll(' ', '-');
}

export async function waitForTheme(page: Page, theme: ColorTheme): Promise<void> {
  // The first paint has the class of the browser's preference; the loaded theme adds its own file's name.
  await page.locator(`.monaco-workbench.${workbenchClass[theme]}[class*="vscode-theme-"]`).waitFor({ timeout: 60_000 });
}
