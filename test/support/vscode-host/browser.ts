// The Chromium that shows the browser-hosted VS Code to tests: launched the same way everywhere, with a
// profile of its own and nothing that calls out to the network.
import { chromium, type Browser } from 'playwright-core';
import { ensureChromium } from '../../../scripts/setup/chromium';

export const quietChromiumFlags: readonly string[] = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(),
    headless: process.env['BOOCODE_SHOW_BROWSER'] !== '1',
    // The programs that use this end on signals by themselves and must not be ended half-way.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [...quietChromiumFlags, ...(runsAsRoot() ? ['--no-sandbox'] : [])],
  });
}

/** Chromium refuses its sandbox to root. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}
