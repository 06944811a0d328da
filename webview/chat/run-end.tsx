// How a run ended, when that needs words: a failure, a stop, a limit, an interruption. A good end is one quiet line.
import { useRef } from 'preact/hooks';
import { Button, ErrorBox } from '../kit/components';
import { formatCount, formatDuration, formatExactDuration } from '../../shared/format';
import { memo } from '../kit/memo';
import type { RunEndItem } from './items';
import { RemedyButton } from './remedy-button';
import { canRetry, remedyFor } from './remedies';
import { canGoOn, RunLimit } from './run-limit';
import { useSession } from './session-context';
import { useFocusHandOver } from './use-focus-hand-over';

/** `isLast`: only the newest end offers to try again. */
export const RunEnd = memo(function RunEnd({ item, isLast }: { item: RunEndItem; isLast: boolean }) {
  if (item.outcome === 'done') return <DoneLine item={item} />;
  const { level, message, nextStep } = words(item);
  const code = item.error?.code ?? item.outcome;
  const limit = item.error?.limit;
  return (
    <div class="run-end">
      <ErrorBox level={level} message={message} nextStep={nextStep} details={limit && <RunLimit limit={limit} />}>
        {isLast && <RunEndActions item={item} code={code} />}
      </ErrorBox>
    </div>
  );
});

function RunEndActions({ item, code }: { item: RunEndItem; code: string }) {
  const session = useSession();
  const actions = useRef<HTMLDivElement>(null);
  useFocusHandOver(actions);
  const limit = item.error?.limit;
  return (
    <div class="run-end-actions" ref={actions}>
      <RemedyButton code={code} />
      {limit && (
        <Button kind={remedyFor(code) === null ? 'primary' : 'secondary'} onClick={() => session.raiseLimit(limit)}>
          {code === 'price_unknown' ? 'Change Limit…' : 'Raise Limit…'}
        </Button>
      )}
      {(limit ? canGoOn(limit) : canRetry(code)) && <Button onClick={() => session.retry()}>{item.outcome === 'failed' ? 'Retry' : 'Continue'}</Button>}
    </div>
  );
}

function DoneLine({ item }: { item: RunEndItem }) {
  const parts = [
    ...(item.duration_ms === null ? [] : [formatDuration(item.duration_ms)]),
    ...(item.tool_calls === 0 ? [] : [formatCount(item.tool_calls, 'call')]),
    formatCount(item.turns, 'turn'),
  ];
  return (
    <div class="done-line muted" title={item.duration_ms === null ? undefined : formatExactDuration(item.duration_ms)}>
      Done · {parts.join(' · ')}
    </div>
  );
}

function words(item: RunEndItem): { level: 'error' | 'warning' | 'info'; message: string; nextStep?: string } {
  const { error, outcome } = item;
  if (error !== null) return { level: outcome === 'failed' ? 'error' : 'warning', message: error.message, nextStep: error.next_step };
  switch (outcome) {
    case 'stopped':
      return { level: 'info', message: 'Stopped. What was done so far is kept.' };
    case 'interrupted':
      return { level: 'warning', message: 'The run was cut off before it ended.', nextStep: 'What was done so far is kept. Continue when you are ready.' };
    case 'limit_reached':
      return { level: 'warning', message: 'The run reached its limit.', nextStep: 'Send a message to go on.' };
    default:
      return { level: 'error', message: 'The run failed.', nextStep: 'Try again.' };
  }
}
