// The questions of one chat that wait for a person, and what was allowed for the rest of its session.
import type { ApprovalDecision } from '../../shared/events';
import { sessionGrantKey } from './approval-policy';
import type { ApprovalQuestion } from './ports';

type Waiting = { question: ApprovalQuestion; answer: (decision: ApprovalDecision) => void };

export class Approvals {
  readonly #waiting = new Map<string, Waiting>();
  readonly #granted = new Set<string>();

  /** Answers at once what the session already allows; otherwise waits for `decide` or the signal. Never rejects. */
  ask(question: ApprovalQuestion, signal: AbortSignal): Promise<ApprovalDecision> {
    const key = sessionGrantKey(question.subject, question.protected_reason !== null);
    if (signal.aborted) return Promise.resolve('cancelled');
    if (key !== null && this.#granted.has(key)) return Promise.resolve('allow_session');
    return new Promise((resolve) => {
      const answer = (decision: ApprovalDecision): void => {
        this.#waiting.delete(question.approval_id);
        signal.removeEventListener('abort', onAbort);
        if (decision === 'allow_session' && key !== null) this.#granted.add(key);
        resolve(decision);
      };
      const onAbort = (): void => answer('cancelled');
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(question.approval_id, { question, answer });
    });
  }

  /** False when no such question is open: a forged or late answer does nothing. */
  decide(approvalId: string, decision: Exclude<ApprovalDecision, 'cancelled'>): boolean {
    const waiting = this.#waiting.get(approvalId);
    waiting?.answer(decision);
    return waiting !== undefined;
  }

  /** The open question with its whole texts, for a diff. */
  question(approvalId: string): ApprovalQuestion | undefined {
    return this.#waiting.get(approvalId)?.question;
  }
}
