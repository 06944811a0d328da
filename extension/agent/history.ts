// The conversation a model is sent, folded from recorded events: the same fold serves a live run and a resumed
// one, so both send the same bytes. It only ever grows; a result takes the place reserved by its call.
import * as z from 'zod';
import type { ProjectFact, SequencedEvent } from '../../shared/events';
import type { ModelMessage, ToolSchema } from '../providers/model';
import { interruptedText } from '../session/open-work';

const readableOutput = z.object({ text: z.string() });

/** What a run sends of its conversation. */
export interface Conversation {
  /** Grows with what is recorded; the objects of old messages stay the same. */
  readonly messages: readonly ModelMessage[];
  /** Of the next request, without its answer: what the last call said, and what was added since by its length. */
  estimatedTokens(tools: readonly ToolSchema[]): number;
}

export class History implements Conversation {
  readonly #messages: ModelMessage[] = [];
  readonly #knownFacts = new Map<ProjectFact['kind'], string>();
  readonly #places = new Map<string, number>();

  get messages(): readonly ModelMessage[] {
    return this.#messages;
  }

  /** The digests of what the model was told of the project and still sees. */
  get knownFacts(): ReadonlyMap<ProjectFact['kind'], string> {
    return this.#knownFacts;
  }

  estimatedTokens(tools: readonly ToolSchema[]): number {
    return Math.ceil(Buffer.byteLength(JSON.stringify([tools, this.#messages])) / 3);
  }

  apply(event: SequencedEvent): void {
    switch (event.type) {
      case 'message:user':
        this.#messages.push({ role: 'user', text: event.text });
        return;
      case 'context:facts': {
        for (const { kind, digest } of event.facts) this.#knownFacts.set(kind, digest);
        const last = this.#messages.at(-1);
        if (last?.role === 'user') this.#messages[this.#messages.length - 1] = { ...last, context: event.text };
        return;
      }
      case 'auto_fix:step':
        if (event.model_text !== null) this.#messages.push({ role: 'user', text: event.model_text });
        return;
      case 'message:assistant': {
        if (event.text === '' && event.tool_calls.length === 0) return;
        const { text, reasoning, tool_calls } = event;
        this.#messages.push({ role: 'assistant', text, reasoning, tool_calls });
        for (const { tool_call_id, tool_name } of tool_calls) {
          this.#places.set(tool_call_id, this.#messages.length);
          this.#messages.push({ role: 'tool', tool_call_id, tool_name, text: interruptedText });
        }
        return;
      }
      case 'tool_trace:complete': {
        const place = this.#places.get(event.tool_call_id);
        const reserved = place === undefined ? undefined : this.#messages[place];
        if (place === undefined || reserved?.role !== 'tool') return;
        const output = readableOutput.safeParse(event.output);
        const text = output.success ? output.data.text : (event.error ?? interruptedText);
        this.#messages[place] = { ...reserved, text };
        return;
      }
      default:
        return;
    }
  }
}
