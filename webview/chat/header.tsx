// The chat's title, and the ways out of it: new chat, other chats, its traces.
import { useRef, useState } from 'preact/hooks';
import { IconButton } from '../kit/components';
import { ChatList } from './chat-list';
import { useSession } from './session-context';

export function Header({ title, chatId }: { title: string; chatId: string | null }) {
  const session = useSession();
  const [listOpen, setListOpen] = useState(false);
  const listButton = useRef<HTMLButtonElement>(null);
  const closeList = (returnFocus: boolean): void => {
    setListOpen(false);
    if (returnFocus) listButton.current?.focus();
  };
  return (
    <header class="header">
      <h1 class="title" title={title}>
        {title}
      </h1>
      <div class="header-buttons">
        <IconButton icon="add" label="New Chat" onClick={() => session.openChat(null)} />
        <IconButton icon="history" label="Show Chats" expanded={listOpen} buttonRef={listButton} onClick={() => setListOpen(!listOpen)} />
        <IconButton icon="list-tree" label="Open Traces" onClick={() => session.run('open_traces')} />
      </div>
      {listOpen && <ChatList chatId={chatId} onClose={closeList} />}
    </header>
  );
}
