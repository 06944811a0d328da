// Any server that speaks OpenAI's chat completions, through the official client; the events of an answer are read
// straight from the wire. Owns the order of one answer: key, attempt, retry, end. Never retries once anything of an
// answer was handed out, and never shows the key.
import type { OpenAI } from 'openai/client';
import { AnswerAssembly } from './answer-assembly';
import { chatRequestBody, chatRequestParts, plainQuirks, type WireQuirks } from './chat-request';
import type { ModelError, ModelPart, ModelProvider, ModelRequest, RequestParts } from './model';
import { abortedError, BrokenAnswer, describeFailure, noKeyError, type Failure, type FailureContext } from './model-errors';
import { defaultRetryPolicy, retryDelayMs, type RetryPolicy } from './retry-policy';
import { realClock, type Clock } from './waited';
import { defaultWireLimits, ServerRefusal, WireAttempt, WireFailure, type WireLimits } from './wire-attempt';

export type OpenAICompatibleOptions = {
  id: string;
  /** The service as people know it, for messages. */
  label: string;
  baseUrl: string;
  /** Asked before each request, so that a key set meanwhile counts. */
  apiKey?: () => Promise<string | undefined>;
  /** False for servers that take requests without one. */
  requiresKey: boolean;
  quirks?: Partial<WireQuirks>;
  /** What status 429 means there, in the words of a status line. */
  limitedBy?: 'rate limited' | 'too many requests at once';
  limits?: Partial<WireLimits>;
  retry?: Partial<RetryPolicy>;
  clock?: Clock;
};

/** What the client adds of itself: facts about the machine that no model server needs. */
const withheldHeaders = {
  'X-Stainless-Lang': null,
  'X-Stainless-Package-Version': null,
  'X-Stainless-OS': null,
  'X-Stainless-Arch': null,
  'X-Stainless-Runtime': null,
  'X-Stainless-Runtime-Version': null,
  'X-Stainless-Retry-Count': null,
  'X-Stainless-Timeout': null,
};

/** The longest a Node timer can run: the wire attempt's own deadlines decide, not the client's. */
const noTimeoutMs = 2 ** 31 - 1;

/** A request that was refused for the room it asks for its answer is made again with a quarter of it, down to this many tokens. */
const leastAnswer = 1_000;

/** Loaded with the first request: nothing of it belongs to the start of the editor. */
let clientModule: Promise<{ OpenAI: typeof OpenAI }> | undefined;

export class OpenAICompatibleProvider implements ModelProvider {
  readonly id: string;
  readonly scripted = false;
  readonly #options: OpenAICompatibleOptions;
  readonly #quirks: WireQuirks;
  readonly #limits: WireLimits;
  readonly #retry: RetryPolicy;
  readonly #clock: Clock;
  #client: { key: string | null; client: OpenAI } | null = null;

  constructor(options: OpenAICompatibleOptions) {
    this.id = options.id;
    this.#options = options;
    this.#quirks = { ...plainQuirks, ...options.quirks };
    this.#limits = { ...defaultWireLimits, ...options.limits };
    this.#retry = { ...defaultRetryPolicy, ...options.retry };
    this.#clock = options.clock ?? realClock;
  }

