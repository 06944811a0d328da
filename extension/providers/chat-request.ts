// Writes a ModelRequest as the body of a chat-completions call. The bytes of a message depend on that message and
// what stands before it, never on what follows: each request starts with the bytes of the one before it, which is
// what prefix caches pay for. Nothing that changes may be put before the messages; what does comes after them.
import type { Json } from '../../shared/ids';
import { canonicalJson } from './canonical-json';
import type { ModelImage, ModelMessage, ModelRequest, RequestParts, ToolSchema } from './model';

/** Where one API differs from the next. */
export type WireQuirks = {
  /**
   * Sends `reasoning_content` back for answers in a turn (user message to user message) that called tools.
   * DeepSeek answers 400 without it, also when it is empty; others answer 400 to the field.
   */
  echoReasoning: boolean;
  /** The field that takes the session id, so that a provider finds the same cache again. */
  sessionField: 'user_id' | 'user' | 'prompt_cache_key' | 'session_id' | null;
  /** The field that takes the limit of the output; OpenAI's own reasoning models know the second only. */
  outputLimitField: 'max_tokens' | 'max_completion_tokens';
  /** More body fields, constant for a session: thinking switches. */
  extraBody: Readonly<Record<string, Json>>;
};

export const plainQuirks: WireQuirks = { echoReasoning: false, sessionField: null, outputLimitField: 'max_tokens', extraBody: {} };

/** UTF-8 bytes: a long session's body is put together from bytes that were written once. */
export function chatRequestBody(request: ModelRequest, quirks: WireQuirks): Buffer {
  const { head, tools, system, messages } = chatRequestParts(request, quirks);
  const limit = request.max_output_tokens;
  const ending = limit === undefined ? ']}' : `],"${quirks.outputLimitField}":${limit}}`;
  return Buffer.concat([Buffer.from(head), tools, system, ...messages, Buffer.from(ending)]);
}

/** Put together they are the body, but for its end. */
export function chatRequestParts(request: ModelRequest, quirks: WireQuirks): RequestParts {
  const before = writtenRequests.get(request);
  if (before?.quirks === quirks) return before.parts;
  const parts = {
    head: `{${headFields(request, quirks).join(',')}`,
    tools: writtenOnce(writtenTools, request.tools, toolsJson),
    system: writtenSystem(request.system),
    messages: writtenMessages(request.messages, quirks.echoReasoning),
  };
  writtenRequests.set(request, { quirks, parts });
  return parts;
}

/** A request is compared with the one before it, and then sent. */
const writtenRequests = new WeakMap<ModelRequest, { quirks: WireQuirks; parts: RequestParts }>();

function headFields({ model, session_id }: ModelRequest, { extraBody, sessionField }: WireQuirks): string[] {
  const fields: Record<string, Json> = { ...extraBody };
  if (sessionField !== null) fields[sessionField] = session_id;
  return [
    `"model":${JSON.stringify(model)}`,
    '"stream":true,"stream_options":{"include_usage":true}',
    ...Object.keys(fields)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name])}`),
  ];
}

let newestSystem: { text: string; bytes: Buffer } | null = null;

/** All chats have the same one. */
function writtenSystem(text: string): Buffer {
  if (newestSystem?.text !== text) newestSystem = { text, bytes: Buffer.from(`,"messages":[{"role":"system","content":${wellFormedJson(text)}}`) };
  return newestSystem.bytes;
}

const writtenTools = new WeakMap<readonly ToolSchema[], Buffer>();

function writtenOnce<K extends object>(cache: WeakMap<K, Buffer>, key: K, write: (key: K) => string): Buffer {
  let bytes = cache.get(key);
  if (bytes === undefined) {
    bytes = Buffer.from(write(key));
    cache.set(key, bytes);
  }
  return bytes;
}

function toolsJson(tools: readonly ToolSchema[]): string {
  if (tools.length === 0) return '';
  const sorted = [...tools].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `,"tools":${canonicalJson(sorted.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } })))}`;
}

// Long sessions send the same message objects again and again; writing each once keeps a turn's cost flat.
const written = { plain: new WeakMap<ModelMessage, Buffer>(), echoed: new WeakMap<ModelMessage, Buffer>() };

/** Each with the comma before it: the system message comes first. */
function writtenMessages(messages: readonly ModelMessage[], echoReasoning: boolean): Buffer[] {
  let turnCalledTools = false;
  return messages.map((message) => {
    if (message.role === 'user') turnCalledTools = false;
    if (message.role === 'assistant' && message.tool_calls.length > 0) turnCalledTools = true;
    const echoes = echoReasoning && turnCalledTools;
    return writtenOnce(echoes ? written.echoed : written.plain, message, () => `,${wellFormedJson(wireMessage(message, echoes))}`);
  });
}

function wireMessage(message: ModelMessage, echoReasoning: boolean): Json {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: userContent(message) };
    case 'tool':
      return { role: 'tool', tool_call_id: message.tool_call_id, content: message.text };
    case 'assistant': {
      const { text, reasoning, tool_calls } = message;
      return {
        role: 'assistant',
        content: text === '' && tool_calls.length > 0 ? null : text,
        ...(echoReasoning ? { reasoning_content: reasoning } : {}),
        ...(tool_calls.length > 0
          ? {
              tool_calls: tool_calls.map((call) => ({
                id: call.tool_call_id,
                type: 'function',
                function: { name: call.tool_name, arguments: sendableArguments(call.arguments) },
              })),
            }
          : {}),
      };
    }
  }
}

function userContent({ text, context, images = [] }: Extract<ModelMessage, { role: 'user' }>): Json {
  const whole = context === undefined ? text : text === '' ? context : `${context}\n\n${text}`;
  if (images.length === 0) return whole;
  // Some servers refuse an empty text part.
  return [...(whole === '' ? [] : [{ type: 'text', text: whole }]), ...images.map(imagePart)];
}

function imagePart({ media_type, data }: ModelImage): Json {
  return { type: 'image_url', image_url: { url: `data:${media_type};base64,${data}` } };
}

/**
 * Verbatim, but for text that is not JSON: many servers parse the arguments of old calls and would refuse every
 * later request of the session for one cut-off call.
 */
function sendableArguments(text: string): string {
  if (text.trim() === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return JSON.stringify({ invalid_json: text });
  }
}

/** Half of a surrogate pair (text cut in the middle) is replaced: servers refuse a body that holds one. */
function wellFormedJson(value: Json): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? inner.replace(/\p{Surrogate}/gu, '\ufffd') : inner));
}
