// The conversation a model is sent, folded from recorded events: the same fold serves a live run and a resumed
// one, so both send the same bytes. It only ever grows, but where a recorded event makes room; a result takes the
// place reserved by its call.
import * as z from 'zod';
import type { ProjectFact, SequencedEvent } from '../../shared/events';
import { inputTokens, totalTokens } from '../../shared/usage-math';
import type { ModelMessage, ToolSchema } from '../providers/model';
import { interruptedText } from '../session/open-work';
import { leftOutText } from './context-words';
import { messageBytes, openingBytes, tokensOfBytes, unwrittenBytes } from './message-size';

const readableOutput = z.object({ text: z.string() });

/** What a run sends of its conversation. */
export interface Conversation {
  /**
   * Grows with what is recorded; the objects of old messages stay the same. Another array once room was made: then
   * messages are gone or others.
   */
  readonly messages: readonly ModelMessage[];
  /** Of the next request, without its answer: what the last call said, and what was added since by its length. */
  estimatedTokens(tools: readonly ToolSchema[]): number;
  /** What the user is being answered; `from` is where it stands in `messages`, null once it was cut. */
  readonly asked: { texts: readonly string[]; from: number | null };
  /** `failed`: in this run, and nothing became of it; `unused`: nothing was answered since. Null: it may be tried. */
  readonly lastSummary: 'failed' | 'unused' | null;
}

export const summaryFailedNotice = 'summary_failed';

export class History implements Conversation {
  #messages: ModelMessage[] = [];
  /** By the id of a call, where its result stands. */
  #places = new Map<string, number>();
  /** `place`: of the message beside which it was told. */
  #facts = new Map<ProjectFact['kind'], { digest: string; place: number }>();
  /** Where facts belong that come now; null when nothing that waits to be sent takes them. */
  #factsPlace: number | null = null;
  #owesFacts = false;
  #asked: { texts: string[]; from: number | null } = { texts: [], from: null };
  #isBeingAnswered = true;
  #lastSummary: 'failed' | 'unused' | null = null;
  /** What the newest call counted, its answer included; null before one has. */
  #counted: number | null = null;
  /** Of messages that are not in `#counted`. */
  #addedBytes = 0;
  /** Where the answer stands whose call has not been counted yet; null when there is none. */
  #answerPlace: number | null = null;

  get messages(): readonly ModelMessage[] {
    return this.#messages;
  }

  get asked(): Conversation['asked'] {
    return this.#asked;
  }

  get lastSummary(): Conversation['lastSummary'] {
    return this.#lastSummary;
  }

  /** Something waits to be sent beside which the model was not told of the project yet. */
  get owesFacts(): boolean {
    return this.#owesFacts;
  }

