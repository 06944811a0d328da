// The questions of one chat that the model asked and a person has not answered yet.
import type { UserAnswer } from '../tools/user-questions';
import type { OpenQuestion } from './ports';

export class UserQuestions {
  readonly #waiting = new Map<string, { question: OpenQuestion; answer: (answer: UserAnswer | 'dismissed') => void }>();

  /** Waits for `answer` or the signal. Never rejects. */
  ask(question: OpenQuestion, signal: AbortSignal): Promise<UserAnswer | 'dismissed'> {
    if (signal.aborted) return Promise.resolve('dismissed');
    return new Promise((resolve) => {
      const answer = (given: UserAnswer | 'dismissed'): void => {
        this.#waiting.delete(question.question_id);
        signal.removeEventListener('abort', onAbort);
        resolve(given);
      };
      const onAbort = (): void => answer('dismissed');
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(question.question_id, { question, answer });
    });
  }

  /** Null closes the question. False when it is not open or the answer is none to it: a forged or late one does nothing. */
  answer(questionId: string, given: UserAnswer | null): boolean {
    const waiting = this.#waiting.get(questionId);
    if (waiting === undefined) return false;
    if (given === null) {
      waiting.answer('dismissed');
      return true;
    }
    const { choices, multi_select } = waiting.question;
    const chosen = choices.map(({ label }) => label).filter((label) => given.chosen.includes(label));
    const isAnswer = chosen.length === given.chosen.length && (multi_select || chosen.length <= 1) && (chosen.length > 0 || given.text.trim() !== '');
    if (isAnswer) waiting.answer({ chosen, text: given.text });
    return isAnswer;
  }
}
