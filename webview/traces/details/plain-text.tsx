// A long text in a box of its own that scrolls and that the keyboard reaches; very long ones in part first.
import { useState } from 'preact/hooks';
import { Button } from '../../kit/components';
import { visibleLines } from '../../kit/visible-text';

const shownAtFirst = 20_000;

export function PlainText({ label, text }: { label: string; text: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? text : text.slice(0, shownAtFirst);
  return (
    <>
      <pre class="part-text" tabIndex={0} role="group" aria-label={`${label} text`}>
        {shown === '' ? '(empty)' : visibleLines(shown)}
      </pre>
      {shown.length < text.length && <Button onClick={() => setAll(true)}>Show All ({text.length.toLocaleString('en-US')} characters)</Button>}
    </>
  );
}
