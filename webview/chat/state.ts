// The chat view's whole state and how each host event changes it. Pure: no DOM, no clock, no wire. Transient text
// is kept apart from the transcript and gives way to the stored message that it announced.
import type { ChatStatus, ChatSummary } from '../../shared/chats';
import type { RunError, TransientEvent } from '../../shared/events';
import type { BackgroundRow, ChatEvent, HostStatus } from '../../shared/messages/chat';
import { foldEvents, prependEvents } from './fold-events';
import { emptyTranscript, toolState, type ToolItem, type Transcript } from './items';

export type LiveMessage = { message_id: string; turn_number: number; text: string; reasoning: string };
export type ModelStatus = Omit<Extract<TransientEvent, { type: 'model:status' }>, 'type' | 'chat_id'>;
export type Writing = { message_id: string; tool_name: string; bytes: number };
export type Problem = { code: string; message: string; next_step: string };
/** Sent, but not yet in the transcript or the queue. */
export type Outgoing = { message_id: string; text: string };

export type ChatView = {
  /** Null until the host has said it. */
  status: HostStatus | null;
  /** False until the host has said which chat is shown. */
  loaded: boolean;
  chat: ChatSummary | null;
  transcript: Transcript;
  more_before: boolean;
  /** The answer that is being written. */
  live: LiveMessage | null;
  writing: Writing | null;
  model: ModelStatus | null;
  /** Live output of running tools, by trace id; only its end is kept. */
  outputs: ReadonlyMap<string, string>;
  /** What goes on in the background of the window. */
  background: readonly BackgroundRow[];
  outgoing: readonly Outgoing[];
  /** Texts that could not be sent and belong back into the composer. */
  returned: readonly string[];
  problem: Problem | null;
  /** How the last run ended, when the store could not take its end. */
  unstored_end: RunError | null;
  /** The chat is no longer stored; what is shown is all there is of it. */
  deleted: boolean;
  /** Why there is no host that could say anything. */
  start_failed: { message: string; next_step: string } | null;
};

export const emptyView: ChatView = {
  status: null,
  loaded: false,
  chat: null,
  transcript: emptyTranscript(),
  more_before: false,
  live: null,
  writing: null,
  model: null,
  outputs: new Map(),
  background: [],
  outgoing: [],
  returned: [],
  problem: null,
  unstored_end: null,
  deleted: false,
  start_failed: null,
};

const nothingLive = { live: null, writing: null, model: null, outputs: emptyView.outputs };

/** A hole before these events: the host has to be asked for what is missing. */
export function hasGap(view: ChatView, event: Extract<ChatEvent, { type: 'events' }>): boolean {
  const first = event.events[0];
  return first !== undefined && event.chat_id === view.chat?.chat_id && first.seq > view.transcript.last_seq + 1;
}

export function applyEvent(view: ChatView, event: ChatEvent): ChatView {
  switch (event.type) {
    case 'status': {
      const next = { ...view, status: event.status, start_failed: null };
      return event.status.readiness === 'ready' ? next : giveBack(next);
    }
    case 'reset':
      return {
        ...view,
        ...nothingLive,
        loaded: true,
        chat: event.chat,
        transcript: emptyTranscript(event.first_seq),
        more_before: event.more_before,
        // Still on its way: a message that opened a new chat, and one from before the host said which chat is shown.
        outgoing: !view.loaded || (view.chat === null && event.chat !== null) ? view.outgoing : [],
        problem: null,
        unstored_end: null,
        deleted: false,
      };
    case 'events':
      return event.chat_id === view.chat?.chat_id ? addEvents(view, event) : view;
    case 'transient':
      return event.events.reduce(applyTransient, view);
    case 'problem':
      return { ...giveBack(view), problem: { code: event.code, message: event.message, next_step: event.next_step } };
    case 'refused':
      return refused(view, event);
    case 'deleted':
      if (event.chat_id !== view.chat?.chat_id) return view;
      return { ...giveBack(view), ...nothingLive, deleted: true, chat: isWorking(view.chat.status) ? { ...view.chat, status: 'stopped' } : view.chat };
    case 'start_failed':
      return { ...view, start_failed: { message: event.message, next_step: event.next_step } };
    case 'background':
      return { ...view, background: event.commands };
    case 'chats_changed':
    case 'focus_composer':
    case 'show_chats':
    case 'compose':
    case 'reveal':
      return view;
  }
}

