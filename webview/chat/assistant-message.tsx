// An answer: the folded reasoning, then its text. While it is written only this component renders again.
import { Disclosure } from '../kit/components';
import { Markdown } from '../kit/markdown';
import { memo } from '../kit/memo';
import { formatDuration } from '../../shared/format';
import type { AssistantItem } from './items';
import { useSession } from './session-context';

export const AssistantMessage = memo(function AssistantMessage({ item }: { item: AssistantItem }) {
  const session = useSession();
  return (
    <div class="assistant-message" role="group" aria-label="BooCode" id={`message-${item.id}`} data-item={item.id}>
      {item.reasoning.trim() !== '' && <Reasoning item={item} />}
      {item.text !== '' && <Markdown text={item.text} growing={item.growing === true} onCopy={(text) => session.copy(text)} />}
      {item.partial && <div class="muted cut-off">This answer was cut off; it is kept as far as it came.</div>}
    </div>
  );
});

function Reasoning({ item }: { item: AssistantItem }) {
  const thinking = item.growing === true && item.text === '';
  return (
    <Disclosure id={`reasoning-${item.id}`} label={<span class={`muted${thinking ? ' shimmer' : ''}`}>{reasoningLabel(item, thinking)}</span>}>
      {() => <div class="reasoning">{item.reasoning.trim()}</div>}
    </Disclosure>
  );
}

function reasoningLabel(item: AssistantItem, thinking: boolean): string {
  if (thinking) return 'Thinking…';
  return item.reasoning_ms === null ? 'Thought' : `Thought for ${formatDuration(item.reasoning_ms)}`;
}
