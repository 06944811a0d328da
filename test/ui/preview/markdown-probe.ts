// Runs in the page of the hostile-markdown test: renders a text the way an answer is rendered.
import { markdownBlocks } from '../../../webview/kit/markdown-blocks';
import { sanitise } from '../../../webview/kit/markdown';

export function renderHostile(text: string): string {
  return markdownBlocks(text).map((block) => (block.kind === 'html' ? sanitise(block.html) : '')).join('');
}

Object.assign(window, { renderHostile, sanitise });
