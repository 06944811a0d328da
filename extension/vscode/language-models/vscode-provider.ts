// Any model that another extension offers through VS Code. Owns the order of one answer: model, attempt, retry, end. Never
// retries once anything of an answer was handed out, nor what the extension did not say is passing. VS Code asks a person
// itself whether BooCode may use a model, with the first request; that always answers a message of theirs.
import * as vscode from 'vscode';
import type { ModelPart, ModelProvider, ModelRequest, RequestParts } from '../../providers/model';
import { abortedError } from '../../providers/model-errors';
import { plainRequestParts } from '../../providers/plain-request-parts';
import { defaultRetryPolicy, retryDelayMs, type RetryPolicy } from '../../providers/retry-policy';
import { waited } from '../../providers/waited';
import { inTime } from './in-time';
import { vscodeMessages } from './to-vscode-messages';
import { VsCodeAnswer } from './vscode-answer';
import { describeVsCodeFailure, MissingModel, type VsCodeFailure } from './vscode-model-failure';
import type { VsCodeModels } from './vscode-models';

export const vscodeProviderId = 'vscode';

export type VsCodeProviderOptions = {
  /** False: images are left out, and the model is told; null, which is unknown: they are sent. */
  takesImages?: boolean | null;
  retry?: Partial<RetryPolicy>;
  /** Milliseconds without a part, before the first one and between two. While VS Code asks a person there is no limit. */
  silence?: { first: number; idle: number };
};

type Attempt = { request: ModelRequest; number: number; answer: VsCodeAnswer };
/** `failure` null: the answer is whole, or cut where it was asked to be. */
type Outcome = { handedOut: boolean; isCut: boolean; failure: VsCodeFailure | null };

const justification = 'BooCode sends your messages, and what its tools read and do, to the model you chose for it.';

export class VsCodeProvider implements ModelProvider {
  readonly id = vscodeProviderId;
  readonly scripted = false;
  readonly #models: VsCodeModels;
  readonly #takesImages: boolean | null;
  readonly #retry: RetryPolicy;
  readonly #silence: { first: number; idle: number };

  constructor(models: VsCodeModels, { takesImages = null, retry, silence = { first: 120_000, idle: 300_000 } }: VsCodeProviderOptions = {}) {
    this.#models = models;
    this.#takesImages = takesImages;
    this.#retry = { ...defaultRetryPolicy, ...retry };
    this.#silence = silence;
  }

  /** What another extension makes of a request is not known: it is told as it was handed over. */
  requestParts(request: ModelRequest): RequestParts {
    return plainRequestParts(request);
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void, void> {
    if (signal.aborted) return yield { type: 'error', error: abortedError() };
    for (let attempt = 1; ; attempt += 1) {
      yield { type: 'status', status: 'waiting', attempt, retry_at: null, reason: '', code: '' };
      const answer = new VsCodeAnswer();
      const { handedOut, isCut, failure } = yield* this.#attempt({ request, number: attempt, answer }, signal);
      if (signal.aborted) return yield { type: 'error', error: abortedError(), ...answer.usage };
      if (failure === null) return yield { type: 'end', ...answer.finish(request.messages, isCut) };

      const isLast = handedOut || !failure.isRetryable || attempt > this.#retry.retries;
      const delayMs = isLast ? null : retryDelayMs(this.#retry, attempt, null);
      if (delayMs === null) return yield { type: 'error', error: failure.error, ...answer.usage };
      yield { type: 'status', status: 'retrying', attempt: attempt + 1, retry_at: (Date.now() + delayMs) * 1000, reason: failure.reason, code: failure.error.code };
      if (!(await waited(delayMs, signal))) return yield { type: 'error', error: abortedError(), ...answer.usage };
    }
  }

  /** One request. After an abort its failure means nothing. */
  async *#attempt({ request, number, answer }: Attempt, signal: AbortSignal): AsyncGenerator<ModelPart, Outcome, void> {
    const cancel = new vscode.CancellationTokenSource();
    const onAbort = (): void => cancel.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    let handedOut = false;
    try {
      const response = await inTime(this.#send(request, cancel.token), signal, null);
      const parts = response.stream[Symbol.asyncIterator]();
      for (;;) {
        const next = await inTime(parts.next(), signal, handedOut ? this.#silence.idle : this.#silence.first);
        if (next.done === true) return { handedOut, isCut: false, failure: null };
        for (const part of answer.accept(next.value)) {
          if (!handedOut) yield { type: 'status', status: 'streaming', attempt: number, retry_at: null, reason: '', code: '' };
          handedOut = true;
          yield part;
        }
        // The API has no field for it.
        if (request.max_output_tokens !== undefined && answer.tokens >= request.max_output_tokens) return { handedOut, isCut: true, failure: null };
      }
    } catch (error) {
      return { handedOut, isCut: false, failure: describeVsCodeFailure(error, request.model) };
    } finally {
      signal.removeEventListener('abort', onAbort);
      cancel.cancel();
      cancel.dispose();
    }
  }

  async #send(request: ModelRequest, token: vscode.CancellationToken): Promise<vscode.LanguageModelChatResponse> {
    try {
      return await this.#sendTo(await this.#models.find(request.model), request, token);
    } catch (error) {
      if (describeVsCodeFailure(error, request.model).error.code !== 'unknown_model') throw error;
      // Nothing was sent. The extension may have been started anew since VS Code was last asked.
      this.#models.forget();
      return await this.#sendTo(await this.#models.find(request.model), request, token);
    }
  }

  async #sendTo(model: vscode.LanguageModelChat | null, request: ModelRequest, token: vscode.CancellationToken): Promise<vscode.LanguageModelChatResponse> {
    if (model === null) throw new MissingModel();
    const tools = request.tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters }));
    return await model.sendRequest(vscodeMessages(request, this.#takesImages), { justification, ...(tools.length > 0 && { tools }) }, token);
  }
}
