// The last line of the conversation while the agent works: what it is doing right now, and for how long the model is
// waited for. Two lines high whatever it says, so that nothing above it moves.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes, formatDuration } from '../../shared/format';
import { Button, Icon } from '../kit/components';
import { useSession } from './session-context';
import type { ChatView, ModelStatus } from './state';
import { useFocusHandOver } from './use-focus-hand-over';

type WorkingLineProps = Pick<ChatView, 'model' | 'writing'> & { askedAt: number | null; quiet: boolean; elsewhere: boolean };

/** From here on it is said how long it takes. */
const countFromMs = 3_000;
/** From here on there may be a reason for it. */
const hintFromMs = 20_000;
/** Tries of one request at most; the retry policy of the providers. */
const maxAttempts = 6;

/** `quiet`: something else in sight already moves. `askedAt`: when the model was asked for what it has not answered. */
export function WorkingLine({ model, writing, askedAt, quiet, elsewhere }: WorkingLineProps) {
  if (elsewhere) return <Line>Another window or run works here</Line>;
  if (writing !== null) return <Line>{`Writing ${writing.tool_name} · ${formatBytes(writing.bytes)}`}</Line>;
  if (model?.status === 'retrying') return <Retrying key={model.attempt} status={model} />;
  // A call that is no answer says what it is for.
  if (model !== null && model.reason !== '') return <Waiting key={model.reason} words={sentence(model.reason)} since={null} attempt={model.attempt} />;
  if (model?.status === 'streaming') return <Line>Receiving the answer</Line>;
  if (quiet) return <Line quiet>Working</Line>;
  if (model === null && askedAt === null) return <Line>Working</Line>;
  const attempt = model?.attempt ?? 1;
  return <Waiting key={attempt} words="Waiting for the model" since={attempt === 1 ? askedAt : null} attempt={attempt} hint="A model on your own machine may still be loading." />;
}

function Line({ quiet = false, children }: { quiet?: boolean; children: ComponentChildren }) {
  return (
    <div class={`working-line muted${quiet ? ' quiet' : ''}`} aria-hidden={quiet ? 'true' : undefined}>
      <Icon name="loading" spin />
      <div class="working-text">{children}</div>
    </div>
  );
}

function sentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

type WaitingProps = { words: string; since: number | null; attempt: number; hint?: string };

/** `since` null: from now on. `hint`: why it may take long. */
function Waiting({ words, since, attempt, hint }: WaitingProps) {
  const now = useNow();
  const shownAt = useRef(now);
  const ms = Math.max(0, now - (since === null ? shownAt.current : since / 1000));
  const seconds = Math.floor(ms / 1000);
  return (
    <Line>
      <div class="number">
        {words}
        {ms >= countFromMs && ` · ${seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000)}`}
        {attempt > 1 && ` · attempt ${attempt} of ${maxAttempts}`}
      </div>
      <div aria-live="polite">{ms >= hintFromMs && hint}</div>
    </Line>
  );
}

const headlines: Readonly<Record<string, string>> = {
  rate_limited: 'The service limits requests',
  server: 'The service has a problem',
  timeout: 'The service did not answer in time',
  unreachable: 'The service cannot be reached',
  bad_stream: 'The answer could not be read',
};

/** The reason that says no more than the headline. */
const saidAlready = 'rate limited';

export function retryWords(code: string): string {
  return headlines[code] ?? 'The model did not answer';
}

function Retrying({ status: { reason, code, attempt, retry_at } }: { status: ModelStatus }) {
  const session = useSession();
  const now = useNow();
  const line = useRef<HTMLDivElement>(null);
  useFocusHandOver(line);
  const seconds = retry_at === null ? 0 : Math.max(0, Math.ceil((retry_at / 1000 - now) / 1000));
  return (
    <div class="working-line retrying" ref={line}>
      <Icon name={code === 'rate_limited' ? 'watch' : 'warning'} />
      <div class="working-text">
        <div class="retry-words">
          <span>{retryWords(code)}</span>
          {reason !== '' && reason !== saidAlready && <span class="muted">{reason}</span>}
        </div>
        <div class="retry-words muted number">
          <span>{seconds > 0 ? `Trying again in ${seconds} s` : 'Trying again'}</span>
          <span>
            attempt {attempt} of {maxAttempts}
          </span>
        </div>
      </div>
      <Button title="Stop (Esc)" onClick={() => session.stop()}>
        Stop
      </Button>
    </div>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return now;
}