  requestParts(request: ModelRequest): RequestParts {
    return chatRequestParts(request, this.#quirks);
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void, void> {
    const key = await this.#readKey(signal);
    if (signal.aborted) return yield { type: 'error', error: abortedError() };
    if (typeof key === 'object' && key !== null) return yield { type: 'error', error: key };

    const { label, baseUrl, limitedBy = 'rate limited' } = this.#options;
    const context: FailureContext = { label, baseUrl, key, model: request.model, limitedBy };
    let longestAnswer = request.max_output_tokens;
    let body = chatRequestBody(request, this.#quirks);
    for (let attempt = 1; ; ) {
      yield { type: 'status', status: 'waiting', attempt, retry_at: null, reason: '', code: '' };
      const assembly = new AnswerAssembly();
      const { handedOut, thrown } = yield* this.#attempt({ body, key, attempt, assembly }, signal);
      if (signal.aborted) return yield { type: 'error', error: abortedError(), ...assembly.usage };
      // What breaks after the model said it was done costs the usage at most, not the answer.
      if (assembly.finishReason !== null && !(thrown instanceof BrokenAnswer)) {
        return yield { type: 'end', ...assembly.finish(request.messages) };
      }
      const failure = describeFailure(thrown, context, this.#clock.now());
      const shorter = failure.isAboutAnswer && longestAnswer !== undefined ? Math.floor(longestAnswer / 4) : 0;
      if (shorter >= leastAnswer) {
        longestAnswer = shorter;
        body = chatRequestBody({ ...request, max_output_tokens: longestAnswer }, this.#quirks);
        continue;
      }
      const delayMs = this.#delayBefore(failure, attempt, handedOut);
      if (delayMs === null) return yield { type: 'error', error: tellTries(failure.error, attempt), ...assembly.usage };
      const retryAt = Math.round((this.#clock.now() + delayMs) * 1000);
      attempt += 1;
      yield { type: 'status', status: 'retrying', attempt, retry_at: retryAt, reason: failure.reason, code: failure.error.code };
      if (!(await this.#clock.wait(delayMs, signal))) return yield { type: 'error', error: abortedError(), ...assembly.usage };
    }
  }

  /** One request. Returns what broke it, which is never undefined unless the answer is whole. */
  async *#attempt(
    { body, key, attempt, assembly }: { body: Buffer; key: string | null; attempt: number; assembly: AnswerAssembly },
    signal: AbortSignal,
  ): AsyncGenerator<ModelPart, { handedOut: boolean; thrown: unknown }, void> {
    const wire = new WireAttempt(body, this.#limits, signal);
    let handedOut = false;
    try {
      const client = await this.#clientFor(key);
      await client.post('/chat/completions', { fetchOptions: overWire(wire) }).asResponse();
      for await (const events of wire.events()) {
        for (const event of events) {
          for (const part of assembly.accept(chunkOf(event))) {
            if (!handedOut) yield { type: 'status', status: 'streaming', attempt, retry_at: null, reason: '', code: '' };
            handedOut = true;
            yield part;
            if (signal.aborted) return { handedOut, thrown: undefined };
          }
        }
        if (assembly.finishReason !== null) wire.answerIsComplete();
      }
    } catch (error) {
      return { handedOut, thrown: wire.failure ?? error };
    }
    return { handedOut, thrown: wire.failure ?? brokenAnswer(assembly.finishReason, this.#options.label) };
  }

  async #clientFor(key: string | null): Promise<OpenAI> {
    if (!URL.canParse(this.#options.baseUrl)) throw new WireFailure('network', 'ERR_INVALID_URL', 'not a URL');
    const { OpenAI } = await (clientModule ??= import('openai/client'));
    if (this.#client?.key === key) return this.#client.client;
    const client = new OpenAI({
      baseURL: this.#options.baseUrl,
      apiKey: key ?? 'none',
      // Given, so that the client does not take them from the environment.
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: 'off',
      maxRetries: 0,
      timeout: noTimeoutMs,
      fetch: fetchOverWire,
      defaultHeaders: {
        ...withheldHeaders,
        Accept: 'text/event-stream',
        'Content-Type': 'application/json',
        'User-Agent': 'BooCode',
        ...(key === null ? { Authorization: null } : {}),
      },
    });
    this.#client = { key, client };
    return client;
  }

  /** The key, null where none is needed, or why there is none. */
  async #readKey(signal: AbortSignal): Promise<string | null | ModelError> {
    const { apiKey, label, requiresKey } = this.#options;
    const read = await settledOrAborted(apiKey?.() ?? Promise.resolve(undefined), signal);
    if (read.status === 'rejected') {
      // The reason is not shown: it comes from a place that handles keys.
      return { ...noKeyError(label), message: `The API key for ${label} could not be read.` };
    }
    const key = read.value?.trim() ?? '';
    if (key === '') return requiresKey ? noKeyError(label) : null;
    if (/[^\x21-\x7e]/.test(key)) {
      return { ...noKeyError(label), code: 'bad_key', message: `The API key for ${label} holds characters that no key has.` };
    }
    return key;
  }

  /** Milliseconds before the next try, null when there is none. */
  #delayBefore(failure: Failure, attempt: number, handedOut: boolean): number | null {
    if (handedOut || !failure.isRetryable || attempt > this.#retry.retries) return null;
    return retryDelayMs(this.#retry, attempt, failure.retryAfterMs);
  }
}

type OverWire = { wire?: WireAttempt };

/** Each request of a client brings the exchange it is to be made over: the client hands such options to its fetch. */
function overWire(wire: WireAttempt): OverWire & { body?: never; headers?: never; method?: never; signal?: never } {
  return { wire };
}

async function fetchOverWire(input: string | URL | Request, init: RequestInit & OverWire = {}): Promise<Response> {
  if (!init.wire) throw new Error('a request of the client came without its exchange');
  return init.wire.fetch(new URL(input instanceof Request ? input.url : input), init.method ?? 'GET', init.headers instanceof Headers ? init.headers : new Headers(init.headers));
}

function chunkOf(event: string): unknown {
  const chunk: unknown = JSON.parse(event);
  if (chunk !== null && typeof chunk === 'object' && 'error' in chunk && chunk.error) throw new ServerRefusal(null, event, null);
  return chunk;
}

function brokenAnswer(finishReason: string | null, label: string): BrokenAnswer | undefined {
  if (finishReason === null) return new BrokenAnswer('bad_stream', `The answer of ${label} broke off before its end.`);
  // DeepSeek's word for giving an answer up half-way.
  if (finishReason === 'insufficient_system_resource') return new BrokenAnswer('server', `${label} ran out of capacity in the middle of the answer.`);
  return undefined;
}

function tellTries(error: ModelError, attempts: number): ModelError {
  return attempts === 1 ? error : { ...error, message: `${error.message} (tried ${attempts} times)` };
}

/** An abort counts as a rejection; the caller looks at the signal first. */
async function settledOrAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<PromiseSettledResult<T>> {
  let onAbort = (): void => {};
  const aborted = new Promise<PromiseSettledResult<T>>((resolve) => {
    onAbort = () => resolve({ status: 'rejected', reason: null });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  const settled = Promise.allSettled([promise]).then(([only]) => only);
  try {
    return await Promise.race([settled, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
