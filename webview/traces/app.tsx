// The traces view: which chat, its filter, its calls, and beside them what was asked of them. Says what is missing when
// there are none.
import { useEffect, useLayoutEffect, useReducer, useState } from 'preact/hooks';
import type { ChatSummary } from '../../shared/chats';
import type { WhyQuestion } from '../../shared/trace-answers';
import { Button, EmptyState, ErrorBox, IconButton } from '../kit/components';
import { Dropdown } from '../kit/dropdown';
import { memo } from '../kit/memo';
import { StorageBanner, StorageFailure } from '../kit/storage-banner';
import { CompareView } from './compare-view';
import { FilterBox } from './filter-box';
import { SidePane, type Side } from './side-pane';
import { TraceFooter } from './trace-footer';
import { TraceGrid } from './trace-grid';
import { turnKey, type VisibleRow } from './row-layout';
import type { TracesSession, TracesView } from './traces-session';

/** From here on details stand beside the list. */
const wide = 720;

export function App({ session }: { session: TracesSession }) {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  // Before the session is started: an effect after the paint would miss what a quick host says.
  useLayoutEffect(() => session.subscribe(() => changed(undefined)), [session]);
  const [compares, setCompares] = useState(false);
  const [side, setSide] = useState<Side | null>(null);
  const { view } = session;
  useEffect(() => {
    setSide(null);
    setCompares(false);
  }, [view.chat_id]);
  // A link leads to a row, so that the rows have to be there.
  useLayoutEffect(() => setCompares(false), [view.links]);
  const closeComparison = (): void => {
    setCompares(false);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.compare-button')?.focus());
  };
  const { layout } = session;
  const hasTrace = layout !== null && (layout.count > 0 || !view.filter.isEmpty);
  const ask = (question: WhyQuestion, turn_number: number | null = null): void => {
    if (view.chat_id !== null) setSide({ kind: 'why', question, scope: { chat_id: view.chat_id, turn_number } });
  };
  if (compares && hasTrace) return <CompareView session={session} onClose={closeComparison} />;
  return (
    <div class="traces">
      <header class="toolbar">
        <h1 class="sr-only">BooCode traces</h1>
        {view.chats !== null && view.chats.length > 0 && <ChatChooser chats={view.chats} chatId={view.chat_id ?? ''} session={session} />}
        {hasTrace && <Toolbar session={session} onAsk={() => ask('slow')} isAsking={side?.kind === 'why'} onCompare={() => setCompares(true)} onEndAsking={() => setSide(null)} />}
      </header>
      {hasTrace && <FilterBox session={session} found={layout.found} loading={view.load === 'loading'} />}
      <main class="traces-main">
        {failureOf(view) === null && <StorageBanner storage={view.storage} onCheck={() => session.run('check_storage')} />}
        {view.problem !== null && (
          <div class="view-problem" role="alert">
            <ErrorBox level="warning" message={view.problem.message} nextStep={view.problem.next_step} onDismiss={() => session.dismissProblem()} />
          </div>
        )}
        <Body session={session} side={side} setSide={setSide} onAsk={ask} />
      </main>
      {session.model !== null && hasTrace && <TraceFooter session={session} model={session.model} />}
    </div>
  );
}

const ChatChooser = memo(function ChatChooser({ chats, chatId, session }: { chats: readonly ChatSummary[]; chatId: string; session: TracesSession }) {
  const options = chats.map((chat) => ({ value: chat.chat_id, label: chat.title === '' ? 'New chat' : chat.title }));
  return <Dropdown label="Chat" options={options} value={chatId} onChange={(chosen) => session.openChat(chosen)} />;
});

function Toolbar({ session, isAsking, onAsk, onEndAsking, onCompare }: { session: TracesSession; isAsking: boolean; onAsk(): void; onEndAsking(): void; onCompare(): void }) {
  const { view, model } = session;
  const keys = (): string[] => (model === null ? [] : model.turns.map((node) => turnKey(model, node)));
  return (
    <div class="tools" role="toolbar" aria-label="Trace">
      <button type="button" class="toggle" aria-pressed={isAsking} title="Why slow, why expensive, why did it fail: read from the trace" onClick={() => (isAsking ? onEndAsking() : onAsk())}>
        Why?
      </button>
      <button type="button" class="toggle" aria-pressed={view.relative} title="Colour times by what is usual for each tool (p50 and p95 of its calls) instead of by seconds" onClick={() => session.setRelative(!view.relative)}>
        Usual
      </button>
      <IconButton icon={session.hasClosedTurns ? 'expand-all' : 'collapse-all'} label={session.hasClosedTurns ? 'Open All Turns' : 'Close All Turns'} onClick={() => session.setAllTurnsOpen(keys(), session.hasClosedTurns)} />
      <IconButton icon="git-compare" class="compare-button" label="Compare With Another Chat or Run" onClick={onCompare} />
      <IconButton icon="export" label="Export…" onClick={() => view.chat_id !== null && session.wire.send({ type: 'export', chat_id: view.chat_id })} />
    </div>
  );
}

