// Shows markdown that a model wrote. The second line of defence (DOMPurify) stands here, right before the DOM.
import createDOMPurify, { type Config } from 'dompurify';
import { useMemo, useRef, useState } from 'preact/hooks';
import { IconButton } from './components';
import { growBlocks, markdownBlocks, noBlocks, type Block } from './markdown-blocks';
import { memo } from './memo';

const allowed: Config = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'span', 'a', 'ul', 'ol', 'li'],
    ...['h2', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  ALLOWED_ATTR: ['data-url', 'title', 'role', 'tabindex', 'align', 'start'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // These hold no address, so the rule for addresses is not for them.
  ADD_URI_SAFE_ATTR: ['tabindex', 'align', 'start'],
  ALLOWED_URI_REGEXP: /^https?:\/\//i,
};

const purifier = createDOMPurify(window);

export function sanitise(html: string): string {
  return purifier.sanitize(html, allowed);
}

type MarkdownProps = { text: string; growing?: boolean; onCopy(text: string): void };

/** While `growing`, only blocks at the end are parsed and rendered again. Links carry `data-url`. */
export const Markdown = memo(function Markdown({ text, growing = false, onCopy }: MarkdownProps) {
  const grown = useRef(noBlocks);
  const blocks = useMemo(() => {
    if (!growing) return markdownBlocks(text);
    grown.current = growBlocks(grown.current, text);
    return grown.current.blocks;
  }, [text, growing]);
  return <div class="markdown">{blocks.map((block, index) => renderBlock(block, index, onCopy))}</div>;
});

function renderBlock(block: Block, index: number, onCopy: (text: string) => void) {
  if (block.kind === 'html') return <HtmlBlock key={index} html={block.html} />;
  return <CodeBlock key={index} text={block.text} language={block.language} onCopy={onCopy} />;
}

const HtmlBlock = memo(function HtmlBlock({ html }: { html: string }) {
  return <div class="markdown-block" dangerouslySetInnerHTML={{ __html: sanitise(html) }} />;
});

const CodeBlock = memo(function CodeBlock(props: { text: string; language: string; onCopy(text: string): void }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    props.onCopy(props.text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div class="code-block">
      <pre tabIndex={0} aria-label={`Code${props.language === '' ? '' : `, ${props.language}`}`} role="group">
        <code>{props.text}</code>
      </pre>
      <IconButton icon={copied ? 'check' : 'copy'} label={copied ? 'Copied' : 'Copy Code'} class="code-copy" onClick={copy} />
    </div>
  );
});
