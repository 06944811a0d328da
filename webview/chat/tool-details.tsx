// What a call was given and what it gave back. Asks the host for the whole when the event carried a shortened form.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Json } from '../../shared/ids';
import { Button, stateWord } from '../kit/components';
import { field, jsonText, looksCut, outputText } from '../kit/json-text';
import { EditPreview } from './edit-preview';
import { toolState, type ToolItem } from './items';
import { useSession } from './session-context';

type Whole = { input: Json; output: Json; truncated: boolean };

export function ToolDetails({ item, output }: { item: ToolItem; output: string | undefined }) {
  const session = useSession();
  const [whole, setWhole] = useState<Whole | null>(null);
  const isCut = looksCut(item.input) || looksCut(item.output);
  useEffect(() => {
    if (!isCut || item.trace_id === null) return;
    let left = false;
    session.trace(item.trace_id).then(
      ({ trace, truncated }) => {
        if (!left) setWhole({ input: trace.input, output: trace.output, truncated });
      },
      // What the event carried stays in sight, and says itself that it is cut.
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [item.trace_id, isCut]);
  const input = whole?.input ?? item.input;
  const result = whole?.output ?? item.output;
  const path = field(item.input, 'path');
  const edit = item.approval?.subject.kind === 'edit' ? item.approval.subject : null;
  const state = toolState(item);
  return (
    <div class="tool-details">
      {edit !== null && <EditPreview subject={edit} />}
      <Section label="Input" text={jsonText(input)} />
      {output !== undefined && <Section label="Output so far" text={output} atEnd />}
      {item.outcome !== null && <Section label={state === 'success' ? 'Output' : `Output · ${stateWord(state)}`} text={outputText(result)} />}
      {whole?.truncated && <div class="muted">The rest is in the traces.</div>}
      <div class="details-actions">
        {typeof path === 'string' && (
          <Button icon="go-to-file" onClick={() => session.openFile(path)}>
            Open File
          </Button>
        )}
        <Button icon="copy" onClick={() => session.copy(item.outcome === null ? jsonText(input) : outputText(result))}>
          Copy {item.outcome === null ? 'Input' : 'Output'}
        </Button>
      </div>
    </div>
  );
}

/** Longer texts are shown in part first, so that opening a row never stalls. */
const shownAtFirst = 12_000;

function Section({ label, text, atEnd = false }: { label: string; text: string; atEnd?: boolean }) {
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

/** The last lines of a running command. */
export function LiveOutput({ text }: { text: string }) {
  const lines = text.trimEnd().split('\n').slice(-3).join('\n');
  return lines === '' ? null : <pre class="live-output">{lines}</pre>;
}
