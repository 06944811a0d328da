// The traces view: which chat, and its calls. Says what is missing when there are none.
import { useLayoutEffect, useReducer } from 'preact/hooks';
import { formatCount } from '../../shared/format';
import { Button, EmptyState, ErrorBox } from '../kit/components';
import { Dropdown } from '../kit/dropdown';
import { StorageBanner, StorageFailure } from '../kit/storage-banner';
import { TraceGrid } from './trace-grid';
import type { TracesSession, TracesView } from './traces-session';

export function App({ session }: { session: TracesSession }) {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  // Before the session is started: an effect after the paint would miss what a quick host says.
  useLayoutEffect(() => session.subscribe(() => changed(undefined)), [session]);
  const view = session.view;
  const chatId = view.traces.chat_id;
  return (
    <div class="traces">
      <header class="toolbar">
        <h1 class="sr-only">BooCode traces</h1>
        {view.chats !== null && view.chats.length > 0 && (
          <Dropdown
            label="Chat"
            options={view.chats.map((chat) => ({ value: chat.chat_id, label: chat.title === '' ? 'New chat' : chat.title }))}
            value={chatId ?? ''}
            onChange={(chosen) => session.openChat(chosen)}
          />
        )}
        {view.traces.rows.size > 0 && (
          <span class="count muted">
            {formatCount(view.traces.rows.size, 'call')}
            {view.traces.next_cursor === null ? '' : ' so far'}
          </span>
        )}
      </header>
      <main class="traces-main">
        {failureOf(view) === null && <StorageBanner storage={view.storage} onCheck={() => session.run('check_storage')} />}
        <div class="traces-body">
          <Body view={view} session={session} />
        </div>
      </main>
    </div>
  );
}

function Body({ view, session }: { view: TracesView; session: TracesSession }) {
  const failure = failureOf(view);
  if (failure !== null) return <StorageFailure message={failure.message} nextStep={failure.next_step} onTryAgain={() => session.sayReady()} />;
  if (view.chats === null) return <Loading />;
  if (view.traces.chat_id === null) {
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
  if (view.traces.rows.size > 0) return <TraceGrid key={view.traces.chat_id} view={view} session={session} />;
  if (view.load === 'failed') {
    return (
      <div class="failure">
        <ErrorBox message={`The traces could not be read: ${view.failure}`} nextStep="They are kept. Try again.">
          <Button kind="primary" onClick={() => void session.loadMore()}>Try Again</Button>
        </ErrorBox>
      </div>
    );
  }
  if (view.load === 'loading') return <Loading />;
  return (
    <EmptyState title="No tool calls in this chat yet">
      <p>They will appear here as soon as the agent reads, changes or runs something.</p>
    </EmptyState>
  );
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
