// What a tool may ask the person at the keyboard. Whoever shows questions implements the port.

import type { UserChoice } from '../../shared/events';

export type UserQuestion = {
  question: string;
  /** None, or two to six to choose from; a text of one's own can always be given. */
  choices: readonly UserChoice[];
  /** Whether several may be chosen. */
  multi_select: boolean;
};

/** Labels of the chosen, in the order of the choices, and what was typed; not both empty. */
export type UserAnswer = { chosen: readonly string[]; text: string };

/**
 * `unavailable`: nobody is there to ask. `dismissed`: the question was closed without an answer, or the run was
 * stopped. Never rejects.
 */
export type AskUser = (question: UserQuestion, signal: AbortSignal) => Promise<UserAnswer | 'unavailable' | 'dismissed'>;
