// Turns whatever broke a request into a ModelError a person can act on, and says whether trying again makes sense.
// Never lets a key into a text: servers like to quote the one they refused.
import * as z from 'zod';
import type { ModelError, ModelErrorCode } from './model';
import { parseRetryAfter } from './retry-policy';
import { saidByServer, type ServerWords } from './server-words';
import { ServerRefusal, WireFailure } from './wire-attempt';

export type Failure = {
  error: ModelError;
  isRetryable: boolean;
  /** The room asked for the answer is what was refused, or part of it. */
  isAboutAnswer: boolean;
  /** A few words for "retrying: …". */
  reason: string;
  retryAfterMs: number | null;
};

export type FailureContext = {
  /** The name of the service, as people know it. */
  label: string;
  baseUrl: string;
  /** Hidden wherever it appears. */
  key: string | null;
  model: string;
  limitedBy: 'rate limited' | 'too many requests at once';
};

/** The stream ended, or said something, that no whole answer has. */
export class BrokenAnswer extends Error {
  constructor(
    readonly code: Extract<ModelErrorCode, 'bad_stream' | 'server'>,
    message: string,
  ) {
    super(message);
    this.name = 'BrokenAnswer';
  }
}

export function describeFailure(thrown: unknown, context: FailureContext, nowMs: number): Failure {
  if (thrown instanceof WireFailure) return wireFailure(thrown, context);
  if (thrown instanceof BrokenAnswer) {
    return failure(thrown.code, thrown.message, 'Send the message again. If it keeps happening, choose another model.', 'the answer broke off');
  }
  if (thrown instanceof SyntaxError || thrown instanceof z.ZodError) {
    const text = `${context.label} sent something that is not a chat-completions stream.`;
    return failure('bad_stream', text, 'Check that the base URL is that of an OpenAI-compatible API; often it ends in /v1.', 'unreadable answer');
  }
  if (thrown instanceof ServerRefusal) {
    const words = saidByServer(thrown.body);
    return { ...serverFailure(thrown, words, context, nowMs), isAboutAnswer: thrown.status !== null && isAboutAnswer(thrown.status, words) };
  }
  throw thrown;
}

export function abortedError(): ModelError {
  return { code: 'aborted', message: 'Stopped.', next_step: 'Send a message to go on.' };
}

export function noKeyError(label: string): ModelError {
  return { code: 'no_key', message: `There is no API key for ${label}.`, next_step: `${setKey}, or try BooCode without a key with "BooCode: Run Demo".` };
}

const setKey = 'Set the key with "BooCode: Set API Key"';

function failure(code: ModelErrorCode, message: string, next_step: string, reason: string, more: Partial<Failure> = {}): Failure {
  return { error: { code, message, next_step }, reason, isRetryable: true, isAboutAnswer: false, retryAfterMs: null, ...more };
}

function final(code: ModelErrorCode, message: string, next_step: string): Failure {
  return { error: { code, message, next_step }, reason: '', isRetryable: false, isAboutAnswer: false, retryAfterMs: null };
}

