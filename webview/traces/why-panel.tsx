// Why something was slow, expensive or failed: what the host found in the trace, with the rows it rests on.
import { useEffect, useState } from 'preact/hooks';
import { formatPercent } from '../../shared/format';
import type { WhyAnswer, WhyQuestion } from '../../shared/trace-answers';
import type { TraceRef } from '../../shared/trace-parts';
import { Button, ErrorBox } from '../kit/components';
import { visibleText } from '../kit/visible-text';
import { timeColor } from './time-look';
import type { TracesSession } from './traces-session';
import { timeKinds, type TimeKind } from '../../shared/turn-time';

export type WhyScope = { chat_id: string; turn_number: number | null };

const questions: readonly [WhyQuestion, string][] = [
  ['slow', 'Why slow?'],
  ['expensive', 'Why expensive?'],
  ['failed', 'Why did it fail?'],
];

type Props = { scope: WhyScope; question: WhyQuestion; session: TracesSession; onAsk(question: WhyQuestion): void; onWholeChat(): void; onShow(ref: TraceRef): void };

export function WhyPanel({ scope, question, session, onAsk, onWholeChat, onShow }: Props) {
  const [answer, setAnswer] = useState<WhyAnswer | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let left = false;
    setFailure(null);
    setAnswer(null);
    const { chat_id, turn_number } = scope;
    session.wire.request('why', { question, scope: { chat_id, ...(turn_number !== null && { turn_number }) } }).then(
      (found) => {
        if (!left) setAnswer(found);
      },
      (error: unknown) => {
        if (!left) setFailure(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      left = true;
    };
  }, [scope.chat_id, scope.turn_number, question, tries]);
  return (
    <div class="why">
      <div class="choices" role="radiogroup" aria-label="Question">
        {questions.map(([one, label]) => (
          <button key={one} type="button" class="choice" role="radio" aria-checked={one === question} tabIndex={one === question ? 0 : -1} onClick={() => onAsk(one)} onKeyDown={(event) => onChoiceKey(event, one, onAsk)}>
            {label}
          </button>
        ))}
      </div>
      <div class="why-scope muted">
        {scope.turn_number === null ? 'All of this chat' : `Turn ${scope.turn_number}`}
        {scope.turn_number !== null && (
          <button type="button" class="link-button" onClick={onWholeChat}>
            Ask of the whole chat
          </button>
        )}
        <button type="button" class="link-button" onClick={() => setTries(tries + 1)}>
          Look again
        </button>
      </div>
      <div aria-live="polite">
        {failure !== null && (
          <ErrorBox message={`The trace could not be looked through: ${failure}`} nextStep="It is kept. Try again.">
            <Button kind="primary" onClick={() => setTries(tries + 1)}>Try Again</Button>
          </ErrorBox>
        )}
        {answer === null && failure === null && <div class="skeleton" role="status" aria-label="Looking through the trace" />}
        {answer !== null && <Answer answer={answer} onShow={onShow} />}
      </div>
    </div>
  );
}

function onChoiceKey(event: KeyboardEvent, one: WhyQuestion, onAsk: (question: WhyQuestion) => void): void {
  const step = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const at = questions.findIndex(([question]) => question === one);
  const next = questions[(at + step + questions.length) % questions.length];
  if (!next) return;
  onAsk(next[0]);
  const group = event.currentTarget instanceof HTMLElement ? event.currentTarget.parentElement : null;
  group?.querySelectorAll<HTMLElement>('.choice')[questions.indexOf(next)]?.focus();
}

function Answer({ answer, onShow }: { answer: WhyAnswer; onShow(ref: TraceRef): void }) {
  return (
    <>
      <h2 class="why-headline">{visibleText(answer.headline)}</h2>
      {answer.shares.length > 0 && (
        <>
          <div class="share-bar" aria-hidden="true">
            {answer.shares.map((share) => (
              <span key={share.kind} style={{ width: `${share.share * 100}%`, background: shareColor(share.kind) }} />
            ))}
          </div>
          <table class="split-table">
            <tbody>
              {answer.shares.map((share) => (
                <tr key={share.kind}>
                  <th scope="row">
                    <span class="swatch" style={{ background: shareColor(share.kind) }} /> {share.label}
                  </th>
                  <td class="number">{share.figure}</td>
                  <td class="number muted">{formatPercent(share.share)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <ol class="findings">
        {answer.findings.map((finding) => (
          <li key={finding.title}>
            <div class="finding-title">
              {visibleText(finding.title)}
              {finding.share !== null && <span class="muted number"> {formatPercent(finding.share)}</span>}
            </div>
            <div class="muted">{visibleText(finding.detail)}</div>
            {finding.at.length > 0 && (
              <div class="finding-rows">
                {finding.at.map((ref) => (
                  <button key={`${ref.chat_id}${ref.turn_number}${ref.trace_id}`} type="button" class="link-button" onClick={() => onShow(ref)}>
                    {visibleText(ref.label)}
                  </button>
                ))}
              </div>
            )}
          </li>
        ))}
      </ol>
      <p class="muted">Read from the trace: {answer.basis}. No model was asked.</p>
    </>
  );
}

const tokenColors: Record<string, string> = {
  fresh: 'var(--cache-miss)',
  cached: 'var(--vscode-charts-green)',
  written: 'var(--vscode-charts-yellow)',
  output: 'var(--vscode-charts-blue)',
  reasoning: 'var(--vscode-charts-purple)',
};

function shareColor(kind: WhyAnswer['shares'][number]['kind']): string {
  return isTimeKind(kind) ? timeColor(kind) : (tokenColors[kind] ?? 'var(--cache-miss)');
}

function isTimeKind(kind: string): kind is TimeKind {
  return (timeKinds as readonly string[]).includes(kind);
}
