// Puts one answer together from the parts a model of another extension streams. Parts it does not know are left out.
import * as vscode from 'vscode';
import * as z from 'zod';
import { json, type Json } from '../../../shared/ids';
import type { ToolCall } from '../../../shared/events';
import { tokensOfBytes } from '../../agent/message-size';
import type { ModelAnswer, ModelMessage, ModelPart } from '../../providers/model';
import { normaliseUsage } from '../../providers/normalise-usage';
import { withUniqueIds } from '../../providers/tool-call-ids';

type HandedOut = Extract<ModelPart, { type: 'text' | 'reasoning' | 'tool_call_progress' }>;

/** Thinking has a part of its own that is not in the API yet; it is known by its form. */
const thinkingPart = z.object({ value: z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]) });

/** The name under which VS Code's own extensions report usage, as JSON in the form of OpenAI's. The API itself has no place for it. */
export const usageMimeType = 'usage';

export class VsCodeAnswer {
  #text = '';
  #reasoning = '';
  readonly #calls: ToolCall[] = [];
  #rawUsage: Json | null = null;
  #bytes = 0;

  accept(part: unknown): HandedOut[] {
    if (part instanceof vscode.LanguageModelTextPart) {
      if (part.value === '') return [];
      this.#text += part.value;
      this.#bytes += Buffer.byteLength(part.value);
      return [{ type: 'text', delta: part.value }];
    }
    if (part instanceof vscode.LanguageModelToolCallPart) {
      const call = { tool_call_id: part.callId, tool_name: part.name, arguments: argumentsOf(part.input) };
      this.#calls.push(call);
      this.#bytes += Buffer.byteLength(call.tool_name) + Buffer.byteLength(call.arguments);
      return [{ type: 'tool_call_progress', tool_name: call.tool_name, bytes: call.arguments.length }];
    }
    if (part instanceof vscode.LanguageModelDataPart) {
      if (part.mimeType === usageMimeType) this.#rawUsage = parsed(part.data) ?? this.#rawUsage;
      return [];
    }
    const delta = thinkingPart.safeParse(part).data?.value ?? '';
    if (delta === '') return [];
    this.#reasoning += delta;
    this.#bytes += Buffer.byteLength(delta);
    return [{ type: 'reasoning', delta }];
  }

  /** Estimated. */
  get tokens(): number {
    return tokensOfBytes(this.#bytes);
  }

  get usage(): Pick<ModelAnswer, 'usage' | 'raw_usage'> {
    return { usage: normaliseUsage(this.#rawUsage), raw_usage: this.#rawUsage };
  }

  finish(history: readonly ModelMessage[], isCut: boolean): ModelAnswer {
    return {
      finish_reason: isCut ? 'length' : this.#calls.length > 0 ? 'tool_calls' : 'stop',
      text: this.#text,
      reasoning: this.#reasoning,
      tool_calls: withUniqueIds(this.#calls, history),
      ...this.usage,
    };
  }
}

/** Extensions hand out what their model said: typed as an object, and now and then a text or nothing. */
function argumentsOf(input: unknown): string {
  if (typeof input === 'string') return input;
  return JSON.stringify(input ?? {});
}

/** Null where it is no JSON: usage that cannot be read is no usage. */
function parsed(data: Uint8Array): Json | null {
  try {
    return json.parse(JSON.parse(Buffer.from(data).toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