function Body({ session, side, setSide, onAsk }: { session: TracesSession; side: Side | null; setSide(side: Side | null): void; onAsk(question: WhyQuestion, turn: number | null): void }) {
  const { view, layout } = session;
  const isWide = useIsWide();
  const failure = failureOf(view);
  if (failure !== null) return <StorageFailure message={failure.message} nextStep={failure.next_step} onTryAgain={() => session.sayReady()} />;
  if (view.chats === null) return <Loading />;
  if (view.chat_id === null || layout === null) {
    return (
      <EmptyState
        title="No chats yet"
        actions={
          <>
            <Button kind="primary" onClick={() => session.run('new_chat')}>New Chat</Button>
            <Button onClick={() => session.run('run_demo')}>Run the Demo</Button>
          </>
        }
      >
        <p>Every tool call of a chat will appear here, with its time, its tokens, its input and its output.</p>
      </EmptyState>
    );
  }
  if (layout.count === 0 && view.filter.isEmpty) return <NoRows session={session} />;
  const openKey = side?.kind === 'details' ? side.row.key : null;
  const openRow = (row: VisibleRow): void => {
    if (row.kind === 'loading' || row.kind === 'agent') return;
    setSide(openKey === row.key ? null : { kind: 'details', row });
  };
  return (
    <div class={`traces-body${side === null ? '' : isWide ? ' split' : ' stacked'}`}>
      {layout.count === 0 ? (
        <EmptyState title="No call matches the filter" actions={<Button onClick={() => session.setFilter('')}>Clear Filter</Button>}>
          <p>{view.searching || view.load === 'loading' ? 'It is still being looked for.' : 'All calls of this chat were looked at.'}</p>
        </EmptyState>
      ) : (
        <div class="grid-place">
          <TraceGrid
            key={view.chat_id}
            session={session}
            layout={layout}
            openKey={openKey}
            onFocusRow={(row) => side?.kind === 'details' && row.kind !== 'loading' && row.kind !== 'agent' && setSide({ kind: 'details', row })}
            onOpen={openRow}
            onClose={side === null ? null : () => setSide(null)}
          />
          {view.load === 'failed' && (
            <div class="load-failed" role="alert">
              The rest could not be read: {view.failure}{' '}
              <button type="button" class="link-button" onClick={() => void session.load()}>
                Try again
              </button>
            </div>
          )}
        </div>
      )}
      {side !== null && (
        <SidePane
          side={side}
          session={session}
          onAsk={onAsk}
          onClose={() => {
            setSide(null);
            requestAnimationFrame(() => document.querySelector<HTMLElement>('.grid-rows [tabindex="0"]')?.focus());
          }}
        />
      )}
    </div>
  );
}

function NoRows({ session }: { session: TracesSession }) {
  const { view } = session;
  if (view.load === 'failed') {
    return (
      <div class="failure">
        <ErrorBox message={`The traces could not be read: ${view.failure}`} nextStep="They are kept. Try again.">
          <Button kind="primary" onClick={() => void session.load()}>Try Again</Button>
        </ErrorBox>
      </div>
    );
  }
  if (view.load === 'loading') return <Loading />;
  return (
    <EmptyState title="No tool calls in this chat yet">
      <p>They will appear here as soon as the agent answers, reads, changes or runs something.</p>
    </EmptyState>
  );
}

function useIsWide(): boolean {
  const [isWide, setIsWide] = useState(innerWidth >= wide);
  useEffect(() => {
    const onResize = (): void => setIsWide(innerWidth >= wide);
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return isWide;
}

/** Why there is nothing to show, when that is so. */
function failureOf({ start_failed, chats, storage }: TracesView): { message: string; next_step: string } | null {
  if (start_failed !== null) return start_failed;
  return chats === null && storage?.state === 'unavailable' ? storage : null;
}

/** Seen only when it takes longer than a moment. */
function Loading() {
  return <div class="skeleton" role="status" aria-label="Loading" />;
}
