// A long text under its name, in a box that scrolls by itself and that the keyboard reaches.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from './components';

/** Longer texts are shown in part first, so that opening a row never stalls. */
const shownAtFirst = 12_000;

export function Section({ label, text, atEnd = false }: { label: string; text: string; atEnd?: boolean }) {
  const [all, setAll] = useState(false);
  const shown = all || text.length <= shownAtFirst ? text : text.slice(0, shownAtFirst);
  return (
    <div class="details-section">
      <div class="details-label">{label}</div>
      <EndingText text={shown === '' ? '(empty)' : shown} atEnd={atEnd} label={label} />
      {shown !== text && <Button onClick={() => setAll(true)}>Show All ({text.length.toLocaleString('en-US')} characters)</Button>}
    </div>
  );
}

function EndingText({ text, atEnd, label }: { text: string; atEnd: boolean; label: string }) {
  const element = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (atEnd && element.current) element.current.scrollTop = element.current.scrollHeight;
  }, [text, atEnd]);
  return (
    <pre class="details-text" ref={element} tabIndex={0} role="group" aria-label={label}>
      {text}
    </pre>
  );
}
