// The scripted demo model: no key, no network, the same answers every time. It drives the real loop and the real
// tools, and is labelled as scripted wherever it is used.
import { chatRequestParts, plainQuirks } from './chat-request';
import { estimatedUsage } from './demo/estimated-usage';
import { nextStep } from './demo/script';
import type { ModelPart, ModelProvider, ModelRequest, RequestParts } from './model';
import { abortedError } from './model-errors';
import { withUniqueIds } from './tool-call-ids';
import { waited } from './waited';

export const demoModel = 'scripted-demo';

export type DemoOptions = {
  /** Between two pieces of an answer, at the least and at the most; [0, 0] does not wait at all. */
  pauseMs?: readonly [number, number];
};

const piecePattern = /\s*\S{1,12}/g;

export class DemoProvider implements ModelProvider {
  readonly id = 'demo';
  readonly scripted = true;
  readonly #pauseMs: readonly [number, number];

  constructor({ pauseMs = [15, 25] }: DemoOptions = {}) {
    this.#pauseMs = pauseMs;
  }

  /** As its usage is counted. */
  requestParts(request: ModelRequest): RequestParts {
    return chatRequestParts(request, plainQuirks);
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void, void> {
    const step = nextStep(request.messages, request.tools);
    const calls = step.calls.map(({ tool_name, input }) => ({ tool_call_id: '', tool_name, arguments: JSON.stringify(input) }));
    const parts: ModelPart[] = [
      ...pieces(step.reasoning).map((delta): ModelPart => ({ type: 'reasoning', delta })),
      ...pieces(step.text).map((delta): ModelPart => ({ type: 'text', delta })),
      ...calls.map(({ tool_name, arguments: text }): ModelPart => ({ type: 'tool_call_progress', tool_name, bytes: text.length })),
    ];
    if (signal.aborted) return yield { type: 'error', error: abortedError() };
    yield { type: 'status', status: 'waiting', attempt: 1, retry_at: null, reason: '', code: '' };
    for (const [place, part] of parts.entries()) {
      if (!(await this.#paused(place, signal))) return yield { type: 'error', error: abortedError() };
      if (place === 0) yield { type: 'status', status: 'streaming', attempt: 1, retry_at: null, reason: '', code: '' };
      yield part;
    }
    if (signal.aborted) return yield { type: 'error', error: abortedError() };
    const usage = estimatedUsage(request, step);
    yield {
      type: 'end',
      finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
      text: step.text,
      reasoning: step.reasoning,
      tool_calls: withUniqueIds(calls, request.messages),
      usage,
      raw_usage: { scripted: true, estimated: true, ...usage },
    };
  }

  /** False after an abort. */
  async #paused(place: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const [least, most] = this.#pauseMs;
    // Uneven, like a model, and yet the same in every run.
    const ms = least + ((place * 7) % (most - least + 1));
    return ms === 0 || waited(ms, signal);
  }
}

/** All of the text, cut after about a word. */
function pieces(text: string): string[] {
  const cut = text.match(piecePattern) ?? [];
  const rest = text.slice(cut.join('').length);
  return rest === '' ? cut : [...cut, rest];
}
