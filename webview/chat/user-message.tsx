// What the person wrote, as they wrote it, and below it what was sent along of the project.
import { memo } from '../kit/memo';
import type { UserItem } from './items';
import { SentAlong } from './sent-along';

export const UserMessage = memo(function UserMessage({ item }: { item: UserItem }) {
  return (
    <>
      <div class={`user-message${item.pending ? ' pending' : ''}`} role="group" aria-label="You" id={`message-${item.id}`}>
        {item.text}
      </div>
      {item.facts && <SentAlong id={item.id} facts={item.facts} />}
    </>
  );
});