  /** The digests of what the model was told of the project and still sees. */
  get knownFacts(): ReadonlyMap<ProjectFact['kind'], string> {
    return new Map([...this.#facts].map(([kind, { digest }]) => [kind, digest]));
  }

  estimatedTokens(tools: readonly ToolSchema[]): number {
    return this.#counted === null ? tokensOfBytes(openingBytes(tools) + this.#addedBytes) : this.#counted + tokensOfBytes(this.#addedBytes);
  }

  apply(event: SequencedEvent): void {
    switch (event.type) {
      case 'run:start':
        if (this.#lastSummary === 'failed') this.#lastSummary = null;
        return;
      case 'message:user':
        if (this.#isBeingAnswered) this.#asked = { texts: [], from: this.#messages.length };
        this.#isBeingAnswered = false;
        this.#asked.texts.push(event.text);
        this.#factsPlace = this.#messages.length;
        this.#owesFacts = true;
        this.#push({ role: 'user', text: event.text });
        return;
      case 'context:facts':
        this.#owesFacts = false;
        this.#tellFacts(event.text, event.facts);
        return;
      case 'turn:start':
        this.#owesFacts = false;
        return;
      case 'auto_fix:step':
        if (event.model_text !== null) this.#push({ role: 'user', text: event.model_text });
        return;
      case 'message:assistant': {
        this.#isBeingAnswered = true;
        this.#factsPlace = null;
        if (event.text === '' && event.tool_calls.length === 0) return;
        if (this.#lastSummary === 'unused') this.#lastSummary = null;
        const { text, reasoning, tool_calls } = event;
        this.#answerPlace = this.#messages.length;
        this.#push({ role: 'assistant', text, reasoning, tool_calls });
        for (const { tool_call_id, tool_name } of tool_calls) {
          this.#places.set(tool_call_id, this.#messages.length);
          this.#push({ role: 'tool', tool_call_id, tool_name, text: interruptedText });
        }
        return;
      }
      case 'llm_call:complete':
        if (event.purpose !== undefined) return;
        // No request is empty: a server that counts no input does not count.
        if (event.usage !== null && inputTokens(event.usage) > 0) this.#count(totalTokens(event.usage));
        this.#answerPlace = null;
        return;
      case 'tool_trace:complete': {
        const output = readableOutput.safeParse(event.output);
        this.#setResult(event.tool_call_id, output.success ? output.data.text : (event.error ?? interruptedText));
        return;
      }
      case 'notice':
        if (event.code === summaryFailedNotice) this.#lastSummary = 'failed';
        return;
      case 'context:pruned':
        this.#messages = [...this.#messages];
        for (const id of event.tool_call_ids) this.#setResult(id, leftOutText);
        this.#counted = event.tokens_after;
        this.#addedBytes = 0;
        return;
      case 'context:compacted':
        this.#compact(event.text, event.kept_messages);
        this.#counted = event.tokens_after;
        this.#addedBytes = 0;
        return;
      default:
        return;
    }
  }

  #push(message: ModelMessage): void {
    this.#messages.push(message);
    this.#addedBytes += messageBytes(message);
  }

  #replace(place: number, before: ModelMessage, after: ModelMessage): void {
    this.#messages[place] = after;
    this.#addedBytes += messageBytes(after) - messageBytes(before);
  }

  #setResult(toolCallId: string, text: string): void {
    const place = this.#places.get(toolCallId);
    const before = place === undefined ? undefined : this.#messages[place];
    if (place !== undefined && before?.role === 'tool') this.#replace(place, before, { ...before, text });
  }

  #tellFacts(context: string, facts: readonly ProjectFact[]): void {
    const place = this.#factsPlace;
    const message = place === null ? undefined : this.#messages[place];
    if (place === null || message?.role !== 'user') return;
    this.#replace(place, message, { ...message, context });
    for (const { kind, digest } of facts) {
      const first = this.#facts.get(kind)?.place ?? place;
      // Instructions are told file by file: all of them are still seen only where the first is.
      this.#facts.set(kind, { digest, place: kind === 'instructions' ? Math.min(place, first) : place });
    }
  }

  /** The answer stands in the history by now, and with it places for results that the call knew nothing of. */
  #count(tokens: number): void {
    this.#counted = tokens;
    const answered = this.#answerPlace === null ? [] : this.#messages.slice(this.#answerPlace);
    this.#addedBytes = answered.reduce((sum, message) => sum + (message.role === 'assistant' ? unwrittenBytes(message) : messageBytes(message)), 0);
  }

  #compact(text: string, keptMessages: number): void {
    const from = Math.max(0, this.#messages.length - keptMessages);
    const moved = (place: number): number => place - from + 1;
    this.#messages = [{ role: 'user', text }, ...this.#messages.slice(from)];
    this.#places = new Map([...this.#places].filter(([, place]) => place >= from).map(([id, place]) => [id, moved(place)]));
    // What was told beside a message that is gone will be told anew.
    this.#facts = new Map([...this.#facts].filter(([, { place }]) => place >= from).map(([kind, { digest, place }]) => [kind, { digest, place: moved(place) }]));
    const { texts, from: askedFrom } = this.#asked;
    this.#asked = { texts, from: askedFrom === null || askedFrom < from ? null : moved(askedFrom) };
    this.#factsPlace = 0;
    this.#owesFacts = true;
    this.#lastSummary = 'unused';
  }
}
