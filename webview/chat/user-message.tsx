// What the person wrote, as they wrote it.
import { memo } from '../kit/memo';
import type { UserItem } from './items';

export const UserMessage = memo(function UserMessage({ item }: { item: UserItem }) {
  return (
    <div class={`user-message${item.pending ? ' pending' : ''}`} role="group" aria-label="You" id={`message-${item.id}`}>
      {item.text}
    </div>
  );
});
