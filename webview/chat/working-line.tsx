// One line at the end of the conversation while the agent works: what it is doing right now.
import { useEffect, useState } from 'preact/hooks';
import { formatBytes } from '../../shared/format';
import { Icon } from '../kit/components';
import type { ChatView } from './state';

type WorkingLineProps = Pick<ChatView, 'model' | 'writing'> & { quiet: boolean; elsewhere: boolean };

/** `quiet`: something else in sight already moves. The line keeps its place so that nothing jumps. */
export function WorkingLine({ model, writing, quiet, elsewhere }: WorkingLineProps) {
  if (elsewhere) {
    return (
      <div class="row working-line muted">
        <Icon name="loading" spin />
        <span>Another window or run works here</span>
      </div>
    );
  }
  if (model?.status === 'retrying') return <Retrying reason={model.reason} attempt={model.attempt} retryAt={model.retry_at} />;
  const text = writing !== null ? `Writing ${writing.tool_name} · ${formatBytes(writing.bytes)}` : model?.status === 'waiting' ? 'Waiting for the model' : 'Working';
  return (
    <div class={`row working-line muted${quiet ? ' quiet' : ''}`} aria-hidden={quiet ? 'true' : undefined}>
      <Icon name="loading" spin />
      <span>{text}</span>
    </div>
  );
}

function Retrying({ reason, attempt, retryAt }: { reason: string; attempt: number; retryAt: number | null }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt / 1000 - now) / 1000));
  return (
    <div class="row working-line retrying">
      <Icon name="warning" />
      <div>
        <div>{reason === '' ? 'The model did not answer.' : reason}</div>
        <div class="muted number">
          {seconds > 0 ? `Trying again in ${seconds} s` : 'Trying again'} · attempt {attempt}
        </div>
      </div>
    </div>
  );
}