/** What is on its way and will not arrive. */
function giveBack(view: ChatView): ChatView {
  return view.outgoing.length === 0 ? view : { ...view, outgoing: [], returned: [...view.returned, ...view.outgoing.map(({ text }) => text)] };
}

function refused(view: ChatView, { chat_id, chat, error, in_run }: Extract<ChatEvent, { type: 'refused' }>): ChatView {
  const shown = view.chat?.chat_id ?? null;
  // A chat of which nothing was stored may not even have been shown yet.
  if (shown !== chat_id && (shown !== null || chat !== null)) return view;
  const back = { ...giveBack(view), ...nothingLive, loaded: true };
  if (chat === null) return { ...back, chat: null, transcript: emptyTranscript(), more_before: false, unstored_end: null, deleted: false, problem: error };
  return in_run ? { ...back, chat, unstored_end: error } : { ...back, chat, problem: error };
}

function addEvents(view: ChatView, { events, summary }: Extract<ChatEvent, { type: 'events' }>): ChatView {
  const transcript = foldEvents(view.transcript, events);
  const unstored_end = summary.status === 'failed' ? view.unstored_end : null;
  const next = { ...view, chat: summary, transcript, unstored_end };
  const arrived = new Set<string>();
  for (const event of events) {
    switch (event.type) {
      case 'message:user':
      case 'message:queued':
        arrived.add(event.message_id);
        break;
      case 'message:assistant':
      case 'llm_call:complete':
      case 'turn:end':
        Object.assign(next, { live: null, writing: null, model: null });
        break;
      case 'tool_trace:complete':
        if (next.outputs.has(event.trace_id)) {
          const outputs = new Map(next.outputs);
          outputs.delete(event.trace_id);
          next.outputs = outputs;
        }
        break;
      case 'run:start':
        next.problem = null;
        break;
      case 'run:end':
        Object.assign(next, nothingLive);
        break;
      default:
        break;
    }
  }
  if (arrived.size > 0) next.outgoing = view.outgoing.filter((message) => !arrived.has(message.message_id));
  return next;
}

const maxLiveOutput = 8_000;

function applyTransient(view: ChatView, event: TransientEvent): ChatView {
  if (event.chat_id !== view.chat?.chat_id) return view;
  switch (event.type) {
    case 'text:delta': {
      const { message_id, turn_number, kind, delta } = event;
      const before = view.live?.message_id === message_id ? view.live : { message_id, turn_number, text: '', reasoning: '' };
      return { ...view, live: { ...before, [kind]: before[kind] + delta }, model: null };
    }
    case 'tool_call:delta':
      return { ...view, model: null, writing: { message_id: event.message_id, tool_name: event.tool_name, bytes: event.bytes } };
    case 'tool:output': {
      const outputs = new Map(view.outputs);
      outputs.set(event.trace_id, ((outputs.get(event.trace_id) ?? '') + event.chunk).slice(-maxLiveOutput));
      return { ...view, outputs };
    }
    case 'model:status': {
      const { status, attempt, retry_at, reason, code } = event;
      return { ...view, model: { status, attempt, retry_at, reason, code } };
    }
  }
}

export function addOlder(view: ChatView, page: { events: Parameters<typeof prependEvents>[1]; more_before: boolean }): ChatView {
  return { ...view, transcript: prependEvents(view.transcript, page.events), more_before: page.more_before };
}

/** Another process works in the chat: it can be watched, no more. */
export function isElsewhere(view: ChatView): boolean {
  return view.chat?.elsewhere === true;
}

export function isBusy(view: ChatView): boolean {
  return view.outgoing.length > 0 || isWorking(view.chat?.status);
}

export function isWorking(status: ChatStatus | undefined): boolean {
  return status === 'in_progress' || status === 'awaiting_input';
}

/** The call that waits for a decision or an answer, oldest first; only while the run that asked is alive. */
export function openQuestion(view: ChatView): ToolItem | null {
  if (!isWorking(view.chat?.status) || isElsewhere(view)) return null;
  const item = view.transcript.items.find((candidate) => candidate.kind === 'tool' && toolState(candidate) === 'asking');
  return item?.kind === 'tool' ? item : null;
}