function serverFailure(refusal: ServerRefusal, words: ServerWords, context: FailureContext, nowMs: number): Failure {
  const { label } = context;
  // Gateways report an upstream's status as the code of an error event inside a stream.
  const status = refusal.status ?? (/^[45]\d\d$/.test(words.code) ? Number(words.code) : 500);
  const said = shown(words.text, context.key);
  const quote = said === '' ? '' : ` It says: ${said}`;
  const retryAfterMs = parseRetryAfter(refusal.retryAfter, nowMs);

  if (refusal.isPage && status < 300) {
    return final('bad_stream', `${shownUrl(context.baseUrl)} is a web page, not an API.`, 'Check the base URL in the settings; often it ends in /v1.');
  }
  if (isFullContext(status, words)) {
    return final('context_exceeded', `The conversation no longer fits into the context of ${context.model}.${quote}`, 'Start a new chat, or choose a model with a longer context.');
  }
  if (lacksTools(status, words)) {
    return final('no_tools', `${context.model} cannot call tools here, and BooCode works with nothing else.${quote}`, toolsAdvice(words.text));
  }
  if (refusesImages(status, words)) {
    return final('bad_request', `${context.model} does not take images here.${quote}`, 'Choose a model that takes images, or go on in a new chat without them.');
  }
  if (status === 402 || words.code === 'insufficient_quota') {
    return final('no_balance', `The ${label} account has no balance left.${quote}`, `Top up the account at ${label}, or choose another model.`);
  }
  if (words.code === 'model_not_found' || ((status === 400 || status === 404) && modelWords.test(words.text))) {
    return final('unknown_model', `${label} does not know the model "${context.model}".${quote}`, 'Choose another with "BooCode: Choose Model".');
  }
  switch (status) {
    case 401:
      return final('bad_key', `${label} refused the API key.${quote}`, `${setKey}, and check that it belongs to ${shownUrl(context.baseUrl)}.`);
    case 403:
      return final('bad_key', `${label} does not allow this request with the API key.${quote}`, `Check what the key may do. ${setKey}.`);
    case 404:
      return final('bad_request', `There is no chat-completions API at ${shownUrl(context.baseUrl)}.${quote}`, 'Check the base URL in the settings; often it ends in /v1.');
    case 408:
      return failure('timeout', `${label} gave up waiting.${quote}`, 'Send the message again.', 'the server gave up waiting');
    case 429: {
      const message = context.limitedBy === 'rate limited' ? `${label} is limiting requests.` : `${label} has too many requests of this account at once.`;
      return failure('rate_limited', `${message}${quote}`, waitFor(retryAfterMs), context.limitedBy, { retryAfterMs });
    }
    default:
      if (status >= 500) {
        const inStatus = refusal.status === null ? '' : ` (status ${status})`;
        return failure('server', `${label} has a problem${inStatus}.${quote}`, retryAfterMs === null ? 'Try again in a while, or choose another model.' : waitFor(retryAfterMs), `server error${inStatus}`, { retryAfterMs });
      }
      if (status >= 300 && status < 400) {
        return final('bad_request', `${shownUrl(context.baseUrl)} redirects elsewhere; BooCode does not follow, so that the key stays here.`, 'Set the base URL to the address it redirects to.');
      }
      return final('bad_request', `${label} refused the request (status ${status}).${quote}`, 'Choose another model, or look at the details with "BooCode: Show Log".');
  }
}

const contextCodes = ['context_length_exceeded', 'exceed_context_size_error'];
const contextWords = /context.{0,20}(length|window|size)|maximum (context|model length)|too many tokens|prompt (is )?too long|reduce the length/i;
/** Where the status does not say that the request is at fault, the words must. */
const overflowWords = /(exceed|overflow|not enough|too long|reached).{0,80}context|context.{0,80}(exceed|overflow|not enough|too long)/i;

function isFullContext(status: number, { code, type, text }: ServerWords): boolean {
  if (status === 413 || contextCodes.includes(code) || contextCodes.includes(type)) return true;
  return status === 400 || status === 422 ? contextWords.test(text) : status >= 500 && overflowWords.test(text);
}

/** Servers count the longest answer asked for to what must fit, and many have a most of their own. */
const answerWords = /\bmax_(completion_|new_)?tokens\b|in the (completion|output)\b|output tokens/i;

function isAboutAnswer(status: number, { text }: ServerWords): boolean {
  return (status === 400 || status === 422) && answerWords.test(text);
}

