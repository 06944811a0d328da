// Checks a document with axe-core, also where a content security policy forbids adding script elements.
import type axe from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

/** The short form: a browser reads it twice as fast. */
const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What depends on colours, and so on the theme. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** One line a violation: the rule, what it means and the elements; empty when there are none. */
export async function accessibilityViolations(frame: Frame | Page, what: 'all' | 'colours' = 'all'): Promise<string[]> {
  // It stays in the document.
  if (await frame.evaluate(() => !('axe' in window))) await frame.evaluate(source);
  await frame.evaluate(() => {
    // A webview that leaves its background to VS Code would be judged as text on white.
    const isTransparent = (element: Element): boolean => getComputedStyle(element).backgroundColor === 'rgba(0, 0, 0, 0)';
    const root = document.documentElement;
    if (isTransparent(root) && isTransparent(document.body)) root.style.backgroundColor = 'var(--vscode-sideBar-background)';
  });
  const results = await frame.evaluate(async (rules) => {
    const { axe: engine } = window as unknown as { axe: typeof axe }; // Put there by the line above.
    return engine.run(document, { resultTypes: ['violations'], ...(rules === null ? {} : { runOnly: { type: 'rule' as const, values: rules } }) });
  }, what === 'all' ? null : colourRules);
  return results.violations.map((violation) => {
    const places = violation.nodes.map((node) => node.target.join(' ')).join('; ');
    return `${violation.id}: ${violation.help} (${places})`;
  });
}
