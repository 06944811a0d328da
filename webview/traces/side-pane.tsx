// What stands beside the list, or below it in a narrow view: the details of a row, or why something was as it was.
import { formatCount, formatExactDuration } from '../../shared/format';
import type { WhyQuestion } from '../../shared/trace-answers';
import type { Wait } from '../../shared/trace-parts';
import { Icon, IconButton } from '../kit/components';
import { toolIcon } from '../kit/tool-icons';
import { visibleText } from '../kit/visible-text';
import { CallDetails } from './details/call-details';
import { TurnDetails } from './details/turn-details';
import type { VisibleRow } from './row-layout';
import type { TracesSession } from './traces-session';
import { WhyPanel, type WhyScope } from './why-panel';

export type Side = { kind: 'details'; row: VisibleRow } | { kind: 'why'; question: WhyQuestion; scope: WhyScope };

type Props = { side: Side; session: TracesSession; onAsk(question: WhyQuestion, turn: number | null): void; onClose(): void };

export function SidePane({ side, session, onAsk, onClose }: Props) {
  const title = side.kind === 'why' ? 'Why?' : titleOf(side.row);
  return (
    <aside
      class="details-pane"
      aria-label={side.kind === 'why' ? 'Why' : `Details of ${title}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div class="details-head">
        <Icon name={side.kind === 'why' ? 'question' : iconOf(side.row)} />
        <span class="details-title" title={title}>
          {visibleText(title)}
        </span>
        <IconButton icon="close" label="Close (Esc)" onClick={onClose} />
      </div>
      <div class="details-body" tabIndex={0} role="group" aria-label={title}>
        {side.kind === 'why' ? (
          <WhyPanel
            scope={side.scope}
            question={side.question}
            session={session}
            onAsk={(question) => onAsk(question, side.scope.turn_number)}
            onWholeChat={() => onAsk(side.question, null)}
            onShow={(ref) => session.show(ref)}
          />
        ) : (
          <RowDetails row={session.current(side.row)} session={session} onAsk={onAsk} />
        )}
      </div>
    </aside>
  );
}

function RowDetails({ row, session, onAsk }: { row: VisibleRow; session: TracesSession; onAsk: Props['onAsk'] }) {
  switch (row.kind) {
    case 'call':
      return <CallDetails key={row.row.id} row={row.row} chatId={row.model.chatId} usual={session.view.usual?.get(row.row.tool_name)} session={session} />;
    case 'turn':
      return <TurnDetails key={row.key} node={row.node} model={row.model} session={session} onWhy={() => onAsk('slow', row.node.turn_number)} />;
    case 'model':
      return <TurnDetails key={row.key} node={row.node} model={row.model} session={session} onWhy={() => onAsk('slow', row.node.turn_number)} />;
    case 'wait':
      return <WaitDetails wait={row.wait} />;
    case 'agent':
    case 'loading':
      return null;
  }
}

function WaitDetails({ wait }: { wait: Wait }) {
  return (
    <dl class="facts">
      <dt>{wait.kind === 'approval' ? 'Asked to allow' : 'Asked'}</dt>
      <dd>{visibleText(wait.title)}</dd>
      <dt>Asked at</dt>
      <dd>{new Date(wait.asked_at / 1000).toLocaleString()}</dd>
      <dt>Waited</dt>
      <dd>{wait.waited_ms === null ? 'not answered' : formatExactDuration(wait.waited_ms)}</dd>
      <dt>Answer</dt>
      <dd>{wait.outcome === null ? 'none yet' : (answerWords[wait.outcome] ?? wait.outcome)}</dd>
    </dl>
  );
}

const answerWords: Readonly<Record<string, string>> = {
  allow: 'You allowed it',
  allow_session: 'You allowed it for the session',
  allow_always: 'You allowed exactly this for good',
  deny: 'You denied it',
  cancelled: 'The run was stopped before it was answered',
  answered: 'You answered',
  dismissed: 'You closed it without an answer',
  stopped: 'The run was stopped before it was answered',
};

function titleOf(row: VisibleRow): string {
  switch (row.kind) {
    case 'turn':
      return `Turn ${row.node.turn_number}: ${formatCount(row.node.rows.length, 'call')}`;
    case 'call':
      return `${row.row.tool_name} ${row.row.subject}`;
    case 'wait':
      return row.wait.kind === 'approval' ? 'Approval' : 'Question';
    case 'model':
      return row.call.purpose === 'compaction' ? 'Summary to make room' : 'Model call';
    case 'agent':
      return row.agent.label;
    case 'loading':
      return '';
  }
}

function iconOf(row: VisibleRow): string {
  switch (row.kind) {
    case 'call':
      return toolIcon(row.row.tool_name);
    case 'wait':
      return 'watch';
    case 'turn':
      return 'list-tree';
    default:
      return 'hubot';
  }
}
