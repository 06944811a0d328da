// Text that somebody else wrote, its hidden characters marked, so that what is read is what is there.
import type { ComponentChildren } from 'preact';
import { visibleParts } from '../../shared/visible-text';

export function visibleText(text: string): ComponentChildren {
  return visibleParts(text).map((part, index) => {
    if (!part.hidden) return part.text;
    if (part.text === 'U+0009') return '\t';
    return (
      <span key={index} class="hidden-character" title="A character that is not visible by itself">
        {part.text}
      </span>
    );
  });
}

/** The same for a text of several lines. */
export function visibleLines(text: string): ComponentChildren {
  return text.split('\n').flatMap((line, index) => (index === 0 ? [visibleText(line)] : ['\n', visibleText(line)]));
}
