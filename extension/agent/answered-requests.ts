// Finds in the events of a chat what each answer was asked with. The fold of history.ts makes the conversation anew; which
// part of it a request had is known from where it stood when its turn began.
import type { SequencedEvent } from '../../shared/events';
import type { ModelMessage } from '../providers/model';
import type { Conversation } from './history';

type CallComplete = Extract<SequencedEvent, { type: 'llm_call:complete' }>;

/** `messages` are those of the request; the conversation may have grown since. */
export type AnsweredRequest = { call: CallComplete; messages: readonly ModelMessage[] };

/** A call that a server began to answer: it has read what it was sent, and may have kept it. */
export function beganToAnswer({ usage, first_token_ms }: Pick<CallComplete, 'usage' | 'first_token_ms'>): boolean {
  return usage !== null || first_token_ms !== null;
}

export class AnsweredRequests {
  readonly #conversation: Conversation;
  #asked: { llmCallId: string; messages: readonly ModelMessage[]; count: number } | null = null;
  #last: { call: CallComplete; messages: readonly ModelMessage[]; count: number } | null = null;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** To be told of every event after the conversation was. */
  apply(event: SequencedEvent): void {
    if (event.type === 'turn:start') {
      const { messages } = this.#conversation;
      this.#asked = { llmCallId: event.llm_call_id, messages, count: messages.length };
    } else if (event.type === 'llm_call:complete' && event.purpose === undefined) {
      if (beganToAnswer(event) && this.#asked?.llmCallId === event.llm_call_id) this.#last = { ...this.#asked, call: event };
    }
  }

  /** What the call whose turn has begun is asked with; null when it is not the newest one. */
  asked(llmCallId: string): readonly ModelMessage[] | null {
    return this.#asked?.llmCallId === llmCallId ? this.#asked.messages.slice(0, this.#asked.count) : null;
  }

  /** The newest answer so far. What stood in its request stays as it is: an array whose messages change is another one. */
  get last(): AnsweredRequest | null {
    return this.#last && { call: this.#last.call, messages: this.#last.messages.slice(0, this.#last.count) };
  }
}
