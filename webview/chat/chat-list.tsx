// A searchable list of chats over the conversation. Arrows choose, Enter opens, Esc closes.
import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { Spent } from '../../shared/budgets';
import type { ChatStatus, ChatSummary } from '../../shared/chats';
import { formatAge, formatCount, formatTokens } from '../../shared/format';
import { Icon } from '../kit/components';
import { costOf, costWords } from './limits';
import { useSession } from './session-context';

type Found = { state: 'loading' } | { state: 'failed'; message: string } | { state: 'ready'; chats: ChatSummary[] };

const searchDelayMs = 120;

export function ChatList({ chatId, onClose }: { chatId: string | null; onClose(returnFocus: boolean): void }) {
  const session = useSession();
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<Found>({ state: 'loading' });
  const [active, setActive] = useState(0);
  const [changes, changed] = useReducer((count: number) => count + 1, 0);
  const activeId = useRef<string | null>(null);
  const shownQuery = useRef<string | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const chats = found.state === 'ready' ? found.chats : [];
  activeId.current = chats[active]?.chat_id ?? null;

  useEffect(() => session.onListChanged(() => changed(undefined)), [session]);

  useEffect(() => {
    let left = false;
    const timer = setTimeout(
      () => {
        session.listChats(query).then(
          (list) => {
            if (left) return;
            setFound({ state: 'ready', chats: list });
            // The same list anew keeps the choice; another search begins with its first match.
            const wanted = query === shownQuery.current ? activeId.current : query === '' ? chatId : null;
            setActive(Math.max(0, list.findIndex((chat) => chat.chat_id === wanted)));
            shownQuery.current = query;
          },
          (error: unknown) => {
            if (!left) setFound({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
          },
        );
      },
      query === '' ? 0 : searchDelayMs,
    );
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [query, changes]);

  useEffect(() => {
    input.current?.focus();
    const onPointer = (event: PointerEvent): void => {
      const target = event.target;
      if (target instanceof Node && panel.current?.parentElement?.contains(target) !== true) onClose(false);
    };
    window.addEventListener('pointerdown', onPointer, true);
    return () => window.removeEventListener('pointerdown', onPointer, true);
  }, []);

  useEffect(() => {
    panel.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active, found]);

  const open = (chat: ChatSummary | undefined): void => {
    if (!chat) return;
    onClose(false);
    session.openChat(chat.chat_id);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step !== undefined) setActive(Math.min(Math.max(0, active + step), Math.max(0, chats.length - 1)));
    else if (event.key === 'Enter') open(chats[active]);
    else if (event.key === 'Escape') onClose(true);
    else if (event.key === 'Tab') return onClose(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="chat-list" ref={panel} onKeyDown={onKeyDown}>
      <input
        class="text-input"
        ref={input}
        type="text"
        placeholder="Search chats"
        aria-label="Search chats"
        role="combobox"
        aria-expanded="true"
        aria-controls="chat-options"
        aria-activedescendant={chats[active] ? `chat-${chats[active].chat_id}` : undefined}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <div class="chat-options" id="chat-options" role="listbox" aria-label="Chats">
        {chats.map((chat, index) => (
          <div
            key={chat.chat_id}
            id={`chat-${chat.chat_id}`}
            class={`row chat-option${index === active ? ' active' : ''}`}
            role="option"
            aria-selected={index === active}
            title={`${chat.title}\n${statusWord[chat.status]} · ${formatCount(chat.turns, 'turn')}${spentWords(chat.spent)}`}
            onPointerMove={() => setActive(index)}
            onClick={() => open(chat)}
          >
            <Icon name={statusIcon[chat.status]} />
            <span class="chat-title">{chat.title === '' ? 'New chat' : chat.title}</span>
            {chat.chat_id === chatId && <span class="muted">shown</span>}
            <span class="chat-age muted">{formatAge(chat.updated_at, Date.now() * 1000)}</span>
            <span class="sr-only">{statusWord[chat.status]}</span>
          </div>
        ))}
      </div>
      {found.state === 'failed' && <div class="list-note">The chats could not be read: {found.message}</div>}
      {found.state === 'ready' && chats.length === 0 && <div class="list-note muted">{query === '' ? 'Your chats will appear here.' : 'No chat matches.'}</div>}
    </div>
  );
}

function spentWords(spent: Spent): string {
  if (spent.calls === 0) return '';
  const cost = costOf(spent);
  return ` · ${formatTokens(spent.tokens)} tokens${cost === null ? '' : ` · ${costWords(cost)}`}`;
}

const statusIcon: Record<ChatStatus, string> = {
  new: 'comment',
  in_progress: 'loading',
  awaiting_input: 'bell-dot',
  done: 'check',
  stopped: 'debug-stop',
  failed: 'error',
  limit_reached: 'warning',
  interrupted: 'debug-disconnect',
};

const statusWord: Record<ChatStatus, string> = {
  new: 'New',
  in_progress: 'Working',
  awaiting_input: 'Waiting for you',
  done: 'Done',
  stopped: 'Stopped',
  failed: 'Failed',
  limit_reached: 'Limit reached',
  interrupted: 'Interrupted',
};
