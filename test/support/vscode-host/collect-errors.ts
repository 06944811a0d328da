// Gathers what a VS Code page reports as errors, so that a test can assert there were none of ours.
import type { Page } from 'playwright-core';

export interface ErrorCollector {
  errors(): string[];
  /** Starts over, for a test that caused errors on purpose. */
  forget(): void;
}

/** What the browser-hosted VS Code says in every start, without any extension of ours. */
const alwaysThere: readonly RegExp[] = [
  /spdlog/,
  /watchdog/,
  /Failed to load resource: the server responded with a status of 404/,
  /A bad HTTP response code \(404\) was received when fetching the script/,
  /\[Service Worker\] registration/,
  /No search provider registered/,
  /authentication provider 'github' to register/,
  /agent ?host/i,
  /sqlite3/,
];

export function isAlwaysReported(text: string): boolean {
  return alwaysThere.some((pattern) => pattern.test(text));
}

export function collectErrors(page: Page): ErrorCollector {
  const found: string[] = [];
  const add = (text: string): void => {
    if (!isAlwaysReported(text)) found.push(text);
  };
  page.on('pageerror', (error) => add(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') add(`${withoutStyling(message.text())} (${message.location().url})`);
  });
  return {
    errors: () => [...found],
    forget: () => {
      found.length = 0;
    },
  };
}

/** VS Code's own log lines arrive as a format string with its colour behind it. */
function withoutStyling(text: string): string {
  return text.replace(/^%c\s*ERR color: #f33 /, '');
}
