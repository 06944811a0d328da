// The approvals of one chat that wait for a person, and what was allowed for the rest of its session.
import type { ApprovalDecision } from '../../shared/events';
import { sessionGrantKey } from './approval-policy';
import type { ApprovalAnswer, ApprovalQuestion } from './ports';

type Waiting = { question: ApprovalQuestion; answer: (answer: ApprovalAnswer) => void };

export class Approvals {
  readonly #waiting = new Map<string, Waiting>();
  readonly #granted = new Set<string>();

  /** Waits for `decide` or the signal. Never rejects. `remember`: a plain yes holds for the session too. */
  ask(question: ApprovalQuestion, signal: AbortSignal, remember = false): Promise<ApprovalAnswer> {
    if (signal.aborted) return Promise.resolve({ decision: 'cancelled', rejected_hunks: [] });
    return new Promise((resolve) => {
      const answer = (given: ApprovalAnswer): void => {
        this.#waiting.delete(question.approval_id);
        signal.removeEventListener('abort', onAbort);
        const key = sessionGrantKey(question);
        // What holds always holds in this session too, should it not be found the next time.
        const holds = given.decision === 'allow_session' || given.decision === 'allow_always' || (given.decision === 'allow' && remember);
        if (holds && key !== null) this.#granted.add(key);
        resolve(given);
      };
      const onAbort = (): void => answer({ decision: 'cancelled', rejected_hunks: [] });
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(question.approval_id, { question, answer });
    });
  }

  isGranted(question: ApprovalQuestion): boolean {
    const key = sessionGrantKey(question);
    return key !== null && this.#granted.has(key);
  }

  /** False when no such question is open or this was not offered: a forged or late answer does nothing. */
  decide(approvalId: string, decision: Exclude<ApprovalDecision, 'cancelled'>, rejectedHunks: readonly number[] = []): boolean {
    const waiting = this.#waiting.get(approvalId);
    if (waiting === undefined || !isOffered(waiting.question, decision, rejectedHunks)) return false;
    waiting.answer({ decision, rejected_hunks: rejectedHunks });
    return true;
  }

  /** The open question with its whole texts, for a diff. */
  question(approvalId: string): ApprovalQuestion | undefined {
    return this.#waiting.get(approvalId)?.question;
  }
}

function isOffered({ offers }: ApprovalQuestion, decision: ApprovalDecision, rejectedHunks: readonly number[]): boolean {
  if (rejectedHunks.length > 0) return decision === 'allow' && offers.includes('partial');
  return decision === 'allow_session' || decision === 'allow_always' ? offers.includes(decision) : true;
}
