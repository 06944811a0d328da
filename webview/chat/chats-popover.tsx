// The chat's title for screen readers (the view's own title shows it), and the list of chats over the conversation,
// opened by the view's title action ("BooCode: Show Chats").
import { useLayoutEffect, useState } from 'preact/hooks';
import { ChatList } from './chat-list';
import { useSession } from './session-context';

export function ChatsPopover({ title, chatId }: { title: string; chatId: string | null }) {
  const session = useSession();
  const [isOpen, setIsOpen] = useState(false);
  useLayoutEffect(() => session.onShowChats(() => setIsOpen((was) => !was)), [session]);
  const close = (returnFocus: boolean): void => {
    setIsOpen(false);
    if (returnFocus) session.focusComposer();
  };
  return (
    <header class="chats-popover">
      <h1 class="sr-only">{title}</h1>
      {isOpen && <ChatList chatId={chatId} onClose={close} />}
    </header>
  );
}
