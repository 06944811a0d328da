// Markdown text to a list of blocks: code blocks as plain text, everything else as HTML of our own making. No raw
// HTML, no images, links only to http and https. What leaves here is still sanitised before it enters the DOM.
import { Marked, type Token } from 'marked';

export type Block = { kind: 'code'; text: string; language: string } | { kind: 'html'; html: string };

/** Blocks of a text that still grows; `settled` characters of it can no longer change. */
export type GrowingBlocks = { source: string; settled: number; settledBlocks: Block[]; blocks: Block[] };

export const noBlocks: GrowingBlocks = { source: '', settled: 0, settledBlocks: [], blocks: [] };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The address when it is http or https, else null. */
export function webAddress(href: string): string | null {
  try {
    const url = new URL(href);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null; // Relative, or no address at all: not a link.
  }
}

const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escapeHtml(text),
    image: ({ text, href }) => `<span class="no-image">${escapeHtml(text === '' ? href : text)}</span>`,
    link({ href, tokens }) {
      const inner = this.parser.parseInline(tokens);
      const url = webAddress(href);
      if (url === null) return inner;
      // No href: VS Code would open it past our own check, and the browser would fetch it ahead.
      return `<a role="link" tabindex="0" data-url="${escapeHtml(url)}" title="${escapeHtml(url)}">${inner}</a>`;
    },
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    // One level for all: an answer that begins with a third-level heading would leave a hole in the page's outline.
    heading({ tokens }) {
      return `<h2>${this.parser.parseInline(tokens)}</h2>`;
    },
    code: ({ text }) => `<pre tabindex="0"><code>${escapeHtml(text)}\n</code></pre>`,
  },
});

function blockOf(token: Token): Block | null {
  if (token.type === 'space' || token.type === 'def') return null;
  if (token.type === 'code') return { kind: 'code', text: token.text, language: (token.lang ?? '').split(/\s/)[0] ?? '' };
  return { kind: 'html', html: marked.parser([token]) };
}

function blocksOf(tokens: readonly Token[]): Block[] {
  return tokens.map(blockOf).filter((block) => block !== null);
}

/** The blocks of a finished text. */
export function markdownBlocks(source: string): Block[] {
  return blocksOf(marked.lexer(source));
}

/** Tokens at the end that more text may still change: an open block, and a space that belongs to it. */
const openTokens = 3;

/** The blocks of a text that grows at its end; only what can still change is parsed again. */
export function growBlocks(before: GrowingBlocks, source: string): GrowingBlocks {
  if (before.source === source) return before;
  const start = source.startsWith(before.source) ? before : noBlocks;
  const tokens = marked.lexer(source.slice(start.settled));
  const settling = tokens.slice(0, Math.max(0, tokens.length - openTokens));
  // Only while the tokens are the text itself can their lengths be summed: the lexer rewrites tabs and line ends.
  const settledText = settling.map((token) => token.raw).join('');
  const isExact = source.startsWith(settledText, start.settled);
  const settledBlocks = isExact && settling.length > 0 ? [...start.settledBlocks, ...blocksOf(settling)] : start.settledBlocks;
  const open = blocksOf(isExact ? tokens.slice(settling.length) : tokens);
  return {
    source,
    settled: start.settled + (isExact ? settledText.length : 0),
    settledBlocks,
    blocks: [...settledBlocks, ...open],
  };
}
