// Follow-ups that wait until the agent is done, each with its way out.
import { Icon, IconButton } from '../kit/components';
import { memo } from '../kit/memo';
import type { QueuedMessage } from './items';
import { useSession } from './session-context';

export const Queue = memo(function Queue({ queue }: { queue: readonly QueuedMessage[] }) {
  const session = useSession();
  if (queue.length === 0) return null;
  return (
    <ul class="queue" aria-label="Queued messages">
      {queue.map((message) => (
        <li key={message.message_id} class="row queued">
          <Icon name="clock" />
          <span class="queued-text" title={message.text}>
            {message.text}
          </span>
          <IconButton icon="close" label="Remove from Queue" onClick={() => session.unqueue(message.message_id)} />
        </li>
      ))}
    </ul>
  );
});
