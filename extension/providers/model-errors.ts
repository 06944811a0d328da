// Turns whatever broke a request into a ModelError a person can act on, and says whether trying again makes sense.
// Never lets a key into a text: servers like to quote the one they refused.
import * as z from 'zod';
import type { ModelError, ModelErrorCode } from './model';
import { parseRetryAfter } from './retry-policy';
import { WireFailure } from './wire-attempt';

/** The parts of the openai client's APIError that are read here; its class is not loaded for it. */
const apiError = z.object({
  status: z.nullish(z.number()).catch(null),
  code: z.nullish(z.union([z.string(), z.number()])).catch(null),
  type: z.nullish(z.string()).catch(null),
  error: z.unknown(),
  message: z.string().catch(''),
  headers: z.nullish(z.instanceof(Headers)).catch(null),
});

export type Failure = {
  error: ModelError;
  isRetryable: boolean;
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

export function describeFailure(thrown: unknown, context: FailureContext): Failure {
  if (thrown instanceof WireFailure) return wireFailure(thrown, context);
  if (thrown instanceof BrokenAnswer) {
    return failure(thrown.code, thrown.message, 'Send the message again. If it keeps happening, choose another model.', 'the answer broke off');
  }
  if (thrown instanceof SyntaxError || thrown instanceof z.ZodError) {
    const text = `${context.label} sent something that is not a chat-completions stream.`;
    return failure('bad_stream', text, 'Check that the base URL is that of an OpenAI-compatible API; often it ends in /v1.', 'unreadable answer');
  }
  const parsed = apiError.safeParse(thrown);
  // What the client throws for a connection has neither; the wire attempt then holds the real failure.
  if (parsed.success && (parsed.data.status != null || parsed.data.error != null)) return serverFailure(parsed.data, context);
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
  return { error: { code, message, next_step }, reason, isRetryable: true, retryAfterMs: null, ...more };
}

function final(code: ModelErrorCode, message: string, next_step: string): Failure {
  return { error: { code, message, next_step }, reason: '', isRetryable: false, retryAfterMs: null };
}

function serverFailure(thrown: z.infer<typeof apiError>, context: FailureContext): Failure {
  const { label } = context;
  const code = String(thrown.code ?? '');
  // Gateways report an upstream's status as the code of an error event inside a stream.
  const status = thrown.status ?? (/^[45]\d\d$/.test(code) ? Number(code) : 500);
  const said = saidByServer(thrown, context);
  const quote = said === '' ? '' : ` It says: ${said}`;
  const retryAfterMs = parseRetryAfter(thrown.headers?.get('retry-after') ?? null, Date.now());

  if (code === 'context_length_exceeded' || status === 413 || (status === 400 && contextWords.test(said))) {
    return final('context_exceeded', `The conversation no longer fits into the context of ${context.model}.${quote}`, 'Start a new chat, or choose a model with a longer context.');
  }
  if (status === 402 || code === 'insufficient_quota') {
    return final('no_balance', `The ${label} account has no balance left.${quote}`, `Top up the account at ${label}, or choose another model.`);
  }
  if (code === 'model_not_found' || ((status === 400 || status === 404) && modelWords.test(said))) {
    return final('unknown_model', `${label} does not know the model "${context.model}".${quote}`, 'Choose another with "BooCode: Choose Model".');
  }
  switch (status) {
    case 401:
      return final('bad_key', `${label} refused the API key.${quote}`, `${setKey}, and check that it belongs to ${context.baseUrl}.`);
    case 403:
      return final('bad_key', `${label} does not allow this request with the API key.${quote}`, `Check what the key may do. ${setKey}.`);
    case 404:
      return final('bad_request', `There is no chat-completions API at ${shownUrl(context.baseUrl)}.${quote}`, 'Check the base URL in the settings; often it ends in /v1.');
    case 408:
      return failure('timeout', `${label} gave up waiting.${quote}`, 'Send the message again.', 'the server gave up waiting');
    case 429:
      return failure('rate_limited', `${label} is limiting requests.${quote}`, waitFor(retryAfterMs), 'rate limited', { retryAfterMs });
    default:
      if (status >= 500) {
        const shown = thrown.status == null ? '' : ` (status ${status})`;
        return failure('server', `${label} has a problem${shown}.${quote}`, 'Try again in a while, or choose another model.', `server error${shown}`, { retryAfterMs });
      }
      if (status >= 300 && status < 400) {
        return final('bad_request', `${shownUrl(context.baseUrl)} redirects elsewhere; BooCode does not follow, so that the key stays here.`, 'Set the base URL to the address it redirects to.');
      }
      return final('bad_request', `${label} refused the request (status ${status}).${quote}`, 'Choose another model, or look at the details with "BooCode: Show Log".');
  }
}

const contextWords = /context.{0,20}(length|window|size)|maximum context|too many tokens|prompt is too long|reduce the length/i;
const modelWords = /model.{0,80}(not exist|not found|unknown|does ?n.t exist|not supported)|(unknown|no such|invalid) model/i;

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
function shownUrl(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return `"${baseUrl.slice(0, 200)}"`;
  const { protocol, host, pathname } = new URL(baseUrl);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

const serverText = z.looseObject({ message: z.string() });

function saidByServer(thrown: z.infer<typeof apiError>, context: FailureContext): string {
  const inError = serverText.safeParse(thrown.error);
  const text = inError.success ? inError.data.message : thrown.message.replace(/^\d{3} /, '');
  if (/^status code|^\(no status/.test(text) || /^\s*</.test(text)) return '';
  const oneLine = hideKey(text, context.key).replace(/\s+/g, ' ').trim();
  return oneLine.length > 300 ? `${oneLine.slice(0, 299)}…` : oneLine;
}

function hideKey(text: string, key: string | null): string {
  return key === null || key === '' ? text : text.replaceAll(key, '•••');
}
