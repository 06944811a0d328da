// What the scripted server can answer: whole answers in the real wire form, and each fault a real server shows.
// A reply is a list of steps; the server only plays them.
import { bytesPerToken, type PromptTokens } from './prefix-cache';

export type Step =
  | { kind: 'head'; status: number; headers: Record<string, string> }
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'pause'; ms: number }
  /** Says nothing until this resolves. */
  | { kind: 'hold'; until: Promise<void> }
  /** Cuts the TCP connection (RST). */
  | { kind: 'reset' }
  /** Says nothing more and keeps the connection open. */
  | { kind: 'hang' };

export type Reply = (prompt: PromptTokens, model: string) => Step[];

export type ScriptedToolCall = { id?: string | null; index?: number | null; name: string; arguments: unknown };

export type AnswerOptions = {
  text?: string;
  reasoning?: string;
  /** `arguments` that is a string is sent as it is, anything else as JSON. */
  toolCalls?: readonly ScriptedToolCall[];
  finishReason?: string | null;
  /** An object replaces what is counted; null leaves usage out. */
  usage?: Record<string, unknown> | null;
  usageForm?: 'deepseek' | 'openai';
  /** Characters in one delta. */
  pieceLength?: number;
  /** Frames before the first delta. */
  chunks?: readonly unknown[];
  keepAlives?: number;
  /** Says nothing before this resolves. */
  after?: Promise<void>;
  /** Waits between frames. */
  pauseMs?: number;
  /** Sends the body in writes of this many bytes, through the middle of characters. */
  writeBytes?: number;
};

