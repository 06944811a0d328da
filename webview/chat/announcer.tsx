// Tells a screen reader when the state of the chat changes: once each, politely, never token by token.
import { useEffect, useRef, useState } from 'preact/hooks';
import { storageWords } from '../../shared/storage';
import type { ToolItem } from './items';
import { isWorking, type ChatView } from './state';
import { retryWords } from './working-line';

type AnnouncerProps = { view: ChatView; question: ToolItem | null };

export function Announcer({ view, question }: AnnouncerProps) {
  const [text, setText] = useState('');
  const storage = view.status?.storage ?? null;
  const stored = useRef('saved');
  useEffect(() => {
    const now = storage?.state ?? 'saved';
    if (now !== stored.current) setText(storage === null || storage.state === 'saved' ? 'Everything is saved again' : storageWords(storage).message);
    stored.current = now;
  }, [storage?.state]);
  const before = useRef<{ chat: string | null; state: string }>({ chat: null, state: '' });
  const chat = view.chat?.chat_id ?? null;
  const state = stateOf(view, question);
  useEffect(() => {
    const isSameChat = before.current.chat === chat;
    if (isSameChat && before.current.state !== state) setText(state);
    before.current = { chat, state };
  }, [chat, state]);
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function stateOf(view: ChatView, question: ToolItem | null): string {
  if (view.start_failed !== null) return view.start_failed.message;
  if (view.deleted) return 'This chat was deleted';
  if (view.problem !== null) return `Problem: ${view.problem.message}`;
  if (question?.question) return `Question: ${question.question.question}`;
  if (question?.approval) return `Approval needed: ${question.approval.title}`;
  if (view.model?.status === 'retrying') return `${retryWords(view.model.code)}; BooCode tries again by itself`;
  if (isWorking(view.chat?.status)) return 'Working';
  if (view.unstored_end !== null) return view.unstored_end.message;
  const end = view.transcript.items.at(-1);
  if (end?.kind !== 'run_end') return '';
  switch (end.outcome) {
    case 'done':
      return `Done${checkWords(view)}`;
    case 'stopped':
      return 'Stopped';
    default:
      return end.error?.message ?? 'The run ended early';
  }
}

/** How the change of this run was checked is seen in its strip. */
function checkWords({ transcript: { items } }: ChatView): string {
  const strip = items.slice(items.findLastIndex(({ kind }) => kind === 'user') + 1).findLast((item) => item.kind === 'auto_fix');
  if (strip?.kind !== 'auto_fix' || strip.step === null || strip.step.outcome === 'no_check') return '';
  return `. Auto-fix: ${strip.step.text}`;
}
