// The chat view as a whole. Its first rendering must be exactly the shell that webview-html.ts puts into the page.
import type { TargetedKeyboardEvent, TargetedMouseEvent } from 'preact';
import type { Readiness } from '../../shared/messages/chat';
import { Button, ErrorBox } from '../kit/components';
import { StorageBanner, StorageFailure } from '../kit/storage-banner';
import { Announcer } from './announcer';
import { BackgroundList } from './background-list';
import { ChatsPopover } from './chats-popover';
import { Composer } from './composer';
import { ChatEmptyState } from './empty-state';
import { Footer } from './footer';
import { toolState } from './items';
import { Queue } from './queue';
import { RemedyButton } from './remedy-button';
import type { ChatSession } from './session';
import { SessionContext, useView } from './session-context';
import { isBusy, isElsewhere, isWorking, openQuestion, type ChatView } from './state';
import { Transcript } from './transcript';
import { WorkingLine } from './working-line';

export function App({ session }: { session: ChatSession }) {
  const view = useView(session);
  const question = openQuestion(view);
  const busy = isBusy(view);
  const elsewhere = isElsewhere(view);
  const failure = failureOf(view);
  const queue = isWorking(view.chat?.status) && view.outgoing.length > 0 ? [...view.transcript.queue, ...view.outgoing] : view.transcript.queue;
  const isStarted = view.transcript.items.length > 0 || view.outgoing.length > 0;
  // While the agent works an outgoing message goes into the queue, not into the conversation.
  const shown = queue === view.transcript.queue ? view : { ...view, outgoing: noOutgoing };
  return (
    <SessionContext.Provider value={session}>
      <div class="app" onKeyDown={(event) => onKeyDown(event, session)} onClick={(event) => onClick(event, session)}>
        <ChatsPopover title={view.chat?.title || 'BooCode'} chatId={view.chat?.chat_id ?? null} />
        <Transcript
          view={shown}
          askingId={question?.id ?? null}
          working={busy && question === null ? <WorkingLine model={view.model} writing={view.writing} askedAt={view.transcript.asked_at} quiet={movesByItself(view)} elsewhere={elsewhere} /> : null}
          empty={failure !== null ? <Failure {...failure} session={session} /> : view.loaded && view.status !== null ? <ChatEmptyState status={view.status} /> : null}
        />
        <section class="bottom" aria-label="Message">
          {view.problem !== null && (
            <div class="problem">
              <ErrorBox message={view.problem.message} nextStep={view.problem.next_step} onDismiss={() => session.dismissProblem()}>
                <RemedyButton code={view.problem.code} />
              </ErrorBox>
            </div>
          )}
          {view.deleted && <Deleted session={session} />}
          {failure === null && !isSaidAbove(view) && <StorageBanner storage={view.status?.storage ?? null} onCheck={() => session.run('check_storage')} />}
          {isStarted && view.status !== null && view.status.readiness !== 'ready' && <NotReady readiness={view.status.readiness} />}
          <BackgroundList commands={view.background} chatId={view.chat?.chat_id ?? null} />
          <Queue queue={queue} />
          <Composer
            chatId={view.chat?.chat_id ?? null}
            loaded={view.loaded}
            busy={busy && !elsewhere}
            asked={question !== null && question.question !== null}
            blocked={blockedBy(view)}
            lastText={() => lastUserText(session.view)}
          />
          <Footer
            status={view.status}
            chat={view.chat}
            spending={view.transcript.spending}
            lastCall={view.transcript.last_call}
            working={isWorking(view.chat?.status)}
          />
        </section>
        <Announcer view={view} question={question} />
      </div>
    </SessionContext.Provider>
  );
}

const noOutgoing: ChatView['outgoing'] = [];

const blockedText: Record<Readiness, string | null> = {
  no_folder: 'Open a folder first. Your text stays here.',
  untrusted: 'Trust this folder first. Your text stays here.',
  no_key: 'Set an API key first. Your text stays here.',
  ready: null,
};


function NotReady({ readiness }: { readiness: Exclude<Readiness, 'ready'> }) {
  return (
    <div class="problem">
      <ErrorBox level="warning" message={notReadyText[readiness]}>
        <RemedyButton code={readiness} />
      </ErrorBox>
    </div>
  );
}

const notReadyText: Record<Exclude<Readiness, 'ready'>, string> = {
  no_folder: 'No folder is open, so the chat cannot go on.',
  untrusted: 'This folder is not trusted, so the chat cannot go on.',
  no_key: 'There is no API key for this model, so the chat cannot go on.',
};

/** Why nothing can be sent now; the text stays where it is. */
function blockedBy(view: ChatView): string | null {
  if (view.deleted) return 'This chat was deleted. Start a new one; your text goes along.';
  if (isElsewhere(view)) return 'Another window or run works in this chat. Send when it is done; your text stays here.';
  return view.status === null ? null : blockedText[view.status.readiness];
}

/** Why there is nothing to show, when that is so. */
function failureOf({ start_failed, loaded, status }: ChatView): { message: string; next_step: string; isStarted: boolean } | null {
  if (start_failed !== null) return { ...start_failed, isStarted: false };
  return !loaded && status?.storage.state === 'unavailable' ? { ...status.storage, isStarted: true } : null;
}

/** The run that ended for it, or what could not be done for it, says the same. */
function isSaidAbove({ unstored_end, problem, status }: ChatView): boolean {
  return status?.storage.state !== 'unsaved' && (unstored_end !== null || problem?.code.startsWith('storage_') === true);
}

function Failure({ message, next_step, isStarted, session }: { message: string; next_step: string; isStarted: boolean; session: ChatSession }) {
  const check = isStarted ? { onCheck: () => session.run('check_storage') } : {};
  return <StorageFailure message={message} nextStep={next_step} onTryAgain={() => session.sayReady()} {...check} />;
}

function Deleted({ session }: { session: ChatSession }) {
  return (
    <div class="problem">
      <ErrorBox level="warning" message="This chat was deleted, here or in another window." nextStep="What you see is no longer kept. Nothing can be added to it.">
        <Button kind="primary" onClick={() => session.startOver()}>
          New Chat
        </Button>
      </ErrorBox>
    </div>
  );
}

/** A running tool or growing text already shows that work goes on. */
function movesByItself(view: ChatView): boolean {
  if (view.writing !== null || view.model !== null) return false;
  if (view.live !== null) return true;
  const last = view.transcript.items.at(-1);
  return last?.kind === 'tool' && toolState(last) === 'running';
}

function lastUserText(view: ChatView): string | null {
  const queued = view.transcript.queue.at(-1);
  if (queued) return queued.text;
  const item = view.transcript.items.findLast((candidate) => candidate.kind === 'user');
  return item?.kind === 'user' ? item.text : null;
}

function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>, session: ChatSession): void {
  if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) {
    // A question is not closed by a key that was meant for something else.
    const asked = event.currentTarget.querySelector<HTMLElement>('.question');
    if (asked !== null) asked.focus();
    else session.stop();
  }
  if (event.key === 'Enter') openLink(event, session);
}

function onClick(event: TargetedMouseEvent<HTMLDivElement>, session: ChatSession): void {
  openLink(event, session);
}

/** Links in answers have no address of their own; the host checks and opens what it is asked to. */
function openLink(event: Event, session: ChatSession): void {
  const link = event.target instanceof Element ? event.target.closest('a[data-url]') : null;
  const url = link?.getAttribute('data-url');
  if (!url) return;
  event.preventDefault();
  session.openLink(url);
}