const streamHead: Step = { kind: 'head', status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' } };
const bytes = (text: string): Step => ({ kind: 'bytes', bytes: Buffer.from(text) });
const frame = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

export function answer(options: AnswerOptions = {}): Reply {
  return (prompt, model) => {
    const frames = answerFrames(options, prompt, model);
    const writes = options.writeBytes === undefined ? frames.map((text) => Buffer.from(text)) : cut(Buffer.from(frames.join('')), options.writeBytes);
    const steps: Step[] = [streamHead];
    if (options.after) steps.push({ kind: 'hold', until: options.after });
    for (const write of writes) {
      steps.push({ kind: 'bytes', bytes: write });
      if (options.pauseMs) steps.push({ kind: 'pause', ms: options.pauseMs });
    }
    return steps;
  };
}

function answerFrames(options: AnswerOptions, prompt: PromptTokens, model: string): string[] {
  const { text = '', reasoning = '', toolCalls = [], pieceLength = 8 } = options;
  const chunk = (delta: unknown, finish: string | null = null): unknown => ({
    id: 'chatcmpl-scripted',
    object: 'chat.completion.chunk',
    created: 0,
    model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  const frames = Array.from({ length: options.keepAlives ?? 0 }, () => ': keep-alive\n\n');
  frames.push(...(options.chunks ?? []).map(frame));
  frames.push(frame(chunk({ role: 'assistant', content: '' })));
  for (const piece of pieces(reasoning, pieceLength)) frames.push(frame(chunk({ content: null, reasoning_content: piece })));
  for (const piece of pieces(text, pieceLength)) frames.push(frame(chunk({ content: piece })));
  toolCalls.forEach((call, place) => {
    const index = call.index === undefined ? place : call.index;
    const id = call.id === undefined ? `call_${prompt.prompt_tokens}_${place}` : call.id;
    const at = index === null ? {} : { index };
    frames.push(frame(chunk({ tool_calls: [{ ...at, id, type: 'function', function: { name: call.name, arguments: '' } }] })));
    for (const piece of pieces(argumentText(call), pieceLength)) {
      frames.push(frame(chunk({ tool_calls: [{ ...at, function: { arguments: piece } }] })));
    }
  });
  if (options.finishReason !== null) frames.push(frame(chunk({}, options.finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'))));
  if (options.usage !== null) {
    const usage = options.usage ?? countedUsage(options, prompt);
    frames.push(frame({ id: 'chatcmpl-scripted', object: 'chat.completion.chunk', created: 0, model, choices: [], usage }));
  }
  frames.push('data: [DONE]\n\n');
  return frames;
}

function countedUsage({ text = '', reasoning = '', toolCalls = [], usageForm = 'deepseek' }: AnswerOptions, prompt: PromptTokens): Record<string, unknown> {
  const tokens = (value: string): number => Math.ceil(Buffer.byteLength(value) / bytesPerToken);
  const reasoning_tokens = tokens(reasoning);
  const completion_tokens = reasoning_tokens + tokens(text) + toolCalls.reduce((sum, call) => sum + tokens(argumentText(call)), 0);
  const counted = {
    prompt_tokens: prompt.prompt_tokens,
    completion_tokens,
    total_tokens: prompt.prompt_tokens + completion_tokens,
    completion_tokens_details: { reasoning_tokens },
  };
  return usageForm === 'openai'
    ? { ...counted, prompt_tokens_details: { cached_tokens: prompt.hit_tokens } }
    : { ...counted, prompt_cache_hit_tokens: prompt.hit_tokens, prompt_cache_miss_tokens: prompt.miss_tokens };
}

function argumentText(call: ScriptedToolCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
}

/** Cuts by characters, so that no frame holds half a surrogate pair; `writeBytes` is for cutting bytes. */
function pieces(text: string, length: number): string[] {
  const characters = [...text];
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, n) => characters.slice(n * length, (n + 1) * length).join(''));
}

function cut(buffer: Buffer, length: number): Buffer[] {
  return Array.from({ length: Math.ceil(buffer.length / length) }, (_, n) => buffer.subarray(n * length, (n + 1) * length));
}

/** The head and the first `frames` data frames of an answer. */
function opening(frames: number, options: AnswerOptions): (...args: Parameters<Reply>) => Step[] {
  return (prompt, model) => [streamHead, ...answerFrames(options, prompt, model).slice(0, frames).map(bytes)];
}

export const fault = {
  status(status: number, { message = 'scripted error', code, retryAfter }: { message?: string; code?: string; retryAfter?: string | number } = {}): Reply {
    const body = JSON.stringify({ error: { message, type: 'scripted', code: code ?? null } });
    const headers = { 'content-type': 'application/json', ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) };
    return () => [{ kind: 'head', status, headers }, bytes(body)];
  },
  /** A refusal in the server's own form. */
  refusal: (status: number, body: string): Reply => () => [{ kind: 'head', status, headers: { 'content-type': 'application/json' } }, bytes(body)],
  /** A refusal that never ends. */
  endlessRefusal: (status: number): Reply => () => [{ kind: 'head', status, headers: {} }, bytes('x'.repeat(100_000)), { kind: 'hang' }],
  redirect: (location: string): Reply => () => [{ kind: 'head', status: 307, headers: { location } }],
  /** A web page where an API was expected. */
  page: (): Reply => () => [{ kind: 'head', status: 200, headers: { 'content-type': 'text/html' } }, bytes('<!doctype html><p>Welcome</p>')],
  reset: (): Reply => () => [{ kind: 'reset' }],
  resetAfter: (frames: number, options: AnswerOptions = {}): Reply => (...args) => [...opening(frames, options)(...args), { kind: 'reset' }],
  /** The head of an answer and nothing after it. */
  silenceAfterHead: (): Reply => () => [streamHead, { kind: 'hang' }],
  silence: (): Reply => () => [{ kind: 'hang' }],
  silenceAfter: (frames: number, options: AnswerOptions = {}): Reply => (...args) => [...opening(frames, options)(...args), { kind: 'hang' }],
  /** Ends cleanly in the middle of an answer. */
  endAfter: (frames: number, options: AnswerOptions = {}): Reply => (...args) => opening(frames, options)(...args),
  /** Ends cleanly in the middle of a frame. */
  cutFrame: (frames: number, options: AnswerOptions = {}): Reply => (...args) => [...opening(frames, options)(...args), bytes('data: {"choices":[{"ind')],
  /** A frame that is not JSON. */
  brokenFrame: (frames: number, options: AnswerOptions = {}): Reply => (...args) => [...opening(frames, options)(...args), bytes('data: {"choices":[}\n\n')],
  hangAfterBrokenFrame: (frames: number, options: AnswerOptions = {}): Reply => (...args) => [...fault.brokenFrame(frames, options)(...args), { kind: 'hang' }],
  errorInStream: (error: Record<string, unknown>): Reply => () => [streamHead, bytes(frame({ error }))],
  /** An event that is named an error, with any data. */
  errorEvent: (data: string): Reply => () => [streamHead, bytes(`event: error\ndata: ${data}\n\n`)],
  hugeFrame: (size: number): Reply => () => [streamHead, bytes(`data: "${'x'.repeat(size)}`), { kind: 'hang' }],
  /** A whole answer as one object after blank lines, as from a server that does not stream and keeps the line alive. */
  unstreamed: (message: Record<string, unknown>, finishReason = 'stop'): Reply => () => [
    { kind: 'head', status: 200, headers: { 'content-type': 'application/json' } },
    bytes('\n\n'),
    // The lines arrive by themselves.
    { kind: 'pause', ms: 20 },
    bytes(JSON.stringify({ object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finishReason }], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })),
  ],
  /** A whole answer on a connection that is never closed. */
  neverCloses: (options: AnswerOptions): Reply => (...args) => [...answer(options)(...args), { kind: 'hang' }],
};
