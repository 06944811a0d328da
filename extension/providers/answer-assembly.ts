// Puts one streamed answer together from chat-completion chunks, forgiving what real servers get wrong: null deltas,
// empty choices, ids and names repeated in every piece, indexes missing or shared by several calls, reasoning left in
// the text, a whole message where a piece was asked for.
import * as z from 'zod';
import { json, type Json } from '../../shared/ids';
import type { ToolCall } from '../../shared/events';
import type { ModelAnswer, ModelMessage, ModelPart } from './model';
import { normaliseUsage } from './normalise-usage';
import { ThinkTags, type Told } from './think-tags';
import { withUniqueIds } from './tool-call-ids';

const toolCallPiece = z.looseObject({
  index: z.nullish(z.int().nonnegative()),
  id: z.nullish(z.string()),
  function: z.nullish(z.looseObject({ name: z.nullish(z.string()), arguments: z.nullish(z.unknown()) })),
});

const deltaSchema = z.looseObject({
  content: z.nullish(z.string()),
  refusal: z.nullish(z.string()),
  reasoning_content: z.nullish(z.string()),
  reasoning: z.nullish(z.string()),
  tool_calls: z.nullish(z.array(toolCallPiece)),
});
type Delta = z.infer<typeof deltaSchema>;

const chunkSchema = z.looseObject({
  choices: z.nullish(
    z.array(
      z.looseObject({
        index: z.nullish(z.int()),
        delta: z.nullish(deltaSchema),
        /** In place of the delta from a server that does not stream. */
        message: z.nullish(deltaSchema),
        finish_reason: z.nullish(z.string()),
      }),
    ),
  ),
  usage: z.nullish(z.unknown()),
});
type Chunk = z.infer<typeof chunkSchema>;

const isTextOrNone = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string';

function isPlainPiece(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  const { index, id, function: called } = value as Record<string, unknown>; // a view, as below
  if (!Number.isSafeInteger(index) || Number(index) < 0 || !isTextOrNone(id) || called === null || typeof called !== 'object') return false;
  return !('name' in called && !isTextOrNone(called.name));
}

/** The shape of nearly every chunk, told without the schema: it would be most of what an answer costs. */
function isPlainChunk(value: unknown): value is Chunk {
  if (value === null || typeof value !== 'object' || !('choices' in value) || !Array.isArray(value.choices) || value.choices.length !== 1) return false;
  const choice: unknown = value.choices[0];
  if (choice === null || typeof choice !== 'object' || !('delta' in choice) || 'message' in choice) return false;
  // A view of what is unknown: each field is looked at before it counts.
  const { index, delta, finish_reason } = choice as Record<string, unknown>;
  if (index !== 0 || delta === null || typeof delta !== 'object' || !isTextOrNone(finish_reason)) return false;
  const fields = delta as Record<string, unknown>;
  const { tool_calls } = fields;
  if (tool_calls !== undefined && tool_calls !== null && !(Array.isArray(tool_calls) && tool_calls.every(isPlainPiece))) return false;
  return isTextOrNone(fields['content']) && isTextOrNone(fields['refusal']) && isTextOrNone(fields['reasoning_content']) && isTextOrNone(fields['reasoning']);
}

type HandedOut = Extract<ModelPart, { type: 'text' | 'reasoning' | 'tool_call_progress' }>;
type OpenCall = { index: number | null; id: string; name: string; arguments: string };

export class AnswerAssembly {
  #text = '';
  #reasoning = '';
  readonly #tags = new ThinkTags();
  readonly #calls: OpenCall[] = [];
  #finishReason: string | null = null;
  #rawUsage: Json | null = null;

  /** What the server said about the end, in its own word; null while the answer is open. */
  get finishReason(): string | null {
    return this.#finishReason;
  }

  get usage(): Pick<ModelAnswer, 'usage' | 'raw_usage'> {
    return { usage: normaliseUsage(this.#rawUsage), raw_usage: this.#rawUsage };
  }

  /** Takes a chunk as it came; returns what is new for the reader. Throws a ZodError for what is no chunk at all. */
  accept(value: unknown): HandedOut[] {
    const chunk = isPlainChunk(value) ? value : chunkSchema.parse(value);
    if (chunk.usage != null) this.#rawUsage = json.parse(chunk.usage);
    const choice = chunk.choices?.find(({ index }) => (index ?? 0) === 0);
    if (!choice) return [];
    const delta: Delta = choice.delta ?? choice.message ?? {};
    const text = (delta.content ?? '') + (delta.refusal ?? '');
    const told = text === '' ? { reasoning: '', text } : this.#tags.add(text);
    const parts = this.#tell({ ...told, reasoning: (delta.reasoning_content ?? delta.reasoning ?? '') + told.reasoning });
    for (const piece of delta.tool_calls ?? []) {
      const call = this.#acceptPiece(piece);
      parts.push({ type: 'tool_call_progress', tool_name: call.name, bytes: call.arguments.length });
    }
    if (choice.finish_reason != null && choice.finish_reason !== '') {
      this.#finishReason = choice.finish_reason;
      parts.push(...this.#tell(this.#tags.end()));
    }
    return parts;
  }

  #tell({ reasoning, text }: Told): HandedOut[] {
    const parts: HandedOut[] = [];
    if (reasoning !== '') {
      this.#reasoning += reasoning;
      parts.push({ type: 'reasoning', delta: reasoning });
    }
    if (text !== '') {
      this.#text += text;
      parts.push({ type: 'text', delta: text });
    }
    return parts;
  }

  #acceptPiece(piece: z.infer<typeof toolCallPiece>): OpenCall {
    const index = piece.index ?? null;
    const id = piece.id ?? '';
    let call = index === null ? this.#calls.at(-1) : this.#calls.findLast((open) => open.index === index);
    // Another id on the same index is another call: some gateways number every call 0.
    const isAnother = call !== undefined && id !== '' && call.id !== '' && call.id !== id;
    // Without ids a name after complete arguments is all that tells calls apart.
    const isNameless = call !== undefined && id === '' && !!piece.function?.name && isCompleteJson(call.arguments);
    if (!call || isAnother || isNameless) {
      call = { index, id: '', name: '', arguments: '' };
      this.#calls.push(call);
    }
    if (id !== '') call.id = id;
    const name = piece.function?.name ?? '';
    if (name !== call.name) call.name += name;
    const more = piece.function?.arguments ?? '';
    call.arguments += typeof more === 'string' ? more : JSON.stringify(more);
    return call;
  }

  finish(history: readonly ModelMessage[]): ModelAnswer {
    const calls: ToolCall[] = this.#calls
      .filter((call) => call.name !== '' || call.arguments !== '')
      .map((call) => ({ tool_call_id: call.id, tool_name: call.name, arguments: call.arguments }));
    return {
      finish_reason: finishReasonOf(this.#finishReason, calls.length > 0),
      text: this.#text,
      reasoning: this.#reasoning,
      tool_calls: withUniqueIds(calls, history),
      ...this.usage,
    };
  }
}

function isCompleteJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function finishReasonOf(wire: string | null, hasCalls: boolean): ModelAnswer['finish_reason'] {
  switch (wire) {
    case 'stop':
    case 'eos':
    case 'end_turn':
    case 'tool_calls':
    case 'tool_use':
    case 'function_call':
      // Servers disagree on the word when there are calls; the calls themselves decide.
      return hasCalls ? 'tool_calls' : 'stop';
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'content_filter':
      return 'content_filter';
    default:
      return 'other';
  }
}
