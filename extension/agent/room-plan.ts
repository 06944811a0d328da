// What of a conversation could be left out or summarised, and what that would free. Decides nothing and changes nothing.
import type { ModelMessage, ToolSchema } from '../providers/model';
import { leftOutText } from './context-words';
import type { Conversation } from './history';
import { messageBytes, openingBytes } from './message-size';

/** What is not worth leaving out: it is hardly longer than what would stand in its place. */
const smallResultBytes = 500;
const leftOutBytes = messageBytes({ role: 'tool', tool_call_id: '', tool_name: '', text: leftOutText });

type ToolMessage = Extract<ModelMessage, { role: 'tool' }>;

/** All figures are estimates in tokens, in proportion to bytes. Holds for the conversation as it is when this is made. */
export class RoomPlan {
  /** Of the next request, without its answer. */
  readonly used: number;
  readonly #messages: readonly ModelMessage[];
  readonly #asked: Conversation['asked'];
  readonly #bytes: readonly number[];
  /** Of all messages before a place. */
  readonly #before: readonly number[];
  readonly #opening: number;
  readonly #tokensPerByte: number;

  constructor(conversation: Conversation, tools: readonly ToolSchema[]) {
    this.#messages = conversation.messages;
    this.#asked = conversation.asked;
    this.#bytes = this.#messages.map(messageBytes);
    let before = 0;
    this.#before = [0, ...this.#bytes.map((bytes) => (before += bytes))];
    this.#opening = openingBytes(tools);
    this.used = conversation.estimatedTokens(tools);
    this.#tokensPerByte = this.used / (this.#opening + before);
  }

  /** Results that the model has read, those in the newest `keptShare` of the conversation excepted. */
  readResults(keptShare: number): number[] {
    let until = this.#unreadFrom;
    const kept = this.#since(0) * keptShare;
    while (until > 0 && this.#since(until) < kept) until--;
    return this.#results(0, until);
  }

  /** Results that the model is about to read, the longest first. */
  unreadResults(): number[] {
    return this.#results(this.#unreadFrom, this.#messages.length).sort((a, b) => this.#size(b) - this.#size(a));
  }

  /** What a request comes to that holds nothing but what has to be sent: what was asked and what is unread. */
  get smallest(): number {
    return this.#tokens(this.#opening + this.#since(this.#unreadFrom));
  }

  /** The longest message and what it comes to; null in an empty conversation. */
  get longest(): { message: ModelMessage; tokens: number } | null {
    const place = this.#bytes.indexOf(Math.max(...this.#bytes));
    const message = this.#messages[place];
    return message ? { message, tokens: this.#tokens(this.#size(place)) } : null;
  }

  freedBy(results: readonly number[]): number {
    return this.#tokens(results.reduce((sum, place) => sum + this.#size(place) - leftOutBytes, 0));
  }

  callIds(results: readonly number[]): string[] {
    return results.flatMap((place) => this.#result(place)?.tool_call_id ?? []);
  }

  /**
   * The conversation up to `until` fits into `most` tokens; null when nothing of it does. What stays as it is begins
   * where no result is parted from its call, and is about `keep` tokens long, or longer by what was not summarised; by
   * a message that nothing was said to yet, which a summary would only repeat; and with `keepsUnread` by the newest results.
   */
  cut(most: number, keep: number, keepsUnread: boolean): { until: number; keptFrom: number; freed: number } | null {
    let until = this.#messages.length;
    while (until > 0 && (!this.#isBorder(until) || this.#tokens(this.#opening + this.#until(until)) > most)) until--;
    if (until === 0) return null;
    let keptFrom = until;
    for (let place = until - 1; place > 0 && this.#tokens(this.#since(place)) <= keep; place--) {
      if (this.#isBorder(place)) keptFrom = place;
    }
    const newest = this.#newestFrom;
    if (newest > 0 && (keepsUnread || newest === this.#asked.from)) keptFrom = Math.min(keptFrom, newest);
    return { until, keptFrom, freed: this.#tokens(this.#until(keptFrom)) };
  }

  /** With `summary` in the place of everything before `keptFrom`. */
  after(summary: string, keptFrom: number): number {
    return this.#tokens(this.#opening + messageBytes({ role: 'user', text: summary }) + this.#since(keptFrom));
  }

  get #unreadFrom(): number {
    const answered = this.#messages.findLastIndex(({ role }) => role === 'assistant') + 1;
    return Math.max(answered, this.#asked.from ?? 0);
  }

  /** Where what is unread begins, with the calls it belongs to. */
  get #newestFrom(): number {
    const unread = this.#unreadFrom;
    return this.#isBorder(unread) ? unread : unread - 1;
  }

  #results(from: number, until: number): number[] {
    const isLong = (place: number): boolean => this.#result(place) !== null && this.#size(place) > smallResultBytes;
    return this.#bytes.flatMap((_, place) => (place >= from && place < until && isLong(place) ? [place] : []));
  }

  #result(place: number): ToolMessage | null {
    const message = this.#messages[place];
    return message?.role === 'tool' ? message : null;
  }

  #isBorder(place: number): boolean {
    return this.#messages[place]?.role !== 'tool';
  }

  #size(place: number): number {
    return this.#bytes[place] ?? 0;
  }

  #until(place: number): number {
    return this.#before[place] ?? 0;
  }

  #since(place: number): number {
    return this.#until(this.#bytes.length) - this.#until(place);
  }

  #tokens(bytes: number): number {
    return Math.ceil(bytes * this.#tokensPerByte);
  }
}
