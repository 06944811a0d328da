// What a call was given and what it gave back. Asks the host for the whole when the event carried a shortened form.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Json } from '../../shared/ids';
import { Button, stateWord } from '../kit/components';
import { field, jsonText, looksCut, outputText } from '../kit/json-text';
import { Section } from '../kit/section';
import { withoutHunks } from '../../shared/edit-hunks';
import { EditPreview, type EditSubject } from './edit-preview';
import { toolState, type Approval, type ToolItem } from './items';
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
  const edit = useMemo(() => (item.approval === null ? null : allowedEdit(item.approval)), [item.approval]);
  const fullOutput = field(field(result, 'details') ?? null, 'full_output');
  const state = toolState(item);
  return (
    <div class="tool-details">
      {edit !== null && <EditPreview subject={edit} />}
      {item.approval !== null && <div class="details-label">{decisionWords(item.approval)}</div>}
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
        {typeof fullOutput === 'string' && (
          <Button icon="output" onClick={() => session.openOutput(fullOutput)}>
            Open Full Output
          </Button>
        )}
        {item.trace_id !== null && (
          <Button icon="pulse" onClick={() => session.showInTraces(item.turn_number, item.trace_id)}>
            Show in Traces
          </Button>
        )}
        <Button icon="copy" onClick={() => session.copy(item.outcome === null ? jsonText(input) : outputText(result))}>
          Copy {item.outcome === null ? 'Input' : 'Output'}
        </Button>
      </div>
    </div>
  );
}

/** The edit as it was allowed: without the changes that were left out. */
function allowedEdit({ subject, rejected }: Approval): EditSubject | null {
  if (subject.kind !== 'edit') return null;
  if (rejected.length === 0 || subject.before === null || subject.after === null) return subject;
  return { ...subject, after: withoutHunks(subject.before, subject.after, rejected) };
}

function decisionWords({ decision, decided_by, rejected }: Approval): string {
  const left = rejected.length === 0 ? '' : rejected.length === 1 ? ', without one change' : `, without ${rejected.length} changes`;
  switch (decision) {
    case null:
      return 'Waits for approval';
    case 'cancelled':
      return 'The run was stopped before this was answered';
    case 'deny':
      return decided_by === 'policy' ? 'Refused: nobody was there to ask' : 'You denied this';
    case 'allow':
      return decided_by === 'policy' ? 'Allowed by the approval mode' : `You allowed this${left}`;
    case 'allow_session':
      return decided_by === 'grant' ? 'Allowed: you allowed it for the session before' : 'You allowed this for the session';
    case 'allow_always':
      return decided_by === 'grant' ? 'Allowed: you allowed exactly this for good before' : 'You allowed exactly this for good';
  }
}

/** The last lines of a running command. */
export function LiveOutput({ text }: { text: string }) {
  const lines = text.trimEnd().split('\n').slice(-3).join('\n');
  return lines === '' ? null : <pre class="live-output">{lines}</pre>;
}
