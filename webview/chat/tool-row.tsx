// One tool call in one row: icon, name, what it is about, result, time, state. Opens to its input and output; while
// it waits for a decision the question is below it.
import { Duration, Elapsed, Icon, StateIcon, useOpen } from '../kit/components';
import { memo } from '../kit/memo';
import { toolIcon } from '../kit/tool-icons';
import { visibleText } from '../kit/visible-text';
import { formatExact } from '../../shared/format';
import { quoteArgument } from '../../shared/visible-text';
import { ApprovalCard } from './approval-card';
import { filesSubjectText } from './approval-files';
import { toolState, type ToolItem } from './items';
import { AnsweredQuestion, QuestionCard } from './question-card';
import type { GroupRow } from './rows';
import { useSession } from './session-context';
import { isElsewhere } from './state';
import { LiveOutput, ToolDetails } from './tool-details';

type ToolRowProps = { item: ToolItem; asking: boolean; output: string | undefined; nested?: boolean };

export const ToolRow = memo(function ToolRow({ item, asking, output, nested = false }: ToolRowProps) {
  const session = useSession();
  const [open, toggle] = useOpen(item.id);
  const state = toolState(item);
  const subject = item.subject === '' ? askedSubject(item) : item.subject;
  const shownState = state === 'asking' && !asking && !isElsewhere(session.view) ? 'interrupted' : state;
  const { question } = item;
  return (
    <div class={`tool${nested ? ' nested' : ''}`}>
      <button type="button" class="row tool-row" data-row data-item={item.id} aria-expanded={open} onClick={toggle} title={tooltip(item, subject)}>
        <Icon name={toolIcon(item.tool_name)} />
        <span class="tool-name">{item.tool_name}</span>
        <span class="tool-subject">{visibleText(subject)}</span>
        <Summary item={item} />
        <span class="tool-time">
          {state === 'running' && item.started_at !== null ? <Elapsed since={item.started_at} /> : item.latency_ms !== null && <Duration ms={item.latency_ms} />}
        </span>
        <StateIcon state={shownState} word={shownState === 'asking' && question !== null ? 'Waiting for your answer' : undefined} />
      </button>
      {asking && item.approval?.decision === null && <ApprovalCard key={item.approval.approval_id} approval={item.approval} />}
      {asking && question?.answer === null && <QuestionCard key={question.question_id} question={question} />}
      {question !== null && <AnsweredQuestion question={question} />}
      {output !== undefined && !open && <LiveOutput text={output} />}
      {open && <ToolDetails item={item} output={output} />}
    </div>
  );
});

/** A call that waits for its approval has no trace yet. */
function askedSubject(item: ToolItem): string {
  const subject = item.approval?.subject;
  if (subject === undefined) return '';
  switch (subject.kind) {
    case 'edit':
      return subject.path;
    case 'command':
      return subject.argv.map(quoteArgument).join(' ');
    case 'delete':
    case 'move':
      return filesSubjectText(subject);
  }
}

/** `+1 −1` in the colours of a diff, anything else as it is. */
function Summary({ item }: { item: ToolItem }) {
  const subject = item.approval?.subject;
  // Of a part of an edit the tool says itself what it wrote.
  if (subject?.kind === 'edit' && item.approval?.rejected.length === 0) {
    return (
      <span class="tool-summary edit-counts">
        <span class="added">+{subject.added}</span> <span class="removed">−{subject.removed}</span>
      </span>
    );
  }
  // What was answered stands below.
  const summary = item.question === null ? summaryOf(item) : '';
  return summary === '' ? null : <span class="tool-summary">{summary}</span>;
}

export function summaryOf(item: ToolItem): string {
  const output = item.output;
  if (output === null || typeof output !== 'object' || Array.isArray(output)) return '';
  const summary = output['summary'];
  return typeof summary === 'string' ? summary : '';
}

function tooltip(item: ToolItem, subject: string): string {
  const tokens = item.tokens_used === null ? '' : `\n${formatExact(item.tokens_used)} tokens in the model call that asked for it`;
  return `${item.tool_name} ${subject}${tokens}`;
}

export const ToolGroup = memo(function ToolGroup({ row }: { row: GroupRow }) {
  const [open, toggle] = useOpen(row.id);
  const total = row.calls.reduce((sum, call) => sum + (call.latency_ms ?? 0), 0);
  return (
    <div class="tool">
      <button type="button" class="row tool-row" data-row aria-expanded={open} onClick={toggle}>
        <Icon name={toolIcon(row.tool_name)} />
        <span class="tool-name">{row.tool_name}</span>
        <span class="tool-count">× {row.calls.length}</span>
        <span class="tool-subject">{row.calls.at(-1)?.subject}</span>
        <span class="tool-time">
          <Duration ms={total} />
        </span>
        <StateIcon state="success" />
      </button>
      {open && row.calls.map((call) => <ToolRow key={call.id} item={call} asking={false} output={undefined} nested />)}
    </div>
  );
});