const toolWords =
  /(not|n't|found that) support.{0,20}\b(tools?|tool[ _]?(use|calls?|calling|choice)|functions?|function calling)\b|\b(tools?|tool (use|calling)|function calling)[`'"]? (is|are) not (supported|enabled|available)|function calling is not|unsupported param(eter)?: '?tools|--enable-auto-tool-choice|--tool-call-parser|--jinja/i;

function lacksTools(status: number, { text }: ServerWords): boolean {
  // llama.cpp says it with a 500, OpenRouter with a 404.
  return (status === 400 || status === 404 || status === 422 || status >= 500) && toolWords.test(text);
}

const imageWords = /(not|n't|found that) support.{0,20}\b(images?|vision|multimodal)\b|\b(images?|image input|vision)[`'"]? (is|are) not (supported|enabled|available)|is not a multimodal model|mmproj/i;

function refusesImages(status: number, { text }: ServerWords): boolean {
  return (status === 400 || status === 404 || status === 422 || status >= 500) && imageWords.test(text);
}

function toolsAdvice(text: string): string {
  if (/--enable-auto-tool-choice|--tool-call-parser/.test(text)) {
    return 'Start vLLM with --enable-auto-tool-choice and the --tool-call-parser of the model, or choose another model with "BooCode: Choose Model".';
  }
  if (/--jinja/.test(text)) return 'Start llama-server with --jinja, or choose another model with "BooCode: Choose Model".';
  return 'Choose a model that can call tools with "BooCode: Choose Model".';
}

/** OpenRouter has endpoints for models; one without any is not served. */
const modelWords = /no endpoints found for|model.{0,80}(not exist|not found|unknown|does ?n.t exist|not supported)|(unknown|no such|invalid) model/i;

function waitFor(ms: number | null): string {
  if (ms === null || ms === 0) return 'Wait a little and send the message again.';
  const minutes = Math.ceil(ms / 60_000);
  const length = ms < 120_000 ? `${Math.ceil(ms / 1000)} seconds` : minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
  return `It asks to wait ${length}. Send the message again after that, or choose another model.`;
}

function wireFailure(thrown: WireFailure, context: FailureContext): Failure {
  const { label, baseUrl } = context;
  const host = shownUrl(baseUrl);
  switch (thrown.kind) {
    case 'connect_timeout':
      return failure('timeout', `Connecting to ${host} took too long.`, 'Check the network, a proxy, and the base URL in the settings.', 'no connection');
    case 'first_byte_timeout':
      return failure('timeout', `${label} accepted the request and then sent nothing.`, 'Try again in a while. A model on your own machine may still be loading.', 'no answer');
    case 'idle_timeout':
      return failure('timeout', `${label} fell silent in the middle of the answer.`, 'Send the message again.', 'silence');
    case 'frame_too_large':
      return final('bad_stream', `${label} sent a piece larger than BooCode accepts.`, 'Choose another model, or report it to whoever runs the server.');
    case 'network':
      return networkFailure(thrown, host, isLoopback(baseUrl), hideKey(thrown.message, context.key));
  }
}

function networkFailure({ nodeCode }: WireFailure, host: string, isLocal: boolean, detail: string): Failure {
  switch (nodeCode) {
    case 'ECONNREFUSED':
      // A server on this machine that is not there now will not be there in seconds; say so at once.
      return isLocal
        ? final('unreachable', `Nothing answers at ${host}.`, 'Is the server running? Start it, or check the base URL in the settings.')
        : failure('unreachable', `${host} refuses connections.`, 'Check the base URL in the settings, and the network.', 'connection refused');
    case 'ENOTFOUND':
      return final('unreachable', `The host of ${host} cannot be found.`, 'Check the network, and the base URL in the settings.');
    case 'EAI_AGAIN':
      return failure('unreachable', `The host of ${host} cannot be looked up.`, 'Check the network.', 'no network');
    case 'ERR_INVALID_PROTOCOL':
    case 'ERR_INVALID_URL':
      return final('unreachable', `${host} is not an address that can be called.`, 'Check the base URL in the settings; it begins with http:// or https://.');
    case 'ECONNRESET':
    case 'EPIPE':
      return failure('unreachable', `The connection to ${host} was cut.`, 'Send the message again.', 'connection cut');
    default: {
      const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|EPROTO/.test(nodeCode ?? '');
      return isCertificate
        ? final('unreachable', `The connection to ${host} is not safe: ${detail}`, 'Check the base URL, and the certificates of the system.')
        : failure('unreachable', `${host} cannot be reached: ${detail}`, 'Check the network, and the base URL in the settings.', 'no connection');
    }
  }
}

export function isLoopback(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false;
  const { hostname } = new URL(baseUrl);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || hostname.startsWith('127.');
}

/** Without a user name or password in it. */
export function shownUrl(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return `"${baseUrl.slice(0, 200)}"`;
  const { protocol, host, pathname } = new URL(baseUrl);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

function shown(text: string, key: string | null): string {
  const oneLine = hideKey(text, key).replace(/\s+/g, ' ').trim();
  return oneLine.length > 300 ? `${oneLine.slice(0, 299)}…` : oneLine;
}

function hideKey(text: string, key: string | null): string {
  return key === null || key === '' ? text : text.replaceAll(key, '•••');
}
