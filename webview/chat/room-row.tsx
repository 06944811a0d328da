// Says that part of the conversation is no longer sent to the model as it was. Nothing of it is gone from the chat.
import { formatCount, formatExact, formatTokens } from '../../shared/format';
import { Button, Disclosure, Icon } from '../kit/components';
import { memo } from '../kit/memo';
import { Section } from '../kit/section';
import type { RoomItem } from './items';
import { SentAlong } from './sent-along';
import { useSession } from './session-context';

export const RoomRow = memo(function RoomRow({ item: { id, made, tokens_before, tokens_after, facts } }: { item: RoomItem }) {
  const session = useSession();
  const sizes = `About ${formatExact(tokens_before)} tokens before, ${formatExact(tokens_after)} after`;
  if (made.by === 'pruning') {
    const one = made.results === 1;
    return (
      <div class="row room-row" title={sizes}>
        <Icon name="fold" />
        <span class="quiet-label">
          To make room, {formatCount(made.results, 'old tool result')} {one ? 'is' : 'are'} no longer sent to the model. {one ? 'It is' : 'They are all'} still here.
        </span>
      </div>
    );
  }
  const label = `The conversation was summarised for the model: ${formatTokens(tokens_before)} → ${formatTokens(tokens_after)} tokens. Everything is still here.`;
  return (
    <>
      <Disclosure id={id} class="room-summary" label={<span class="quiet-label" title={sizes}>{label}</span>}>
        {() => (
          <div class="tool-details">
            <Section label="The summary, in the place of the older messages" text={made.summary} />
            <div class="details-actions">
              <Button icon="copy" onClick={() => session.copy(made.summary)}>
                Copy
              </Button>
            </div>
          </div>
        )}
      </Disclosure>
      {facts && <SentAlong id={id} facts={facts} />}
    </>
  );
});
