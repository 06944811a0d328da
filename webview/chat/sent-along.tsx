// The project facts that the model got beside a message: a line that says what, and opens to the very text.
import { Button, Disclosure } from '../kit/components';
import { Section } from '../kit/section';
import { visibleText } from '../kit/visible-text';
import type { SentFacts } from './items';
import { useSession } from './session-context';

export function SentAlong({ id, facts: { text, labels } }: { id: string; facts: SentFacts }) {
  const session = useSession();
  const label = `Sent along: ${labels.length === 0 ? 'project facts' : labels.join(', ')}`;
  return (
    <Disclosure id={`facts-${id}`} class="sent-along" label={<span class="quiet-label">{visibleText(label)}</span>}>
      {() => (
        <div class="tool-details">
          <Section label="Exactly this was sent" text={text} />
          <div class="details-actions">
            <Button icon="copy" onClick={() => session.copy(text)}>
              Copy
            </Button>
          </div>
        </div>
      )}
    </Disclosure>
  );
}
